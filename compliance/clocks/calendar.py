"""The working days as they are laid down: of each year the newest notice."""

from collections.abc import Iterable
from datetime import datetime

from compliance.clocks.rules import WorkingDays
from compliance.models import CalendarDay, CalendarNotice

# What was read last, and by which notice it is known that nothing newer is there. The instant
# belongs to it: another database may hold another notice of the same number.
_Mark = tuple[int, datetime]
_read: dict[_Mark, WorkingDays] = {}


def stored_calendar() -> WorkingDays:
    """Return the working days of all years; read again only when a notice was added."""
    mark = CalendarNotice.objects.order_by("-pk").values_list("pk", "entered_at").first()
    if mark is None:
        return WorkingDays()
    known = _read.get(mark)
    if known is None:
        known = _calendar_of(newest_notices())
        _read.clear()
        _read[mark] = known
    return known


def newest_notices() -> list[CalendarNotice]:
    """Return the notice that counts for each year, in the order of the years."""
    return list(CalendarNotice.objects.order_by("year", "-pk").distinct("year"))


def _calendar_of(notices: Iterable[CalendarNotice]) -> WorkingDays:
    years = {notice.pk: notice.year for notice in notices}
    days = CalendarDay.objects.filter(notice__in=years).values_list("date", "is_working_day")
    return WorkingDays(exceptions=dict(days), years=frozenset(years.values()))
