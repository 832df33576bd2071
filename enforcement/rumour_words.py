"""The words in which the handling of rumours is recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RumourSource(models.TextChoices):
    """Where the warning comes from."""

    AUTHORITY = "authority", _("Alert of an authority")
    COMPLAINT = "complaint", _("Complaint")
    PATROL = "patrol", _("Patrol")
    OWN = "own", _("Own observation")


class RumourStatus(models.TextChoices):
    """Which of the six steps was the last; closed once every account is dealt with."""

    WARNED = "warned", _("Warned of")
    FOUND = "found", pgettext_lazy("rumour", "Found")
    TRACED = "traced", _("Traced")
    IDENTIFIED = "identified", _("Told apart")
    REFUTED = "refuted", _("Refutation settled")
    ELIMINATED = "eliminated", _("Elimination settled")
    CLOSED = "closed", pgettext_lazy("rumour", "Closed")


class RumourStepCode(models.TextChoices):
    """The six steps of art. 13 §2, in their order."""

    WARNING = "warning", pgettext_lazy("rumour", "Warning")
    FINDING = "finding", pgettext_lazy("rumour", "Finding")
    TRACING = "tracing", _("Tracing")
    VERDICT = "verdict", _("Telling apart")
    REFUTATION = "refutation", _("Refutation")
    ELIMINATION = "elimination", _("Elimination")


class StepOutcome(models.TextChoices):
    """How a step was answered."""

    DONE = "done", pgettext_lazy("rumour step", "Done")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class RumourVerdict(models.TextChoices):
    """What telling apart came to."""

    RUMOUR = "rumour", _("A rumour")
    NOT_RUMOUR = "not_rumour", _("Not a rumour")
    UNDECIDABLE = "undecidable", _("Cannot be decided")


class RumourFault(models.TextChoices):
    """Whether an account made or published the rumour by its own fault."""

    AT_FAULT = "at_fault", _("At fault")
    NOT_AT_FAULT = "not_at_fault", _("Not at fault")


class RumourConclusion(models.TextChoices):
    """What follows for an account."""

    CREDIT = "credit", _("Credit lowered")
    BLACKLIST = "blacklist", _("Put on the blacklist")
    NONE = "none", _("No action")


class RefutationStatus(models.TextChoices):
    """Whether a refutation still stands."""

    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("refutation", "Withdrawn")


class RumourReviewStatus(models.TextChoices):
    """What became of a decision whose ground was put in doubt."""

    WAITING = "waiting", _("Waits for a supervisor")
    KEPT = "kept", _("Decision kept")
    REVERSED = "reversed", _("Decision reversed")


STEPS: Final = tuple(RumourStepCode)
# The state in which each step is waited for, and the arrow that it takes.
STATE_BEFORE: Final = {
    RumourStepCode.FINDING: RumourStatus.WARNED,
    RumourStepCode.TRACING: RumourStatus.FOUND,
    RumourStepCode.VERDICT: RumourStatus.TRACED,
    RumourStepCode.REFUTATION: RumourStatus.IDENTIFIED,
    RumourStepCode.ELIMINATION: RumourStatus.REFUTED,
}
ARROW_OF: Final = {
    RumourStepCode.FINDING: "find",
    RumourStepCode.TRACING: "trace",
    RumourStepCode.VERDICT: "identify",
    RumourStepCode.REFUTATION: "refute",
    RumourStepCode.ELIMINATION: "eliminate",
}
# What has a verdict.
JUDGED: Final = (
    RumourStatus.IDENTIFIED,
    RumourStatus.REFUTED,
    RumourStatus.ELIMINATED,
    RumourStatus.CLOSED,
)
