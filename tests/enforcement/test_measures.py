"""Measures: they end by time, are lifted one by one, and are undone exactly."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import ListedName, PublicAccount, Restriction
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    SamePerson,
    TransitionRefused,
)
from compliance.models import ActionLog, StaffUser
from enforcement import tasks
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision, Measure
from enforcement.services import lapses, measures, reversals
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.conftest import CLOSURE, REASON, WARNING, P, Staff, propose, suspension

pytestmark = pytest.mark.django_db


def lift(measure: Measure, actor: StaffUser, reason: str = REASON) -> None:
    measures.lift_measure(measure=measure, actor=actor, provision=P, reason=reason)


def reverse(decision: Decision, actor: StaffUser) -> reversals.ReversalReport:
    return reversals.reverse_decision(
        decision=decision, actor=actor, provision=P, reason="申诉成立"
    )


def updates_suspended(account: PublicAccount, at: datetime | None = None) -> bool:
    return (
        Restriction.objects.for_account(account)
        .in_force(at or timezone.now())
        .filter(kind="suspend_updates")
        .exists()
    )


class TestLapse:
    def test_a_suspension_ends_by_time_alone(self, decide: Callable[..., Decision]) -> None:
        decision = decide(measures=suspension(7))
        end = decision.measures.get().in_force_until

        assert updates_suspended(decision.account, end - timedelta(seconds=1))
        assert not updates_suspended(decision.account, end)
        assert not Measure.objects.in_force(end).exists()
        assert Measure.objects.get().status == "in_force"

    def test_the_sweep_puts_the_end_on_record_as_of_the_term(
        self, decide: Callable[..., Decision], system: StaffUser
    ) -> None:
        decision = decide(measures=suspension(7))
        measure = decision.measures.get()

        with time_machine.travel(measure.in_force_until + timedelta(hours=3)):
            count = lapses.lapse_measures(now=timezone.now(), actor=system)

        measure.refresh_from_db()
        decision.refresh_from_db()
        assert count == lapses.LapseCount(measures=1, decisions=1)
        assert (measure.status, measure.ended_at) == ("expired", measure.in_force_until)
        assert (decision.status, decision.ended_at) == ("expired", measure.in_force_until)
        row = ActionLog.objects.for_object(measure).latest("id")
        assert (row.action, row.provision) == ("enforcement.measure.expire", P)
        assert row.actor_number == system.person_id

    def test_a_second_sweep_finds_nothing(
        self, decide: Callable[..., Decision], system: StaffUser
    ) -> None:
        decide(measures=suspension(1))

        with time_machine.travel(timezone.now() + timedelta(days=2)):
            lapses.lapse_measures(now=timezone.now(), actor=system)
            again = lapses.lapse_measures(now=timezone.now(), actor=system)

        assert again == lapses.LapseCount(measures=0, decisions=0)

    def test_what_still_runs_is_left_alone(
        self, decide: Callable[..., Decision], system: StaffUser
    ) -> None:
        decide(measures=suspension(7))
        decide(measures=CLOSURE)
        decide(measures=WARNING)

        count = lapses.lapse_measures(now=timezone.now(), actor=system)

        assert count == lapses.LapseCount(measures=0, decisions=0)
        assert set(Measure.objects.values_list("status", flat=True)) == {"in_force"}

    def test_a_decision_with_a_warning_outlasts_its_suspension(
        self, decide: Callable[..., Decision], system: StaffUser
    ) -> None:
        decision = decide(measures=[MeasureOrder(MeasureCode.WARN), *suspension(1)])

        with time_machine.travel(timezone.now() + timedelta(days=2)):
            count = lapses.lapse_measures(now=timezone.now(), actor=system)

        decision.refresh_from_db()
        assert count == lapses.LapseCount(measures=1, decisions=0)
        assert decision.status == "in_force"

    def test_nothing_is_ended_before_its_time(
        self, decide: Callable[..., Decision], system: StaffUser
    ) -> None:
        decide(measures=suspension(7))

        with pytest.raises(InvalidInput):
            lapses.lapse_measures(now=timezone.now() + timedelta(days=8), actor=system)

        assert Measure.objects.get().status == "in_force"

    def test_the_command_says_what_it_ended(self, decide: Callable[..., Decision]) -> None:
        decision = decide(measures=suspension(1))
        end = decision.measures.get().in_force_until
        out = StringIO()

        with time_machine.travel(end + timedelta(days=1)):
            call_command("lapse_measures", "--as-of", end.isoformat(), "--json", stdout=out)

        answer = json.loads(out.getvalue())
        assert (answer["measures"], answer["decisions"]) == (1, 1)
        assert answer["as_of"] == end.isoformat()

    @pytest.mark.parametrize("instant", ["2999-01-01T00:00:00Z", "yesterday", "2026-13-01T00:00"])
    def test_the_command_fails_with_a_sentence(self, instant: str) -> None:
        with pytest.raises(CommandError):
            call_command("lapse_measures", "--as-of", instant)

    def test_the_job_does_the_same(self, decide: Callable[..., Decision]) -> None:
        decide(measures=suspension(1))

        with time_machine.travel(timezone.now() + timedelta(days=2)):
            tasks.lapse_measures(timestamp=0)

        assert Measure.objects.get().status == "expired"


class TestLift:
    def test_lifting_gives_updates_back_and_ends_the_decision(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))
        measure = decision.measures.get()

        lift(measure, staff.supervisor, "已整改")

        measure.refresh_from_db()
        decision.refresh_from_db()
        assert measure.status == "lifted"
        assert decision.status == "lifted"
        assert decision.ended_reason == "已整改"
        assert not updates_suspended(decision.account)
        row = ActionLog.objects.for_object(measure).latest("id")
        assert (row.action, row.reason) == ("enforcement.measure.lift", "已整改")
        assert row.actor_number == staff.supervisor.person_id

    def test_lifting_one_of_two_overlapping_suspensions_leaves_the_other(
        self,
        decide: Callable[..., Decision],
        make_account: Callable[..., PublicAccount],
        staff: Staff,
    ) -> None:
        account = make_account()
        first = decide(account, measures=suspension(7))
        second = decide(account, measures=suspension(14))

        lift(second.measures.get(), staff.supervisor)

        assert updates_suspended(account)
        first.refresh_from_db()
        assert first.status == "in_force"
        assert first.measures.get().status == "in_force"
        lift(first.measures.get(), staff.supervisor)
        assert not updates_suspended(account)

    def test_a_decision_with_a_warning_stays_in_force(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=[MeasureOrder(MeasureCode.WARN), *suspension(7)])

        lift(decision.measures.get(measure="suspend_updates"), staff.supervisor)

        decision.refresh_from_db()
        assert decision.status == "in_force"
        assert decision.measures.get(measure="warn").status == "in_force"

    def test_a_closure_is_not_lifted(self, decide: Callable[..., Decision], staff: Staff) -> None:
        decision = decide(measures=CLOSURE)

        with pytest.raises(ActionRefused):
            lift(decision.measures.get(), staff.supervisor)

        assert decision.measures.get().status == "in_force"

    def test_what_is_over_is_not_lifted(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(1))
        measure = decision.measures.get()

        with (
            time_machine.travel(timezone.now() + timedelta(days=2)),
            pytest.raises(ActionRefused),
        ):
            lift(measure, staff.supervisor)

        measure.refresh_from_db()
        assert measure.status == "in_force"

    def test_what_was_lifted_is_not_lifted_again(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))
        lift(decision.measures.get(), staff.supervisor)

        with pytest.raises(TransitionRefused):
            lift(decision.measures.get(), staff.supervisor)

    def test_a_refused_lift_leaves_everything(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))

        with pytest.raises(NotPermitted):
            lift(decision.measures.get(), staff.moderator)
        with pytest.raises(MissingReason):
            lift(decision.measures.get(), staff.supervisor, " ")

        assert decision.measures.get().status == "in_force"
        assert updates_suspended(decision.account)


class TestReverse:
    @pytest.fixture
    def reviewer(self, staff_user: Callable[..., StaffUser]) -> StaffUser:
        return staff_user("complaint_handler")

    def test_a_closure_is_undone_with_its_name(
        self, decide: Callable[..., Decision], reviewer: StaffUser
    ) -> None:
        decision = decide(measures=CLOSURE)
        assert ListedName.objects.filter(
            name=decision.account.name, kind="barred", removed_at__isnull=True
        ).exists()

        report = reverse(decision, reviewer)

        account = PublicAccount.objects.get(pk=decision.account_id)
        assert account.status == "active"
        assert account.closed_at is None
        assert not ListedName.objects.filter(
            name=account.name, kind="barred", removed_at__isnull=True
        ).exists()
        assert [item.measure for item in report.restored] == [MeasureCode.CLOSE]
        assert report.not_restored == []
        decision.refresh_from_db()
        assert (decision.status, decision.ended_reason) == ("reversed", "申诉成立")

    def test_only_its_own_suspension_is_undone(
        self,
        decide: Callable[..., Decision],
        make_account: Callable[..., PublicAccount],
        reviewer: StaffUser,
    ) -> None:
        account = make_account()
        first = decide(account, measures=suspension(7))
        second = decide(account, measures=suspension(14))

        report = reverse(second, reviewer)

        assert updates_suspended(account)
        first.refresh_from_db()
        assert first.status == "in_force"
        assert second.measures.get().status == "reversed"
        assert len(report.restored) == 1

    def test_every_measure_of_the_decision_is_undone(
        self, decide: Callable[..., Decision], reviewer: StaffUser
    ) -> None:
        decision = decide(measures=[MeasureOrder(MeasureCode.WARN), *suspension(7)])

        report = reverse(decision, reviewer)

        assert {item.measure for item in report.restored} == {"warn", "suspend_updates"}
        assert set(decision.measures.values_list("status", flat=True)) == {"reversed"}
        assert not updates_suspended(decision.account)

    def test_time_that_was_served_cannot_be_given_back(
        self, decide: Callable[..., Decision], reviewer: StaffUser
    ) -> None:
        decision = decide(measures=suspension(1))
        end = decision.measures.get().in_force_until

        with time_machine.travel(end + timedelta(days=1)):
            report = reverse(decision, reviewer)

        assert [item.measure for item in report.not_restored] == [MeasureCode.SUSPEND_UPDATES]
        assert decision.measures.get().ended_at == end

    def test_an_account_that_another_decision_closed_stays_closed(
        self,
        decide: Callable[..., Decision],
        make_account: Callable[..., PublicAccount],
        reviewer: StaffUser,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        account = make_account()
        suspended = decide(account, measures=suspension(7))
        decide(account, measures=CLOSURE)

        reverse(suspended, reviewer)

        account.refresh_from_db()
        assert account.status == "closed"

    def test_it_logs_who_and_why(
        self, decide: Callable[..., Decision], reviewer: StaffUser
    ) -> None:
        decision = decide(measures=suspension(7))

        reverse(decision, reviewer)

        row = ActionLog.objects.for_object(decision).latest("id")
        assert (row.action, row.reason) == ("enforcement.decision.reverse", "申诉成立")
        assert row.actor_number == reviewer.person_id

    def test_whoever_took_part_does_not_undo_it(
        self, decide: Callable[..., Decision], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        decision = decide(measures=CLOSURE)

        for colleague in (staff.moderator, staff.supervisor, staff.officer):
            login = staff_user("complaint_handler", person=colleague.person)
            with pytest.raises(SamePerson):
                reverse(decision, login)

        decision.refresh_from_db()
        assert decision.status == "in_force"
        assert decision.account.status == "closed"

    def test_who_may_not_reverse_is_refused(
        self, decide: Callable[..., Decision], staff_user: Callable[..., StaffUser]
    ) -> None:
        decision = decide()

        with pytest.raises(NotPermitted):
            reverse(decision, staff_user("moderator"))

        decision.refresh_from_db()
        assert decision.status == "in_force"

    def test_what_never_came_into_force_is_not_reversed(
        self, open_case: Callable[..., Case], staff: Staff, reviewer: StaffUser
    ) -> None:
        decision = propose(open_case(), staff.moderator)

        with pytest.raises(TransitionRefused):
            reverse(decision, reviewer)
