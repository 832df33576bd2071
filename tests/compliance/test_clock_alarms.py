"""What is nearly due or late: warned of, on record, laid before who answers for it, reconciled."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from compliance import clocks, tasks, work
from compliance.clocks.alarms import (
    AlarmCount,
    open_escalations,
    raise_alarms,
    take_over_breach,
)
from compliance.clocks.statistics import step_figures
from compliance.errors import ActionRefused, MissingReason, NotPermitted
from compliance.models import (
    ActionLog,
    Clock,
    ClockBreach,
    ClockEscalation,
    ClockWarning,
    EscalationTakeover,
    StaffUser,
)
from compliance.provisions import Provision


def grounds(actor: StaffUser, reason: str = "已安排人员办理") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_6_1, "reason": reason}


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def told(moment: datetime) -> Any:
    return mock.patch.object(timezone, "now", return_value=moment)


def alarms_at(text: str, system: StaffUser) -> AlarmCount:
    with told(at(text)):
        return raise_alarms(now=at(text), actor=system)


@pytest.fixture
def clock(system: StaffUser) -> Clock:
    """Due at the end of Thursday 14 May 2026, of seven working days."""
    with told(at("2026-05-06T10:00")):
        return clocks.start_clock(step="case_decision", **grounds(system))


@pytest.mark.django_db
class TestAlarms:
    def test_warns_once_after_seven_tenths(self, clock: Clock, system: StaffUser) -> None:
        early = alarms_at("2026-05-11T12:00", system)
        warned = alarms_at("2026-05-12T21:40", system)
        again = alarms_at("2026-05-12T23:00", system)

        assert clock.due_at == at("2026-05-15T00:00")
        assert (early.warnings, warned.warnings, again.warnings) == (0, 1, 0)
        assert ClockWarning.objects.get().due_at == clock.due_at
        assert not ClockBreach.objects.exists()

    def test_puts_a_breach_on_record_once_and_lays_it_before_the_supervisor(
        self, clock: Clock, system: StaffUser
    ) -> None:
        late = alarms_at("2026-05-15T00:05", system)
        again = alarms_at("2026-05-15T09:00", system)

        assert (late.breaches, late.escalations) == (1, 1)
        assert (again.breaches, again.escalations) == (0, 0)
        assert ClockEscalation.objects.get().role == "supervisor"

    def test_a_working_day_later_it_is_laid_before_the_compliance_officer(
        self, clock: Clock, system: StaffUser
    ) -> None:
        alarms_at("2026-05-15T00:05", system)
        same_day = alarms_at("2026-05-15T23:00", system)
        next_day = alarms_at("2026-05-16T00:05", system)

        assert (same_day.escalations, next_day.escalations) == (0, 1)
        assert set(ClockEscalation.objects.values_list("role", flat=True)) == {
            "supervisor",
            "compliance_officer",
        }

    def test_a_run_that_was_missed_is_made_up_by_the_next(
        self, clock: Clock, system: StaffUser
    ) -> None:
        made_up = alarms_at("2026-05-20T12:00", system)

        assert (made_up.warnings, made_up.breaches, made_up.escalations) == (0, 1, 2)

    def test_what_stands_still_or_is_done_raises_nothing(
        self, clock: Clock, system: StaffUser
    ) -> None:
        with told(at("2026-05-07T10:00")):
            clocks.pause_clock(clock=clock, **grounds(system))
            done = clocks.start_clock(step="case_decision", **grounds(system))
            clocks.stop_clock(clock=done, **grounds(system))

        assert alarms_at("2026-06-30T12:00", system) == AlarmCount(0, 0, 0, 0)

    def test_closes_the_windows_of_others_without_calling_anybody_late(
        self, system: StaffUser
    ) -> None:
        with told(at("2026-05-06T10:00")):
            window = clocks.start_clock(step="application_material", **grounds(system))

        count = alarms_at("2026-06-30T12:00", system)

        window.refresh_from_db()
        assert count == AlarmCount(0, 0, 0, 1)
        assert window.state == "stopped"

    def test_a_date_that_moved_is_warned_of_anew_and_the_missed_one_stays(
        self, clock: Clock, system: StaffUser
    ) -> None:
        alarms_at("2026-05-15T00:05", system)
        with told(at("2026-05-15T10:00")):
            clocks.stop_clock(clock=clock, **grounds(system))

        (figures,) = step_figures(at("2026-05-01T00:00"), at("2026-06-01T00:00"))
        assert ClockBreach.objects.get(clock=clock).due_at == at("2026-05-15T00:00")
        assert (figures.step, figures.overdue) == ("case_decision", 1)
        assert step_figures(at("2026-06-01T00:00"), at("2026-07-01T00:00")) == []

    def test_the_jobs_of_the_worker_do_the_same(self, clock: Clock) -> None:
        tasks.raise_alarms(0)
        tasks.reconcile_clocks(0)

        assert ClockBreach.objects.get().clock == clock


@pytest.mark.django_db
class TestTakingOver:
    @pytest.fixture
    def escalation(self, clock: Clock, system: StaffUser) -> ClockEscalation:
        alarms_at("2026-05-15T00:05", system)
        return ClockEscalation.objects.get()

    def test_whoever_takes_it_over_says_what_is_done_and_it_leaves_the_list(
        self, escalation: ClockEscalation, staff_user: Callable[..., StaffUser]
    ) -> None:
        supervisor = staff_user("supervisor")

        takeover = take_over_breach(escalation=escalation, **grounds(supervisor))

        assert (takeover.person, takeover.reason) == (supervisor.person, "已安排人员办理")
        assert not open_escalations().exists()
        assert ActionLog.objects.filter(action="compliance.clockescalation.take_over").exists()

    @pytest.mark.parametrize("role", ["compliance_officer", "moderator", "auditor"])
    def test_only_the_role_that_it_was_laid_before_takes_it_over(
        self, escalation: ClockEscalation, staff_user: Callable[..., StaffUser], role: str
    ) -> None:
        with pytest.raises(NotPermitted):
            take_over_breach(escalation=escalation, **grounds(staff_user(role)))

        assert not EscalationTakeover.objects.exists()

    def test_once_and_with_words(
        self, escalation: ClockEscalation, staff_user: Callable[..., StaffUser]
    ) -> None:
        first, second = staff_user("supervisor"), staff_user("supervisor")
        with pytest.raises(MissingReason):
            take_over_breach(escalation=escalation, **grounds(first, " "))
        take_over_breach(escalation=escalation, **grounds(first))

        with pytest.raises(ActionRefused, match=first.person.name):
            take_over_breach(escalation=escalation, **grounds(second))

        assert EscalationTakeover.objects.count() == 1


class TestReconciling:
    @pytest.mark.django_db
    def test_finds_nothing_where_all_is_well(self, clock: Clock) -> None:
        out = StringIO()

        call_command("reconcile_clocks", "--json", stdout=out)

        assert json.loads(out.getvalue()) == {"compared": 1, "differences": [], "items": []}

    @pytest.mark.django_db(transaction=True)
    def test_repairs_by_an_event_what_was_changed_behind_the_guards_and_fails_aloud(
        self, clock: Clock, owner_connection: psycopg.Connection
    ) -> None:
        item = work.open_item(queue="cases", clock=clock)
        right = clock.due_at
        with owner_connection.transaction():
            owner_connection.execute("ALTER TABLE compliance_clock DISABLE TRIGGER USER")
            owner_connection.execute(
                "UPDATE compliance_clock SET due_at = due_at + interval '3 days' WHERE id = %s",
                [clock.pk],
            )
            owner_connection.execute("ALTER TABLE compliance_clock ENABLE TRIGGER USER")
        out = StringIO()

        with pytest.raises(CommandError):
            call_command("reconcile_clocks", "--json", stdout=out)

        clock.refresh_from_db()
        item.refresh_from_db()
        (difference,) = json.loads(out.getvalue())["differences"]
        assert (difference["clock"], difference["step"]) == (clock.pk, "case_decision")
        assert clock.due_at == item.due_at == right
        assert clock.events.latest("number").kind == "reproject"
        call_command("reconcile_clocks", stdout=StringIO())

    @pytest.mark.django_db
    def test_names_an_item_that_waits_although_its_clock_was_stopped(
        self, clock: Clock, system: StaffUser
    ) -> None:
        item = work.open_item(queue="cases", clock=clock)
        clocks.stop_clock(clock=clock, **grounds(system))

        with pytest.raises(CommandError, match=str(item.pk)):
            call_command("reconcile_clocks", stdout=StringIO())


@pytest.mark.django_db
def test_guards_hold_after_all_of_it(clock: Clock, system: StaffUser) -> None:
    alarms_at("2026-05-20T12:00", system)
    with told(at("2026-05-21T12:00")):
        clocks.stop_clock(clock=clock, **grounds(system))

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert clock.stopped_at == at("2026-05-21T12:00")
    assert clock.stopped_at - clock.due_at == timedelta(days=6, hours=12)
