"""The watch list: accounts that are looked at more closely for a time, and who looked at the list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicAccount
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Person, Proposal, ProposalResult
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.watch_words import WatchBasis, WatchPlace, WatchStatus

W = WatchStatus
# 关注目录: the two letters of the number by which people call an entry.
WATCH_PREFIX: Final = "ML"
# No entry is without end; the published limit may be shorter.
LONGEST_WATCH: Final = timedelta(days=366)


class WatchEntryQuerySet(models.QuerySet["WatchEntry"]):
    """Named filters of entries of the watch list."""

    def in_force(self, today: date) -> WatchEntryQuerySet:
        """Entries whose time runs on a day; it ends by comparison, no job has to run."""
        return self.filter(status=W.LISTED, expires_on__gte=today)

    def due_for_review(self, today: date) -> WatchEntryQuerySet:
        """Entries in force whose owner has to look at them by now."""
        return self.in_force(today).filter(review_date__lte=today)


WatchEntryManager = models.Manager.from_queryset(WatchEntryQuerySet)


class WatchEntry(StatusModel):
    """
    That an account is looked at more closely for a time: why, on what, by whom, until when.

    It is never a sanction: nothing about the account is limited by it, and the operator's
    registrations, credit and lists are decided without it.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.WATCH_ENTRY
    frozen_fields = ("account", "basis", "reason", "steps", "expires_on", "proposed_on", "proposal")

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="watch_entries",
        verbose_name=_("account"),
    )
    basis = models.CharField(_("basis"), max_length=24, choices=WatchBasis.choices)
    reason = models.TextField(_("reason"))
    # What is to be done more often or more carefully: within what is done of any account.
    steps = models.TextField(_("how it is looked at"))
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("who looks after it")
    )
    proposed_on = models.DateField(_("proposed on"))
    review_date = models.DateField(_("review due"))
    expires_on = models.DateField(_("last day"))
    status = models.CharField(
        _("state"), max_length=12, choices=W.choices, default=W.PROPOSED, editable=False
    )
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="watch_entry")
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    listed_at = models.DateTimeField(_("listed at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_reason = models.TextField(_("why it ended"), blank=True)

    objects = WatchEntryManager()
    history = track_history()

    class Meta:
        verbose_name = _("entry of the watch list")
        verbose_name_plural = _("entries of the watch list")
        permissions = [
            ("propose_watchentry", "Can propose entries of the watch list"),
            ("approve_watchentry", "Can approve entries of the watch list"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="watchentry_account"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["status", "-id"], name="watchentry_status"),
            models.Index(fields=["basis", "-id"], name="watchentry_basis"),
            models.Index(fields=["owner", "-id"], name="watchentry_owner"),
            models.Index(fields=["-review_date", "-id"], name="watchentry_review"),
            models.Index(fields=["-expires_on", "-id"], name="watchentry_expires"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(basis__in=WatchBasis.values, status__in=W.values),
                name="watchentry_basis_and_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(steps=""), name="watchentry_has_reason_and_steps"
            ),
            models.CheckConstraint(
                condition=Q(
                    expires_on__gt=F("proposed_on"),
                    expires_on__lte=F("proposed_on") + LONGEST_WATCH,
                    review_date__lte=F("expires_on"),
                ),
                name="watchentry_ends",
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(
                    status__in=[W.LISTED, W.REMOVED],
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                    listed_at__isnull=False,
                )
                | ~Q(status__in=[W.LISTED, W.REMOVED])
                & Q(approved_result__isnull=True, listed_at__isnull=True),
                name="watchentry_listed_only_if_approved",
            ),
            CompositeForeignKey(
                name="watchentry_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            models.CheckConstraint(
                condition=Q(status__in=[W.PROPOSED, W.LISTED], ended_at__isnull=True)
                | ~Q(status__in=[W.PROPOSED, W.LISTED])
                & Q(ended_at__isnull=False)
                & ~Q(ended_reason=""),
                name="watchentry_end_has_time_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{WATCH_PREFIX}{self.pk:08d}"


class WatchLook(models.Model):
    """That somebody looked at the watch list: at an entry, or at how many of the list, where, when."""

    table_kind = TableKind.LOG

    entry = models.ForeignKey(
        WatchEntry,
        on_delete=models.PROTECT,
        null=True,
        related_name="looks",
        verbose_name=_("entry of the watch list"),
    )
    place = models.CharField(_("where"), max_length=8, choices=WatchPlace.choices)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("look at the watch list")
        verbose_name_plural = _("looks at the watch list")
        indexes = [
            models.Index(fields=["entry", "-id"], name="watchlook_entry"),
            models.Index(fields=["person", "-id"], name="watchlook_person"),
            models.Index(fields=["place", "-id"], name="watchlook_place"),
            models.Index(fields=["-at", "-id"], name="watchlook_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(place__in=WatchPlace.values), name="watchlook_place_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.entry_id or self.get_place_display()}"
