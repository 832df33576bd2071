"""The words of claims that an identity was used without consent; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class RepudiationStatus(models.TextChoices):
    """Where such a claim stands."""

    SUBMITTED = "submitted", _("Identity not yet verified")
    IN_REVIEW = "in_review", _("In review")
    WAITING_STATEMENT = "waiting_statement", _("Waiting for the operator’s statement")
    WAITING_MATERIAL = "waiting_material", _("Waiting for material")
    PROPOSED = "proposed", _("Waits for a second person")
    UPHELD = "upheld", _("Upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REVERSED = "reversed", _("Undone")


OPEN_REPUDIATIONS: Final = frozenset(
    {
        RepudiationStatus.SUBMITTED,
        RepudiationStatus.IN_REVIEW,
        RepudiationStatus.WAITING_STATEMENT,
        RepudiationStatus.WAITING_MATERIAL,
        RepudiationStatus.PROPOSED,
    }
)


class RepudiationParty(models.TextChoices):
    """Who sent a file of a claim."""

    CLAIMANT = "claimant", _("Claimant")
    OPERATOR = "operator", _("Operator")
    STAFF = "staff", _("Colleague")


class IdentityProof(models.TextChoices):
    """By what a claimant was verified."""

    PROVIDER = "provider", _("Real-name verification")
    DOCUMENT = "document", _("Identity document looked at by a person")
