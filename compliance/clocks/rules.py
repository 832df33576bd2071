"""
When a clock runs out: arithmetic over a start, a limit, pauses and a calendar. Nothing is read.

Hours run on through nights and holidays and stand still in a pause. Days are counted whole: the day
of the start does not count, nor does a day on which the clock stood still for the whole or a part
of it, and the limit ends at the midnight in Beijing that closes the last day counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

# Where the days that are counted begin and end.
ZONE = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)
_SATURDAY = 6


class Unit(StrEnum):
    """In what a limit is counted; microseconds are for a date that somebody else has set."""

    MICROSECOND = "microsecond"
    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"


_LENGTHS = {Unit.MICROSECOND: timedelta(microseconds=1), Unit.HOUR: timedelta(hours=1)}


@dataclass(frozen=True)
class Limit:
    """So much of a unit, and after what part of it colleagues are warned."""

    amount: int
    unit: Unit
    warn_percent: int = 70


@dataclass(frozen=True)
class Pause:
    """From when until when a clock stood still."""

    start: datetime
    until: datetime


@dataclass(frozen=True)
class WorkingDays:
    """The days that differ from Monday to Friday, and the years for which that is known."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Return whether `day` is worked; of a year that is not known, Monday to Friday."""
        return self.exceptions.get(day, day.isoweekday() < _SATURDAY)


def due_at(
    start: datetime, limit: Limit, pauses: Sequence[Pause], calendar: WorkingDays
) -> datetime:
    """Return the instant at which a clock runs out that started at `start` and stood still so."""
    return _instant(start, limit, 100, pauses, calendar)


def warn_at(
    start: datetime, limit: Limit, pauses: Sequence[Pause], calendar: WorkingDays
) -> datetime:
    """Return the instant at which so much of the limit is gone that colleagues are warned."""
    return _instant(start, limit, limit.warn_percent, pauses, calendar)


def later_of(first: datetime, second: datetime | None) -> datetime:
    """Return the later of a due instant and the one of an extension, where there is one."""
    return first if second is None else max(first, second)


def _instant(
    start: datetime, limit: Limit, percent: int, pauses: Sequence[Pause], calendar: WorkingDays
) -> datetime:
    if limit.unit in _LENGTHS:
        return _after_running(start, _LENGTHS[limit.unit] * limit.amount * percent / 100, pauses)
    if limit.amount == 0:
        # By the end of the day of the start itself.
        return start + (_midnight_after(_day_of(start)) - start) * percent / 100
    share = Fraction(limit.amount * percent, 100)
    whole, part = divmod(share, 1)
    for number, day in enumerate(counted_days(start, limit.unit, pauses, calendar), start=1):
        if number == whole and not part:
            return _midnight_after(day)
        if number > whole:
            return _midnight_after(day - _DAY) + _DAY * float(part)
    raise AssertionError("days do not end")


def _after_running(start: datetime, length: timedelta, pauses: Sequence[Pause]) -> datetime:
    at, left = start, length
    for pause in sorted(pauses, key=lambda each: each.start):
        if at + left <= pause.start:
            break
        if pause.until > at:
            left -= max(pause.start - at, timedelta())
            at = pause.until
    return at + left


def counted_days(
    start: datetime, unit: Unit, pauses: Sequence[Pause], calendar: WorkingDays
) -> Iterator[date]:
    """Yield without end the days that count towards a limit which starts at `start`."""
    still = [
        (_day_of(pause.start), _day_of(pause.until - _MOMENT))
        for pause in pauses
        if pause.start < pause.until
    ]
    day = _day_of(start)
    while True:
        day += _DAY
        stood_still = any(first <= day <= last for first, last in still)
        if not stood_still and (unit == Unit.DAY or calendar.is_working_day(day)):
            yield day


def days_used(
    start: datetime, unit: Unit, pauses: Sequence[Pause], calendar: WorkingDays, *, until: datetime
) -> int:
    """Return how many whole days of the limit were over at `until`."""
    for used, day in enumerate(counted_days(start, unit, pauses, calendar)):
        if _midnight_after(day) > until:
            return used
    raise AssertionError("days do not end")


def unknown_years(
    start: datetime, due: datetime, limit: Limit, calendar: WorkingDays
) -> tuple[int, ...]:
    """Return the years from start to due whose working days nobody has laid down yet."""
    if limit.unit != Unit.WORKING_DAY:
        return ()
    years = range(_day_of(start).year, _day_of(due - _MOMENT).year + 1)
    return tuple(year for year in years if year not in calendar.years)


def last_day(due: datetime) -> date:
    """Return the last day on which what is due can still be done in time."""
    return _day_of(due - _MOMENT)


def _day_of(instant: datetime) -> date:
    return instant.astimezone(ZONE).date()


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + _DAY, time.min, tzinfo=ZONE)
