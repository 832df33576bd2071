"""Decisions and the clauses they cite."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicAccount, Subject
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import (
    Clause,
    Clock,
    Notice,
    Person,
    Proposal,
    ProposalResult,
    WorkItem,
)
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.enums import (
    OPEN_DECISIONS,
    TAKEN_DECISIONS,
    ContentKind,
    DecisionStatus,
    DeviationKind,
    DeviationReason,
)
from enforcement.hearing_words import HEARD
from enforcement.models.cases import Case
from enforcement.models.catalogue import CatalogueVersion, ViolationType
from enforcement.models.hearings import Hearing
from enforcement.models.ladder import Factor, LadderStep

NUMBER_PREFIX = "CZ"


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
        "replaces",
        "subject",
        "catalogue",
        "ladder_step",
        "offence_number",
        "deviation",
        "deviation_steps",
        "deviation_reason",
        "deviation_note",
        "approvals_needed",
        "hearing",
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
    # A decision that was returned or withdrawn, which this one takes up again.
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    # Whose violation it is, and what the ladder of the version in force proposed for it. Empty only
    # where a decision was proposed before there was a ladder.
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("subject")
    )
    catalogue = models.ForeignKey(
        CatalogueVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("catalogue version"),
    )
    ladder_step = models.ForeignKey(
        LadderStep,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("step of the ladder"),
    )
    offence_number = models.PositiveSmallIntegerField(_("offence"), null=True)
    deviation = models.CharField(
        _("deviation"), max_length=12, choices=DeviationKind.choices, blank=True
    )
    deviation_steps = models.PositiveSmallIntegerField(_("steps of deviation"), default=0)
    deviation_reason = models.CharField(
        _("kind of reason for the deviation"),
        max_length=20,
        choices=DeviationReason.choices,
        blank=True,
    )
    deviation_note = models.TextField(_("reason for the deviation"), blank=True)
    approvals_needed = models.PositiveSmallIntegerField(_("approvals needed"), null=True)
    # Where it waits for the next approval: a new item for each approver, in that one's queue; none
    # before the operator was heard.
    approval_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="decision"
    )
    # In which the operator could speak before a grave measure: its own, or that of the decision
    # which it takes up again and is not graver than.
    hearing = models.ForeignKey(
        Hearing,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("hearing"),
    )
    # How the hearing ended, once it has; the composite key below vouches for it.
    heard_as = models.CharField(max_length=12, null=True, editable=False)
    proposed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), db_default=Now(), editable=False)
    # Filled when it comes into force; the composite key below then demands the approval.
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    in_force_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    appeal_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, editable=False, related_name="decision"
    )
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
            ("reverse_decision", "Can reverse decisions on appeal"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="decision_account"),
            models.Index(fields=["status", "-id"], name="decision_status"),
            models.Index(fields=["-id"], condition=Q(is_automated=True), name="decision_automated"),
            models.Index(fields=["in_force_from"], name="decision_in_force_from"),
            models.Index(fields=["subject", "-in_force_from"], name="decision_subject"),
            # The last ones on the same violation, severity and offence, whatever was before.
            models.Index(
                fields=["violation_type", "severity", "offence_number", "-in_force_from"],
                condition=Q(in_force_from__isnull=False),
                name="decision_comparable",
            ),
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
            models.UniqueConstraint(fields=["id", "account"], name="decision_account_key"),
            models.UniqueConstraint(fields=["id", "case"], name="decision_case_key"),
            models.UniqueConstraint(fields=["id", "catalogue"], name="decision_catalogue_key"),
            CompositeForeignKey(
                name="decision_account_of_case",
                fields=["case", "account"],
                to="enforcement.Case",
                to_fields=["id", "account"],
            ),
            CompositeForeignKey(
                name="decision_replaces_one_of_its_case",
                fields=["replaces", "case"],
                to="enforcement.Decision",
                to_fields=["id", "case"],
            ),
            CompositeForeignKey(
                name="decision_hearing_of_its_case",
                fields=["hearing", "case"],
                to="enforcement.Hearing",
                to_fields=["id", "case"],
            ),
            CompositeForeignKey(
                name="decision_hearing_came_to_this_end",
                fields=["hearing", "heard_as"],
                to="enforcement.Hearing",
                to_fields=["id", "status"],
            ),
            # Nobody approves before the operator could speak.
            models.CheckConstraint(
                condition=~Q(status__in=[DecisionStatus.PROPOSED, *TAKEN_DECISIONS])
                | Q(hearing__isnull=True)
                | Q(heard_as__isnull=False, heard_as__in=HEARD),
                name="decision_heard_before_approval",
            ),
            models.CheckConstraint(
                condition=~Q(status=DecisionStatus.HEARING)
                | Q(hearing__isnull=False, heard_as__isnull=True, approval_item__isnull=True),
                name="decision_in_hearing_waits_for_nobody_else",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[DecisionStatus.PROPOSED, *TAKEN_DECISIONS])
                | Q(approval_item__isnull=False),
                name="decision_proposed_has_approval_item",
            ),
            models.CheckConstraint(
                condition=~Q(facts="") & ~Q(reasoning=""), name="decision_has_facts_and_reasoning"
            ),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=4), name="decision_severity_1_to_4"
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(
                    status__in=TAKEN_DECISIONS,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                    in_force_from__isnull=False,
                )
                | ~Q(status__in=TAKEN_DECISIONS)
                & Q(approved_result__isnull=True, in_force_from__isnull=True),
                name="decision_taken_only_if_approved",
            ),
            models.CheckConstraint(
                condition=Q(
                    subject__isnull=False,
                    catalogue__isnull=False,
                    ladder_step__isnull=False,
                    offence_number__isnull=False,
                    offence_number__gte=1,
                    approvals_needed__isnull=False,
                    deviation__in=DeviationKind.values,
                )
                | Q(
                    subject__isnull=True,
                    catalogue__isnull=True,
                    ladder_step__isnull=True,
                    offence_number__isnull=True,
                    approvals_needed__isnull=True,
                    deviation="",
                ),
                name="decision_stands_on_a_ladder",
            ),
            models.CheckConstraint(
                condition=Q(
                    deviation__in=[DeviationKind.LIGHTER, DeviationKind.HEAVIER],
                    deviation_steps__gte=1,
                    deviation_reason__in=DeviationReason.values,
                )
                & ~Q(deviation_note="")
                | Q(
                    deviation__in=["", DeviationKind.NONE],
                    deviation_steps=0,
                    deviation_reason="",
                    deviation_note="",
                ),
                name="decision_deviation_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(deviation=DeviationKind.HEAVIER)
                | Q(approvals_needed__isnull=False, approvals_needed__gte=2),
                name="decision_heavier_has_two_approvals",
            ),
            CompositeForeignKey(
                name="decision_approvals_are_real",
                fields=["proposal", "approvals_needed"],
                to="compliance.Proposal",
                to_fields=["id", "approvals_needed"],
            ),
            CompositeForeignKey(
                name="decision_violation_of_catalogue",
                fields=["violation_type", "catalogue"],
                to="enforcement.ViolationType",
                to_fields=["id", "version"],
            ),
            CompositeForeignKey(
                name="decision_step_of_catalogue",
                fields=["ladder_step", "catalogue"],
                to="enforcement.LadderStep",
                to_fields=["id", "version"],
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
        return f"{NUMBER_PREFIX}{self.pk:08d}"

    @property
    def appealable_until(self) -> datetime | None:
        """Until when an appeal is possible: the date of its clock, and no other."""
        return self.appeal_clock.due_at if self.appeal_clock is not None else None

    @property
    def notices(self) -> models.QuerySet[Notice]:
        """What was written to tell of the decision, the oldest first."""
        return Notice.objects.about(self)


class DecisionClause(models.Model):
    """A clause that a decision cites, with its text and version as they were then."""

    table_kind = TableKind.LOG
    born_with = "decision"

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


class DecisionFactor(models.Model):
    """A mitigating or aggravating factor that a decision rests on."""

    table_kind = TableKind.LOG
    born_with = "decision"

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="factors")
    factor = models.ForeignKey(
        Factor, on_delete=models.PROTECT, related_name="+", verbose_name=_("factor")
    )
    catalogue = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("factor of a decision")
        verbose_name_plural = _("factors of decisions")
        constraints = [
            models.UniqueConstraint(fields=["decision", "factor"], name="decisionfactor_once"),
            CompositeForeignKey(
                name="decisionfactor_of_the_decisions_catalogue",
                fields=["decision", "catalogue"],
                to="enforcement.Decision",
                to_fields=["id", "catalogue"],
            ),
            CompositeForeignKey(
                name="decisionfactor_of_its_catalogue",
                fields=["factor", "catalogue"],
                to="enforcement.Factor",
                to_fields=["id", "version"],
            ),
        ]

    def __str__(self) -> str:
        return self.factor.title
