"""The words of applications for more accounts; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AllowanceStatus(models.TextChoices):
    """Where an application for more accounts stands; that its term is over is read from its day."""

    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    WAITING_MATERIAL = "waiting_material", _("Waiting for material")
    PROPOSED = "proposed", _("Waits for a second person")
    GRANTED = "granted", pgettext_lazy("more accounts", "Granted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", pgettext_lazy("more accounts", "Ended")


# In which nothing is decided yet: a subject has one at a time.
OPEN_ALLOWANCES: Final = frozenset(
    {
        AllowanceStatus.SUBMITTED,
        AllowanceStatus.IN_REVIEW,
        AllowanceStatus.WAITING_MATERIAL,
        AllowanceStatus.PROPOSED,
    }
)


class MultiAccountItem(models.TextChoices):
    """What is looked at before one subject runs several accounts (art. 10 §1), in its order."""

    NATURE = "nature", _("Nature of the subject")
    QUALIFICATION = "qualification", _("Qualification for the services")
    SCOPE = "scope", _("Business scope")
    CREDIT = "credit", _("Credit evaluation")
