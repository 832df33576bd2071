"""The words in which patrols are recorded; no rule lives here."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RiskClass(models.TextChoices):
    """How often an account is verified again."""

    FOCUSED = "focused", _("verified often")
    ORDINARY = "ordinary", _("verified now and then")


class PatrolStatus(models.TextChoices):
    """Where the check of one account stands."""

    OPEN = "open", _("To be checked")
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Did not pass")
    DROPPED = "dropped", _("Account closed before")
    NOT_COVERED = "not_covered", _("Not covered")


class PatrolItem(models.TextChoices):
    """What is looked at."""

    IDENTITY = "identity", _("the identity is still valid")
    PROFILE = "profile", _("name, avatar and introduction fit the subject")
    QUALIFICATION = "qualification", _("the qualification is valid")
    CATEGORY = "category", _("what is published fits the category")
    CONTACT = "contact", _("the contact answers")
    CAP = "cap", _("the subject has no more accounts than it may have")
    DISCLOSURE = "disclosure", _("what has to be public is public")


class PointResult(models.TextChoices):
    """What came of one point."""

    PASS = "pass", _("in order")
    FAIL = "fail", _("not in order")
    NOT_APPLICABLE = "not_applicable", _("does not apply")
