"""Hearings before grave measures: until when the operator may speak, and what was said."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicAccount
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Clock, ResponseReceipt, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.hearing_words import (
    CLOSING_STATEMENTS,
    HEARD,
    HearingStatus,
    StatementKind,
)
from enforcement.models.cases import Case
from enforcement.models.evidence import CaseEvidence


class HearingQuerySet(models.QuerySet["Hearing"]):
    """Named filters of hearings."""

    def waiting(self) -> "HearingQuerySet":
        """Hearings that nobody has ended; the time of some may be over."""
        return self.filter(status=HearingStatus.WAITING)

    def heard(self) -> "HearingQuerySet":
        """Hearings in which the operator spoke or let the time pass."""
        return self.filter(status__in=HEARD)


HearingManager = models.Manager.from_queryset(HearingQuerySet)


class Hearing(StatusModel):
    """
    That an operator is heard before a grave measure; what they were told is the first decision's.

    A decision that takes up another one and is no graver rests on the same hearing. Until when the
    operator may speak is what the clock says; a new one where the notice did not arrive.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.HEARING
    frozen_fields = ("case", "account", "opened_at", "after")

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="hearings", verbose_name=_("case")
    )
    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, related_name="hearings", verbose_name=_("account")
    )
    # The emergency decision that was in force already; otherwise it is heard before one.
    after = models.OneToOneField(
        "enforcement.Decision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="later_hearing",
        verbose_name=_("after the decision"),
    )
    # Where it waits for whoever decides afterwards.
    review_item = models.OneToOneField(
        WorkItem,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="later_hearing",
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=HearingStatus.choices,
        default=HearingStatus.WAITING,
        editable=False,
    )
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="hearing")
    opened_at = models.DateTimeField(_("opened at"), db_default=Now(), editable=False)
    # Copied when the time passed in silence: the operator knew of it.
    told_at = models.DateTimeField(_("notice delivered at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = HearingManager()
    history = track_history()

    class Meta:
        verbose_name = _("hearing")
        verbose_name_plural = _("hearings")
        permissions = [("renew_hearing", "Can give operators their time for a statement anew")]
        indexes = [
            models.Index(fields=["account", "-id"], name="hearing_account"),
            models.Index(fields=["status", "-id"], name="hearing_status"),
            models.Index(fields=["-opened_at", "-id"], name="hearing_opened"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status=HearingStatus.WAITING),
                name="hearing_one_open_per_case",
            ),
            # What a decision refers to: a hearing of its own case that came to this end.
            models.UniqueConstraint(fields=["id", "case"], name="hearing_case_key"),
            models.UniqueConstraint(fields=["id", "status"], name="hearing_end_key"),
            CompositeForeignKey(
                name="hearing_after_one_of_its_case",
                fields=["after", "case"],
                to="enforcement.Decision",
                to_fields=["id", "case"],
            ),
            CompositeForeignKey(
                name="hearing_account_of_case",
                fields=["case", "account"],
                to="enforcement.Case",
                to_fields=["id", "account"],
            ),
            models.CheckConstraint(
                condition=Q(status__in=HearingStatus.values), name="hearing_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=HearingStatus.WAITING, ended_at__isnull=True)
                | ~Q(status=HearingStatus.WAITING) & Q(ended_at__isnull=False),
                name="hearing_end_has_time",
            ),
            # Silence counts only for whoever was told; a trigger compares it with the outbox, and an
            # answer with the statement that ended the hearing.
            models.CheckConstraint(
                condition=~Q(status=HearingStatus.LAPSED) | Q(told_at__isnull=False),
                name="hearing_lapsed_only_if_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} #{self.pk}"

    @property
    def due_at(self) -> datetime:
        """Until when the operator may speak."""
        return self.clock.due_at


class HearingStatement(models.Model):
    """What an operator said in a hearing; words and files lie in the evidence of the case."""

    table_kind = TableKind.LOG

    hearing = models.ForeignKey(
        Hearing, on_delete=models.PROTECT, related_name="statements", verbose_name=_("hearing")
    )
    kind = models.CharField(_("answer"), max_length=8, choices=StatementKind.choices)
    receipt = models.OneToOneField(
        ResponseReceipt,
        on_delete=models.PROTECT,
        null=True,
        related_name="hearing_statement",
        verbose_name=_("receipt of an answer"),
    )
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("statement of an operator")
        verbose_name_plural = _("statements of operators")
        constraints = [
            models.UniqueConstraint(
                fields=["hearing"],
                condition=Q(kind__in=CLOSING_STATEMENTS),
                name="hearingstatement_one_ends_it",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=StatementKind.values), name="hearingstatement_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hearing_id} {self.get_kind_display()}"


class StatementDocument(models.Model):
    """That evidence of a case came with a statement; what the operator wrote is a file too."""

    table_kind = TableKind.LOG

    statement = models.ForeignKey(
        HearingStatement, on_delete=models.PROTECT, related_name="documents"
    )
    evidence = models.OneToOneField(
        CaseEvidence, on_delete=models.PROTECT, related_name="statement_document"
    )
    is_words = models.BooleanField(_("words of the operator"), default=False)

    class Meta:
        verbose_name = _("document of a statement")
        verbose_name_plural = _("documents of statements")

    def __str__(self) -> str:
        return f"{self.statement_id} {self.evidence_id}"
