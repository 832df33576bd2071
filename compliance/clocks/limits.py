"""Which version of a time limit counts."""

from datetime import datetime

from compliance.clocks.rules import Limit, Unit
from compliance.models import TimeLimit


def limit_for(code: str, at: datetime) -> TimeLimit:
    """Return the version of a time limit that is in force at `at`."""
    return TimeLimit.objects.filter(code=code, effective_from__lte=at).latest("effective_from")


def as_rule(limit: TimeLimit) -> Limit:
    """Return a stored limit as the arithmetic takes it."""
    return Limit(limit.amount, Unit(limit.unit), limit.warn_percent)
