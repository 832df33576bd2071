"""Many complaints about one account that were answered in one act, and how each stood before."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import PublicAccount
from compliance.history import track_history
from compliance.models import Person
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.complaint_words import BatchStatus, ComplaintOutcome, ComplaintStatus
from enforcement.models.complaints import Complaint

# 合并办结: the two letters of the number by which people call one.
BATCH_PREFIX: Final = "HB"
# From where a complaint may be answered with others.
BEFORE: Final = (ComplaintStatus.ACKNOWLEDGED, ComplaintStatus.INVESTIGATING)


class ComplaintBatch(StatusModel):
    """One outcome for several complaints; until `held_until` no answer goes out and all is undone."""

    table_kind = TableKind.RECORD
    workflow = workflows.COMPLAINT_BATCH
    frozen_fields = (
        "account",
        "outcome",
        "told",
        "is_abusive",
        "preview",
        "made_by",
        "made_at",
        "held_until",
    )

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="complaint_batches",
        verbose_name=_("account"),
    )
    outcome = models.CharField(
        pgettext_lazy("complaint", "outcome"), max_length=12, choices=ComplaintOutcome.choices
    )
    told = models.TextField(_("told to the complainants"))
    is_abusive = models.BooleanField(_("made to harm"), default=False)
    # SHA-256 of what was shown before it was confirmed.
    preview = models.BinaryField(_("digest of the preview"), max_length=32)
    status = models.CharField(
        _("state"),
        max_length=8,
        choices=BatchStatus.choices,
        default=BatchStatus.HELD,
        editable=False,
    )
    made_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    made_at = models.DateTimeField(_("answered at"))
    held_until = models.DateTimeField(_("answers held until"))
    told_at = models.DateTimeField(_("complainants told at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)

    history = track_history()

    class Meta:
        verbose_name = _("complaints answered together")
        verbose_name_plural = _("complaints answered together")
        indexes = [models.Index(fields=["account", "-id"], name="complaintbatch_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=BatchStatus.values, outcome__in=ComplaintOutcome.values),
                name="complaintbatch_words_known",
            ),
            models.CheckConstraint(condition=~Q(told=""), name="complaintbatch_has_reasons"),
            models.CheckConstraint(
                condition=Q(is_abusive=False) | Q(outcome=ComplaintOutcome.NOT_UPHELD),
                name="complaintbatch_abusive_only_if_unfounded",
            ),
            models.CheckConstraint(
                condition=Q(status=BatchStatus.UNDONE, undone_at__isnull=False)
                | ~Q(status=BatchStatus.UNDONE) & Q(undone_at__isnull=True),
                name="complaintbatch_undone_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status=BatchStatus.TOLD, told_at__isnull=False)
                | ~Q(status=BatchStatus.TOLD) & Q(told_at__isnull=True),
                name="complaintbatch_told_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call it."""
        return f"{BATCH_PREFIX}{self.pk:08d}"


class ComplaintBatchItem(models.Model):
    """That a complaint was answered with others, and how it stood before."""

    table_kind = TableKind.LOG
    born_with = "batch"

    batch = models.ForeignKey(
        ComplaintBatch, on_delete=models.PROTECT, related_name="items", verbose_name=_("batch")
    )
    complaint = models.ForeignKey(
        Complaint,
        on_delete=models.PROTECT,
        related_name="batch_items",
        verbose_name=_("complaint"),
    )
    stood_as = models.CharField(
        _("state before"), max_length=16, choices=[(each, each.label) for each in BEFORE]
    )

    class Meta:
        verbose_name = _("complaint answered with others")
        verbose_name_plural = _("complaints answered with others")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "complaint"], name="complaintbatchitem_once_in_a_batch"
            ),
            models.CheckConstraint(
                condition=Q(stood_as__in=BEFORE), name="complaintbatchitem_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.complaint_id}"
