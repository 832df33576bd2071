"""Entries of the blacklist, bars on registering again, and what matched them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.blacklist_words import BarField, EntryKind, EntryStatus, MatchStatus
from accounts.models.accounts import PublicAccount
from accounts.models.applications import Application
from accounts.models.subjects import Subject
from accounts.models.transfers import Transfer
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Person, Proposal, ProposalResult, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel

E = EntryStatus
# 黑名单 and 比对: the two letters of the numbers by which people call an entry and a match.
ENTRY_PREFIX: Final = "HM"
MATCH_PREFIX: Final = "BD"
# The twelve months after which an entry has to be looked at; the published limit may be shorter.
LONGEST_UNTIL_REVIEW: Final = timedelta(days=366)


class BlacklistEntryQuerySet(models.QuerySet["BlacklistEntry"]):
    """Named filters of entries."""

    def in_force(self) -> BlacklistEntryQuerySet:
        """Entries that nobody removed and no decision undid."""
        return self.filter(status=E.LISTED)


BlacklistEntryManager = models.Manager.from_queryset(BlacklistEntryQuerySet)


class BlacklistEntry(StatusModel):
    """
    That a subject is on the blacklist, or barred from registering again, by one approved decision.

    What is known of the subject to whoever registers are keyed digests alone (`IdentityBar`); they
    are erased with the end of the entry, which stays as the record of what was done.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.BLACKLIST_ENTRY
    frozen_fields = (
        "kind",
        "subject",
        "account",
        "ground_ref",
        "basis",
        "proposal",
        "approved_result",
        "approvals_given",
        "listed_at",
    )

    kind = models.CharField(_("measure"), max_length=12, choices=EntryKind.choices)
    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        related_name="blacklist_entries",
        verbose_name=_("subject"),
    )
    # The account about which it was decided.
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="blacklist_entries",
        verbose_name=_("account"),
    )
    ground_ref = models.CharField(_("decision"), max_length=60)
    basis = models.CharField(_("basis"), max_length=400)
    status = models.CharField(
        _("state"), max_length=12, choices=E.choices, default=E.LISTED, editable=False
    )
    # The listing: two approvals or more, and the database knows that they were given.
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    approved_result = models.CharField(
        max_length=12, default=ProposalResult.APPROVED, editable=False
    )
    approvals_given = models.PositiveSmallIntegerField(_("approvals"))
    listed_at = models.DateTimeField(_("listed at"))
    review_date = models.DateField(_("review due"))
    # The day on which the review date was last set: from it its twelve months count.
    review_set_on = models.DateField(_("review date set on"))
    review_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="blacklist_entry"
    )
    # The removal: again two approvals, by people who had no part in the listing.
    removal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="removed_entry"
    )
    removal_result = models.CharField(max_length=12, null=True, editable=False)
    removal_approvals = models.PositiveSmallIntegerField(null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_reason = models.TextField(_("reason told to the operator"), blank=True)

    objects = BlacklistEntryManager()
    history = track_history()

    class Meta:
        verbose_name = _("blacklist entry")
        verbose_name_plural = _("blacklist entries")
        permissions = [
            ("review_blacklist", "Can review blacklist entries"),
            ("approve_blacklist_removal", "Can approve removals as supervisor"),
            ("approve_blacklist_removal_as_officer", "Can approve removals as officer"),
        ]
        indexes = [
            models.Index(fields=["subject", "-id"], name="blacklistentry_subject"),
            models.Index(fields=["account", "-id"], name="blacklistentry_account"),
            models.Index(fields=["ground_ref"], name="blacklistentry_ground"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["status", "-id"], name="blacklistentry_status"),
            models.Index(fields=["kind", "-id"], name="blacklistentry_kind"),
            models.Index(fields=["-review_date", "-id"], name="blacklistentry_review"),
            models.Index(fields=["-listed_at", "-id"], name="blacklistentry_listed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values, status__in=E.values),
                name="blacklistentry_kind_and_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(ground_ref="") & ~Q(basis=""), name="blacklistentry_has_ground"
            ),
            models.UniqueConstraint(
                fields=["proposal", "kind"], name="blacklistentry_once_a_decision"
            ),
            # What a measure refers to, so that an entry and its measure come from one decision.
            models.UniqueConstraint(fields=["id", "proposal"], name="blacklistentry_key"),
            models.CheckConstraint(
                condition=Q(approved_result=ProposalResult.APPROVED, approvals_given__gte=2),
                name="blacklistentry_has_two_approvals",
            ),
            CompositeForeignKey(
                name="blacklistentry_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            CompositeForeignKey(
                name="blacklistentry_approvals_are_real",
                fields=["proposal", "approvals_given"],
                to="compliance.Proposal",
                to_fields=["id", "approvals_needed"],
            ),
            models.CheckConstraint(
                condition=Q(
                    review_date__gt=F("review_set_on"),
                    review_date__lte=F("review_set_on") + LONGEST_UNTIL_REVIEW,
                ),
                name="blacklistentry_reviewed_within_a_year",
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(
                    status=E.REMOVED,
                    removal__isnull=False,
                    removal_result__isnull=False,
                    removal_result=ProposalResult.APPROVED,
                    removal_approvals__isnull=False,
                    removal_approvals__gte=2,
                )
                | ~Q(status=E.REMOVED)
                & Q(
                    removal__isnull=True,
                    removal_result__isnull=True,
                    removal_approvals__isnull=True,
                ),
                name="blacklistentry_removed_by_two",
            ),
            CompositeForeignKey(
                name="blacklistentry_removal_is_real",
                fields=["removal", "removal_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            CompositeForeignKey(
                name="blacklistentry_removal_approvals_are_real",
                fields=["removal", "removal_approvals"],
                to="compliance.Proposal",
                to_fields=["id", "approvals_needed"],
            ),
            models.CheckConstraint(
                condition=Q(status=E.LISTED, ended_at__isnull=True, ended_reason="")
                | ~Q(status=E.LISTED) & Q(ended_at__isnull=False) & ~Q(ended_reason=""),
                name="blacklistentry_end_has_time_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{ENTRY_PREFIX}{self.pk:08d}"

    @property
    def reference_ref(self) -> str:
        """By what findings name the entry that they rest on."""
        return f"blacklist:{self.pk}"


class BlacklistMatchQuerySet(models.QuerySet["BlacklistMatch"]):
    """Named filters of matches."""

    def open(self) -> BlacklistMatchQuerySet:
        """Matches on which nobody has said anything yet."""
        return self.filter(status=MatchStatus.OPEN)


BlacklistMatchManager = models.Manager.from_queryset(BlacklistMatchQuerySet)


class BlacklistMatch(StatusModel):
    """
    That an applicant or transferee met an entry, and by what; a person says whether it is the same.

    It holds no identifier: of what equalled what it names the column alone.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.BLACKLIST_MATCH
    frozen_fields = ("entry", "fields", "application", "transfer", "found_at", "work_item")

    entry = models.ForeignKey(
        BlacklistEntry,
        on_delete=models.PROTECT,
        related_name="matches",
        verbose_name=_("blacklist entry"),
    )
    fields = models.JSONField(_("what is equal"), default=list)
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        related_name="blacklist_matches",
        verbose_name=_("application"),
    )
    transfer = models.ForeignKey(
        Transfer,
        on_delete=models.PROTECT,
        null=True,
        related_name="blacklist_matches",
        verbose_name=_("transfer"),
    )
    found_at = models.DateTimeField(_("found at"))
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=MatchStatus.choices,
        default=MatchStatus.OPEN,
        editable=False,
    )
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, related_name="blacklist_match"
    )
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_matches",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_reason = models.TextField(_("reason"), blank=True)

    objects = BlacklistMatchManager()
    history = track_history()

    class Meta:
        verbose_name = _("match with the blacklist")
        verbose_name_plural = _("matches with the blacklist")
        permissions = [("decide_match", "Can decide matches with the blacklist")]
        indexes = [
            models.Index(fields=["entry", "-id"], name="blacklistmatch_entry"),
            models.Index(fields=["application"], name="blacklistmatch_application"),
            models.Index(fields=["transfer"], name="blacklistmatch_transfer"),
            models.Index(fields=["status", "-id"], name="blacklistmatch_status"),
            models.Index(fields=["-found_at", "-id"], name="blacklistmatch_found"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(application__isnull=False, transfer__isnull=True)
                | Q(application__isnull=True, transfer__isnull=False),
                name="blacklistmatch_about_one",
            ),
            models.UniqueConstraint(
                fields=["entry", "application"], name="blacklistmatch_once_an_application"
            ),
            models.UniqueConstraint(
                fields=["entry", "transfer"], name="blacklistmatch_once_a_transfer"
            ),
            models.CheckConstraint(
                condition=Q(status__in=MatchStatus.values), name="blacklistmatch_status_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    status=MatchStatus.OPEN,
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                    decision_reason="",
                )
                | ~Q(status=MatchStatus.OPEN)
                & Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decision_reason=""),
                name="blacklistmatch_decision_has_person_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{MATCH_PREFIX}{self.pk:08d}"

    @property
    def is_exact(self) -> bool:
        """Whether the document number itself is equal, so that it was refused."""
        return BarField.ID_NUMBER in self.fields

    @property
    def shown_fields(self) -> str:
        """What is equal, in words; never the value."""
        return str(_(", ")).join(str(BarField(each).label) for each in self.fields)
