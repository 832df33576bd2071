"""Measures: as a decision orders them, and as they were carried out."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.correction_words import CorrectionGround, Mismatch
from accounts.enums import AccountFunction
from accounts.models import (
    BlacklistEntry,
    Correction,
    ListedName,
    PublicAccount,
    Restriction,
)
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import PlatformCommand, Proposal, ProposalResult
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.enums import (
    LISTING_MEASURES,
    OPEN_TERM_MEASURES,
    PLATFORM_MEASURES,
    TERM_MEASURES,
    MeasureCode,
    MeasureStatus,
)
from enforcement.measure_words import ContentAct, LabelKind
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
    # Which contents it is about; a label without any is the account's.
    content_refs = ArrayField(
        models.CharField(max_length=400),
        verbose_name=_("numbers or addresses of contents"),
        default=list,
        blank=True,
    )
    content_acts = ArrayField(
        models.CharField(max_length=8, choices=ContentAct.choices),
        verbose_name=_("what is done with them"),
        default=list,
        blank=True,
    )
    label = models.CharField(_("label"), max_length=12, choices=LabelKind.choices, blank=True)
    # What of the profile is to be corrected, and in what way it is wrong.
    mismatches = ArrayField(
        models.CharField(max_length=8, choices=Mismatch.choices),
        verbose_name=_("what is wrong"),
        default=list,
        blank=True,
    )
    correction_ground = models.CharField(
        _("in what way"), max_length=16, choices=CorrectionGround.choices, blank=True
    )
    # An order to correct comes with a suspension, which has no term of its own then (art. 8 §2).
    goes_with = models.CharField(max_length=24, null=True, editable=False)
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
                condition=Q(measure__in=TERM_MEASURES, term_days__isnull=False, term_days__gte=1)
                | Q(
                    measure=MeasureCode.SUSPEND_SERVICE,
                    term_days__isnull=True,
                    goes_with__isnull=False,
                )
                | Q(measure__in=OPEN_TERM_MEASURES, term_days__isnull=False, term_days__gte=1)
                | ~Q(measure__in=TERM_MEASURES) & Q(term_days__isnull=True),
                name="orderedmeasure_term_fits",
            ),
            models.CheckConstraint(
                condition=Q(
                    measure=MeasureCode.HANDLE_CONTENT,
                    content_refs__len__gte=1,
                    content_acts__len__gte=1,
                    content_acts__contained_by=ContentAct.values,
                )
                | Q(measure=MeasureCode.LABEL, content_acts__len=0)
                | ~Q(measure__in=PLATFORM_MEASURES) & Q(content_refs__len=0, content_acts__len=0),
                name="orderedmeasure_contents_fit",
            ),
            models.CheckConstraint(
                condition=Q(
                    measure=MeasureCode.ORDER_CORRECTION,
                    goes_with__isnull=False,
                    goes_with=MeasureCode.SUSPEND_SERVICE,
                )
                | Q(
                    measure=MeasureCode.SUSPEND_SERVICE,
                    goes_with__isnull=False,
                    goes_with=MeasureCode.ORDER_CORRECTION,
                    term_days__isnull=True,
                )
                | ~Q(measure=MeasureCode.ORDER_CORRECTION) & Q(goes_with__isnull=True),
                name="orderedmeasure_correction_suspends",
            ),
            CompositeForeignKey(
                name="orderedmeasure_goes_with_its_other",
                fields=["decision", "goes_with"],
                to="enforcement.OrderedMeasure",
                to_fields=["decision", "measure"],
            ),
            models.CheckConstraint(
                condition=Q(
                    measure=MeasureCode.ORDER_CORRECTION,
                    mismatches__len__gte=1,
                    mismatches__contained_by=Mismatch.values,
                    correction_ground__in=CorrectionGround.values,
                )
                | ~Q(measure=MeasureCode.ORDER_CORRECTION)
                & Q(mismatches__len=0, correction_ground=""),
                name="orderedmeasure_correction_says_what",
            ),
            models.CheckConstraint(
                condition=Q(measure=MeasureCode.LABEL, label__in=LabelKind.values)
                | ~Q(measure=MeasureCode.LABEL) & Q(label=""),
                name="orderedmeasure_label_fits",
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
        "command",
        "correction",
        "barred_name",
        "in_force_from",
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
    # An appeal may let it end earlier, never later.
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
    # What the operator was told to correct, and by when.
    correction = models.OneToOneField(
        Correction,
        on_delete=models.PROTECT,
        null=True,
        related_name="measure",
        verbose_name=_("correction"),
    )
    barred_name = models.OneToOneField(
        ListedName,
        on_delete=models.PROTECT,
        null=True,
        related_name="measure",
        verbose_name=_("barred name"),
    )
    # By which the platform was ordered to carry it out, and to take it back.
    command = models.OneToOneField(
        PlatformCommand,
        on_delete=models.PROTECT,
        null=True,
        related_name="measure",
        verbose_name=_("command to the platform"),
    )
    release = models.OneToOneField(
        PlatformCommand,
        on_delete=models.PROTECT,
        null=True,
        related_name="released_measure",
        verbose_name=_("command to take it back"),
    )

    objects = MeasureManager()
    history = track_history()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        indexes = [
            models.Index(fields=["account", "-id"], name="measure_account"),
            # One for each filter of the list, whose pages go by the number from the newest.
            models.Index(fields=["measure", "-id"], name="measure_measure"),
            models.Index(fields=["status", "-id"], name="measure_status"),
            models.Index(fields=["-in_force_from", "-id"], name="measure_from"),
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
            # What the record of a lifting and that of a shorter term copy.
            models.UniqueConstraint(fields=["id", "decision"], name="measure_decision_key"),
            models.UniqueConstraint(fields=["id", "approvals_given"], name="measure_approvals_key"),
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
                condition=Q(measure=MeasureCode.ORDER_CORRECTION, correction__isnull=False)
                | ~Q(measure=MeasureCode.ORDER_CORRECTION) & Q(correction__isnull=True),
                name="measure_correction_is_ordered",
            ),
            models.CheckConstraint(
                condition=Q(
                    measure=MeasureCode.BAR_NAME,
                    barred_name__isnull=False,
                    in_force_until__isnull=False,
                )
                | ~Q(measure=MeasureCode.BAR_NAME) & Q(barred_name__isnull=True),
                name="measure_name_bar_ends",
            ),
            models.CheckConstraint(
                condition=~Q(measure=MeasureCode.BAR_NAME) | Q(approvals_given__gte=2),
                name="measure_name_bar_has_two_approvals",
            ),
            models.CheckConstraint(
                condition=Q(measure__in=PLATFORM_MEASURES, command__isnull=False)
                | ~Q(measure__in=PLATFORM_MEASURES) & Q(command__isnull=True, release__isnull=True),
                name="measure_platform_is_commanded",
            ),
            # What was ordered is taken back by a command too; a term that is over needs none.
            models.CheckConstraint(
                condition=~Q(measure__in=PLATFORM_MEASURES)
                | Q(status=MeasureStatus.LIFTED, release__isnull=False)
                | Q(
                    status__in=[MeasureStatus.IN_FORCE, MeasureStatus.EXPIRED], release__isnull=True
                )
                | Q(status=MeasureStatus.REVERSED),
                name="measure_platform_is_released",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gt=F("in_force_from")),
                name="measure_term_is_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} #{self.pk}"
