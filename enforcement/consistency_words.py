"""The words in which second looks and the figures of consistency are recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class SecondLookStatus(models.TextChoices):
    """Where a second look at a decision stands."""

    WAITING = "waiting", _("Waits for a second look")
    COMPARED = "compared", _("Compared")
    IN_REVIEW = "in_review", _("Waits for a supervisor")
    REVIEWED = "reviewed", _("Looked at by a supervisor")


# What nobody has given a second look yet.
UNSEEN: Final = (SecondLookStatus.WAITING,)


class LookOutcome(models.TextChoices):
    """How a second look stands to what was decided."""

    AGREE = "agree", _("the same measures")
    LIGHTER = "lighter", _("lighter than decided")
    HEAVIER = "heavier", _("heavier than decided")


class LookConclusion(models.TextChoices):
    """What a supervisor makes of a second look that came out otherwise."""

    STANDS = "stands", _("the decision stands")
    UNCLEAR = "unclear", _("the catalogue or its explanation is unclear")
    REVERSED = "reversed", _("the decision is reversed")


class FigureKind(models.TextChoices):
    """By what the decisions of a month are grouped."""

    ALL = "all", _("all together")
    REASON = "reason", _("by reason of the deviation")
    SUBJECT = "subject", _("by nature of the subject")
    FOLLOWERS = "followers", _("by followers")
    TIE = "tie", _("by tie to the platform")
    MODERATOR = "moderator", _("by moderator")


# The accounts that are not tied to the platform, as a group.
OTHERS: Final = "others"
# Decisions on whatever violation, severity and offence: the cell that holds all cells.
EVERY_CODE: Final = ""
EVERY_NUMBER: Final = 0
