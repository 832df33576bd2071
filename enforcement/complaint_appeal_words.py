"""The words in which appeals of complainants are recorded: against what, where they stand, how they end."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enforcement.complaint_words import ComplaintOutcome, ComplaintStatus


class ContestedAnswer(models.TextChoices):
    """What of the answer to a complaint its complainant contests."""

    NOT_ACCEPTED = "not_accepted", _("The complaint was not accepted")
    NOT_UPHELD = "not_upheld", _("The complaint was not upheld")
    PARTLY = "partly", _("The complaint was upheld in part only")


# The outcomes that leave something to contest; they are named alike.
CONTESTED_OUTCOMES: Final = (ComplaintOutcome.NOT_UPHELD, ComplaintOutcome.PARTLY)
# A complaint is taken up again from these alone.
ANSWERED: Final = (ComplaintStatus.NOT_ACCEPTED, ComplaintStatus.FED_BACK, ComplaintStatus.CLOSED)


class ComplaintAppealStatus(models.TextChoices):
    """Where the appeal of a complainant stands."""

    FILED = "filed", pgettext_lazy("appeal of a complainant", "Being heard")
    WAITING = "waiting", pgettext_lazy("appeal of a complainant", "Waits for the complainant")
    DECIDED = "decided", pgettext_lazy("appeal of a complainant", "Decided")
    WITHDRAWN = "withdrawn", pgettext_lazy("appeal of a complainant", "Withdrawn")


OPEN_COMPLAINT_APPEALS: Final = (ComplaintAppealStatus.FILED, ComplaintAppealStatus.WAITING)


class ComplaintAppealOutcome(models.TextChoices):
    """What becomes of the answer to a complaint."""

    CONFIRMED = "confirmed", pgettext_lazy("appeal of a complainant", "The answer stands")
    TAKEN_UP = (
        "taken_up",
        pgettext_lazy("appeal of a complainant", "The complaint is taken up again"),
    )
