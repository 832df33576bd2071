"""Computing the dates of clocks anew: what would move, and moving it with a reason on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import models
from django.db.models import Q

from compliance.clocks.projection import Dates, project
from compliance.clocks.rules import ZONE, WorkingDays
from compliance.clocks.running import apply_event, draft_event, note_breaches
from compliance.grounds import Grounds
from compliance.models import Clock, ClockEvent, ClockEventKind, ClockState, LimitUnit, WorkItem

BATCH = 500


@dataclass(frozen=True)
class Moved:
    """A clock whose dates are not what they have to be: what it says, and what is computed."""

    clock: Clock
    before: Dates
    after: Dates


def clocks_of_year(year: int) -> "models.QuerySet[Clock]":
    """Return the clocks that are not stopped and may count working days of a year."""
    begin = datetime.combine(date(year, 1, 1), time.min, tzinfo=ZONE)
    end = datetime.combine(date(year + 1, 1, 1), time.min, tzinfo=ZONE)
    working_day = LimitUnit.WORKING_DAY
    return unstopped_clocks().filter(
        Q(limit__unit=working_day) | Q(extension__unit=working_day),
        started_at__lt=end,
        due_at__gt=begin,
    )


def unstopped_clocks() -> "models.QuerySet[Clock]":
    """Return every clock that runs or stands still."""
    return Clock.objects.exclude(state=ClockState.STOPPED)


def moved_by(calendar: WorkingDays, clocks: "models.QuerySet[Clock]") -> Iterator[Moved]:
    """Yield the clocks whose dates would be others by the calendar, without changing them."""
    for clock, events in _with_events(clocks):
        before, after = Dates(clock.due_at, clock.warn_at), project(clock, events, calendar)
        if before != after:
            yield Moved(clock, before, after)


def reproject(
    calendar: WorkingDays, clocks: "models.QuerySet[Clock]", grounds: Grounds
) -> list[Moved]:
    """
    Give clocks the dates that they have to have by the calendar, each with an event, and say which.

    Locks them, so it is called inside a transaction. What ran past its old date has its breach on
    record before the date moves.
    """
    numbers = sorted(clocks.values_list("pk", flat=True))
    moved = []
    for first in range(0, len(numbers), BATCH):
        moved += _reproject_batch(calendar, numbers[first : first + BATCH], grounds)
    return moved


def _reproject_batch(calendar: WorkingDays, numbers: list[int], grounds: Grounds) -> list[Moved]:
    # Items before their clocks, and both in the order of their numbers, as everybody locks them.
    items = WorkItem.objects.filter(clock__in=numbers).order_by("pk")
    list(items.select_for_update(no_key=True).values_list("pk", flat=True))
    locked = Clock.objects.filter(pk__in=numbers).select_for_update(of=("self",)).order_by("pk")
    found: list[tuple[Moved, ClockEvent]] = []
    for clock, events in _with_events(locked):
        # It may have been stopped while we waited for it.
        if clock.state == ClockState.STOPPED:
            continue
        before = Dates(clock.due_at, clock.warn_at)
        after = project(clock, events, calendar)
        if before != after:
            event = draft_event(clock, ClockEventKind.REPROJECT, events, calendar, grounds)
            note_breaches([(clock, events[-1])], at=event.at)
            found.append((Moved(clock, before, after), event))
    ClockEvent.objects.bulk_create(event for _moved, event in found)
    for moved, event in found:
        apply_event(moved.clock, event)
    Clock.objects.bulk_update([moved.clock for moved, _event in found], ["due_at", "warn_at"])
    return [moved for moved, _event in found]


def _with_events(
    clocks: "models.QuerySet[Clock]",
) -> Iterator[tuple[Clock, list[ClockEvent]]]:
    ordered = models.Prefetch("events", ClockEvent.objects.order_by("number"))
    rows = clocks.select_related("limit", "extension").prefetch_related(ordered)
    for clock in rows.order_by("pk").iterator(chunk_size=BATCH):
        yield clock, list(clock.events.all())
