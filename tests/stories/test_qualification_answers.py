"""An operator without a login supplies documents, and renews what ends, by the code in the notice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount, Qualification, QualificationDocument
from accounts.qualification_words import QualificationStatus
from accounts.rules.qualifications import end_of
from accounts.services.qualifications import review, terms
from accounts.services.qualifications.invitations import MATERIAL, RENEWAL
from compliance.identity import vault
from compliance.models import (
    EvidenceFile,
    InvitationStatus,
    Notice,
    ResponseInvitation,
    StaffUser,
)
from compliance.responses import marker
from compliance.responses.codes import code_of
from reports.demo.clock import clock_at
from tests.accounts.qualifications import Desk, grounds, in_days, unused_number
from tests.compliance.evidence_files import picture

MakeDesk = Callable[..., Desk]
WORDS = "证件已换发，联系人鹂鹂"


@pytest.fixture
def account(make_account: Callable[..., PublicAccount]) -> PublicAccount:
    return make_account()


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def send(visitor: Client, invitation: ResponseInvitation, **given: Any) -> Any:
    file = SimpleUploadedFile("zheng.jpg", picture(), "image/jpeg")
    url = reverse("public:response", args=[code_of(invitation)])
    sent = {"files": [file], "complete": "1", **given}
    return visitor.post(url, {name: value for name, value in sent.items() if value is not None})


def kept() -> tuple[Any, ...]:
    """Return everything that a refused answer must leave as it was."""
    return (
        list(Qualification.objects.order_by("pk").values()),
        list(ResponseInvitation.objects.order_by("pk").values("pk", "status", "version")),
        QualificationDocument.objects.count(),
        EvidenceFile.objects.count(),
    )


class TestDocumentsAskedFor:
    @pytest.fixture
    def waiting(self, account: PublicAccount, qualification_desk: MakeDesk) -> Qualification:
        desk = qualification_desk(account, type="nurse", valid_until=in_days(200))
        desk.do(review.ask_for_qualification_material, told="请补充正反面照片")
        return Qualification.objects.get(pk=desk.qualification.pk)

    @pytest.fixture
    def invitation(self, waiting: Qualification) -> ResponseInvitation:
        return ResponseInvitation.objects.about(waiting).get()

    def test_the_notice_has_the_way_and_the_page_says_what_is_missing(
        self, waiting: Qualification, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        assert invitation.kind == MATERIAL
        assert invitation.clock == waiting.material_clock
        notice = Notice.objects.get(purpose="accounts.qualification_material")
        assert marker(invitation) in notice.text

        page = visitor.get(reverse("public:response", args=[code_of(invitation)]))

        assert "请补充正反面照片" in page.text

    def test_what_is_sent_lies_with_the_qualification_and_the_review_goes_on(
        self, waiting: Qualification, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        answer = send(visitor, invitation, words=WORDS)

        assert answer.status_code == 302
        waiting.refresh_from_db()
        assert waiting.status == QualificationStatus.IN_REVIEW
        assert waiting.documents.count() == 2
        assert waiting.work_item is not None
        assert waiting.work_item.closed_at is None
        invitation.refresh_from_db()
        assert invitation.status == InvitationStatus.ANSWERED

    def test_nothing_at_all_is_refused_and_leaves_nothing(
        self, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        before = kept()

        answer = send(visitor, invitation, files=None, words=" ")

        assert answer.status_code == 409
        assert kept() == before

    def test_once_decided_the_page_takes_nothing_more(
        self,
        waiting: Qualification,
        invitation: ResponseInvitation,
        visitor: Client,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        review.refuse_qualification(
            qualification=waiting,
            fence=None,
            expected_version=waiting.version,
            told="逾期未补充",
            **grounds(staff_user("moderator")),
        )
        before = kept()

        assert send(visitor, invitation, words=WORDS).status_code == 409
        assert kept() == before


class TestRenewal:
    @pytest.fixture
    def old(self, account: PublicAccount, qualification_desk: MakeDesk) -> Qualification:
        desk = qualification_desk(account, type="nurse", valid_until=in_days(20), holder="纸上甲")
        return desk.verify()

    @pytest.fixture
    def invitation(self, old: Qualification, system: StaffUser) -> ResponseInvitation:
        terms.send_reminders(today=timezone.localdate(), **grounds(system))
        return ResponseInvitation.objects.about(old).get()

    def test_the_reminder_has_the_way_and_later_ones_the_same(
        self, old: Qualification, invitation: ResponseInvitation, system: StaffUser
    ) -> None:
        assert invitation.kind == RENEWAL
        later = in_days(15)
        with clock_at(end_of(later) - timedelta(hours=2)):
            terms.send_reminders(today=later, **grounds(system))

        notices = Notice.objects.filter(purpose="accounts.qualification_expiring")
        assert notices.count() == 2
        assert all(marker(invitation) in each.text for each in notices)
        assert ResponseInvitation.objects.about(old).count() == 1

    def test_what_is_sent_is_handed_in_as_its_renewal_with_the_holder_it_had(
        self, old: Qualification, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        number, until = unused_number(), in_days(900)

        answer = send(visitor, invitation, number=number, valid_until=until.isoformat())

        assert answer.status_code == 302
        new = Qualification.objects.get(renews=old)
        assert (new.status, new.valid_until) == (QualificationStatus.IN_REVIEW, until)
        assert new.holder_name == old.holder_name
        assert new.number is not None
        assert vault.read(new.number) == number
        assert new.documents.count() == 1
        assert new.source == "response"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"number": ""},
            {"valid_until": "bald"},
            {"valid_until": "2020-01-01"},
            {"valid_until": "2026-02-31"},
            {"files": None},
        ],
    )
    def test_what_cannot_be_is_refused_with_words_and_leaves_nothing(
        self, invitation: ResponseInvitation, visitor: Client, wrong: dict[str, Any]
    ) -> None:
        good = {"number": unused_number(), "valid_until": in_days(900).isoformat()}
        before = kept()

        answer = send(visitor, invitation, **{**good, **wrong})

        assert answer.status_code == 409
        assert kept() == before

    def test_after_the_end_the_same_way_is_open(
        self, old: Qualification, invitation: ResponseInvitation, system: StaffUser
    ) -> None:
        over = in_days(21)
        with clock_at(end_of(over) - timedelta(hours=2)):
            terms.expire_qualifications(today=over, **grounds(system))

        notice = Notice.objects.get(purpose="accounts.qualification_expired")
        assert marker(invitation) in notice.text
