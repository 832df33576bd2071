"""Which version of the limits of transfers and stops is in force."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import ExitPolicy
from accounts.rules.exit_limits import ExitLimits
from compliance.errors import ActionRefused


@dataclass(frozen=True)
class ExitPolicyInForce:
    """A version of the limits as its row and as what the rules read."""

    row: ExitPolicy
    limits: ExitLimits


def exit_policy_in_force(at: datetime) -> ExitPolicyInForce:
    """
    Return the limits of transfers and stops in force at `at`.

    Public Account Provisions, art. 11 §§2–3: the numbers are the platform's, published and versioned.

    :raises ActionRefused: if no version is in force then.
    """
    row = ExitPolicy.objects.filter(effective_from__lte=at).order_by("-effective_from").first()
    if row is None:
        raise ActionRefused(_("No policy of transfers and stops is in force."))
    return ExitPolicyInForce(row, ExitLimits.from_catalogue(row.content))


def exit_limits_in_force(at: datetime) -> ExitLimits:
    """
    Return what the rules read of the limits in force at `at`.

    :raises ActionRefused: if no version is in force then.
    """
    return exit_policy_in_force(at).limits
