"""
The demo's own calendar: what happens is noted with its instant and then played in that order.

While an act is played, the services of this process are told the noted instant instead of the
hour. Only what a service itself would write as "now" is dated so; what the database stamps (the
action log, proposals, approvals) says when it was really written.
"""

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from unittest import mock

from django.utils import timezone

Act = Callable[[], object]

# The year that the demo tells of; a machine whose clock stands before it sees the year before.
LAST_DAY = date(2026, 12, 31)
YEAR = timedelta(days=364)
SHORTEST_YEAR = timedelta(days=60)
OFFICE_HOURS = (9, 18)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Tell this process that it is `moment`; the database is not told."""
    with mock.patch.object(timezone, "now", return_value=moment.astimezone(UTC)):
        yield


@dataclass
class Diary:
    """The acts of the demo by their instants; `present` is the last instant there is."""

    present: datetime
    _pages: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def last_day(self) -> date:
        """Return the last day on which a past act can have happened."""
        return min(timezone.localdate(self.present) - timedelta(days=1), LAST_DAY)

    @property
    def first_day(self) -> date:
        """Return the day on which the year of the demo begins."""
        new_year = self.last_day.replace(month=1, day=1)
        if self.last_day - new_year < SHORTEST_YEAR:
            return self.last_day - YEAR
        return new_year

    def in_year(self, part: float, hour: int = 10) -> datetime:
        """Return an instant of the year, `part` of it gone."""
        days = round((self.last_day - self.first_day).days * part)
        return on_day(self.first_day + timedelta(days=days), hour)

    def ago(self, days: int, hour: int = 10) -> datetime:
        """Return an hour of a day before the present; of today only what is past."""
        at = on_day(timezone.localdate(self.present) - timedelta(days=days), hour)
        return min(at, self.present - timedelta(hours=1))

    def note(self, at: datetime, act: Act) -> None:
        """Note an act; one that would lie ahead of the present happens now."""
        heapq.heappush(self._pages, (min(at, self.present), next(self._numbers), act))

    def play(self, then: Act | None = None) -> None:
        """
        Let everything happen in its order, also what acts note while they are played.

        `then` is called after each act, at the same instant.
        """
        while self._pages:
            at, _number, act = heapq.heappop(self._pages)
            with clock_at(at):
                act()
                if then is not None:
                    then()


def at_work(moment: datetime) -> datetime:
    """Return the moment, or the next one at which somebody is in the office."""
    local = timezone.localtime(moment)
    if local.hour < OFFICE_HOURS[0]:
        return on_day(local.date(), OFFICE_HOURS[0])
    if local.hour >= OFFICE_HOURS[1]:
        return on_day(local.date() + timedelta(days=1), OFFICE_HOURS[0])
    return moment


def on_day(day: date, hour: int) -> datetime:
    """Return an hour of a day where the platform is."""
    return timezone.make_aware(datetime.combine(day, time(hour)))
