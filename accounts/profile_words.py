"""The words in which changes of profiles and avatars are recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProfilePart(models.TextChoices):
    """What everybody sees of an account and its operator may change."""

    NAME = "name", _("Account name")
    BIO = "bio", _("Introduction")
    CATEGORY = "category", _("Category")
    AVATAR = "avatar", _("Avatar")


class ProfileChangeStatus(models.TextChoices):
    """Where a change of a profile stands."""

    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RESET = "reset", _("Set back by the platform")
    UNDONE = "undone", _("Setting back undone")


# What a person sets back at once where it is unlawful; a category harms nobody.
RESET_PARTS: Final = (ProfilePart.NAME, ProfilePart.BIO, ProfilePart.AVATAR)

OPEN_STATUSES: Final = frozenset({ProfileChangeStatus.SUBMITTED, ProfileChangeStatus.IN_REVIEW})


class ProfileReviewReason(models.TextChoices):
    """Why a person looks at a change in which no check found anything."""

    EXPERT_FIELD = "expert_field", _("a field that asks for a qualification")
    ORGAN_OR_MEDIA = "organ_or_media", _("the name speaks of an organ or a medium")
    DIVISION = "division", _("the name holds an administrative division")
    AUTOMATIC_APPROVAL_OFF = "automatic_approval_off", _("automatic approval is switched off")
