"""The words of notices that a right is infringed; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AssertedRight(models.TextChoices):
    """Which right somebody says is infringed."""

    COPYRIGHT = "copyright", _("copyright")
    RELATED = "related", _("right of a performer, producer or broadcaster")
    TRADEMARK = "trademark", _("trademark")
    PATENT = "patent", _("patent or design")
    PERSONAL = "personal", _("name, portrait, reputation or privacy")


class InfringementStatus(models.TextChoices):
    """How far a notice has come between who asserts the right and who runs the account."""

    RECEIVED = "received", pgettext_lazy("infringement", "Not passed on yet")
    FORWARDED = "forwarded", pgettext_lazy("infringement", "Passed on to the operator")
    COUNTERED = "countered", pgettext_lazy("infringement", "Disputed; waits for a lawsuit")
    PROOF = "proof", pgettext_lazy("infringement", "Proof of a lawsuit is looked at")
    UNDISPUTED = "undisputed", pgettext_lazy("infringement", "Not disputed")
    SUED = "sued", pgettext_lazy("infringement", "Before a court or an authority")
    LIFTING = "lifting", pgettext_lazy("infringement", "No lawsuit shown; being lifted")
    LIFTED = "lifted", pgettext_lazy("infringement", "No lawsuit shown; lifted")
    DROPPED = "dropped", pgettext_lazy("infringement", "No longer pursued")


N = InfringementStatus
# Nothing is waited for any more.
ENDED_INFRINGEMENTS: Final = (N.UNDISPUTED, N.SUED, N.LIFTED, N.DROPPED)
# The operator has said that nothing is infringed.
DISPUTED: Final = (N.COUNTERED, N.PROOF, N.SUED, N.LIFTING, N.LIFTED)


class SuitKind(models.TextChoices):
    """Before whom somebody has taken their right."""

    COURT = "court", _("a court")
    AUTHORITY = "authority", _("a competent authority")


class InfringementParty(models.TextChoices):
    """Whose file it is."""

    COMPLAINANT = "complainant", _("complainant")
    OPERATOR = "operator", _("operator")
