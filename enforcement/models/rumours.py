"""Rumours: what was warned of, its six dated steps, what was refuted, and what followed for whom."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import PublicAccount
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import EvidenceFile, Person, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel, VersionedModel
from enforcement import workflows
from enforcement.models.cases import Case
from enforcement.models.decisions import Decision
from enforcement.rumour_words import (
    JUDGED,
    RumourConclusion,
    RumourFault,
    RumourSource,
    RumourStatus,
    RumourStepCode,
    RumourVerdict,
    StepOutcome,
)

# 谣言: the two letters of the numbers by which people call them.
RUMOUR_PREFIX: Final = "YY"


class RumourQuerySet(models.QuerySet["Rumour"]):
    """Named filters of rumours."""

    def open(self) -> RumourQuerySet:
        """Rumours that are still handled."""
        return self.exclude(status=RumourStatus.CLOSED)


RumourManager = models.Manager.from_queryset(RumourQuerySet)


class Rumour(StatusModel):
    """
    Something said that may be false, and how far the six steps of art. 13 §2 have come with it.

    What was said is named by staff or the platform: nothing here reads what people publish. `round`
    counts how often it was told apart: reopened, it goes back before the verdict.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.RUMOUR
    frozen_fields = ("claim", "source", "source_ref", "opened_by", "opened_at")

    claim = models.TextField(_("what is said"))
    source = models.CharField(_("source"), max_length=12, choices=RumourSource.choices)
    source_ref = models.CharField(_("reference of the source"), max_length=80, blank=True)
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=RumourStatus.choices,
        default=RumourStatus.WARNED,
        editable=False,
    )
    verdict = models.CharField(
        pgettext_lazy("rumour", "verdict"),
        max_length=12,
        choices=RumourVerdict.choices,
        blank=True,
        editable=False,
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    # A new item for each step, with the time limit of that step; the earlier ones stay closed.
    work_item = models.OneToOneField(WorkItem, on_delete=models.PROTECT, related_name="rumour")
    opened_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = RumourManager()
    history = track_history()

    class Meta:
        verbose_name = _("rumour")
        verbose_name_plural = _("rumours")
        permissions = [
            ("handle_rumour", "Can handle rumours"),
            ("reopen_rumour", "Can reopen rumours and review the decisions that rest on them"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="rumour_status"),
            models.Index(fields=["source", "-id"], name="rumour_source"),
            models.Index(fields=["verdict", "-id"], name="rumour_verdict"),
            models.Index(fields=["-opened_at", "-id"], name="rumour_opened"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    source__in=RumourSource.values,
                    status__in=RumourStatus.values,
                    verdict__in=["", *RumourVerdict.values],
                    round__gte=1,
                ),
                name="rumour_words_known",
            ),
            models.CheckConstraint(condition=~Q(claim=""), name="rumour_says_what_is_said"),
            models.CheckConstraint(
                condition=~Q(source=RumourSource.AUTHORITY) | ~Q(source_ref=""),
                name="rumour_of_authority_has_letter",
            ),
            models.CheckConstraint(
                condition=Q(status__in=JUDGED) & ~Q(verdict="")
                | ~Q(status__in=JUDGED) & Q(verdict=""),
                name="rumour_verdict_once_told_apart",
            ),
            models.CheckConstraint(
                condition=Q(status=RumourStatus.CLOSED, closed_at__isnull=False)
                | ~Q(status=RumourStatus.CLOSED) & Q(closed_at__isnull=True),
                name="rumour_end_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call it."""
        return f"{RUMOUR_PREFIX}{self.pk:08d}"


class RumourStep(models.Model):
    """One of the six steps: when, by whom, what was done or why it does not apply."""

    table_kind = TableKind.LOG

    rumour = models.ForeignKey(
        Rumour, on_delete=models.PROTECT, related_name="steps", verbose_name=_("rumour")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    step = models.CharField(_("step"), max_length=12, choices=RumourStepCode.choices)
    outcome = models.CharField(_("answer"), max_length=16, choices=StepOutcome.choices)
    # What was done, or why the step does not apply.
    text = models.TextField(_("what was done, or why it does not apply"))
    done_at = models.DateTimeField(_("done at"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("done by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now(), editable=False)
    verdict = models.CharField(
        pgettext_lazy("rumour", "verdict"),
        max_length=12,
        choices=RumourVerdict.choices,
        blank=True,
    )
    relied_on = models.TextField(_("sources relied upon"), blank=True)
    handled_refs = ArrayField(
        models.CharField(max_length=400), verbose_name=_("contents handled"), default=list
    )
    residual = models.TextField(_("what is left of it"), blank=True)

    class Meta:
        verbose_name = _("step of a rumour")
        verbose_name_plural = _("steps of rumours")
        indexes = [
            models.Index(fields=["step", "-id"], name="rumourstep_step"),
            models.Index(fields=["outcome", "-id"], name="rumourstep_outcome"),
            models.Index(fields=["-done_at", "-id"], name="rumourstep_done"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rumour", "round", "step"], name="rumourstep_once_a_round"
            ),
            models.CheckConstraint(
                condition=Q(
                    step__in=RumourStepCode.values,
                    outcome__in=StepOutcome.values,
                    verdict__in=["", *RumourVerdict.values],
                ),
                name="rumourstep_words_known",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="rumourstep_says_why"),
            models.CheckConstraint(
                condition=Q(
                    step=RumourStepCode.VERDICT,
                    outcome=StepOutcome.DONE,
                    verdict__in=RumourVerdict.values,
                )
                & ~Q(relied_on="")
                | ~Q(step=RumourStepCode.VERDICT) & Q(verdict="", relied_on=""),
                name="rumourstep_verdict_names_its_sources",
            ),
            # The warning is what it begins with.
            models.CheckConstraint(
                condition=~Q(step=RumourStepCode.WARNING) | Q(outcome=StepOutcome.DONE, round=1),
                name="rumourstep_begins_with_the_warning",
            ),
            models.CheckConstraint(
                condition=Q(
                    step=RumourStepCode.ELIMINATION,
                    outcome=StepOutcome.DONE,
                    handled_refs__len__gte=1,
                )
                & ~Q(residual="")
                | ~Q(step=RumourStepCode.ELIMINATION, outcome=StepOutcome.DONE)
                & Q(handled_refs__len=0, residual=""),
                name="rumourstep_elimination_says_what_was_handled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rumour} {self.get_step_display()}"


class RumourAccount(VersionedModel):
    """An account concerned, and what followed for it: a decision, or none with the reason."""

    table_kind = TableKind.RECORD
    frozen_fields = ("rumour", "account", "added_by", "added_at")

    rumour = models.ForeignKey(
        Rumour, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("rumour")
    )
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="rumour_accounts",
        verbose_name=_("account"),
    )
    added_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("named by")
    )
    added_at = models.DateTimeField(_("named at"), db_default=Now(), editable=False)
    case = models.OneToOneField(
        Case,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rumour_account",
        verbose_name=_("case"),
    )
    fault = models.CharField(_("fault"), max_length=12, choices=RumourFault.choices, blank=True)
    conclusion = models.CharField(
        _("what follows"), max_length=12, choices=RumourConclusion.choices, blank=True
    )
    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rumour_accounts",
        verbose_name=_("decision"),
    )
    conclusion_reason = models.TextField(_("reason"), blank=True)
    concluded_at = models.DateTimeField(_("concluded at"), null=True, blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("account of a rumour")
        verbose_name_plural = _("accounts of rumours")
        indexes = [models.Index(fields=["account", "-id"], name="rumouraccount_account")]
        constraints = [
            models.UniqueConstraint(fields=["rumour", "account"], name="rumouraccount_once"),
            CompositeForeignKey(
                name="rumouraccount_decision_of_its_account",
                fields=["decision", "account"],
                to="enforcement.Decision",
                to_fields=["id", "account"],
            ),
            CompositeForeignKey(
                name="rumouraccount_case_of_its_account",
                fields=["case", "account"],
                to="enforcement.Case",
                to_fields=["id", "account"],
            ),
            # Whoever is at fault has a decision; whoever has none is not at fault, and it says why.
            models.CheckConstraint(
                condition=Q(
                    conclusion="",
                    fault="",
                    decision__isnull=True,
                    conclusion_reason="",
                    concluded_at__isnull=True,
                )
                | Q(
                    conclusion__in=[RumourConclusion.CREDIT, RumourConclusion.BLACKLIST],
                    fault=RumourFault.AT_FAULT,
                    decision__isnull=False,
                    concluded_at__isnull=False,
                )
                & ~Q(conclusion_reason="")
                | Q(
                    conclusion=RumourConclusion.NONE,
                    fault=RumourFault.NOT_AT_FAULT,
                    decision__isnull=True,
                    concluded_at__isnull=False,
                )
                & ~Q(conclusion_reason=""),
                name="rumouraccount_fault_has_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rumour} {self.account}"


class RumourContent(models.Model):
    """A content in which the rumour stands, as staff or the platform named it."""

    table_kind = TableKind.LOG

    rumour = models.ForeignKey(
        Rumour, on_delete=models.PROTECT, related_name="contents", verbose_name=_("rumour")
    )
    content_ref = models.CharField(_("number or address of the content"), max_length=400)
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("account"),
    )
    added_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("named by")
    )
    added_at = models.DateTimeField(_("named at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("content of a rumour")
        verbose_name_plural = _("contents of rumours")
        constraints = [
            models.UniqueConstraint(fields=["rumour", "content_ref"], name="rumourcontent_once"),
            models.CheckConstraint(condition=~Q(content_ref=""), name="rumourcontent_is_named"),
            CompositeForeignKey(
                name="rumourcontent_account_is_concerned",
                fields=["rumour", "account"],
                to="enforcement.RumourAccount",
                to_fields=["rumour", "account"],
            ),
        ]

    def __str__(self) -> str:
        return self.content_ref


class RumourMaterial(models.Model):
    """That a file belongs to a step of a rumour, what it shows, and who attached it."""

    table_kind = TableKind.LOG

    rumour = models.ForeignKey(
        Rumour, on_delete=models.PROTECT, related_name="materials", verbose_name=_("rumour")
    )
    step = models.CharField(_("step"), max_length=12, choices=RumourStepCode.choices)
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="rumour_material",
        verbose_name=_("evidence file"),
    )
    shows = models.TextField(_("what it shows"))
    attached_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("attached by")
    )
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("material of a rumour")
        verbose_name_plural = _("materials of rumours")
        constraints = [
            models.CheckConstraint(
                condition=~Q(shows="") & Q(step__in=RumourStepCode.values),
                name="rumourmaterial_says_what_it_shows",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rumour} {self.file}"
