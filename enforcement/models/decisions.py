"""Decisions, the clauses they cite, the measures they order, and the duty to report them."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicAccount, Restriction
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Clause, Person, Proposal, ProposalResult
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.enums import (
    OPEN_DECISIONS,
    TAKEN_DECISIONS,
    ContentKind,
    DecisionStatus,
    MeasureCode,
    MeasureStatus,
    ReportDutyStatus,
)
from enforcement.models.cases import Case
from enforcement.models.catalogue import ViolationType


class Decision(StatusModel):
    """
    What was found, which rule it breaks and why, and what is to be done about it.

    Its words are fixed when it is proposed: approvers approve the proposal's bytes, and a change
    is a new decision. `reasoning` is told to the operator, `private_note` never.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.DECISION
    frozen_fields = (
        "case",
        "account",
        "violation_type",
        "severity",
        "facts",
        "reasoning",
        "private_note",
        "statute",
        "content_kind",
        "content_ref",
        "proposal",
        "proposed_by",
        "is_automated",
    )

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("case")
    )
    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("account")
    )
    violation_type = models.ForeignKey(
        ViolationType, on_delete=models.PROTECT, related_name="+", verbose_name=_("violation")
    )
    severity = models.PositiveSmallIntegerField(_("severity"))
    facts = models.TextField(_("facts"))
    reasoning = models.TextField(_("reasoning told to the operator"))
    private_note = models.TextField(_("private note, never told"), blank=True)
    statute = models.CharField(_("statute and article"), max_length=200, blank=True)
    content_kind = models.CharField(
        _("kind of content"), max_length=12, choices=ContentKind.choices
    )
    content_ref = models.CharField(
        _("number or address of the content"), max_length=400, blank=True
    )
    # Whether a person or a program found it, and whether a program proposed the measure.
    is_automated = models.BooleanField(_("proposed by automation"), default=False)
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=DecisionStatus.choices,
        default=DecisionStatus.PROPOSED,
        editable=False,
    )
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, related_name="decision", verbose_name=_("proposal")
    )
    proposed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), db_default=Now(), editable=False)
    # Filled when it comes into force; the composite key below then demands the approval.
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    in_force_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    appealable_until = models.DateTimeField(_("appeal possible until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_reason = models.TextField(_("why it ended"), blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        permissions = [
            ("propose_decision", "Can propose decisions"),
            ("approve_decision", "Can approve decisions as supervisor"),
            ("approve_decision_as_officer", "Can approve decisions as compliance officer"),
            ("lift_measure", "Can lift measures"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="decision_account"),
            models.Index(fields=["status", "-id"], name="decision_status"),
            models.Index(fields=["in_force_from"], name="decision_in_force_from"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status__in=OPEN_DECISIONS),
                name="decision_one_open_per_case",
                violation_error_message=_(
                    "A decision on this case is already waiting for approval."
                ),
            ),
            models.UniqueConstraint(fields=["id", "proposal"], name="decision_proposal_key"),
            models.CheckConstraint(
                condition=~Q(facts="") & ~Q(reasoning=""), name="decision_has_facts_and_reasoning"
            ),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=4), name="decision_severity_1_to_4"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=TAKEN_DECISIONS,
                    approved_result=ProposalResult.APPROVED,
                    in_force_from__isnull=False,
                )
                | ~Q(status__in=TAKEN_DECISIONS)
                & Q(approved_result__isnull=True, in_force_from__isnull=True),
                name="decision_taken_only_if_approved",
            ),
            CompositeForeignKey(
                name="decision_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call the decision."""
        return f"CZ{self.pk:08d}"


class DecisionClause(models.Model):
    """A clause that a decision cites, with its text and version as they were then."""

    table_kind = TableKind.LOG

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="clauses")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+")
    document_title = models.CharField(_("document"), max_length=200)
    version_label = models.CharField(_("version"), max_length=40)
    number = models.CharField(_("clause"), max_length=40)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("cited clause")
        verbose_name_plural = _("cited clauses")
        constraints = [
            models.UniqueConstraint(fields=["decision", "clause"], name="decisionclause_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document_title} {self.number}"


class OrderedMeasure(models.Model):
    """A measure that a decision orders, fixed when the decision is proposed."""

    table_kind = TableKind.LOG

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="ordered_measures"
    )
    measure = models.CharField(_("measure"), max_length=24, choices=MeasureCode.choices)
    term_days = models.PositiveSmallIntegerField(_("term in days"), null=True, blank=True)

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
                condition=Q(measure=MeasureCode.SUSPEND_UPDATES, term_days__gte=1)
                | ~Q(measure=MeasureCode.SUSPEND_UPDATES) & Q(term_days__isnull=True),
                name="orderedmeasure_term_fits",
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
        Restriction, on_delete=models.PROTECT, null=True, related_name="measure"
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
            # The catalogue may ask for more, never for less.
            models.CheckConstraint(
                condition=~Q(measure=MeasureCode.CLOSE) | Q(approvals_given__gte=2),
                name="measure_closure_has_two_approvals",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gt=F("in_force_from")),
                name="measure_term_is_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} #{self.pk}"


class ReportDuty(StatusModel):
    """The duty to report one decision to the regulator, written with the decision."""

    table_kind = TableKind.RECORD
    workflow = workflows.REPORT_DUTY
    frozen_fields = ("decision", "due_at")

    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="report_duty", verbose_name=_("decision")
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=ReportDutyStatus.choices,
        default=ReportDutyStatus.DUE,
        editable=False,
    )
    due_at = models.DateTimeField(_("due at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    sent_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(_("sent how"), max_length=80, blank=True)
    receipt_number = models.CharField(_("receipt number"), max_length=80, blank=True)
    receipted_at = models.DateTimeField(_("receipted at"), null=True, blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("report duty")
        verbose_name_plural = _("report duties")
        permissions = [("send_report", "Can report decisions to the regulator")]
        indexes = [models.Index(fields=["status", "due_at"], name="reportduty_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ReportDutyStatus.DUE, sent_at__isnull=True)
                | ~Q(status=ReportDutyStatus.DUE) & Q(sent_at__isnull=False),
                name="reportduty_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReportDutyStatus.RECEIPTED) | ~Q(receipt_number=""),
                name="reportduty_receipt_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.get_status_display()}"
