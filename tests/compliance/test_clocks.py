"""Clocks: what services make of them, what the database refuses, what happens at the same moment."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from compliance import clocks, work
from compliance.clocks import Standing, clock_state
from compliance.clocks.statistics import step_figures
from compliance.deadlines import due_instant
from compliance.errors import MissingReason, TransitionRefused
from compliance.models import (
    Clock,
    ClockBreach,
    ClockEvent,
    ClockEventKind,
    ClockState,
    StaffUser,
    WorkItem,
)
from compliance.provisions import Provision
from compliance.staff import system_actor
from tests.compliance.clocks import clock_due

STEP = "case_decision"


def grounds(actor: StaffUser, reason: str = "测试理由") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_6_1, "reason": reason}


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def told(moment: datetime) -> Any:
    """The services of this process are told that it is `moment`."""
    return mock.patch.object(timezone, "now", return_value=moment)


def started(text: str, step: str = STEP) -> Clock:
    with told(at(text)):
        return clocks.start_clock(step=step, **grounds(system_actor()))


def constraint_of(problem: DatabaseError) -> str:
    return problem.__cause__.diag.constraint_name or ""  # type: ignore[union-attr]


def commit() -> None:
    """Let the database look at what it looks at when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(statement: str, *values: object) -> str:
    """The constraint by which the database refuses a statement of the application role."""
    with (
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return constraint_of(caught.value)


@pytest.fixture
def running(system: StaffUser) -> Clock:
    clock = started("2026-11-02T10:00")
    commit()
    return clock


@pytest.mark.django_db
class TestServices:
    def test_a_clock_starts_with_the_limit_of_its_step(self, running: Clock) -> None:
        event = running.events.get()

        assert running.due_at == at("2026-11-12T00:00")
        assert running.limit is not None
        assert (running.limit.code, running.limit.amount) == (STEP, 7)
        assert (event.kind, event.due_at, event.reason) == ("start", running.due_at, "测试理由")

    def test_the_date_is_the_same_when_told_at_once_on_the_clock_in_the_queue_and_in_figures(
        self, running: Clock, system: StaffUser
    ) -> None:
        item = work.open_item(queue="cases", clock=running)
        with told(at("2026-11-20T10:00")):
            clocks.stop_clock(clock=running, **grounds(system))

        due = due_instant(STEP, at("2026-11-02T10:00"))

        item.refresh_from_db()
        assert due == running.due_at == item.due_at == running.breaches.get().due_at
        (figures,) = step_figures(at("2026-11-01T00:00"), at("2026-12-01T00:00"), step=STEP)
        assert (figures.started, figures.done, figures.overdue) == (1, 1, 1)
        assert figures.median_time == timedelta(days=18)

    def test_a_pause_moves_the_date_of_clock_and_item_when_it_is_over(
        self, running: Clock, system: StaffUser
    ) -> None:
        item = work.open_item(queue="cases", clock=running)
        with told(at("2026-11-03T15:00")):
            clocks.pause_clock(clock=running, **grounds(system, "等待补充材料"))
        standing_still = clock_state(running, at("2026-12-01T00:00"))
        with told(at("2026-11-05T09:00")):
            clocks.resume_clock(clock=running, **grounds(system))
        commit()

        item.refresh_from_db()
        # Of 3 to 5 November none counts.
        assert running.due_at == item.due_at == at("2026-11-17T00:00")
        assert standing_still == Standing.PAUSED
        assert [each.kind for each in running.events.order_by("number")] == [
            "start",
            "pause",
            "resume",
        ]

    def test_what_is_stopped_while_it_stands_still_is_not_late(
        self, running: Clock, system: StaffUser
    ) -> None:
        with told(at("2026-11-03T15:00")):
            clocks.pause_clock(clock=running, **grounds(system))
        with told(at("2026-12-20T09:00")):
            clocks.stop_clock(clock=running, **grounds(system))
        commit()

        assert clock_state(running, timezone.now()) == Standing.DONE
        assert not running.breaches.exists()

    def test_what_is_stopped_late_has_its_breach_at_once_without_any_job(
        self, running: Clock, system: StaffUser
    ) -> None:
        with told(at("2026-11-12T00:01")):
            clocks.stop_clock(clock=running, **grounds(system))
        commit()

        assert running.breaches.get().due_at == at("2026-11-12T00:00")
        assert clock_state(running, timezone.now()) == Standing.DONE_LATE

    def test_what_is_done_at_the_very_instant_is_in_time(
        self, running: Clock, system: StaffUser
    ) -> None:
        with told(running.due_at):
            clocks.stop_clock(clock=running, **grounds(system))

        assert not running.breaches.exists()

    def test_a_date_that_somebody_else_set_is_kept_and_put_off_by_a_pause(
        self, system: StaffUser
    ) -> None:
        with told(at("2026-11-02T10:00")):
            clock = clock_due(at("2026-11-20T18:00"))
        with told(at("2026-11-03T10:00")):
            clocks.pause_clock(clock=clock, **grounds(system))
        with told(at("2026-11-04T11:30")):
            clocks.resume_clock(clock=clock, **grounds(system))

        assert clock.limit is None
        assert clock.due_at == at("2026-11-21T19:30")

    def test_many_clocks_take_as_many_statements_as_one(
        self, system: StaffUser, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(8):
            made = clocks.start_clocks(step=STEP, count=300, **grounds(system))

        assert len({clock.pk for clock in made}) == 300
        assert ClockEvent.objects.filter(clock__in=made).count() == 300
        commit()

    @pytest.mark.parametrize(
        ("state", "service"),
        [
            (ClockState.RUNNING, clocks.resume_clock),
            (ClockState.PAUSED, clocks.pause_clock),
            (ClockState.STOPPED, clocks.stop_clock),
            (ClockState.STOPPED, clocks.pause_clock),
            (ClockState.STOPPED, clocks.resume_clock),
        ],
    )
    def test_refuses_what_the_state_does_not_allow_and_leaves_the_clock_as_it_was(
        self, running: Clock, system: StaffUser, state: ClockState, service: Callable[..., object]
    ) -> None:
        if state == ClockState.PAUSED:
            clocks.pause_clock(clock=running, **grounds(system))
        elif state == ClockState.STOPPED:
            clocks.stop_clock(clock=running, **grounds(system))
        before = running.events.count()

        with pytest.raises(TransitionRefused):
            service(clock=running, **grounds(system))

        running.refresh_from_db()
        assert (running.state, running.events.count()) == (state, before)

    def test_refuses_to_pause_without_a_reason(self, running: Clock, system: StaffUser) -> None:
        with pytest.raises(MissingReason):
            clocks.pause_clock(clock=running, **grounds(system, "  "))

        assert running.events.count() == 1

    @pytest.mark.parametrize(
        ("moment", "standing"),
        [
            ("2026-11-03T10:00", Standing.OK),
            ("2026-11-09T21:36", Standing.WARNING),
            ("2026-11-12T00:00", Standing.WARNING),
            ("2026-11-12T00:01", Standing.OVERDUE),
        ],
    )
    def test_says_how_a_clock_stands(self, running: Clock, moment: str, standing: Standing) -> None:
        assert clock_state(running, at(moment)) == standing

    def test_time_that_somebody_outside_is_given_lapses_and_is_nobodys_breach(
        self, system: StaffUser
    ) -> None:
        window = started("2026-01-05T10:00", "application_material")

        assert clock_state(window, at("2026-11-02T00:00")) == Standing.LAPSED
        with told(at("2026-11-02T00:00")):
            clocks.stop_clock(clock=window, **grounds(system))
        commit()
        assert not window.breaches.exists()


@pytest.mark.django_db
class TestDatabase:
    """What the application role cannot do with SQL of its own."""

    def test_change_without_event(self, running: Clock) -> None:
        assert (
            refused(
                "UPDATE compliance_clock SET due_at = due_at + interval '1 day' WHERE id = %s",
                running.pk,
            )
            == "event_differs"
        )

    def test_a_clock_without_any_event(self, running: Clock) -> None:
        assert (
            refused(
                "INSERT INTO compliance_clock (step, is_window, started_at, due_at, warn_at, state)"
                " VALUES ('x', false, now(), now(), now(), 'running')"
            )
            == "change_without_event"
        )

    def test_an_event_that_its_clock_does_not_follow(self, running: Clock) -> None:
        assert self.event(running, kind="pause", state="paused") == "event_differs"

    @pytest.mark.parametrize(
        ("changes", "name"),
        [
            ({"kind": "resume"}, "clockevent_alternates"),
            ({"kind": "pause", "state": "stopped"}, "clockevent_alternates"),
            ({"kind": "stop", "state": "running"}, "clockevent_alternates"),
            ({"kind": "start", "number": 2}, "clockevent_alternates"),
            ({"kind": "pause", "state": "paused", "number": 3}, "clockevent_alternates"),
            (
                {"kind": "resume", "previous_state": "paused"},
                "clockevent_follows_previous",
            ),
            ({"kind": "pause", "state": "paused", "at": "2000-01-01"}, "clockevent_alternates"),
            ({"kind": "reproject", "reason": ""}, "clockevent_has_reason"),
            ({"kind": "stop", "state": "stopped"}, "clockevent_stopped_has_time"),
            ({"kind": "extend"}, "clockevent_extended_only_if_approved"),
        ],
    )
    def test_events_follow_one_another(
        self, running: Clock, changes: dict[str, Any], name: str
    ) -> None:
        assert self.event(running, **changes) == name

    def event(self, clock: Clock, **changes: Any) -> str:
        values = {
            "clock_id": clock.pk,
            "number": 2,
            "at": clock.started_at + timedelta(days=1),
            "previous": 1,
            "previous_state": "running",
            "previous_at": clock.started_at,
            "state": "running",
            "due_at": clock.due_at,
            "warn_at": clock.warn_at,
            "person_id": system_actor().person_id,
            "provision": "public-account-2021:6.1",
            "reason": "x",
            **changes,
        }
        columns = ", ".join(values)
        marks = ", ".join(["%s"] * len(values))
        return refused(
            f"INSERT INTO compliance_clockevent ({columns}) VALUES ({marks})", *values.values()
        )

    @pytest.mark.parametrize("column", ["step", "started_at", "is_window"])
    def test_frozen_columns(self, running: Clock, column: str) -> None:
        value = {"step": "x", "started_at": timezone.now(), "is_window": True}[column]

        assert (
            refused(f"UPDATE compliance_clock SET {column} = %s WHERE id = %s", value, running.pk)
            == "frozen_columns"
        )

    def test_workitem_due_with_its_clock(self, running: Clock) -> None:
        item = work.open_item(queue="cases", clock=running)

        assert (
            refused("UPDATE compliance_workitem SET due_at = now() WHERE id = %s", item.pk)
            == "workitem_due_with_its_clock"
        )

    def test_a_work_item_does_not_change_its_clock(self, running: Clock) -> None:
        item = work.open_item(queue="cases", clock=running)
        other = started("2026-11-02T10:00")

        assert (
            refused("UPDATE compliance_workitem SET clock_id = %s WHERE id = %s", other.pk, item.pk)
            == "frozen_columns"
        )

    def test_late_stop_without_breach(self, running: Clock) -> None:
        def stop_quietly() -> None:
            event = ClockEvent(
                clock=running,
                number=2,
                kind="stop",
                at=at("2026-11-20T10:00"),
                previous=1,
                previous_state="running",
                previous_at=running.started_at,
                state="stopped",
                stopped_at=at("2026-11-20T10:00"),
                due_at=running.due_at,
                warn_at=running.warn_at,
                person=system_actor().person,
                provision="public-account-2021:6.1",
                reason="x",
            )
            event.save()
            Clock.objects.filter(pk=running.pk).update(
                state="stopped", stopped_at=at("2026-11-20T10:00")
            )
            commit()

        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            stop_quietly()

        assert constraint_of(caught.value) == "breach_on_record"

    def test_a_breach_is_neither_changed_nor_deleted_nor_made_up(
        self, running: Clock, system: StaffUser
    ) -> None:
        with told(at("2026-11-20T10:00")):
            clocks.stop_clock(clock=running, **grounds(system))

        for statement in (
            "UPDATE compliance_clockbreach SET due_at = now()",
            "DELETE FROM compliance_clockbreach",
            "TRUNCATE compliance_clockbreach",
        ):
            with (
                pytest.raises(DatabaseError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
        assert ClockBreach.objects.count() == 1
        assert (
            refused(
                "INSERT INTO compliance_clockbreach (clock_id, due_at, at) VALUES (%s, %s, now())",
                running.pk,
                at("2026-11-05T00:00"),
            )
            == "breach_is_true"
        )

    def test_a_breach_stands_once_for_each_date(self, running: Clock, system: StaffUser) -> None:
        with told(at("2026-11-20T10:00")):
            clocks.stop_clock(clock=running, **grounds(system))

        assert (
            refused(
                "INSERT INTO compliance_clockbreach (clock_id, due_at, at) VALUES (%s, %s, now())",
                running.pk,
                running.due_at,
            )
            == "clockbreach_once"
        )


@pytest.mark.django_db(transaction=True)
def test_of_pausing_and_stopping_at_once_the_second_finds_what_the_first_did(
    system: StaffUser,
) -> None:
    for _round in range(5):
        clock = clock_due(timezone.now() + timedelta(days=2))
        work.open_item(queue="cases", clock=clock)
        start = threading.Barrier(2)
        problems: list[Exception] = []

        def run(service: Callable[..., object], number: int = clock.pk) -> None:
            start.wait()  # noqa: B023
            try:
                service(clock=Clock.objects.get(pk=number), **grounds(system))
            except Exception as problem:  # noqa: BLE001  # looked at below
                problems.append(problem)  # noqa: B023
            finally:
                connection.close()

        threads = [
            threading.Thread(target=run, args=(each,))
            for each in (clocks.pause_clock, clocks.stop_clock)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        clock.refresh_from_db()
        kinds = list(clock.events.order_by("number").values_list("kind", flat=True))
        assert clock.state == ClockState.STOPPED
        assert kinds in (["start", "pause", "stop"], ["start", "stop"])
        assert [type(each) for each in problems] == [TransitionRefused] * (3 - len(kinds))
        assert WorkItem.objects.get(clock=clock).due_at == clock.due_at
        assert ClockEventKind.STOP in kinds
