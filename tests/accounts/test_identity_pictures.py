"""Pictures of identities go when their time is over; those of minors are shown by two."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationStatus, HoldKind
from accounts.models import Application, PublicAccount, Subject
from accounts.services import review
from accounts.services.holds import place_hold, release_hold
from compliance import work
from compliance.errors import ActionRefused, IdentityErased, NotPermitted
from compliance.evidence import erasure, retention, storage
from compliance.evidence import services as evidence
from compliance.evidence.minor_looks import ask_look
from compliance.evidence.tasks import erase_identity_pictures
from compliance.evidence.viewing import show_copy, take_out_original
from compliance.identity import minors
from compliance.minor_reveals import approve_reveal
from compliance.models import (
    ActionLog,
    EvidenceFile,
    EvidenceStatus,
    EvidenceView,
    Proposal,
    ProposalResult,
    ResponseInvitation,
    RetentionErasure,
    StaffUser,
    TimeLimit,
)
from compliance.provisions import Provision
from compliance.responses.codes import code_of
from reports.demo.clock import clock_at
from tests.accounts.applications import personal
from tests.compliance.evidence_files import picture

pytestmark = pytest.mark.django_db
MakeStaff = Callable[..., StaffUser]


def because(actor: StaffUser, reason: str = "核对材料") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_8_1, "reason": reason}


@pytest.fixture
def moderator(staff_user: MakeStaff) -> StaffUser:
    return staff_user("moderator")


@pytest.fixture
def supervisor(staff_user: MakeStaff) -> StaffUser:
    return staff_user("supervisor")


def supplied(application: Application, system: StaffUser) -> EvidenceFile:
    """Supply the picture of a document on the public page, and have it checked."""
    invitation = ResponseInvitation.objects.open().about(application).get()
    answer = Client().post(
        reverse("public:response", args=[code_of(invitation)]),
        {
            "words": "补充证件照片",
            "files": [SimpleUploadedFile("zhengjian.jpg", picture(), "image/jpeg")],
            "complete": "1",
        },
    )
    assert answer.status_code == 302
    attached = Application.objects.get(pk=application.pk).materials.get(is_statement=False)
    return evidence.check_file(file=attached.file, **because(system))


@pytest.fixture
def shown(
    make_application: Callable[..., Application], system: StaffUser, moderator: StaffUser
) -> EvidenceFile:
    """The picture of a document that an applicant supplied; the application is in review."""
    application = make_application(category="education")
    review.ask_for_material(**held(application, moderator), told="请补充证件照片")
    return supplied(application, system)


def application_of(file: EvidenceFile) -> Application:
    return Application.objects.get(materials__file=file)


def held(application: Application, moderator: StaffUser) -> dict[str, Any]:
    """Return what a reviewer who took the application decides with."""
    assert application.work_item is not None
    lease = work.claim_item(work_item=application.work_item, actor=moderator)
    return {
        "application": application,
        "fence": lease.fence,
        "expected_version": application.version,
        **because(moderator),
    }


def approve(application: Application, moderator: StaffUser) -> PublicAccount:
    return review.approve_application(**held(application, moderator), told="材料齐全")


def later(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def sweep(system: StaffUser, *, days: int) -> int:
    with clock_at(later(days)):
        return retention.erase_settled_pictures(
            now=timezone.now(), actor=system, reason="保存期限届满"
        )


class TestKeeping:
    def test_thirty_days_after_the_result_it_is_erased_and_a_record_stays(
        self, shown: EvidenceFile, moderator: StaffUser, system: StaffUser, client: Client
    ) -> None:
        paths = [shown.stored_as, *shown.copies.values_list("stored_as", flat=True)]
        assert sweep(system, days=90) == 0  # not decided yet
        approve(application_of(shown), moderator)
        assert sweep(system, days=30) == 0
        assert all(storage.is_present(each) for each in paths)
        client.force_login(moderator)
        url = reverse("admin:evidence_file", args=[shown.pk])
        assert "保存至" in client.get(url).text

        assert sweep(system, days=31) == 1

        shown = EvidenceFile.objects.select_related("key").get(pk=shown.pk)
        assert shown.status == EvidenceStatus.ERASED
        record = RetentionErasure.objects.get()
        assert (record.file, record.copies) == (shown, 1)
        assert record.settled_at == application_of(shown).decided_at
        assert shown.retention == record
        with pytest.raises(IdentityErased):
            storage.read_original(shown)
        logged = ActionLog.objects.for_object(shown).get(action="compliance.evidencefile.erase")
        assert logged.provision == Provision.PIPL_19
        page = client.get(url)
        assert "30 自然日" in page.text or "30" in page.text
        assert "结果和记录保留" in page.text
        # The words of the applicant, and what is known of the identity, stay.
        assert application_of(shown).materials.get(
            is_statement=True
        ).file.status == "available" or (
            application_of(shown).materials.get(is_statement=True).file.status == "quarantined"
        )
        assert application_of(shown).id_number.masked
        assert sweep(system, days=40) == 0

    def test_the_bytes_are_gone_from_the_store(
        self,
        shown: EvidenceFile,
        moderator: StaffUser,
        system: StaffUser,
        django_capture_on_commit_callbacks: Callable[..., Any],
    ) -> None:
        paths = [shown.stored_as, *shown.copies.values_list("stored_as", flat=True)]
        approve(application_of(shown), moderator)

        with clock_at(later(31)), django_capture_on_commit_callbacks(execute=True):
            erase_identity_pictures(0)

        assert len(paths) == 2
        assert not any(storage.is_present(each) for each in paths)

    def test_what_was_withdrawn_is_erased_too(
        self, shown: EvidenceFile, moderator: StaffUser, system: StaffUser
    ) -> None:
        review.withdraw_application(**held(application_of(shown), moderator))

        assert sweep(system, days=31) == 1

    def test_an_open_case_keeps_it_until_it_is_closed(
        self, shown: EvidenceFile, moderator: StaffUser, system: StaffUser, client: Client
    ) -> None:
        account = approve(application_of(shown), moderator)
        matter = {"account": account, "kind": HoldKind.OPEN_CASE, "ground_ref": "case:7"}
        place_hold(**matter, **because(system))

        assert sweep(system, days=60) == 0
        client.force_login(moderator)
        page = client.get(reverse("admin:evidence_file", args=[shown.pk])).text
        assert "未结事项" in page

        release_hold(**matter, **because(system))
        assert sweep(system, days=60) == 1

    def test_a_proposal_to_erase_it_that_waits_goes_first(
        self, shown: EvidenceFile, moderator: StaffUser, system: StaffUser
    ) -> None:
        approve(application_of(shown), moderator)
        erasure.propose_erasure(file=shown, **because(moderator))

        assert sweep(system, days=31) == 0
        assert not RetentionErasure.objects.exists()

    def test_the_database_erases_nothing_before_its_time_and_nothing_else(
        self, shown: EvidenceFile, moderator: StaffUser
    ) -> None:
        limit = TimeLimit.objects.get(code=retention.LIMIT)
        other = TimeLimit.objects.get(code="agreement_acceptance")
        statement = application_of(shown).materials.get(is_statement=True).file
        old, now = timezone.now() - timedelta(days=31), timezone.now()

        for file, settled_at, by in (
            (shown, now, limit),
            (shown, old, other),
            (statement, old, limit),
        ):
            with (
                pytest.raises(IntegrityError, match="time of evidence file"),
                transaction.atomic(),
            ):
                RetentionErasure.objects.create(
                    file=file, settled_at=settled_at, limit=by, copies=1, at=now
                )
        assert not RetentionErasure.objects.exists()


@pytest.fixture
def minors_picture(make_application: Callable[..., Application], system: StaffUser) -> EvidenceFile:
    """The picture of a document of somebody who comes of age in about three years."""
    born = date(timezone.localdate().year - 15, 6, 1)
    number = personal(f"110101{born:%Y%m%d}123")
    application = make_application(category="", id_number=number)
    assert application.status == ApplicationStatus.WAITING_MATERIAL
    return supplied(application, system)


def copy_of(file: EvidenceFile) -> Any:
    return file.copies.select_related("file__key").get()


def look(file: EvidenceFile, actor: StaffUser) -> bytes:
    return show_copy(copy=copy_of(file), **because(actor))


class TestMinors:
    def test_it_is_shown_by_the_approval_of_somebody_else_once(
        self, minors_picture: EvidenceFile, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        with pytest.raises(ActionRefused):
            look(minors_picture, moderator)
        assert not EvidenceView.objects.exists()
        proposal = ask_look(files=[minors_picture], **because(moderator))
        with pytest.raises(ActionRefused):
            look(minors_picture, moderator)
        with pytest.raises(ActionRefused):
            ask_look(files=[minors_picture], **because(moderator))
        with pytest.raises(NotPermitted):
            ask_look(files=[minors_picture], **because(supervisor))

        approve_reveal(proposal=proposal, **because(supervisor))

        assert look(minors_picture, moderator)
        seen = EvidenceView.objects.get()
        assert seen.proposal == proposal
        with pytest.raises(ActionRefused):
            look(minors_picture, moderator)
        # The original is a part of its own.
        take_out_original(file=minors_picture, **because(moderator)).close()
        with pytest.raises(ActionRefused):
            take_out_original(file=minors_picture, **because(moderator))
        assert EvidenceView.objects.count() == 2

    def test_it_is_not_called_something_else_so_as_to_be_shown(
        self, minors_picture: EvidenceFile, moderator: StaffUser
    ) -> None:
        with pytest.raises(ActionRefused):
            evidence.rate_file(file=minors_picture, sensitivity="ordinary", **because(moderator))

        with (
            mock.patch.object(minors, "shows_minor", return_value=False),
            pytest.raises(IntegrityError, match="shows a document of a minor"),
            transaction.atomic(),
        ):
            evidence.rate_file(file=minors_picture, sensitivity="ordinary", **because(moderator))
        minors_picture.refresh_from_db()
        assert minors_picture.sensitivity == "identity_document"

    def test_the_database_takes_no_look_without_approval(
        self, minors_picture: EvidenceFile, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        def put(**more: Any) -> None:
            EvidenceView.objects.create(
                file=minors_picture,
                part="copy",
                number=1,
                sensitivity="identity_document",
                person=moderator.person,
                reason="直接写入",
                **more,
            )

        with pytest.raises(IntegrityError, match="nobody approved"), transaction.atomic():
            put()
        proposal = ask_look(files=[minors_picture], **because(moderator))
        by = {"proposal": proposal, "approved_result": ProposalResult.APPROVED}
        with pytest.raises(IntegrityError, match="has lapsed"), transaction.atomic():
            put(**by)
        approve_reveal(proposal=proposal, **because(supervisor))
        put(**by)
        with pytest.raises(IntegrityError, match="once_an_approval"), transaction.atomic():
            put(**by)

    def test_an_adult_is_shown_as_ever_and_whoever_came_of_age_too(
        self, shown: EvidenceFile, minors_picture: EvidenceFile, moderator: StaffUser
    ) -> None:
        assert look(shown, moderator)
        with pytest.raises(ActionRefused):
            ask_look(files=[shown], **because(moderator))

        with clock_at(later(5 * 366)):
            assert look(minors_picture, moderator)

        assert not Subject.objects.filter(is_minor=True).exists()
        assert not EvidenceView.objects.filter(proposal__isnull=False).exists()

    def test_asked_approved_and_shown_on_pages(
        self, minors_picture: EvidenceFile, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        asker, approver = Client(), Client()
        asker.force_login(moderator)
        approver.force_login(supervisor)
        url = reverse("admin:evidence_file", args=[minors_picture.pk])
        copy = reverse("admin:evidence_copy", args=[minors_picture.pk, 1])
        early = asker.post(copy)
        assert early.status_code == 409
        assert "未成年人" in early.json()["message"]
        version = {"version": minors_picture.version}

        assert (
            asker.post(url, {"action": "ask", "reason": "核对监护", **version}).status_code == 302
        )
        back = {"action": "withdraw", "reason": "不需要了", **version}
        assert asker.post(url, back).status_code == 302
        assert (
            asker.post(url, {"action": "ask", "reason": "核对监护", **version}).status_code == 302
        )
        proposal = Proposal.objects.latest("pk")
        listed = reverse("admin:minor_reveals")
        waiting = approver.get(listed)
        assert minors_picture.number in waiting.text
        act = {"action": "approve", "proposal": proposal.pk, "reason": "同意"}
        assert approver.post(listed, act).status_code == 302

        assert "每一部分" in asker.get(url).text
        assert asker.post(copy).status_code == 200
        assert asker.post(copy).status_code == 409
        assert approver.get(listed).context["past"][0]["shown"] == 1
