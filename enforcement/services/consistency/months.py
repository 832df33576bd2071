"""Months as consistency counts them: in China's time, each by its first day."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.errors import InvalidInput


def month_before(day: date) -> date:
    """Return the first day of the month before that of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_of(text: str | None) -> date:
    """
    Return the month that somebody wrote as 2026-10; where nothing is written, the one before.

    :raises InvalidInput: if it is none.
    """
    if not text:
        return month_before(timezone.localdate())
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 – a month has no zone
    except ValueError as problem:
        raise InvalidInput(_("Write the month as 2026-10.")) from problem
