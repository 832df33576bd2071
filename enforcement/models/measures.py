"""Measures: as a decision orders them, and as they were carried out."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import AccountFunction
from accounts.models import BlacklistEntry, PublicAccount, Restriction
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Proposal, ProposalResult
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.enums import LISTING_MEASURES, TIMED_MEASURES, MeasureCode, MeasureStatus
from enforcement.models.decisions import Decision


class OrderedMeasure(models.Model):
    """A measure that a decision orders, fixed when the decision is proposed."""

    table_kind = TableKind.LOG
    born_with = "decision"

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="ordered_measures"
    )
    measure = models.CharField(_("measure"), max_length=24, choices=MeasureCode.choices)
    term_days = models.PositiveSmallIntegerField(_("term in days"), null=True, blank=True)
    # Which functions are off, where single functions are restricted.
    functions = ArrayField(
        models.CharField(max_length=24, choices=AccountFunction.choices),
        verbose_name=_("functions"),
        default=list,
        blank=True,
    )
    # By when an entry of the blacklist or a bar on registering again is looked at.
    review_date = models.DateField(_("review due"), null=True, blank=True)
    # What a termination rests on ("correction:5"); other measures rest on the violation alone.
    ground_ref = models.CharField(_("reference of the ground"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("ordered measure")
        verbose_name_plural = _("ordered measures")
        constraints = [
            models.UniqueConstraint(fields=["decision", "measure"], name="orderedmeasure_once"),
            # What a measure in force copies, so that it cannot differ from what was ordered.
            models.UniqueConstraint(
                fields=["id", "decision", "measure"], name="orderedmeasure_key"
            ),
            models.CheckConstraint(
                # "Is not null" said aloud: a CHECK that comes out as NULL passes.
                condition=Q(measure__in=TIMED_MEASURES, term_days__isnull=False, term_days__gte=1)
                | ~Q(measure__in=TIMED_MEASURES) & Q(term_days__isnull=True),
                name="orderedmeasure_term_fits",
            ),
            models.CheckConstraint(
                condition=Q(measure=MeasureCode.RESTRICT_FUNCTIONS, functions__len__gte=1)
                | ~Q(measure=MeasureCode.RESTRICT_FUNCTIONS) & Q(functions__len=0),
                name="orderedmeasure_functions_fit",
            ),
            models.CheckConstraint(
                condition=Q(measure=MeasureCode.TERMINATE) & ~Q(ground_ref="")
                | ~Q(measure=MeasureCode.TERMINATE) & Q(ground_ref=""),
                name="orderedmeasure_termination_names_its_ground",
            ),
            models.CheckConstraint(
                condition=Q(measure__in=LISTING_MEASURES, review_date__isnull=False)
                | ~Q(measure__in=LISTING_MEASURES) & Q(review_date__isnull=True),
                name="orderedmeasure_listing_has_review_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} #{self.pk}"


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Named filters of measures."""

    def in_force(self, now: datetime) -> "MeasureQuerySet":
        """Measures in force at `now`; a term ends by comparison, no job has to run."""
        return self.filter(
            Q(in_force_until__isnull=True) | Q(in_force_until__gt=now),
            status=MeasureStatus.IN_FORCE,
            in_force_from__lte=now,
        )

    def lapsed(self, now: datetime) -> "MeasureQuerySet":
        """Measures whose term is over but of which nobody was told yet."""
        return self.filter(status=MeasureStatus.IN_FORCE, in_force_until__lte=now)


MeasureManager = models.Manager.from_queryset(MeasureQuerySet)


class Measure(StatusModel):
    """A measure carried out under one decision that was approved; it owns its own inverse."""

    table_kind = TableKind.RECORD
    workflow = workflows.MEASURE
    frozen_fields = (
        "ordered",
        "decision",
        "proposal",
        "approvals_given",
        "account",
        "measure",
        "entry",
        "in_force_from",
        "in_force_until",
    )

    ordered = models.OneToOneField(
        OrderedMeasure, on_delete=models.PROTECT, related_name="carried_out"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="measures", verbose_name=_("decision")
    )
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    approved_result = models.CharField(
        max_length=12, default=ProposalResult.APPROVED, editable=False
    )
    approvals_given = models.PositiveSmallIntegerField(_("approvals"))
    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, related_name="measures", verbose_name=_("account")
    )
    measure = models.CharField(_("measure"), max_length=24, choices=MeasureCode.choices)
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=MeasureStatus.choices,
        default=MeasureStatus.IN_FORCE,
        editable=False,
    )
    in_force_from = models.DateTimeField(_("from"))
    in_force_until = models.DateTimeField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    restriction = models.OneToOneField(
        Restriction,
        on_delete=models.PROTECT,
        null=True,
        related_name="measure",
        verbose_name=_("restriction"),
    )
    entry = models.OneToOneField(
        BlacklistEntry,
        on_delete=models.PROTECT,
        null=True,
        related_name="measure",
        verbose_name=_("blacklist entry"),
    )

    objects = MeasureManager()
    history = track_history()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        indexes = [
            models.Index(fields=["account", "-id"], name="measure_account"),
            models.Index(
                fields=["in_force_until"],
                condition=Q(status=MeasureStatus.IN_FORCE),
                name="measure_lapsing",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_result=ProposalResult.APPROVED),
                name="measure_only_of_approved_proposal",
            ),
            CompositeForeignKey(
                name="measure_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            CompositeForeignKey(
                name="measure_of_decision",
                fields=["decision", "proposal"],
                to="enforcement.Decision",
                to_fields=["id", "proposal"],
            ),
            CompositeForeignKey(
                name="measure_as_ordered",
                fields=["ordered", "decision", "measure"],
                to="enforcement.OrderedMeasure",
                to_fields=["id", "decision", "measure"],
            ),
            CompositeForeignKey(
                name="measure_approvals_are_real",
                fields=["proposal", "approvals_given"],
                to="compliance.Proposal",
                to_fields=["id", "approvals_needed"],
            ),
            CompositeForeignKey(
                name="measure_account_of_decision",
                fields=["decision", "account"],
                to="enforcement.Decision",
                to_fields=["id", "account"],
            ),
            # Whoever proposes, a program or a person, somebody else has approved.
            models.CheckConstraint(
                condition=Q(approvals_given__gte=1), name="measure_has_an_approval"
            ),
            # The catalogue may ask for more, never for less.
            models.CheckConstraint(
                condition=~Q(measure=MeasureCode.CLOSE) | Q(approvals_given__gte=2),
                name="measure_closure_has_two_approvals",
            ),
            models.CheckConstraint(
                condition=~Q(measure__in=LISTING_MEASURES) | Q(approvals_given__gte=2),
                name="measure_listing_has_two_approvals",
            ),
            models.CheckConstraint(
                condition=Q(measure__in=LISTING_MEASURES, entry__isnull=False)
                | ~Q(measure__in=LISTING_MEASURES) & Q(entry__isnull=True),
                name="measure_listing_has_entry",
            ),
            # The entry was made by this very decision.
            CompositeForeignKey(
                name="measure_entry_of_its_proposal",
                fields=["entry", "proposal"],
                to="accounts.BlacklistEntry",
                to_fields=["id", "proposal"],
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gt=F("in_force_from")),
                name="measure_term_is_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} #{self.pk}"
