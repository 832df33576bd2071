"""Approving, returning and withdrawing a decision."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import PublicAccount, Restriction
from compliance import work
from compliance.errors import (
    ActionRefused,
    MissingReason,
    NotPermitted,
    ProposalClosed,
    SamePerson,
)
from compliance.models import ActionLog, Notice, StaffUser
from enforcement.models import Case, Decision, Measure, ReportDuty
from enforcement.services import decisions
from enforcement.services.notices import DECISION
from tests.enforcement.conftest import (
    CLOSURE,
    REASON,
    P,
    Staff,
    approve,
    propose,
    suspension,
)

pytestmark = pytest.mark.django_db


def nothing_was_done() -> bool:
    return not (
        Measure.objects.exists()
        or Restriction.objects.exists()
        or ReportDuty.objects.exists()
        or Notice.objects.filter(purpose=DECISION).exists()
    )


def test_one_approval_brings_a_warning_into_force(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator)

    assert approve(decision, staff.supervisor) is True

    decision = Decision.objects.get()
    assert decision.status == "in_force"
    assert decision.case.status == "decided"
    assert decision.measures.get().status == "in_force"
    assert not Restriction.objects.exists()
    assert decision.approval_item.closed_at is not None
    assert decision.appealable_until > decision.in_force_from + timedelta(days=29)


def test_a_suspension_stops_updates_for_its_term(
    decide: Callable[..., Decision],
) -> None:
    decision = decide(measures=suspension(7))

    measure = decision.measures.get()
    restriction = Restriction.objects.get()
    assert measure.restriction == restriction
    assert measure.in_force_until == decision.in_force_from + timedelta(days=7)
    assert restriction.kind == "suspend_updates"
    assert (restriction.in_force_from, restriction.in_force_until) == (
        measure.in_force_from,
        measure.in_force_until,
    )
    assert (restriction.ground_kind, restriction.ground_ref) == ("decision", decision.number)
    assert Restriction.objects.for_account(decision.account).in_force(timezone.now()).exists()


def test_a_closure_needs_supervisor_and_compliance_officer(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator, measures=CLOSURE)

    assert approve(decision, staff.supervisor) is False

    assert nothing_was_done()
    assert approve(decision, staff.officer) is True
    account = PublicAccount.objects.get(pk=decision.account_id)
    assert account.status == "closed"
    assert (account.closed_ground_kind, account.closed_ground_ref) == (
        "decision",
        decision.number,
    )


def test_two_supervisors_do_not_close_an_account(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    decision = propose(open_case(), staff.moderator, measures=CLOSURE)
    approve(decision, staff.supervisor)

    with pytest.raises(NotPermitted):
        approve(decision, staff_user("supervisor"))

    assert nothing_was_done()


def test_the_item_goes_on_to_the_officer_when_the_supervisor_has_approved(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator, measures=CLOSURE)
    taken = work.claim_next(queue="approvals", actor=staff.supervisor)

    approve(decision, staff.supervisor)

    taken.work_item.refresh_from_db()
    assert taken.work_item.closed_at is not None
    passed_on = work.claim_next(queue="approvals_officer", actor=staff.officer)
    assert passed_on.work_item.decision == decision


def test_the_item_stays_with_the_supervisors_when_the_officer_was_first(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator, measures=CLOSURE)

    approve(decision, staff.officer)

    assert work.claim_next(queue="approvals", actor=staff.supervisor).work_item.decision == decision
    assert approve(decision, staff.supervisor) is True


def test_every_step_logs_who_why_and_which_article(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator, measures=suspension(7))

    approve(decision, staff.supervisor, "证据充分")

    rows = ActionLog.objects.filter(
        actor_number=staff.supervisor.person_id, reason="证据充分", provision=P
    )
    assert {
        "compliance.proposal.approve",
        "enforcement.decision.enforce",
        "enforcement.measure.create",
        "enforcement.case.decide",
        "enforcement.reportduty.create",
    } <= set(rows.values_list("action", flat=True))


def test_nobody_approves_what_they_proposed_under_whichever_login(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    second_login = staff_user("supervisor", person=staff.moderator.person)
    decision = propose(open_case(), staff.moderator)

    with pytest.raises(SamePerson):
        approve(decision, second_login)

    assert nothing_was_done()
    assert not decision.proposal.approvals.exists()


def test_two_logins_of_one_person_are_one_approver(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    second_login = staff_user("compliance_officer", person=staff.supervisor.person)
    decision = propose(open_case(), staff.moderator, measures=CLOSURE)
    approve(decision, staff.supervisor)

    with pytest.raises(SamePerson):
        approve(decision, second_login)

    assert nothing_was_done()
    assert decision.proposal.approvals.count() == 1


def test_an_approval_without_reason_leaves_nothing(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator)

    with pytest.raises(MissingReason):
        approve(decision, staff.supervisor, " ")

    assert nothing_was_done()
    assert not decision.proposal.approvals.exists()


def test_a_decision_is_not_released_when_the_account_was_closed_meanwhile(
    open_case: Callable[..., Case],
    decide: Callable[..., Decision],
    make_account: Callable[..., PublicAccount],
    staff: Staff,
) -> None:
    account = make_account()
    waiting = propose(open_case(account), staff.moderator, measures=suspension(7))
    decide(account, measures=CLOSURE)

    with pytest.raises(ActionRefused):
        approve(waiting, staff.supervisor)

    waiting.refresh_from_db()
    assert waiting.status == "proposed"
    assert not waiting.proposal.approvals.exists()
    assert not Restriction.objects.exists()


def test_a_returned_decision_comes_back_with_the_suggestion(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    decision = propose(case, staff.moderator)
    first_item = case.work_item

    decisions.return_decision(
        decision=decision, actor=staff.supervisor, provision=P, reason="建议补充证据"
    )

    decision.refresh_from_db()
    case.refresh_from_db()
    assert (decision.status, decision.ended_reason) == ("returned", "建议补充证据")
    assert decision.approval_item.closed_at is not None
    assert case.work_item != first_item
    assert case.work_item.due_at == first_item.due_at
    assert work.claim_next(queue="cases", actor=staff.moderator).work_item == case.work_item


def test_the_next_decision_names_the_one_that_was_returned(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    first = propose(case, staff.moderator)
    decisions.return_decision(
        decision=first, actor=staff.supervisor, provision=P, reason="建议补充证据"
    )
    case.refresh_from_db()

    second = propose(case, staff.moderator)

    assert second.replaces == first
    assert f'"replaces":"{first.number}"' in second.proposal.content
    assert approve(second, staff.supervisor) is True


def test_a_decided_decision_is_neither_approved_nor_returned_again(
    decide: Callable[..., Decision], staff_user: Callable[..., StaffUser]
) -> None:
    decision = decide()
    other = staff_user("supervisor")

    with pytest.raises(ProposalClosed):
        approve(decision, other)
    with pytest.raises(ProposalClosed):
        decisions.return_decision(decision=decision, actor=other, provision=P, reason=REASON)

    decision.refresh_from_db()
    assert decision.status == "in_force"
    assert decision.measures.count() == 1


def test_the_proposer_withdraws_and_the_case_waits_again(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    decision = propose(case, staff.moderator)

    decisions.withdraw_decision(
        decision=decision, actor=staff.moderator, provision=P, reason="发现新的证据"
    )

    decision.refresh_from_db()
    case.refresh_from_db()
    assert decision.status == "withdrawn"
    assert case.work_item.closed_at is None
    with pytest.raises(ProposalClosed):
        approve(decision, staff.supervisor)


def test_nobody_withdraws_what_another_proposed(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    decision = propose(open_case(), staff.moderator)

    with pytest.raises(ActionRefused):
        decisions.withdraw_decision(
            decision=decision, actor=staff_user("moderator"), provision=P, reason=REASON
        )

    decision.refresh_from_db()
    assert decision.status == "proposed"
