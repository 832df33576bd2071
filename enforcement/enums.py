"""The words in which enforcement is recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeasureCode(models.TextChoices):
    """The measures that can be taken, mildest first."""

    WARN = "warn", _("Warning")
    RESTRICT_FUNCTIONS = "restrict_functions", _("Restriction of functions")
    SUSPEND_UPDATES = "suspend_updates", _("Suspension of updates")
    STOP_ADVERTISING = "stop_advertising", _("Stop of advertising")
    CLOSE = "close", _("Closure")
    BLACKLIST = "blacklist", _("Entry on the blacklist")
    BAR_REREGISTRATION = "bar_reregistration", _("Bar on registering again")
    # Public Account Provisions, art. 8 §2 and art. 11 §2, not one of the seven of art. 19 §2.
    TERMINATE = "terminate", _("Termination of the service")


# Measures that limit the account for a term and then end by themselves.
TIMED_MEASURES: Final = (
    MeasureCode.RESTRICT_FUNCTIONS,
    MeasureCode.SUSPEND_UPDATES,
    MeasureCode.STOP_ADVERTISING,
)
# Measures that close the account for good, with a bar of its name.
CLOSING_MEASURES: Final = (MeasureCode.CLOSE, MeasureCode.TERMINATE)
# Measures about the subject, not the account: without end, but looked at within twelve months.
LISTING_MEASURES: Final = (MeasureCode.BLACKLIST, MeasureCode.BAR_REREGISTRATION)


class CaseSource(models.TextChoices):
    """Where a case comes from."""

    COMPLAINT = "complaint", _("Complaint")
    PATROL = "patrol", _("Patrol")
    AUTHORITY = "authority", _("Letter of an authority")
    FINDING = "finding", _("Finding")
    OWN = "own", _("Own observation")


class CaseStatus(models.TextChoices):
    """Where a case stands."""

    OPEN = "open", _("Open")
    DECIDED = "decided", _("Decided")
    CLOSED = "closed", pgettext_lazy("case", "Closed")


class DecisionStatus(models.TextChoices):
    """Where a decision stands."""

    PROPOSED = "proposed", _("Proposed")
    RETURNED = "returned", _("Returned")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    IN_FORCE = "in_force", _("In force")
    EXPIRED = "expired", _("Expired")
    LIFTED = "lifted", _("Lifted")
    REVERSED = "reversed", _("Reversed")


# A case waits for one answer at a time.
OPEN_DECISIONS: Final = (DecisionStatus.PROPOSED,)
# Decisions that were taken, whatever became of them: what a filing counts.
TAKEN_DECISIONS: Final = (
    DecisionStatus.IN_FORCE,
    DecisionStatus.EXPIRED,
    DecisionStatus.LIFTED,
    DecisionStatus.REVERSED,
)


class MeasureStatus(models.TextChoices):
    """Where a measure stands."""

    IN_FORCE = "in_force", _("In force")
    EXPIRED = "expired", _("Expired")
    LIFTED = "lifted", _("Lifted")
    REVERSED = "reversed", _("Reversed")


class ContentKind(models.TextChoices):
    """What sort of content a violation was found in."""

    ACCOUNT = "account", _("The account itself")
    TEXT = "text", _("Text")
    IMAGE = "image", _("Image")
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio")
    LIVE = "live", _("Live broadcast")
    COMMENT = "comment", _("Comment")


class ReportDutyStatus(models.TextChoices):
    """Where the duty to report a decision to the regulator stands."""

    DUE = "due", pgettext_lazy("report duty", "Due")
    SENT = "sent", _("Sent")
    RECEIPTED = "receipted", _("Receipted")


# A case stays open until the regulator has confirmed what was reported of it.
OPEN_DUTIES: Final = (ReportDutyStatus.DUE, ReportDutyStatus.SENT)
