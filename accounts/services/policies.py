"""Which version of the registration limits is in force."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import RegistrationPolicy
from accounts.rules.profile_limits import ProfileLimits
from accounts.rules.registration_limits import RegistrationLimits
from compliance.errors import ActionRefused


@dataclass(frozen=True)
class Policy:
    """A version of the limits as its row and as what the rules read."""

    row: RegistrationPolicy
    limits: RegistrationLimits

    @property
    def profile_limits(self) -> ProfileLimits:
        """Return the limits of changes of profiles in this version."""
        return ProfileLimits.from_catalogue(self.row.content)

    def weight_of(self, codes: list[str]) -> int:
        """Return how pressing a review is among those due at one time, by what was found."""
        weights = self.row.content.get("review_weights", {})
        return min(sum(int(weights.get(code, 1)) for code in codes), 1000)


def policy_in_force(at: datetime) -> Policy:
    """
    Return the registration limits in force at `at`.

    Public Account Provisions, art. 10 §1: the limits are published and versioned.

    :raises ActionRefused: if no version is in force then.
    """
    row = (
        RegistrationPolicy.objects.filter(effective_from__lte=at)
        .order_by("-effective_from")
        .first()
    )
    if row is None:
        raise ActionRefused(_("No registration policy is in force."))
    return Policy(row, RegistrationLimits.from_catalogue(row.content))
