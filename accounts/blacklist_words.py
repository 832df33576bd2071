"""The words of the blacklist and of what matched it; no rule lives here."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    """Which of the two measures an entry carries out."""

    BLACKLIST = "blacklist", _("Blacklist")
    BAR = "bar", _("Bar on registering again")


class EntryStatus(models.TextChoices):
    """Where an entry stands."""

    LISTED = "listed", _("In force")
    REMOVED = "removed", _("Removed")
    REVERSED = "reversed", _("Reversed")


class BarField(models.TextChoices):
    """What of a subject a keyed digest stands for."""

    ID_NUMBER = "id_number", _("document number")
    MOBILE = "mobile", _("mobile number")
    NAME = "name", _("name of the organisation")


class MatchStatus(models.TextChoices):
    """What a person said of a match."""

    OPEN = "open", _("To be looked at")
    CONFIRMED = "confirmed", _("The same subject")
    NOT_SAME = "not_same", _("Not the same")
