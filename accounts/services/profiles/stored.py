"""What the checks found of a change, as the rules gave it."""

from accounts.enums import CheckCode, CheckOutcome
from accounts.models import ProfileChange
from accounts.rules.check_results import CheckResult


def checks_of_change(change: ProfileChange) -> tuple[CheckResult, ...]:
    """Return the checks that a stored change did not pass."""
    return tuple(
        CheckResult(
            CheckCode(check.code), CheckOutcome(check.outcome), check.reason_key, check.params
        )
        for check in sorted(change.checks.all(), key=lambda check: check.pk)
    )
