"""Appeals against decisions: what was said, who heard it, what became of the decision."""

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import (
    Clock,
    Matter,
    Person,
    Proposal,
    Side,
    WorkItem,
)
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.appeal_words import (
    HEARD_APPEALS,
    OPEN_APPEALS,
    SECOND_LEVEL_AFTER,
    AppealChannel,
    AppealGround,
    AppealOutcome,
    AppealRefusal,
    AppealStatus,
)
from enforcement.models.decisions import Decision

S = AppealStatus
# 申诉: the two letters of the number by which people call an appeal.
APPEAL_PREFIX: Final = "SS"
FIRST: Final = 1
SECOND: Final = 2


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Named filters of appeals."""

    def open(self) -> "AppealQuerySet":
        """Appeals on which nobody has decided yet."""
        return self.filter(status__in=OPEN_APPEALS)


AppealManager = models.Manager.from_queryset(AppealQuerySet)


class Appeal(StatusModel):
    """
    That somebody contests a decision, once on each level, and by whom it is heard.

    `proposal`, `matter` and `proposer` are the decision's, by composite keys; whoever hears it takes
    part in that matter on a side of its own, so that the database keeps out whoever decided.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.APPEAL
    frozen_fields = (
        "decision",
        "proposal",
        "matter",
        "proposer",
        "proposer_side",
        "level",
        "first",
        "channel",
        "ground",
        "filed_at",
        "acceptance_clock",
        "hearing_side",
    )

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("decision")
    )
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    proposer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposer_side = models.CharField(max_length=20, choices=Side.choices, editable=False)
    level = models.PositiveSmallIntegerField(_("level"), default=FIRST)
    first = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="second",
        verbose_name=_("appeal on the first level"),
    )
    channel = models.CharField(_("came in by"), max_length=12, choices=AppealChannel.choices)
    ground = models.CharField(_("contested"), max_length=16, choices=AppealGround.choices)
    # When it arrived: a letter counts from then, whenever it was written down.
    filed_at = models.DateTimeField(pgettext_lazy("appeal", "filed at"))
    status = models.CharField(
        _("state"), max_length=12, choices=S.choices, default=S.FILED, editable=False
    )
    acceptance_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, related_name="appeal_to_accept"
    )
    decision_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, related_name="appeal_to_decide"
    )
    # Where it waits for a handler; a new one each time, the earlier ones stay closed.
    work_item = models.OneToOneField(WorkItem, on_delete=models.PROTECT, related_name="appeal")
    # Who accepted it, or did not.
    handler = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appeals_taken_up",
        verbose_name=_("taken up by"),
    )
    hearing_side = models.CharField(max_length=20, choices=Side.choices, editable=False)
    taken_up_at = models.DateTimeField(_("taken up at"), null=True, blank=True)
    refusal = models.CharField(
        _("why it is not accepted"), max_length=20, choices=AppealRefusal.choices, blank=True
    )
    refusal_text = models.TextField(_("reasons told to the appellant"), blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = AppealManager()
    history = track_history()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        permissions = [
            ("file_appeal", "Can write down appeals that came by letter or telephone"),
            ("hear_appeal", "Can hear appeals"),
            ("hear_second_appeal", "Can hear appeals on the second level"),
            ("state_for_decision", "Can state in an appeal what those say who decided"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="appeal_status"),
            models.Index(fields=["level", "-id"], name="appeal_level"),
            models.Index(fields=["channel", "-id"], name="appeal_channel"),
            models.Index(fields=["ground", "-id"], name="appeal_ground"),
            models.Index(fields=["-filed_at", "-id"], name="appeal_filed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "level"],
                name="appeal_once_per_decision",
                violation_error_message=_("An appeal against this decision was filed already."),
            ),
            # What rulings, questions and mediations copy.
            models.UniqueConstraint(
                fields=["id", "matter", "hearing_side"], name="appeal_hearing_key"
            ),
            models.UniqueConstraint(fields=["id", "decision"], name="appeal_decision_key"),
            CompositeForeignKey(
                name="appeal_proposal_of_decision",
                fields=["decision", "proposal"],
                to="enforcement.Decision",
                to_fields=["id", "proposal"],
            ),
            CompositeForeignKey(
                name="appeal_matter_of_proposal",
                fields=["proposal", "matter", "proposer", "proposer_side"],
                to="compliance.Proposal",
                to_fields=["id", "matter", "proposer", "approver_side"],
            ),
            CompositeForeignKey(
                name="appeal_first_of_the_same_decision",
                fields=["first", "decision"],
                to="enforcement.Appeal",
                to_fields=["id", "decision"],
            ),
            # Whoever decided took part on another side, and nobody has two: so says this key.
            CompositeForeignKey(
                name="appeal_handler_took_part",
                fields=["matter", "handler", "hearing_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
            models.CheckConstraint(
                condition=Q(level=FIRST, hearing_side=Side.APPEAL, first__isnull=True)
                | Q(level=SECOND, hearing_side=Side.SECOND_APPEAL, first__isnull=False),
                name="appeal_level_has_its_side",
            ),
            models.CheckConstraint(
                condition=Q(handler__isnull=True) | ~Q(handler=F("proposer")),
                name="appeal_not_heard_by_the_proposer",
            ),
            models.CheckConstraint(condition=Q(status__in=S.values), name="appeal_status_known"),
            models.CheckConstraint(
                condition=Q(channel__in=AppealChannel.values) & Q(ground__in=AppealGround.values),
                name="appeal_says_how_and_what",
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(
                    status=S.FILED,
                    handler__isnull=True,
                    taken_up_at__isnull=True,
                    decision_clock__isnull=True,
                )
                | Q(status=S.WITHDRAWN)
                | Q(
                    status__in=[*HEARD_APPEALS, S.REFUSED],
                    handler__isnull=False,
                    taken_up_at__isnull=False,
                ),
                name="appeal_taken_up_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=HEARD_APPEALS) | Q(decision_clock__isnull=False),
                name="appeal_accepted_is_due",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=S.REFUSED, refusal__in=AppealRefusal.values, decision_clock__isnull=True
                )
                & ~Q(refusal_text="")
                | ~Q(status=S.REFUSED) & Q(refusal="", refusal_text=""),
                name="appeal_refusal_has_reasons",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_APPEALS, ended_at__isnull=True)
                | ~Q(status__in=OPEN_APPEALS) & Q(ended_at__isnull=False),
                name="appeal_end_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call the appeal."""
        return f"{APPEAL_PREFIX}{self.pk:08d}"

    @property
    def clock(self) -> Clock:
        """The clock of the step that it is in, or was in last."""
        return self.decision_clock or self.acceptance_clock


class AppealRuling(models.Model):
    """What a handler decided on an appeal, and what is told; said once and for good."""

    table_kind = TableKind.LOG

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="ruling")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=12, choices=AppealOutcome.choices)
    # Why the decision did not stand as it was.
    ground = models.CharField(
        _("why it did not stand"), max_length=16, choices=AppealGround.choices, blank=True
    )
    text = models.TextField(_("reasons told to the appellant"))
    # [["close", true, "…"], …]: what was undone, whether it came back, and in which words.
    undone = models.JSONField(_("what was undone"), default=list)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    hearing_side = models.CharField(max_length=20, choices=Side.choices, editable=False)
    at = models.DateTimeField(_("at"))
    # Until when somebody else may be asked; only for measures with a second level.
    second_window = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, related_name="second_appeal_window"
    )

    class Meta:
        verbose_name = _("outcome of an appeal")
        verbose_name_plural = _("outcomes of appeals")
        indexes = [models.Index(fields=["outcome", "-id"], name="appealruling_outcome")]
        constraints = [
            CompositeForeignKey(
                name="appealruling_of_its_appeal",
                fields=["appeal", "matter", "hearing_side"],
                to="enforcement.Appeal",
                to_fields=["id", "matter", "hearing_side"],
            ),
            CompositeForeignKey(
                name="appealruling_by_a_handler",
                fields=["matter", "person", "hearing_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=AppealOutcome.values) & ~Q(text=""),
                name="appealruling_says_what_and_why",
            ),
            models.CheckConstraint(
                condition=Q(outcome=AppealOutcome.CONFIRMED, ground="", undone=[])
                | ~Q(outcome=AppealOutcome.CONFIRMED) & Q(ground__in=AppealGround.values),
                name="appealruling_ground_of_what_did_not_stand",
            ),
            models.CheckConstraint(
                condition=Q(second_window__isnull=True)
                | Q(hearing_side=Side.APPEAL, outcome__in=SECOND_LEVEL_AFTER),
                name="appealruling_second_level_after_the_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} {self.get_outcome_display()}"
