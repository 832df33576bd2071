"""A filing leaves the house only after somebody else released exactly its bytes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from compliance import proposals
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    SamePerson,
    StaleVersion,
    TransitionRefused,
)
from compliance.models import ActionLog, Approval, ProposalOutcome, Side, StaffUser
from reports.enums import FilingStatus
from reports.models import Filing
from reports.services import filings, preparation
from tests.reports.conftest import REASON, P, Staff

pytestmark = pytest.mark.django_db(transaction=True)


def act(service: Callable[..., object], filing: Filing, actor: StaffUser, **more: object) -> None:
    service(filing=filing, actor=actor, provision=P, reason=REASON, **more)


def of_another_matter(staff: Staff) -> int:
    proposal = proposals.submit_proposal(
        matter=proposals.open_matter("other"),
        kind=filings.RELEASE_KIND,
        content={},
        slots=["reports.release_filing"],
        proposer_side=Side.REQUESTER,
        approver_side=Side.RELEASER,
        actor=staff.officer,
        provision=P,
        reason=REASON,
    )
    return int(proposal.pk)


def fresh(filing: Filing) -> Filing:
    return Filing.objects.get(pk=filing.pk)


def test_two_officers_bring_a_filing_to_its_receipt(
    requested: Callable[..., Filing], staff: Staff
) -> None:
    filing = requested()

    act(filings.release_filing, filing, staff.second)
    act(filings.mark_filed, filing, staff.officer, channel="报送系统")
    act(filings.receipt_filing, filing, staff.officer, receipt_number="回执-17")

    kept = fresh(filing)
    assert (kept.status, kept.receipt_number) == (FilingStatus.RECEIPTED, "回执-17")
    assert kept.release_proposal.approvals.get().approver == staff.second.person
    actions = ActionLog.objects.for_object(filing).order_by("id").values_list("action", flat=True)
    assert [action.rpartition(".")[2] for action in actions] == [
        "create",
        "prepare",
        "review",
        "request_release",
        "release",
        "file",
        "receipt",
    ]


class TestWhoPreparedDoesNotRelease:
    def test_is_refused_by_the_service(
        self, requested: Callable[..., Filing], staff: Staff
    ) -> None:
        filing = requested()

        with pytest.raises(SamePerson):
            act(filings.release_filing, filing, staff.officer)

        assert fresh(filing).status == FilingStatus.REVIEWED
        assert not Approval.objects.filter(proposal=filing.release_proposal).exists()

    def test_nor_does_who_only_prepared_or_only_reviewed(
        self, prepare: Callable[..., Filing], staff: Staff
    ) -> None:
        filing = prepare()
        act(filings.review_filing, filing, staff.second)
        act(filings.request_release, filing, staff.second)

        with pytest.raises(SamePerson):
            act(filings.release_filing, filing, staff.officer)

        act(filings.release_filing, filing, staff.third)
        assert fresh(filing).status == FilingStatus.RELEASED

    def test_nor_with_a_second_login(
        self,
        requested: Callable[..., Filing],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        filing = requested()
        other_login = staff_user("compliance_officer", person=staff.officer.person)

        with pytest.raises(SamePerson):
            act(filings.release_filing, filing, other_login)

    def test_nor_does_the_system_or_who_has_no_such_role(
        self,
        requested: Callable[..., Filing],
        staff: Staff,
        system: StaffUser,
    ) -> None:
        filing = requested()

        for actor in (system, staff.supervisor):
            with pytest.raises(NotPermitted):
                act(filings.release_filing, filing, actor)

        assert fresh(filing).status == FilingStatus.REVIEWED


class TestTheDatabase:
    """What raw SQL as the application role may not do either."""

    def run(self, *statements: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    RELEASE = (
        "UPDATE reports_filing SET status = 'released', released_at = now(), "
        "approved_result = {result}, version = version + 1"
    )

    @pytest.mark.parametrize(
        ("result", "constraint"),
        [
            ("NULL", "filing_released_only_if_approved"),
            ("'approved'", "filing_approval_is_real"),
            ("'returned'", "filing_released_only_if_approved"),
        ],
    )
    def test_refuses_a_release_without_an_approval(
        self, requested: Callable[..., Filing], result: str, constraint: str
    ) -> None:
        requested()

        with pytest.raises(IntegrityError, match=constraint):
            self.run(self.RELEASE.format(result=result))

    def test_refuses_the_requester_as_approver(
        self, requested: Callable[..., Filing], staff: Staff
    ) -> None:
        proposal = requested().release_proposal
        values = (
            f"({proposal.pk}, {proposal.matter_id}, {proposal.proposer_id}, "
            f"{staff.officer.person_id}, 'releaser', 1, 'approve', 'x')"
        )

        with pytest.raises(IntegrityError, match="approval_approver_is_not_proposer"):
            self.run(
                "INSERT INTO compliance_approval (proposal_id, matter_id, proposer_id, approver_id,"
                f" approver_side, slot, verdict, reason) VALUES {values}"
            )

    def test_refuses_a_release_by_a_proposal_of_another_matter_or_without_slots(
        self, requested: Callable[..., Filing], staff: Staff
    ) -> None:
        requested()

        with pytest.raises(IntegrityError, match="filing_release_of_this_matter"):
            self.run(
                f"UPDATE reports_filing SET release_proposal_id = {of_another_matter(staff)}, "
                "version = version + 1"
            )
        with pytest.raises(IntegrityError, match="filing_release_needs_second_person"):
            self.run("UPDATE reports_filing SET approvals_needed = 0, version = version + 1")

    def test_refuses_a_status_without_history(self, requested: Callable[..., Filing]) -> None:
        requested()

        with pytest.raises(IntegrityError, match="without history"):
            self.run("UPDATE reports_filing SET status = 'withdrawn', version = version + 1")

    def test_refuses_a_prepared_filing_without_a_manifest(
        self, prepare: Callable[..., Filing]
    ) -> None:
        prepare()

        for text, match in (
            ("NULL", "filing_prepared_has_manifest"),
            (f"'{'0' * 64}'", "filing_manifest_is_real"),
        ):
            with pytest.raises(IntegrityError, match=match):
                self.run(
                    f"UPDATE reports_filing SET manifest_sha256 = {text}, version = version + 1"
                )


def test_a_returned_filing_is_reviewed_and_asked_for_again(
    requested: Callable[..., Filing], staff: Staff
) -> None:
    filing = requested()
    act(filings.return_filing, filing, staff.second)

    with pytest.raises(ActionRefused):
        act(filings.release_filing, filing, staff.second)
    act(filings.review_filing, filing, staff.officer)
    act(filings.request_release, filing, staff.officer)
    act(filings.release_filing, filing, staff.second)

    results = ProposalOutcome.objects.filter(proposal__matter=filing.matter).order_by("at")
    assert [outcome.result for outcome in results] == ["returned", "approved"]


def test_a_release_is_asked_for_once_and_only_after_review(
    prepare: Callable[..., Filing], staff: Staff
) -> None:
    filing = prepare()
    with pytest.raises(TransitionRefused):
        act(filings.request_release, filing, staff.officer)
    act(filings.review_filing, filing, staff.officer)
    act(filings.request_release, filing, staff.officer)

    with pytest.raises(ActionRefused):
        act(filings.request_release, filing, staff.officer)


def test_a_stale_page_cannot_release(requested: Callable[..., Filing], staff: Staff) -> None:
    filing = requested()

    with pytest.raises(StaleVersion):
        act(filings.release_filing, filing, staff.second, expected_version=1)

    assert fresh(filing).status == FilingStatus.REVIEWED


def test_what_was_not_released_is_not_handed_in(
    requested: Callable[..., Filing], staff: Staff
) -> None:
    filing = requested()

    with pytest.raises(TransitionRefused):
        act(filings.mark_filed, filing, staff.officer, channel="报送系统")

    assert fresh(filing).filed_at is None


def test_handing_in_names_its_channel_and_no_time_to_come(
    requested: Callable[..., Filing], staff: Staff
) -> None:
    filing = requested()
    act(filings.release_filing, filing, staff.second)

    with pytest.raises(InvalidInput):
        act(filings.mark_filed, filing, staff.officer, channel=" ")
    with pytest.raises(InvalidInput):
        later = timezone.now() + timedelta(hours=1)
        act(filings.mark_filed, filing, staff.officer, channel="x", filed_at=later)

    assert fresh(filing).status == FilingStatus.RELEASED


def test_a_correction_takes_the_place_of_what_it_corrects_when_it_is_handed_in(
    filed: Callable[..., Filing], staff: Staff
) -> None:
    first = filed()

    second = preparation.correct_filing(
        filing=first, actor=staff.officer, provision=P, reason=REASON
    )
    act(filings.review_filing, second, staff.officer)
    act(filings.request_release, second, staff.officer)
    act(filings.release_filing, second, staff.second)
    between = fresh(first).status
    act(filings.mark_filed, second, staff.officer, channel="报送系统")

    assert between == FilingStatus.FILED
    assert fresh(first).status == FilingStatus.CORRECTED
    assert fresh(second).status == FilingStatus.FILED
    with pytest.raises(InvalidInput):
        preparation.correct_filing(filing=first, actor=staff.officer, provision=P, reason=REASON)


def test_one_period_is_not_filed_twice_without_a_correction(
    filed: Callable[..., Filing], requested: Callable[..., Filing], staff: Staff
) -> None:
    filed()
    again = requested()
    act(filings.release_filing, again, staff.second)

    with pytest.raises(ActionRefused):
        act(filings.mark_filed, again, staff.officer, channel="报送系统")

    assert fresh(again).status == FilingStatus.RELEASED


def test_what_waits_for_release_is_withdrawn_by_who_asked_and_what_was_filed_by_nobody(
    requested: Callable[..., Filing], filed: Callable[..., Filing], staff: Staff
) -> None:
    waiting = requested()
    with pytest.raises(ActionRefused):
        act(filings.withdraw_filing, waiting, staff.second)
    act(filings.withdraw_filing, waiting, staff.officer)
    standing = filed()

    with pytest.raises(TransitionRefused):
        act(filings.withdraw_filing, standing, staff.officer)

    assert fresh(waiting).status == FilingStatus.WITHDRAWN
    assert waiting.release_proposal.outcome.result == "withdrawn"


def test_nobody_without_the_permission_reviews_files_or_withdraws(
    prepare: Callable[..., Filing], staff: Staff
) -> None:
    filing = prepare()

    for service, more in (
        (filings.review_filing, {}),
        (filings.request_release, {}),
        (filings.mark_filed, {"channel": "x"}),
        (filings.receipt_filing, {"receipt_number": "1"}),
        (filings.withdraw_filing, {}),
    ):
        with pytest.raises(NotPermitted):
            act(service, filing, staff.moderator, **more)

    assert fresh(filing).status == FilingStatus.PREPARED


def test_history_of_a_filing_cannot_be_changed(prepare: Callable[..., Filing]) -> None:
    filing = prepare()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reports_historicalfiling SET status = 'released'")

    assert filing.history.count() == 2
