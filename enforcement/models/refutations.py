"""What was said publicly against rumours, and the decisions that rest on one that was reopened."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.history import track_history
from compliance.models import Person, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.models.decisions import Decision
from enforcement.models.rumours import Rumour, RumourStep
from enforcement.rumour_words import (
    RefutationStatus,
    RumourReviewStatus,
)

# 辟谣, 复议: the two letters of the numbers by which people call them.
REFUTATION_PREFIX: Final = "PY"
REVIEW_PREFIX: Final = "FY"


class Refutation(StatusModel):
    """What was said publicly against a rumour; withdrawn with a note, never taken away."""

    table_kind = TableKind.RECORD
    workflow = workflows.REFUTATION
    frozen_fields = ("rumour", "step", "text", "published_in", "link", "published_at")

    rumour = models.ForeignKey(
        Rumour, on_delete=models.PROTECT, related_name="refutations", verbose_name=_("rumour")
    )
    step = models.OneToOneField(RumourStep, on_delete=models.PROTECT, related_name="refutation")
    text = models.TextField(_("text of the refutation"))
    published_in = models.CharField(_("published in"), max_length=200)
    link = models.URLField(_("link"), max_length=400, blank=True)
    published_at = models.DateTimeField(_("published at"))
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=RefutationStatus.choices,
        default=RefutationStatus.PUBLISHED,
        editable=False,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_note = models.TextField(_("note on the withdrawal"), blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("refutation")
        verbose_name_plural = _("refutations")
        indexes = [
            models.Index(fields=["status", "-id"], name="refutation_status"),
            models.Index(fields=["-published_at", "-id"], name="refutation_published"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rumour"],
                condition=Q(status=RefutationStatus.PUBLISHED),
                name="refutation_one_in_force",
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(published_in=""), name="refutation_says_what_and_where"
            ),
            models.CheckConstraint(
                condition=Q(
                    status=RefutationStatus.PUBLISHED,
                    withdrawn_at__isnull=True,
                    withdrawn_note="",
                )
                | Q(status=RefutationStatus.WITHDRAWN, withdrawn_at__isnull=False)
                & ~Q(withdrawn_note=""),
                name="refutation_withdrawn_with_a_note",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call it."""
        return f"{REFUTATION_PREFIX}{self.pk:08d}"


class RumourReview(StatusModel):
    """That a decision rested on a rumour which was reopened: a supervisor keeps it or reverses it."""

    table_kind = TableKind.RECORD
    workflow = workflows.RUMOUR_REVIEW
    frozen_fields = ("rumour", "round", "decision", "work_item", "opened_at")

    rumour = models.ForeignKey(
        Rumour, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("rumour")
    )
    # The round that came to an end with the reopening.
    round = models.PositiveSmallIntegerField(_("round"))
    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        related_name="rumour_reviews",
        verbose_name=_("decision"),
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=RumourReviewStatus.choices,
        default=RumourReviewStatus.WAITING,
        editable=False,
    )
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, related_name="rumour_review"
    )
    opened_at = models.DateTimeField(_("opened at"))
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_reason = models.TextField(_("reason"), blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("review of a decision after a rumour was reopened")
        verbose_name_plural = _("reviews of decisions after rumours were reopened")
        indexes = [
            models.Index(fields=["status", "-id"], name="rumourreview_status"),
            models.Index(fields=["-opened_at", "-id"], name="rumourreview_opened"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rumour", "round", "decision"], name="rumourreview_once_a_round"
            ),
            models.CheckConstraint(
                condition=Q(
                    status=RumourReviewStatus.WAITING,
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                    decided_reason="",
                )
                | Q(
                    status__in=[RumourReviewStatus.KEPT, RumourReviewStatus.REVERSED],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                & ~Q(decided_reason=""),
                name="rumourreview_answer_has_person",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call it."""
        return f"{REVIEW_PREFIX}{self.pk:08d}"
