"""The words in which decisions on many accounts are recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BulkStatus(models.TextChoices):
    """Where a decision on many accounts stands."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waits for approval")
    RETURNED = "returned", _("Returned")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    APPROVED = "approved", _("Approved, being carried out")
    STOPPED = "stopped", pgettext_lazy("list of accounts", "Stopped")
    DONE = "done", _("Carried out")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", pgettext_lazy("list of accounts", "Undone")


# What two other persons have approved, whatever became of it.
TAKEN_BULK: Final = (
    BulkStatus.APPROVED,
    BulkStatus.STOPPED,
    BulkStatus.DONE,
    BulkStatus.UNDOING,
    BulkStatus.UNDONE,
)
# In which somebody took it back before operators were told.
UNDONE_BULK: Final = (BulkStatus.UNDOING, BulkStatus.UNDONE)


class BulkItemStatus(models.TextChoices):
    """Where one account of a decision on many stands."""

    LEFT_OUT = "left_out", _("Left out")
    WAITING = "waiting", _("Not yet carried out")
    CARRIED_OUT = "carried_out", _("Decision in force")
    FAILED = "failed", _("Could not be carried out")
    UNDONE = "undone", _("Decision undone")


class LeftOutBecause(models.TextChoices):
    """Why an account of the list is left out from the beginning."""

    CLOSED = "closed", _("the account is closed")
    OPEN_DECISION = "open_decision", _("a decision on it is already under way")
    REFUSED = "refused", _("the catalogue does not allow this decision on it")
