"""When a field is covered by qualifications, when to remind, and what a number usually looks like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from compliance.clocks.rules import ZONE

_ENDLESS: Final = datetime.max.replace(tzinfo=UTC)


def beginning_of(day: date) -> datetime:
    """Return the first instant of a day where the platform is."""
    return datetime.combine(day, time.min, tzinfo=ZONE)


def end_of(day: date) -> datetime:
    """Return the first instant after a day: what is valid until a day is valid all of it."""
    return beginning_of(day + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when a qualification covers its field; an end of None is no end."""

    begins: datetime
    ends: datetime | None = None

    @classmethod
    def of_days(cls, valid_from: date | None, valid_until: date | None) -> "Term":
        """Return the term between two days on a document, both of them in it."""
        begins = beginning_of(valid_from) if valid_from else datetime.min.replace(tzinfo=UTC)
        return cls(begins, end_of(valid_until) if valid_until else None)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nothing covers a field; an end of None is no end."""

    begins: datetime
    ends: datetime | None


def uncovered(terms: Iterable[Term], now: datetime) -> list[Gap]:
    """
    Return the times from `now` on in which no term runs, in their order.

    Public Account Provisions, art. 9 §1 and art. 5 §2: who publishes in a field that asks for a
    qualification has one that is in force. Terms overlap and follow one another, so that a renewal
    that begins later leaves exactly the days between the two uncovered.
    """
    gaps: list[Gap] = []
    covered_until = now
    for term in sorted(terms, key=lambda each: each.begins):
        if term.begins > covered_until:
            gaps.append(Gap(covered_until, term.begins))
        covered_until = max(covered_until, term.ends or _ENDLESS, term.begins)
    if covered_until < _ENDLESS:
        gaps.append(Gap(covered_until, None))
    return gaps


def reminder_due(
    valid_until: date, today: date, days: Sequence[int], sent: Iterable[int]
) -> int | None:
    """
    Return which reminder is due: the nearest that was reached, unless it or a nearer one was sent.

    Who is entered ten days before the end is told once, not three times.
    """
    left = (valid_until - today).days
    reached = [each for each in days if left <= each]
    if left < 0 or not reached:
        return None
    nearest = min(reached)
    return None if any(each <= nearest for each in sent) else nearest


def is_unusual_number(number: str, lengths: Sequence[int]) -> bool:
    """Return whether a number has none of the usual lengths; where none are known nothing is unusual."""
    return bool(lengths) and len("".join(number.split())) not in lengths


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(
        date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1)
    )
