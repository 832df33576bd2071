"""The words in which transfers, stops and what follows from them are recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class TransferStatus(models.TextChoices):
    """Where the transfer of an account to another subject stands."""

    APPLIED = "applied", _("Submitted")
    WAITING_MATERIAL = "waiting_material", _("Waiting for material")
    IN_REVIEW = "in_review", _("In review")
    PROPOSED = "proposed", _("Waiting for approval")
    APPROVED = "approved", _("Approved, waiting for both sides")
    ANNOUNCED = "announced", _("Announced to the followers")
    EFFECTIVE = "effective", _("Effective")
    REFUSED = "refused", _("Refused")
    LAPSED = "lapsed", _("Lapsed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Statuses in which the account may still pass to the transferee.
OPEN_TRANSFERS: Final = (
    TransferStatus.APPLIED,
    TransferStatus.WAITING_MATERIAL,
    TransferStatus.IN_REVIEW,
    TransferStatus.PROPOSED,
    TransferStatus.APPROVED,
    TransferStatus.ANNOUNCED,
)
# Statuses that only an approval by a second person leads to.
APPROVED_TRANSFERS: Final = (
    TransferStatus.APPROVED,
    TransferStatus.ANNOUNCED,
    TransferStatus.EFFECTIVE,
)


class TransferParty(models.TextChoices):
    """The two sides of a transfer."""

    TRANSFEROR = "transferor", _("who runs the account now")
    TRANSFEREE = "transferee", _("who takes the account over")


class TransferPaper(models.TextChoices):
    """What a file handed in for a transfer is."""

    APPLICATION_LETTER = "application_letter", _("letter of application, sealed or signed")
    NOTARISED_LETTER = "notarised_letter", _("notarised letter")
    LICENCE = "licence", _("business licences or identity documents")
    STATEMENT = "statement", _("words of the applicant")


class RegularisationStatus(models.TextChoices):
    """Where a transfer that was made without approval stands."""

    OPEN = "open", _("Time to apply is running")
    REGULARISED = "regularised", _("Regularised")
    MISSED = "missed", _("Not regularised in time")
    CLEARED = "cleared", _("No transfer took place")
    TERMINATED = "terminated", _("Service terminated")


class StopKind(models.TextChoices):
    """What an operator who stops asks for."""

    CLOSE = "close", _("end")
    PAUSE = "pause", _("pause")


class StopStatus(models.TextChoices):
    """Where the wish of an operator to stop stands."""

    APPLIED = "applied", _("Submitted")
    COOLING = "cooling", _("Time to think again")
    CLOSED = "closed", _("Closed")
    REVOKED = "revoked", _("Taken back")
    BLOCKED = "blocked", _("Ended by an open matter")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
