"""What a clock's dates have to be by its events, its limit and a calendar; nothing is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from compliance.clocks import rules
from compliance.clocks.limits import as_rule
from compliance.clocks.rules import Limit, Pause, Unit, WorkingDays
from compliance.models import Clock, ClockEvent, ClockEventKind, TimeLimit


@dataclass(frozen=True)
class Dates:
    """When something is due and from when on colleagues are warned."""

    due_at: datetime
    warn_at: datetime


def pauses_of(events: Iterable[ClockEvent]) -> list[Pause]:
    """Return the pauses that are over, from events in their order; stopping ends one too."""
    pauses = []
    began: datetime | None = None
    for event in events:
        if event.kind == ClockEventKind.PAUSE:
            began = event.at
        elif event.kind in (ClockEventKind.RESUME, ClockEventKind.STOP) and began is not None:
            pauses.append(Pause(began, event.at))
            began = None
    return pauses


def fixed_limit(started_at: datetime, due_at: datetime) -> Limit:
    """Return a date that somebody has set as a limit: so long from the start; pauses put it off."""
    return Limit((due_at - started_at) // timedelta(microseconds=1), Unit.MICROSECOND)


def dates(
    start: datetime,
    limit: Limit,
    calendar: WorkingDays,
    pauses: Iterable[Pause] = (),
    extension: TimeLimit | None = None,
) -> Dates:
    """Return the dates of a clock that started at `start`; an extension never makes it shorter."""
    still = list(pauses)
    found = Dates(
        rules.due_at(start, limit, still, calendar), rules.warn_at(start, limit, still, calendar)
    )
    if extension is None:
        return found
    longer = as_rule(extension)
    return Dates(
        rules.later_of(found.due_at, rules.due_at(start, longer, still, calendar)),
        rules.later_of(found.warn_at, rules.warn_at(start, longer, still, calendar)),
    )


def project(clock: Clock, events: list[ClockEvent], calendar: WorkingDays) -> Dates:
    """
    Return the dates that a clock has to show by its events in their order.

    A pause that is not over yet moves nothing: while a clock stands still it keeps the date that it
    had, and gets its new one when it runs on.
    """
    pauses = pauses_of(events)
    if clock.limit is not None:
        limit = as_rule(clock.limit)
        return dates(clock.started_at, limit, calendar, pauses, clock.extension)
    first = events[0]
    return Dates(
        *(
            rules.due_at(clock.started_at, fixed_limit(clock.started_at, at), pauses, calendar)
            for at in (first.due_at, first.warn_at)
        )
    )
