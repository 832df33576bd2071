"""The words in which measures about content, labels and their lifting are recorded."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContentAct(models.TextChoices):
    """What the platform is ordered to do with a content."""

    STOP = "stop", _("stop its transmission")
    REMOVE = "remove", _("remove it")
    KEEP = "keep", _("keep the record of it")


class LabelKind(models.TextChoices):
    """What a label tells readers."""

    RUMOUR = "rumour", _("Rumour")
    DISPUTED = "disputed", _("Disputed")
    FICTION = "fiction", _("Fiction or acted scenes")
    GENERATED = "generated", _("Generated or synthesised content")


class LiftGround(models.TextChoices):
    """Why a measure ends before its time."""

    PUT_RIGHT = "put_right", _("it was put right")
    NOT_NEEDED = "not_needed", _("the harm is over")
    TOO_HEAVY = "too_heavy", _("it would be heavier than needed by now")
    AUTHORITY = "authority", _("an authority asks for it by letter")
    OVERSIGHT = "oversight", _("an oversight of the platform was found")
    NO_SUIT = "no_suit", _("it was disputed, and no lawsuit was shown in time")
