"""When something is due: published limits counted in China's working days."""

import logging
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays
from django.utils import timezone

from compliance.models import LimitUnit, TimeLimit

logger = logging.getLogger("heyan.calendar")


@cache
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")


@cache
def _is_published(year: int) -> bool:
    # The yearly notice moves working days to weekends; without such a day nobody has published it.
    calendar = _calendar()
    january = date(year, 1, 1)
    is_published = any(
        calendar.is_working_day(january + timedelta(days=day))
        for day in range(366)
        if (january + timedelta(days=day)).weekday() >= 5
        and (january + timedelta(days=day)).year == year
    )
    if not is_published:
        # Here and not where a day is asked for, so that it is said once a year and process.
        logger.warning("no published working-day arrangement for %s: Monday to Friday", year)
    return is_published


def is_working_day(day: date) -> bool:
    """
    Return whether `day` is a working day in China, make-up working days included.

    Past the last year whose arrangement was published it is Monday to Friday, with a warning.
    """
    if not _is_published(day.year):
        return day.weekday() < 5
    return bool(_calendar().is_working_day(day))


def limit_for(code: str, at: datetime) -> TimeLimit:
    """Return the version of a time limit that is in force at `at`."""
    return TimeLimit.objects.filter(code=code, effective_from__lte=at).latest("effective_from")


def add_limit(start: datetime, amount: int, unit: str) -> datetime:
    """
    Return the instant at which a limit that starts at `start` ends.

    Working days end at midnight in Asia/Shanghai after the last of them; the day of the start
    does not count.
    """
    if unit == LimitUnit.HOUR:
        return start + timedelta(hours=amount)
    day = timezone.localtime(start).date()
    left = amount
    while left > 0:
        day += timedelta(days=1)
        if unit == LimitUnit.DAY or is_working_day(day):
            left -= 1
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def due_instant(code: str, start: datetime) -> datetime:
    """
    Return when the step `code` that starts at `start` is due.

    Public Account Provisions, art. 20 §2: time limits are laid down and kept.
    """
    limit = limit_for(code, start)
    return add_limit(start, limit.amount, limit.unit)
