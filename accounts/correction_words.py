"""The words in which corrections of profiles are recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class CorrectionStatus(models.TextChoices):
    """Where a correction stands."""

    ORDERED = "ordered", _("To be corrected")
    SUBMITTED = "submitted", _("Answered, to be reviewed")
    ACCEPTED = "accepted", _("Correction accepted")
    WITHDRAWN = "withdrawn", _("Order withdrawn")
    OVERDUE = "overdue", _("Not corrected in time")
    REFUSED = "refused", _("Correction refused by the operator")
    TERMINATED = "terminated", _("Service terminated")


# Statuses in which the service stays suspended because of the correction.
OPEN_STATUSES: Final = frozenset(
    {
        CorrectionStatus.ORDERED,
        CorrectionStatus.SUBMITTED,
        CorrectionStatus.OVERDUE,
        CorrectionStatus.REFUSED,
    }
)
# Statuses in which the operator can answer.
WAITING_STATUSES: Final = frozenset(
    {CorrectionStatus.ORDERED, CorrectionStatus.OVERDUE, CorrectionStatus.REFUSED}
)
# Statuses on which the service may be terminated, if the notice was delivered in time.
MISSED_STATUSES: Final = frozenset({CorrectionStatus.OVERDUE, CorrectionStatus.REFUSED})


class Mismatch(models.TextChoices):
    """What of a profile does not agree with who runs the account."""

    NAME = "name", _("Account name")
    AVATAR = "avatar", _("Picture of the account")
    BIO = "bio", _("Introduction")


class CorrectionGround(models.TextChoices):
    """In what way a profile is not as it has to be."""

    ORGAN = "organ", _("uses the name or sign of a Party or government organ")
    ENTERPRISE = "enterprise", _("uses the name or sign of an enterprise or institution")
    PUBLIC_FIGURE = "public_figure", _("uses the name or likeness of a public figure")
    OTHER_IDENTITY = "other_identity", _("does not agree with the verified identity")
    UNLAWFUL = "unlawful", _("contains illegal or harmful information")


class AnswerKind(models.TextChoices):
    """What an operator answers."""

    CORRECTED = "corrected", _("I correct it")
    OBJECTION = "objection", _("It is right as it is; I send documents")
    REFUSAL = "refusal", _("I will not correct it")


class AnswerSource(models.TextChoices):
    """Through which door an answer came."""

    RESPONSE = "response", _("Public response page")
    API = "api", _("Interface")


class DelayReason(models.TextChoices):
    """Why an operator needs more time; chosen, for what people write freely may name people."""

    AUTHORITY = "authority", _("documents of an authority are still to come")
    REGISTRY = "registry", _("a change of name is under way at the registry")
    INTERNAL = "internal", _("the approval within the organisation is still to come")
    TECHNICAL = "technical", _("technical difficulties")
    ABSENCE = "absence", _("whoever runs the account is ill or away")
