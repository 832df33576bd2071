"""An applicant without a login reads the page and answers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as product_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationStatus
from accounts.models import Application, ApplicationMaterial
from accounts.services import review
from accounts.services.invitations import MATERIAL
from compliance import audit, responses, work
from compliance.clocks.rules import last_day
from compliance.evidence import services as evidence_services
from compliance.evidence import storage
from compliance.models import (
    ActionLog,
    ActionOutcome,
    EvidenceFile,
    InvitationStatus,
    ResponseInvitation,
    ResponseReceipt,
    StaffUser,
)
from compliance.notices.recipients import Reference
from compliance.provisions import Provision
from compliance.responses.codes import code_of
from reports.demo.clock import clock_at
from tests.stories.test_public_response.conftest import WORDS, photo, rows_as_text, send, url_of

pytestmark = pytest.mark.django_db

P = Provision.PUBLIC_ACCOUNT_15_1


def kept() -> tuple[Any, ...]:
    """Return everything that a refused answer must leave as it was."""
    return (
        list(Application.objects.values()),
        list(ResponseInvitation.objects.values("pk", "status", "version")),
        ResponseReceipt.objects.count(),
        EvidenceFile.objects.count(),
        ApplicationMaterial.objects.count(),
        ActionLog.objects.exclude(outcome=ActionOutcome.REFUSED).count(),
    )


class TestThePage:
    def test_it_says_what_is_asked_and_until_when_as_staff_sees_it(
        self, waiting: Application, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        page = visitor.get(url_of(invitation))

        assert page.status_code == 200
        assert waiting.platform_uid in page.text
        until = last_day(waiting.material_clock.due_at).isoformat()
        assert f"请于 {until} 前" in page.text
        assert until in waiting.decision_reason
        assert page["Referrer-Policy"] == "no-referrer"
        assert page["Cache-Control"] == "no-store"
        assert "noindex" in page["X-Robots-Tag"]
        assert page.cookies == {}
        assert "<script" not in page.text
        english = visitor.get(f"{url_of(invitation)}?lang=en").text
        assert f"Answer by {until}." in english
        assert code_of(invitation) in english  # the switch of languages keeps the address

    def test_the_typed_code_leads_to_it_however_it_is_typed(
        self, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        code = code_of(invitation)
        typed = f" {code[:8].upper()}-{code[8:20]} {code[20:]} "

        answer = visitor.post("/public/respond/?lang=en", {"code": typed})

        assert answer.status_code == 302
        assert answer["Location"] == f"{url_of(invitation)}?lang=en"

    def test_the_first_public_page_leads_to_it(self, db: None, visitor: Client) -> None:
        assert 'href="/public/respond/"' in visitor.get("/public/").text


class TestTheAnswer:
    def test_words_and_files_take_the_application_back_to_review_and_a_receipt_is_shown(
        self,
        waiting: Application,
        invitation: ResponseInvitation,
        visitor: Client,
        system: StaffUser,
        staff_user: Callable[..., StaffUser],
        client: Client,
    ) -> None:
        answer = send(visitor, invitation)

        assert answer.status_code == 302
        waiting = Application.objects.get(pk=waiting.pk)
        assert waiting.status == ApplicationStatus.IN_REVIEW
        assert waiting.work_item.closed_at is None
        receipt = ResponseReceipt.objects.get(invitation=invitation)
        shown = visitor.get(answer["Location"])
        assert shown.status_code == 200
        assert receipt.number in shown.text
        assert f"{len(WORDS)} 个字符" in shown.text
        statement, picture = ApplicationMaterial.objects.order_by("pk")
        assert picture.file.sha256 in shown.text
        assert b"".join(storage.read_original(statement.file)).decode() == WORDS
        for each in (statement, picture):
            evidence_services.check_file(
                file=each.file, actor=system, provision=P, reason="检查收到的文件"
            )
        client.force_login(staff_user("moderator"))
        page = client.get(reverse("admin:review_application", args=[waiting.work_item_id])).text
        for each in (statement, picture):
            assert reverse("admin:evidence_file", args=[each.file_id]) in page
            assert (
                client.get(reverse("admin:evidence_file", args=[each.file_id])).status_code == 200
            )
        actions = set(ActionLog.objects.for_object(waiting).values_list("action", flat=True))
        assert {
            "accounts.application.supply_material",
            "accounts.application.resume_review",
        } <= actions

    def test_what_was_said_is_in_no_table_in_the_clear(
        self, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        send(visitor, invitation, files=[photo("鹂鹂.jpg")])

        assert ApplicationMaterial.objects.count() == 2
        assert not [row for row in rows_as_text() if "鹂鹂" in row]

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"words": "  ", "files": []}, "请填写说明或至少附上一个文件"),
            ({"words": "字" * 5001, "files": []}, "最多 5000 个字符"),
            ({"words": "看不\u200b见", "files": []}, "不可见字符"),
            ({"files": [SimpleUploadedFile("a.exe", b"MZ" + bytes(5000))]}, "a.exe"),
            ({"complete": None}, "中断"),
        ],
    )
    def test_what_cannot_be_taken_is_refused_and_leaves_the_request_open(
        self,
        invitation: ResponseInvitation,
        visitor: Client,
        changes: dict[str, Any],
        said: str,
    ) -> None:
        before, stored = kept(), files_in_store()

        answer = send(visitor, invitation, **changes)

        assert answer.status_code == 409
        assert said in answer.text
        assert 'name="words"' in answer.text
        assert kept() == before
        assert files_in_store() == stored
        refusal = ActionLog.objects.for_object(invitation).latest("id")
        assert refusal.outcome == ActionOutcome.REFUSED

    def test_a_second_answer_is_refused_and_nothing_of_it_is_read(
        self, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        send(visitor, invitation)
        before, stored = kept(), files_in_store()

        again = send(visitor, invitation, words="再来一次")

        assert again.status_code == 409
        assert "已经答复" in again.text
        assert ResponseReceipt.objects.get().number in again.text
        assert kept() == before
        assert files_in_store() == stored

    def test_a_late_answer_is_refused(
        self, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        before = kept()

        with clock_at(invitation.until):
            answer = send(visitor, invitation)
            page = visitor.get(url_of(invitation))

        assert answer.status_code == 409
        assert f"已于 {last_day(invitation.until)} 届满" in answer.text
        assert "<form" not in page.text
        assert kept() == before

    def test_once_it_is_no_longer_waited_for_the_answer_is_refused(
        self,
        waiting: Application,
        invitation: ResponseInvitation,
        visitor: Client,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        review.withdraw_application(
            application=waiting,
            fence=None,
            expected_version=waiting.version,
            actor=staff_user("moderator"),
            provision=P,
            reason="申请人撤回",
        )
        before = kept()

        answer = send(visitor, invitation)

        assert answer.status_code == 409
        assert "此请求已经关闭" in answer.text
        invitation.refresh_from_db()
        assert invitation.status == InvitationStatus.CLOSED
        assert kept() == before

    def test_material_asked_for_again_has_a_code_of_its_own(
        self,
        waiting: Application,
        invitation: ResponseInvitation,
        visitor: Client,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        send(visitor, invitation)
        moderator = staff_user("moderator")
        waiting = Application.objects.get(pk=waiting.pk)
        review.ask_for_material(
            application=waiting,
            fence=work.claim_item(work_item=waiting.work_item, actor=moderator).fence,
            expected_version=waiting.version,
            told="请补充授权书原件",
            actor=moderator,
            provision=P,
            reason="请补充授权书原件",
        )

        second = ResponseInvitation.objects.open().about(waiting).get()
        assert code_of(second) != code_of(invitation)
        assert send(visitor, second).status_code == 302
        assert ResponseReceipt.objects.count() == 2

    def test_the_database_keeps_one_open_request_of_a_kind_about_a_record(
        self, waiting: Application, invitation: ResponseInvitation, system: StaffUser
    ) -> None:
        draft = responses.InvitationDraft(
            kind=MATERIAL,
            about=waiting,
            recipient=Reference("account", waiting.platform_uid),
            until=timezone.now(),
        )

        with (
            pytest.raises(IntegrityError, match="responseinvitation_one_open"),
            transaction.atomic(),
        ):
            responses.open_invitation(draft, actor=system, provision=P, reason="测试理由")
        with pytest.raises(IntegrityError, match="receipt"), transaction.atomic():
            for _number in range(2):
                ResponseReceipt.objects.create(
                    invitation=invitation, received_at=timezone.now(), received=[]
                )

    def test_what_a_code_opens_is_never_exchanged(
        self, invitation: ResponseInvitation, system: StaffUser
    ) -> None:
        with pytest.raises(Exception, match="digest"), transaction.atomic():
            audit.amend(
                invitation,
                "change",
                actor=system,
                provision=P,
                reason="测试理由",
                digest=b"0" * 32,
            )


def files_in_store() -> int:
    return sum(1 for each in product_settings.EVIDENCE_ROOT.rglob("*") if each.is_file())
