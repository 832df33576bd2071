"""Who counts as dormant: pure rules."""

from calendar import monthrange
from datetime import date, datetime

from accounts.dormancy_words import DormancyKind, LeftOut


def months_before(day: date, months: int) -> date:
    """Return the same day so many months before, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def kind_of(
    *,
    last_use: datetime,
    has_published: bool,
    unused_before: datetime,
    shell_before: datetime,
) -> DormancyKind | None:
    """
    Return why an account counts as dormant, or None while it does not.

    Public Account Provisions, art. 10 §2: neither logged in nor used since before the instant.
    Opinions on Platform Responsibility, point 3: one that never published is an empty shell.
    """
    if not has_published:
        return DormancyKind.EMPTY_SHELL if last_use < shell_before else None
    return DormancyKind.UNUSED if last_use < unused_before else None


def reason_to_leave(
    *,
    is_exempt: bool,
    is_marked: bool,
    is_held: bool,
    is_restricted: bool,
    has_clause: bool,
) -> LeftOut | None:
    """
    Return why a dormant account is left as it is, or None.

    Public Account Provisions, art. 10 §2: only by the agreement. Our choice: an open matter or a
    running measure is brought to its end first.
    """
    if is_exempt:
        return LeftOut.EXEMPT
    if is_marked:
        return LeftOut.MARKED
    if is_held:
        return LeftOut.OPEN_MATTER
    if is_restricted:
        return LeftOut.RESTRICTED
    return None if has_clause else LeftOut.NO_CLAUSE
