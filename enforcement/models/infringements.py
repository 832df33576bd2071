"""Notices that a right is infringed: passed on, disputed or not, and how they ended."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import PublicAccount
from compliance.history import track_history
from compliance.models import Clock, EvidenceFile, IdentityValue, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.infringement_words import (
    DISPUTED,
    ENDED_INFRINGEMENTS,
    AssertedRight,
    InfringementParty,
    InfringementStatus,
    SuitKind,
)
from enforcement.models.complaints import Complaint

N = InfringementStatus
_PASSED_ON: Final = (N.FORWARDED, N.UNDISPUTED, *DISPUTED)


class InfringementQuerySet(models.QuerySet["Infringement"]):
    """Named filters of notices that a right is infringed."""

    def silent(self, now: datetime) -> InfringementQuerySet:
        """Notices to which nobody has answered until `now`, though the time for it is over."""
        return self.filter(status=N.FORWARDED, counter_clock__due_at__lte=now)

    def unproven(self, now: datetime) -> InfringementQuerySet:
        """Disputed notices of which no lawsuit was shown until `now`, though the time is over."""
        return self.filter(status=N.COUNTERED, wait_clock__due_at__lte=now)

    def standing(self) -> InfringementQuerySet:
        """Notices that still hold a measure: pursued, not disputed, or before a court."""
        return self.exclude(status__in=[N.LIFTING, N.LIFTED, N.DROPPED])


InfringementManager = models.Manager.from_queryset(InfringementQuerySet)


class Infringement(StatusModel):
    """
    What a complaint says of a right: whose it is, what was published first, and the first evidence.

    Name, work and evidence are what the operator gets to see; they lie under the complainant's key.
    What the operator answers lies under the key of the account's subject, and the complainant sees it.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.INFRINGEMENT
    frozen_fields = ("complaint", "account", "right", "is_agent", "holder", "work", "evidence")

    complaint = models.OneToOneField(
        Complaint,
        on_delete=models.PROTECT,
        related_name="infringement",
        verbose_name=_("complaint"),
    )
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="infringements",
        verbose_name=_("account"),
    )
    right = models.CharField(_("right"), max_length=12, choices=AssertedRight.choices)
    is_agent = models.BooleanField(_("acts for the holder of the right"), default=False)
    holder = models.OneToOneField(
        IdentityValue,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("holder of the right"),
    )
    work = models.OneToOneField(
        IdentityValue,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("what is infringed"),
    )
    evidence = models.OneToOneField(
        IdentityValue, on_delete=models.PROTECT, related_name="+", verbose_name=_("first evidence")
    )
    status = models.CharField(
        _("state"), max_length=12, choices=N.choices, default=N.RECEIVED, editable=False
    )
    # Since the complaint was accepted; until then nobody knows whether it is a notice at all.
    forward_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, related_name="forwarded_infringement"
    )
    forwarded_at = models.DateTimeField(_("passed on at"), null=True)
    counter_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, related_name="countered_infringement"
    )
    counter_name = models.OneToOneField(
        IdentityValue,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who disputes it"),
    )
    counter_words = models.OneToOneField(
        IdentityValue,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("counter-statement"),
    )
    countered_at = models.DateTimeField(_("disputed at"), null=True)
    wait_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, related_name="awaited_infringement"
    )
    suit_kind = models.CharField(
        _("before whom"), max_length=12, choices=SuitKind.choices, blank=True
    )
    suit = models.OneToOneField(
        IdentityValue,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("lawsuit or complaint to an authority"),
    )
    # Where a proof, or a measure that does not end by itself, waits for somebody.
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="infringement"
    )
    told = models.TextField(_("told to both sides"), blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = InfringementManager()
    history = track_history()

    class Meta:
        verbose_name = _("notice of infringement")
        verbose_name_plural = _("notices of infringement")
        indexes = [models.Index(fields=["status", "-id"], name="infringement_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=N.values,
                    right__in=AssertedRight.values,
                    suit_kind__in=["", *SuitKind.values],
                ),
                name="infringement_words_known",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=_PASSED_ON)
                | Q(
                    forwarded_at__isnull=False,
                    forward_clock__isnull=False,
                    counter_clock__isnull=False,
                ),
                name="infringement_passed_on_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=DISPUTED)
                | Q(
                    countered_at__isnull=False,
                    counter_name__isnull=False,
                    counter_words__isnull=False,
                    wait_clock__isnull=False,
                ),
                name="infringement_disputed_has_statement",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[N.PROOF, N.SUED])
                | Q(suit__isnull=False, work_item__isnull=False) & ~Q(suit_kind=""),
                name="infringement_suit_is_shown",
            ),
            models.CheckConstraint(
                condition=~Q(status=N.LIFTING) | Q(work_item__isnull=False),
                name="infringement_lifting_has_item",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ENDED_INFRINGEMENTS, ended_at__isnull=False)
                | ~Q(status__in=ENDED_INFRINGEMENTS) & Q(ended_at__isnull=True),
                name="infringement_end_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.complaint.number


class InfringementFile(models.Model):
    """That a file shows a lawsuit, or supports a counter-statement; neither side is given it."""

    table_kind = TableKind.LOG

    infringement = models.ForeignKey(
        Infringement,
        on_delete=models.PROTECT,
        related_name="files",
        verbose_name=_("notice of infringement"),
    )
    party = models.CharField(
        pgettext_lazy("file", "of"), max_length=12, choices=InfringementParty.choices
    )
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="infringement_file",
        verbose_name=_("evidence file"),
    )
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("file of a notice of infringement")
        verbose_name_plural = _("files of notices of infringement")
        constraints = [
            models.CheckConstraint(
                condition=Q(party__in=InfringementParty.values),
                name="infringementfile_party_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.infringement_id} {self.file_id}"
