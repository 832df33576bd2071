"""Second looks: which decisions were drawn, and what somebody else would have decided."""

from typing import Any, Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.formulas import Formula
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Matter, Person, Proposal, Side, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.consistency_words import LookConclusion, LookOutcome, SecondLookStatus
from enforcement.models.catalogue import CatalogueVersion, ViolationType
from enforcement.models.decisions import Decision

S = SecondLookStatus
# 复看: the two letters of the number by which people call a second look.
LOOK_PREFIX: Final = "FK"


class ConsistencyRule(Formula):
    """A version of how many decisions get a second look, and from when on a difference stands out."""

    class Meta(Formula.Meta):
        verbose_name = _("rule of consistency")
        verbose_name_plural = _("rules of consistency")


class SecondLookDraw(models.Model):
    """The decisions of one month that were drawn for a second look, frozen as they were drawn."""

    table_kind = TableKind.LOG

    month = models.DateField(_("month"), unique=True)
    rule = models.ForeignKey(
        ConsistencyRule, on_delete=models.PROTECT, related_name="draws", verbose_name=_("rule")
    )
    # With it anybody draws the same decisions again.
    seed = models.CharField(_("seed of the sample"), max_length=64)
    # By code of the violation: {"V06.1": {"taken": 40, "drawn": 1}, …}
    figures = models.JSONField(_("figures"), default=dict)
    drawn_at = models.DateTimeField(_("drawn at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("draw of second looks")
        verbose_name_plural = _("draws of second looks")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="secondlookdraw_is_of_a_month"),
            models.CheckConstraint(condition=~Q(seed=""), name="secondlookdraw_has_seed"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class SecondLook(StatusModel):
    """
    What somebody who had no part in a decision would have decided, without knowing what was.

    `matter`, `proposal` and `proposer` are the decision's, by composite keys: so the database knows
    that whoever looks neither proposed it nor approved it. Nothing about its measures changes by it.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.SECOND_LOOK
    frozen_fields = (
        "draw",
        "decision",
        "proposal",
        "matter",
        "proposer",
        "catalogue",
        "work_item",
    )

    draw = models.ForeignKey(
        SecondLookDraw, on_delete=models.PROTECT, related_name="looks", verbose_name=_("draw")
    )
    decision = models.OneToOneField(
        Decision,
        on_delete=models.PROTECT,
        related_name="second_look",
        verbose_name=_("decision"),
    )
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    proposer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    approver_side = models.CharField(
        max_length=20, choices=Side.choices, default=Side.DECIDED, editable=False
    )
    catalogue = models.ForeignKey(
        CatalogueVersion,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("catalogue version"),
    )
    status = models.CharField(
        _("state"), max_length=12, choices=S.choices, default=S.WAITING, editable=False
    )
    work_item = models.OneToOneField(WorkItem, on_delete=models.PROTECT, related_name="second_look")
    # What was seen, all at once and for good.
    reviewer = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="second_looks",
        verbose_name=_("looked at by"),
    )
    reviewer_side = models.CharField(
        max_length=20, choices=Side.choices, default=Side.REVIEWER, editable=False
    )
    looked_at = models.DateTimeField(_("looked at"), null=True)
    finds_nothing = models.BooleanField(_("no violation found"), null=True)
    violation_type = models.ForeignKey(
        ViolationType,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("violation"),
    )
    severity = models.PositiveSmallIntegerField(_("severity"), null=True)
    # [{"measure": …, "term_days": …, "functions": […]}, …]
    orders = models.JSONField(_("measures"), default=list)
    reasoning = models.TextField(_("reasoning"), blank=True)
    outcome = models.CharField(
        _("compared with the decision"), max_length=12, choices=LookOutcome.choices, blank=True
    )
    steps = models.PositiveSmallIntegerField(_("steps of the ladder between them"), default=0)
    # What a supervisor made of it, where it came out otherwise by steps.
    review_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="second_look_in_review"
    )
    conclusion = models.CharField(
        _("conclusion"), max_length=12, choices=LookConclusion.choices, blank=True
    )
    reviewed_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("supervisor"),
    )
    reviewed_at = models.DateTimeField(_("looked at by the supervisor"), null=True)
    review_note = models.TextField(_("what follows from it"), blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        permissions = [
            ("draw_secondlook", "Can draw decisions for a second look"),
            ("give_secondlook", "Can give decisions a second look"),
            ("review_secondlook", "Can conclude on second looks that came out otherwise"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="secondlook_status"),
            models.Index(fields=["outcome", "-id"], name="secondlook_outcome"),
            models.Index(fields=["reviewer", "-id"], name="secondlook_reviewer"),
            models.Index(fields=["-looked_at", "-id"], name="secondlook_looked_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=S.values), name="secondlook_status_known"
            ),
            # Three keys that make the copies true: whose proposal it was, in which matter.
            CompositeForeignKey(
                name="secondlook_proposal_of_decision",
                fields=["decision", "proposal"],
                to="enforcement.Decision",
                to_fields=["id", "proposal"],
            ),
            CompositeForeignKey(
                name="secondlook_matter_of_proposal",
                fields=["proposal", "matter", "proposer", "approver_side"],
                to="compliance.Proposal",
                to_fields=["id", "matter", "proposer", "approver_side"],
            ),
            CompositeForeignKey(
                name="secondlook_catalogue_of_decision",
                fields=["decision", "catalogue"],
                to="enforcement.Decision",
                to_fields=["id", "catalogue"],
            ),
            # Whoever decided took part on another side, and nobody has two: so says this key.
            CompositeForeignKey(
                name="secondlook_reviewer_took_part",
                fields=["matter", "reviewer", "reviewer_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
            models.CheckConstraint(
                condition=Q(reviewer_side=Side.REVIEWER), name="secondlook_reviewer_is_a_reviewer"
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("proposer")),
                name="secondlook_not_by_the_proposer",
            ),
            # The supervisor is a third person, on the same side.
            CompositeForeignKey(
                name="secondlook_supervisor_took_part",
                fields=["matter", "reviewed_by", "reviewer_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("reviewer")),
                name="secondlook_concluded_by_somebody_else",
            ),
            CompositeForeignKey(
                name="secondlook_violation_of_catalogue",
                fields=["violation_type", "catalogue"],
                to="enforcement.ViolationType",
                to_fields=["id", "version"],
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(
                    status=S.WAITING,
                    reviewer__isnull=True,
                    looked_at__isnull=True,
                    finds_nothing__isnull=True,
                    violation_type__isnull=True,
                    severity__isnull=True,
                    orders=[],
                    reasoning="",
                    outcome="",
                    steps=0,
                )
                | ~Q(status=S.WAITING)
                & Q(
                    reviewer__isnull=False,
                    looked_at__isnull=False,
                    finds_nothing__isnull=False,
                    outcome__in=LookOutcome.values,
                )
                & ~Q(reasoning=""),
                name="secondlook_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(finds_nothing__isnull=True)
                | Q(
                    finds_nothing=True,
                    violation_type__isnull=True,
                    severity__isnull=True,
                    orders=[],
                )
                | Q(finds_nothing=False, violation_type__isnull=False, severity__isnull=False)
                & ~Q(orders=[]),
                name="secondlook_says_what_it_finds",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=LookOutcome.AGREE) | Q(steps=0),
                name="secondlook_agreement_has_no_steps",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[S.IN_REVIEW, S.REVIEWED]) & Q(review_item__isnull=True)
                | Q(status__in=[S.IN_REVIEW, S.REVIEWED], review_item__isnull=False),
                name="secondlook_dispute_is_work",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=S.REVIEWED,
                    conclusion__in=LookConclusion.values,
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                )
                & ~Q(review_note="")
                | ~Q(status=S.REVIEWED)
                & Q(
                    conclusion="",
                    reviewed_by__isnull=True,
                    reviewed_at__isnull=True,
                    review_note="",
                ),
                name="secondlook_conclusion_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{LOOK_PREFIX}{self.pk:08d}"

    @property
    def is_same_violation(self) -> bool | None:
        """Whether it names the violation that the decision names; None while nobody looked."""
        if self.looked_at is None:
            return None
        found: Any = self.violation_type_id
        return bool(found == self.decision.violation_type_id)
