"""Months as consistency counts them: in China's time, each by its first day."""

from datetime import date, timedelta


def month_before(day: date) -> date:
    """Return the first day of the month before that of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
