"""The words in which credit is recorded; no rule lives here."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CreditEntryKind(models.TextChoices):
    """What moved the credit of a subject; that it heals is computed and not written down."""

    DEDUCT = "deduct", _("Deduction")
    REVERSE = "reverse", _("Deduction undone")
    REPAIR = "repair", pgettext_lazy("credit", "Repair")
