"""Days that colleagues type: on which something was held, or a letter arrived."""

from datetime import date, datetime, time
from typing import Final

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from compliance.errors import InvalidInput

END_OF_DAY: Final = time(23, 59, 59)


def parse_day(typed: str) -> date:
    """
    Return the day that was typed.

    :raises InvalidInput: if it is none.
    """
    try:
        day = parse_date(typed)
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput(_("Give a day."))
    return day


def arrived_on(typed: str) -> datetime | None:
    """
    Return from when a letter counts: the end of its day, or now where it came today.

    :raises InvalidInput: if it is no day.
    """
    day = parse_day(typed)
    today = timezone.localdate()
    if day == today:
        return None
    return datetime.combine(day, END_OF_DAY, tzinfo=timezone.get_current_timezone())
