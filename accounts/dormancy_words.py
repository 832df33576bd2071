"""The words in which dormancy is recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DormancyKind(models.TextChoices):
    """Why an account counts as dormant."""

    UNUSED = "unused", _("neither logged in nor used")
    EMPTY_SHELL = "empty_shell", _("never published")


class DormancyStatus(models.TextChoices):
    """Where the dormancy of an account stands."""

    NOTICED = "noticed", _("Operator told")
    SUSPENDED = "suspended", _("Service suspended")
    PROPOSED = "proposed", _("Termination proposed")
    TERMINATED = "terminated", _("Service terminated")
    RETURNED = "returned", _("In use again")
    UNDONE = "undone", _("Termination undone")
    DROPPED = "dropped", _("Account closed otherwise")


# In which nothing has ended yet.
OPEN_DORMANCY: Final = (
    DormancyStatus.NOTICED,
    DormancyStatus.SUSPENDED,
    DormancyStatus.PROPOSED,
)


class BatchStatus(models.TextChoices):
    """Where a batch of proposed terminations stands."""

    PROPOSED = "proposed", _("Waits for approval")
    APPROVED = "approved", _("Approved, being carried out")
    DONE = "done", _("Carried out")
    RETURNED = "returned", _("Returned")


class LeftOut(models.TextChoices):
    """Why a sweep leaves a dormant account as it is."""

    EXEMPT = "exempt", _("its nature is exempt")
    MARKED = "marked", _("its special mark exempts it")
    NO_CLAUSE = "no_clause", _("its operator accepted no agreement with the clause")
    OPEN_MATTER = "open_matter", _("an open matter holds it")
    RESTRICTED = "restricted", _("a measure or another restriction runs")


class SweepStep(models.TextChoices):
    """What a sweep does with an account."""

    RETURNED = "returned", _("in use again")
    NOTICED = "noticed", _("operator told")
    SUSPENDED = "suspended", _("service suspended")
    PROPOSED = "proposed", _("proposed for termination")
    TERMINATED = "terminated", _("service terminated")
    LEFT_OUT = "left_out", pgettext_lazy("sweep", "left out")
