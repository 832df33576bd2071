"""An applicant without a login supplies material by the code that only their notice had."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as product_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
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
    AttemptResult,
    EvidenceFile,
    InvitationStatus,
    Notice,
    ResponseInvitation,
    ResponseReceipt,
    SandboxMessage,
    StaffUser,
    WrongCodes,
)
from compliance.notices import dispatch
from compliance.notices.channels.adapter import Message
from compliance.notices.channels.switchboard import register_adapter
from compliance.notices.outbox import Outcome
from compliance.notices.recipients import Reference
from compliance.provisions import Provision
from compliance.responses import links, wrong_codes
from compliance.responses.codes import code_of
from reports.demo.clock import clock_at
from tests.compliance.evidence_files import HONEST

pytestmark = pytest.mark.django_db
P = Provision.PUBLIC_ACCOUNT_15_1
WORDS = "补充说明：授权书见附件，联系人鹂鹂"


class Mailbox:
    """The platform, as which these tests receive what is sent."""

    def __init__(self) -> None:
        self.got: list[Message] = []

    def send(self, message: Message) -> Outcome:
        """Take one message."""
        self.got.append(message)
        return Outcome(AttemptResult.DELIVERED)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def mailbox(settings: Any) -> Mailbox:
    """What the platform receives."""
    box = Mailbox()
    register_adapter("mailbox", lambda: box)
    settings.PLATFORM_CHANNEL = "mailbox"
    settings.NOTICE_HOLD_SECONDS = 0
    return box


@pytest.fixture
def waiting(mailbox: Mailbox, make_application: Callable[..., Application]) -> Application:
    """An application without a category, and with it an invitation to supply material."""
    application = make_application(category="")
    assert application.status == ApplicationStatus.WAITING_MATERIAL
    return application


@pytest.fixture
def invitation(waiting: Application) -> ResponseInvitation:
    return ResponseInvitation.objects.about(waiting).get()


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def url_of(invitation: ResponseInvitation) -> str:
    return reverse("public:response", args=[code_of(invitation)])


def photo(name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, HONEST["photo.jpg"](), "image/jpeg")


def send(visitor: Client, invitation: ResponseInvitation, **changes: Any) -> Any:
    given = {"words": WORDS, "files": [photo()], "complete": "1", **changes}
    return visitor.post(url_of(invitation), {k: v for k, v in given.items() if v is not None})


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


def code_in(text: str) -> str:
    found = re.search(r"/public/respond/([a-z2-7]{32})/", text)
    assert found is not None, text
    return found[1]


class TestTheCode:
    def test_the_notice_that_is_sent_has_the_link_and_the_one_that_is_kept_has_not(
        self, waiting: Application, invitation: ResponseInvitation, mailbox: Mailbox
    ) -> None:
        dispatch.drain_outbox()

        (message,) = mailbox.got
        assert code_in(message.text) == code_in(message.body.decode()) == code_of(invitation)
        notice = Notice.objects.about(waiting).get()
        assert links.marker(invitation) in notice.text
        assert "/respond/" not in notice.text

    def test_nobody_finds_the_code_in_any_table_log_or_answer_to_staff(
        self,
        invitation: ResponseInvitation,
        visitor: Client,
        settings: Any,
        staff_user: Callable[..., StaffUser],
        waiting: Application,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        settings.PLATFORM_CHANNEL = "sandbox"
        code = code_of(invitation)
        with caplog.at_level(logging.DEBUG):
            dispatch.drain_outbox()
            assert SandboxMessage.objects.count() == 1
            visitor.get(url_of(invitation))
            # Refused in between, so that Django has something to say of the address too.
            send(visitor, invitation, words="", files=[])
            send(visitor, invitation)
            send(visitor, invitation)
        pages = Client()
        pages.force_login(staff_user("moderator", "supervisor"))
        shown = [
            pages.get(reverse("admin:application", args=[waiting.pk])).text,
            pages.get(
                reverse("admin:compliance_responseinvitation_change", args=[invitation.pk])
            ).text,
            pages.get(
                reverse("admin:compliance_responseinvitation_history", args=[invitation.pk])
            ).text,
        ]

        assert "Conflict: /public/respond/…/" in caplog.text
        rows = list(rows_as_text())
        assert any(links.marker(invitation) in row for row in rows)
        for text in (caplog.text, *shown, *rows):
            assert code not in text
            assert code.upper() not in text

    def test_only_the_recipient_of_an_invitation_gets_its_link(
        self, invitation: ResponseInvitation, waiting: Application
    ) -> None:
        text = f"名称 {links.marker(invitation)}"

        other = links.with_links(text, recipient_type="account", recipient_id="somebody")
        own = links.with_links(
            text, recipient_type="account", recipient_id=waiting.platform_uid, language="en"
        )

        assert other == text
        assert own.endswith(f"/public/respond/{code_of(invitation)}/?lang=en")

    def test_an_absolute_address_is_told_where_the_settings_have_one(
        self, invitation: ResponseInvitation, settings: Any
    ) -> None:
        settings.PUBLIC_BASE_URL = "https://console.example"

        assert links.response_url(invitation).startswith("https://console.example/public/respond/")


def rows_as_text() -> Iterator[str]:
    """Return every row of every table, as the test's own transaction sees them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND "
            "c.relnamespace = 'public'::regnamespace AND has_table_privilege(c.oid, 'SELECT')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            for (row,) in cursor.fetchall():
                yield row
                yield from (
                    bytes.fromhex(each).decode("utf-8", "replace")
                    for each in re.findall(r"\\\\x((?:[0-9a-f]{2})+)", row)
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


class TestWrongCodes:
    @pytest.fixture(autouse=True)
    def nobody_was_wrong(self, db: None) -> None:
        WrongCodes.objects.all().delete()

    def test_wrong_and_malformed_codes_get_the_same_answer_by_the_same_way(
        self, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        code = code_of(invitation)
        near = code[:-1] + ("a" if code[-1] != "a" else "b")
        answers = []
        for typed in (near, "x", "没有", "z" * 300):
            with CaptureQueriesContext(connection) as queries:
                answer = visitor.get(f"/public/respond/{typed}/")
            answers.append((answer.status_code, len(queries), answer.text.count("没有与此代码")))

        assert set(answers) == {(404, answers[0][1], 1)}

    def test_who_was_wrong_too_often_waits_and_others_do_not(
        self, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        for _number in range(wrong_codes.MOST_WRONG):
            assert visitor.post("/public/respond/", {"code": "wrong"}).status_code == 409

        stopped = visitor.get(url_of(invitation))

        assert stopped.status_code == 429
        assert 0 < int(stopped["Retry-After"]) <= wrong_codes.SECONDS
        other = Client(REMOTE_ADDR="192.0.2.7")
        assert other.get(url_of(invitation)).status_code == 200
        WrongCodes.objects.update(since=timezone.now() - timedelta(seconds=wrong_codes.SECONDS))
        assert visitor.get(url_of(invitation)).status_code == 200

    def test_nothing_of_an_address_is_kept_beyond_its_time(self, db: None, visitor: Client) -> None:
        visitor.get("/public/respond/wrong/", REMOTE_ADDR="192.0.2.1")
        WrongCodes.objects.update(since=timezone.now() - timedelta(seconds=wrong_codes.SECONDS))

        visitor.get("/public/respond/wrong/", REMOTE_ADDR="192.0.2.2")

        (left,) = WrongCodes.objects.all()
        assert bytes(left.address) != b""
        assert "192.0.2" not in str(bytes(left.address))

    @pytest.mark.parametrize(
        ("proxies", "forwarded", "address"),
        [(0, "198.51.100.9", "192.0.2.1"), (1, "203.0.113.5, 198.51.100.9", "198.51.100.9")],
    )
    def test_an_address_is_what_the_outermost_proxy_of_ours_has_seen(
        self, rf: Any, settings: Any, proxies: int, forwarded: str, address: str
    ) -> None:
        settings.PROXIES = proxies
        asked = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})
        settings_free = rf.get("/", REMOTE_ADDR=address)

        found = wrong_codes.address_of(asked)

        settings.PROXIES = 0
        assert found == wrong_codes.address_of(settings_free)


def test_the_links_are_printed_only_where_no_platform_delivers_them(
    invitation: ResponseInvitation, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError):
        call_command("response_links")
    settings.PLATFORM_CHANNEL = "sandbox"

    call_command("response_links", "--json")

    assert code_of(invitation) in capsys.readouterr().out
