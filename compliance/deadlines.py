"""When something would be due that begins now: for previews, and for texts that name a date."""

from datetime import datetime

from compliance.clocks.calendar import stored_calendar
from compliance.clocks.limits import as_rule, limit_for
from compliance.clocks.rules import due_at

__all__ = ["due_instant", "limit_for"]


def due_instant(code: str, start: datetime) -> datetime:
    """
    Return when the step `code` that starts at `start` is due, if its clock never stands still.

    Public Account Provisions, art. 20 §2: time limits are laid down and kept.
    """
    return due_at(start, as_rule(limit_for(code, start)), (), stored_calendar())
