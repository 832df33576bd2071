"""Two at once: whoever is second is refused, and nothing happens twice."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from compliance import work
from compliance.errors import ActionRefused, ProposalClosed, SamePerson, StaleLease
from compliance.models import Approval, Notice, StaffUser
from enforcement.models import Case, CreditEntry, CreditScore, Decision, Measure, ReportDuty
from enforcement.services import cases, decisions, measures
from tests.enforcement.conftest import (
    CLOSURE,
    REASON,
    P,
    Staff,
    approve,
    propose,
    suspension,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Start every act at the same instant on a connection of its own; return what came of each."""
    start = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=20)
            results[place] = act()
        except ActionRefused as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def refusals(results: list[object]) -> list[ActionRefused]:
    return [result for result in results if isinstance(result, ActionRefused)]


def fresh(decision: Decision) -> Decision:
    """Return an object of one's own, as each request has."""
    return Decision.objects.get(pk=decision.pk)


def test_two_supervisors_at_once_bring_a_decision_into_force_once(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    decision = propose(open_case(), staff.moderator, measures=suspension(7))
    copies = fresh(decision), fresh(decision)
    other = staff_user("supervisor")

    results = at_once(
        lambda: approve(copies[0], staff.supervisor), lambda: approve(copies[1], other)
    )

    assert results.count(True) == 1
    assert [type(refusal) for refusal in refusals(results)] == [ProposalClosed]
    assert Measure.objects.count() == 1
    assert Approval.objects.count() == 1
    assert ReportDuty.objects.count() == 1
    assert Notice.objects.filter(purpose="enforcement.decision").count() == 2


def test_both_approvers_of_a_closure_at_once_close_it_once(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator, measures=CLOSURE)
    copies = fresh(decision), fresh(decision)

    results = at_once(
        lambda: approve(copies[0], staff.supervisor), lambda: approve(copies[1], staff.officer)
    )

    assert sorted(map(str, results)) == ["False", "True"]
    decision.refresh_from_db()
    assert decision.status == "in_force"
    assert decision.account.status == "closed"
    assert Measure.objects.count() == 1


def test_two_decisions_at_once_take_their_points_both(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    first = propose(open_case(), staff.moderator, severity=3)
    account = first.account
    second = propose(open_case(account), staff_user("moderator"), severity=3)
    other = staff_user("supervisor")

    results = at_once(
        lambda: approve(fresh(first), staff.supervisor), lambda: approve(fresh(second), other)
    )

    assert results == [True, True]
    taken = CreditEntry.objects.order_by("pk").values_list("score_before", "score_after")
    assert list(taken) == [(100, 80), (80, 60)]
    assert CreditScore.objects.get().score == 60


def test_two_logins_of_one_person_at_once_are_one_approval(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    second_login = staff_user("compliance_officer", person=staff.supervisor.person)
    decision = propose(open_case(), staff.moderator, measures=CLOSURE)
    copies = fresh(decision), fresh(decision)

    results = at_once(
        lambda: approve(copies[0], staff.supervisor), lambda: approve(copies[1], second_login)
    )

    assert [type(refusal) for refusal in refusals(results)] == [SamePerson]
    assert Approval.objects.count() == 1
    assert not Measure.objects.exists()


def test_the_proposer_at_once_with_an_approver_gets_nowhere(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    second_login = staff_user("supervisor", person=staff.moderator.person)
    decision = propose(open_case(), staff.moderator, measures=CLOSURE)
    copies = fresh(decision), fresh(decision)

    results = at_once(
        lambda: approve(copies[0], second_login), lambda: approve(copies[1], staff.officer)
    )

    assert isinstance(results[0], SamePerson)
    assert results[1] is False
    assert Approval.objects.get().approver == staff.officer.person


def test_a_case_gets_one_proposal_however_often_it_is_sent(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    fence = work.claim_item(work_item=case.work_item, actor=staff.moderator).fence
    copies = [Case.objects.get(pk=case.pk) for _copy in range(3)]

    results = at_once(
        *(
            lambda own=own: propose(own, staff.moderator, fence=fence)  # type: ignore[misc]
            for own in copies
        )
    )

    assert [type(refusal) for refusal in refusals(results)] == [StaleLease, StaleLease]
    assert Decision.objects.count() == 1


def test_approval_and_return_at_once_leave_one_verdict(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    decision = propose(open_case(), staff.moderator, measures=suspension(7))
    copies = fresh(decision), fresh(decision)
    other = staff_user("supervisor")

    results = at_once(
        lambda: approve(copies[0], staff.supervisor),
        lambda: decisions.return_decision(
            decision=copies[1], actor=other, provision=P, reason=REASON
        ),
    )

    assert [type(refusal) for refusal in refusals(results)] == [ProposalClosed]
    decision.refresh_from_db()
    assert (decision.status, Measure.objects.count()) in {("in_force", 1), ("returned", 0)}


def test_approval_and_withdrawal_at_once_leave_one_end(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator, measures=suspension(7))
    copies = fresh(decision), fresh(decision)

    results = at_once(
        lambda: approve(copies[0], staff.supervisor),
        lambda: decisions.withdraw_decision(
            decision=copies[1], actor=staff.moderator, provision=P, reason=REASON
        ),
    )

    assert len(refusals(results)) == 1
    decision.refresh_from_db()
    assert (decision.status, Measure.objects.count()) in {("in_force", 1), ("withdrawn", 0)}


def test_a_case_is_not_closed_in_the_moment_of_a_proposal(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    fence = work.claim_item(work_item=case.work_item, actor=staff.moderator).fence
    copies = [Case.objects.get(pk=case.pk) for _copy in range(2)]

    results = at_once(
        lambda: propose(copies[0], staff.moderator, fence=fence),
        lambda: cases.close_case(case=copies[1], actor=staff.officer, provision=P, reason=REASON),
    )

    case.refresh_from_db()
    assert case.status == "open"
    assert isinstance(results[1], ActionRefused)
    assert Decision.objects.count() == 1


def test_a_measure_that_two_lift_at_once_is_lifted_once(
    decide: Callable[..., Decision], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    decision = decide(measures=suspension(7))
    copies = [Measure.objects.get() for _copy in range(2)]
    other = staff_user("supervisor")

    results = at_once(
        lambda: measures.lift_measure(
            measure=copies[0], actor=staff.supervisor, provision=P, reason=REASON
        ),
        lambda: measures.lift_measure(measure=copies[1], actor=other, provision=P, reason=REASON),
    )

    assert len(refusals(results)) == 1
    decision.refresh_from_db()
    assert decision.status == "lifted"


def test_two_closures_of_one_account_at_once_close_it_once(
    open_case: Callable[..., Case], staff: Staff, decide: Callable[..., Decision]
) -> None:
    first = propose(open_case(), staff.moderator, measures=CLOSURE)
    second = propose(open_case(first.account), staff.moderator, measures=CLOSURE)
    approve(first, staff.supervisor)
    approve(second, staff.supervisor)
    copies = fresh(first), fresh(second)

    results = at_once(
        lambda: approve(copies[0], staff.officer), lambda: approve(copies[1], staff.officer)
    )

    assert results.count(True) == 1
    assert len(refusals(results)) == 1
    assert Measure.objects.count() == 1
