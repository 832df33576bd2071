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
    # The other measures that the provisions name: art. 8 §2, and what is done about contents.
    SUSPEND_SERVICE = "suspend_service", _("Suspension of the service")
    ORDER_CORRECTION = "order_correction", _("Order to correct")
    BAR_NAME = "bar_name", _("Bar of the name")
    HANDLE_CONTENT = "handle_content", _("Handling of content")
    LABEL = "label", _("Label")


# Measures that limit the account for a term and then end by themselves.
TIMED_MEASURES: Final = (
    MeasureCode.RESTRICT_FUNCTIONS,
    MeasureCode.SUSPEND_UPDATES,
    MeasureCode.STOP_ADVERTISING,
    MeasureCode.SUSPEND_SERVICE,
)
# Measures that the platform carries out on contents or by a label, ordered by a command.
PLATFORM_MEASURES: Final = (MeasureCode.HANDLE_CONTENT, MeasureCode.LABEL)
# Milder than any step of a ladder, so that they may be ordered beside each.
MILDEST_MEASURES: Final = (
    MeasureCode.ORDER_CORRECTION,
    MeasureCode.HANDLE_CONTENT,
    MeasureCode.LABEL,
)
# Where a ladder names these the case decides whether they are taken: there may be no content left.
LEFT_TO_THE_CASE: Final = (
    MeasureCode.SUSPEND_SERVICE,
    MeasureCode.BAR_NAME,
    *MILDEST_MEASURES,
)
# Measures with a term, also those that limit no account.
TERM_MEASURES: Final = (*TIMED_MEASURES, MeasureCode.BAR_NAME)
# A term may be given for these, and need not be.
OPEN_TERM_MEASURES: Final = (MeasureCode.LABEL,)
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

    HEARING = "hearing", _("The operator is heard")
    PROPOSED = "proposed", _("Proposed")
    RETURNED = "returned", _("Returned")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed unconfirmed")
    IN_FORCE = "in_force", _("In force")
    EXPIRED = "expired", _("Expired")
    LIFTED = "lifted", _("Lifted")
    REVERSED = "reversed", _("Reversed")


# A case waits for one answer at a time.
OPEN_DECISIONS: Final = (DecisionStatus.HEARING, DecisionStatus.PROPOSED)
# What was proposed and never taken: the next decision of the case takes it up.
ENDED_PROPOSALS: Final = (
    DecisionStatus.RETURNED,
    DecisionStatus.WITHDRAWN,
    DecisionStatus.LAPSED,
)
# What stands, whether its measures still run or not.
STANDING_DECISIONS: Final = (
    DecisionStatus.IN_FORCE,
    DecisionStatus.EXPIRED,
    DecisionStatus.LIFTED,
)
# Decisions that were taken, whatever became of them: what a filing counts.
TAKEN_DECISIONS: Final = (*STANDING_DECISIONS, DecisionStatus.REVERSED)


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


class FactorDirection(models.TextChoices):
    """Whether a factor makes a violation weigh less or more."""

    DOWN = "down", _("mitigating")
    UP = "up", _("aggravating")


class ApprovalOccasion(models.TextChoices):
    """For what, besides its measures, a decision needs more approvals."""

    OFFICIAL = "official", _("an organ or a media organisation is concerned")
    FOLLOWERS = "followers", _("the account has many followers")
    HEAVIER = "heavier", _("it goes beyond the ladder")
    LIGHTER = "lighter", _("it stays far below the ladder")
    AGGRAVATED = "aggravated", _("an aggravating factor raises the step")


class DeviationKind(models.TextChoices):
    """How a decision stands to what the ladder proposes."""

    NONE = "none", _("on the ladder")
    LIGHTER = "lighter", _("lighter than the ladder")
    HEAVIER = "heavier", _("heavier than the ladder")


class DeviationReason(models.TextChoices):
    """Why a decision is not what the ladder proposes; each fits one direction alone or both."""

    SMALL_EFFECT = "small_effect", _("the effect was much smaller than usual")
    PUT_RIGHT = "put_right", _("the harm was made good before the decision")
    ENOUGH = "enough", _("a milder measure is enough to end it")
    GRAVE_EFFECT = "grave_effect", _("the effect was much graver than usual")
    PERSISTENT = "persistent", _("it was kept up in spite of warnings")
    MANY_ITEMS = "many_items", _("much content or many people are concerned")
    AUTHORITY = "authority", _("an authority demands it by letter")
    STEP_UNFIT = "step_unfit", _("the measure of the step does not meet this violation")


LIGHTER_REASONS: Final = (
    DeviationReason.SMALL_EFFECT,
    DeviationReason.PUT_RIGHT,
    DeviationReason.ENOUGH,
    DeviationReason.STEP_UNFIT,
)
HEAVIER_REASONS: Final = (
    DeviationReason.GRAVE_EFFECT,
    DeviationReason.PERSISTENT,
    DeviationReason.MANY_ITEMS,
    DeviationReason.AUTHORITY,
    DeviationReason.STEP_UNFIT,
)
