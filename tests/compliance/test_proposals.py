"""A second person decides: the same by every door, counted by person."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from compliance import proposals
from compliance.errors import ActionRefused, NotPermitted, ProposalClosed, SamePerson
from compliance.models import (
    ActionLog,
    Approval,
    ApprovalSlot,
    Participation,
    Proposal,
    ProposalOutcome,
    Side,
    StaffUser,
)
from compliance.provisions import Provision

P = Provision.OPINIONS_2
SLOT = "compliance.view_proposal"  # held by supervisors and compliance officers


def propose(actor: StaffUser, *, slots: int = 1, supersedes: Proposal | None = None) -> Proposal:
    matter = supersedes.matter if supersedes else proposals.open_matter("test")
    return proposals.submit_proposal(
        matter=matter,
        kind="test",
        content={"term_days": 7},
        slots=[SLOT] * slots,
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=P,
        reason="测试理由",
        supersedes=supersedes,
    )


def approve(proposal: Proposal, actor: StaffUser) -> bool:
    return proposals.approve_proposal(
        proposal=proposal, actor=actor, provision=P, reason="同意，事实清楚"
    )


def store_approval(proposal: Proposal, **changes: object) -> None:
    """Insert an approval with SQL, past every service."""
    values: dict[str, object] = {
        "proposal_id": proposal.pk,
        "matter_id": proposal.matter_id,
        "proposer_id": proposal.proposer_id,
        "approver_id": proposal.proposer_id,
        "approver_side": "decided",
        "slot": 1,
        "verdict": "approve",
        "reason": "x",
        **changes,
    }
    columns = ", ".join(values)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO compliance_approval ({columns}) "
            f"VALUES ({', '.join(['%s'] * len(values))})",
            list(values.values()),
        )


@pytest.mark.django_db
class TestApprove:
    def test_the_last_approval_completes_the_proposal(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposal = propose(staff_user("moderator"), slots=2)

        assert approve(proposal, staff_user("supervisor")) is False
        assert not ProposalOutcome.objects.filter(proposal=proposal).exists()
        assert approve(proposal, staff_user("compliance_officer")) is True
        assert proposal.outcome.result == "approved"

    def test_it_logs_who_why_and_which_bytes(self, staff_user: Callable[..., StaffUser]) -> None:
        proposal = propose(staff_user("moderator"))
        supervisor = staff_user("supervisor")

        approve(proposal, supervisor)

        row = ActionLog.objects.for_object(proposal).latest("id")
        assert row.action == "compliance.proposal.approve"
        assert (row.actor_number, row.reason) == (supervisor.person_id, "同意，事实清楚")
        assert row.provision == P
        assert row.changes["content_sha256"] == proposal.content_sha256

    def test_refuses_the_proposer_under_another_login(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposer = staff_user("moderator")
        same_person = staff_user("supervisor", person=proposer.person)
        proposal = propose(proposer)

        with pytest.raises(SamePerson):
            approve(proposal, same_person)

        assert not Approval.objects.exists()

    def test_refuses_a_second_verdict_of_one_person(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposal = propose(staff_user("moderator"), slots=2)
        supervisor = staff_user("supervisor")
        approve(proposal, supervisor)

        with pytest.raises(SamePerson):
            approve(proposal, supervisor)

        assert Approval.objects.count() == 1

    def test_refuses_who_lacks_the_role_for_every_open_slot(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposal = propose(staff_user("moderator"))

        with pytest.raises(NotPermitted):
            approve(proposal, staff_user("moderator"))

        assert not Approval.objects.exists()

    def test_refuses_a_proposal_that_was_replaced(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposer = staff_user("moderator")
        old = propose(proposer)
        propose(proposer, supersedes=old)

        with pytest.raises(ProposalClosed):
            approve(old, staff_user("supervisor"))

        assert not Approval.objects.filter(proposal=old).exists()

    def test_refuses_who_stands_on_another_side_of_the_matter(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposal = propose(staff_user("moderator"))
        supervisor = staff_user("supervisor")
        proposals.take_part(proposal.matter, supervisor, Side.APPEAL)

        with pytest.raises(SamePerson):
            approve(proposal, supervisor)

        assert not Approval.objects.exists()


@pytest.mark.django_db
class TestReturnAndWithdraw:
    def test_a_returned_proposal_takes_no_further_verdict(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposal = propose(staff_user("moderator"), slots=2)
        proposals.return_proposal(
            proposal=proposal, actor=staff_user("supervisor"), provision=P, reason="期限过长"
        )

        with pytest.raises(ProposalClosed):
            approve(proposal, staff_user("compliance_officer"))

        assert proposal.outcome.result == "returned"

    def test_only_the_proposer_withdraws(self, staff_user: Callable[..., StaffUser]) -> None:
        proposal = propose(staff_user("moderator"))

        with pytest.raises(ActionRefused):
            proposals.withdraw_proposal(
                proposal=proposal, actor=staff_user("supervisor"), provision=P, reason="x"
            )

        assert not ProposalOutcome.objects.exists()


@pytest.mark.django_db
class TestPastTheServices:
    """What SQL of the running product's role is refused."""

    def test_approval_approver_is_not_proposer(self, staff_user: Callable[..., StaffUser]) -> None:
        proposal = propose(staff_user("moderator"))

        with pytest.raises(IntegrityError, match="approval_approver_is_not_proposer"):
            store_approval(proposal)

    def test_a_misstated_proposer_does_not_help(self, staff_user: Callable[..., StaffUser]) -> None:
        proposal = propose(staff_user("moderator"))
        other = staff_user("supervisor")

        with pytest.raises(IntegrityError, match="approval_of_proposal"):
            store_approval(proposal, proposer_id=other.person_id)
            connection.check_constraints()

    def test_approval_once_per_person(self, staff_user: Callable[..., StaffUser]) -> None:
        proposal = propose(staff_user("moderator"), slots=2)
        supervisor = staff_user("supervisor")
        approve(proposal, supervisor)

        with pytest.raises(IntegrityError, match="approval_once_per_person"):
            store_approval(proposal, approver_id=supervisor.person_id, slot=2)

    def test_approval_once_per_slot(self, staff_user: Callable[..., StaffUser]) -> None:
        proposal = propose(staff_user("moderator"), slots=2)
        approve(proposal, staff_user("supervisor"))
        other = staff_user("compliance_officer")
        proposals.take_part(proposal.matter, other, Side.DECIDED)

        with pytest.raises(IntegrityError, match="approval_once_per_slot"):
            store_approval(proposal, approver_id=other.person_id)

    def test_approval_approver_took_part(self, staff_user: Callable[..., StaffUser]) -> None:
        proposal = propose(staff_user("moderator"))
        appeal_reviewer = staff_user("supervisor")
        proposals.take_part(proposal.matter, appeal_reviewer, Side.APPEAL)

        with pytest.raises(IntegrityError, match="approval_approver_took_part"):
            store_approval(proposal, approver_id=appeal_reviewer.person_id)

    def test_participation_one_side_per_person(self, staff_user: Callable[..., StaffUser]) -> None:
        proposal = propose(staff_user("moderator"))

        with (
            pytest.raises(IntegrityError, match="participation_one_side_per_person"),
            transaction.atomic(),
        ):
            Participation.objects.create(
                matter=proposal.matter, person=proposal.proposer, side=Side.APPEAL
            )

    def test_a_slot_beyond_what_is_needed_cannot_be_added(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposal = propose(staff_user("moderator"))

        with (
            pytest.raises(IntegrityError, match="approvalslot_within_needed"),
            transaction.atomic(),
        ):
            ApprovalSlot.objects.create(
                proposal=proposal, approvals_needed=1, number=2, permission=SLOT
            )

    def test_approved_without_approvals_is_refused(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposal = propose(staff_user("moderator"))

        with pytest.raises(IntegrityError, match="has 0 of 1 approvals"), transaction.atomic():
            ProposalOutcome.objects.create(proposal=proposal, result="approved")

    def test_one_end_per_proposal(self, staff_user: Callable[..., StaffUser]) -> None:
        proposal = propose(staff_user("moderator"))
        approve(proposal, staff_user("supervisor"))

        with pytest.raises(IntegrityError), transaction.atomic():
            ProposalOutcome.objects.create(proposal=proposal, result="withdrawn")


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_complete_a_proposal_of_two_exactly_once(
    staff_user: Callable[..., StaffUser],
) -> None:
    for _round in range(5):
        proposal = propose(staff_user("moderator"), slots=2)
        approvers = [staff_user("supervisor"), staff_user("compliance_officer")]
        start = threading.Barrier(2)
        completed: list[bool] = []

        def run(
            actor: StaffUser,
            proposal: Proposal = proposal,
            start: threading.Barrier = start,
            completed: list[bool] = completed,
        ) -> None:
            start.wait()
            try:
                completed.append(approve(proposal, actor))
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(each,)) for each in approvers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(completed) == [False, True]
        assert proposal.outcome.result == "approved"
