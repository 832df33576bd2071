"""The words of what guardians agree to for minors; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class GuardianRelation(models.TextChoices):
    """What a guardian is to the minor (Civil Code, art. 27)."""

    FATHER = "father", _("Father")
    MOTHER = "mother", _("Mother")
    GRANDPARENT = "grandparent", _("Grandparent")
    SIBLING = "sibling", _("Elder brother or sister")
    OTHER = "other", _("Other guardian")


class WithdrawalStatus(models.TextChoices):
    """What became of a consent that was taken back."""

    OPEN = "open", _("To be decided")
    RESUMED = "resumed", _("Service resumed")
    CLOSED = "closed", _("Account closed")


# The version of the declaration that guardians agree to; its text stands beside it.
DECLARATION_VERSION: Final = "2026-1"
DECLARATION: Final = _(
    "I am a guardian of the person who applied for this account. I know that what is published "
    "under it is public, I agree to the account and to the use of the minor’s identity data for "
    "verifying it, and I know that I can take this consent back at any time."
)
