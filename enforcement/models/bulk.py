"""One decision on many accounts: what is decided, the frozen list, and what became of each."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import SubjectNature
from accounts.models import PublicAccount
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Matter, Person, Proposal, ProposalResult
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.bulk_words import (
    TAKEN_BULK,
    UNDONE_BULK,
    BulkItemStatus,
    BulkStatus,
    LeftOutBecause,
)
from enforcement.enums import DeviationKind
from enforcement.models.cases import Case
from enforcement.models.catalogue import ViolationType
from enforcement.models.decisions import Decision

B, N = BulkStatus, BulkItemStatus
# 批量处置: the two letters of the number by which people call it.
BULK_PREFIX: Final = "PL"
# Our choice; no article sets it. What is longer is decided in several lists.
MOST_ACCOUNTS: Final = 10_000
# Our choice (domain rules, bulk actions).
APPROVALS: Final = 2


class BulkDecision(StatusModel):
    """
    What is decided on the accounts of a list: one violation, the same words and measures for all.

    Words and list are fixed from the draft on; a change is a new one. Each account then gets an
    ordinary decision of its own. `words` is canonical JSON and goes into the proposal's bytes;
    `list_sha256` is the digest of the list that stands in its items.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.BULK_DECISION
    frozen_fields = (
        "matter",
        "violation_type",
        "severity",
        "words",
        "count",
        "list_sha256",
        "lead_case",
        "drafted_by",
        "drafted_at",
    )

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="bulk_decision")
    violation_type = models.ForeignKey(
        ViolationType, on_delete=models.PROTECT, related_name="+", verbose_name=_("violation")
    )
    severity = models.PositiveSmallIntegerField(_("severity"))
    words = models.TextField(_("words and measures"))
    count = models.PositiveIntegerField(_("accounts"))
    list_sha256 = models.CharField(_("SHA-256 of the list"), max_length=64)
    # Whose evidence shows the violation; where its account is on the list it is decided in it.
    lead_case = models.ForeignKey(
        Case,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bulk_decisions",
        verbose_name=_("case with the evidence"),
    )
    drafted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted at"), db_default=Now(), editable=False)
    status = models.CharField(
        _("state"), max_length=12, choices=B.choices, default=B.DRAFT, editable=False
    )
    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="bulk_decision",
        verbose_name=_("proposal"),
    )
    approvals_needed = models.PositiveSmallIntegerField(
        _("approvals needed"), null=True, editable=False
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    # Until when nobody is told, so that everything can be undone at once.
    held_until = models.DateTimeField(_("operators are told from"), null=True, editable=False)
    undone_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, editable=False)
    undone_reason = models.TextField(_("why it was undone"), blank=True, editable=False)

    history = track_history()

    class Meta:
        verbose_name = _("decision on many accounts")
        verbose_name_plural = _("decisions on many accounts")
        permissions = [
            ("propose_bulkdecision", "Can propose decisions on many accounts"),
            ("undo_bulkdecision", "Can stop and undo decisions on many accounts"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="bulkdecision_status"),
            models.Index(fields=["-drafted_at", "-id"], name="bulkdecision_drafted"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "count"], name="bulkdecision_count_key"),
            # What an account carried out refers to.
            models.UniqueConstraint(
                fields=["id", "approved_result"], name="bulkdecision_approval_key"
            ),
            models.CheckConstraint(
                condition=Q(count__gte=2, count__lte=MOST_ACCOUNTS),
                name="bulkdecision_two_to_ten_thousand",
            ),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=4), name="bulkdecision_severity_1_to_4"
            ),
            models.CheckConstraint(
                condition=Q(status__in=B.values), name="bulkdecision_status_known"
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(status=B.DRAFT, proposal__isnull=True, approvals_needed__isnull=True)
                | Q(status=B.WITHDRAWN)
                | Q(
                    proposal__isnull=False,
                    approvals_needed__isnull=False,
                    approvals_needed__gte=APPROVALS,
                ),
                name="bulkdecision_has_two_approvals",
            ),
            CompositeForeignKey(
                name="bulkdecision_approvals_are_real",
                fields=["proposal", "approvals_needed"],
                to="compliance.Proposal",
                to_fields=["id", "approvals_needed"],
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=TAKEN_BULK,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                    approved_at__isnull=False,
                    held_until__isnull=False,
                )
                | ~Q(status__in=TAKEN_BULK)
                & Q(
                    approved_result__isnull=True, approved_at__isnull=True, held_until__isnull=True
                ),
                name="bulkdecision_carried_out_only_if_approved",
            ),
            CompositeForeignKey(
                name="bulkdecision_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=UNDONE_BULK,
                    undone_by__isnull=False,
                    undone_at__isnull=False,
                    held_until__isnull=False,
                    undone_at__lt=F("held_until"),
                )
                & ~Q(undone_reason="")
                | ~Q(status__in=UNDONE_BULK)
                & Q(undone_by__isnull=True, undone_at__isnull=True, undone_reason=""),
                name="bulkdecision_undone_before_anybody_is_told",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call it."""
        return f"{BULK_PREFIX}{self.pk:08d}"


class BulkItem(StatusModel):
    """
    One account of the list as it was when the list was drafted, and what became of it.

    `line` is what the facts say of this account besides what they say of all. `points` is what its
    decision takes: of several accounts of one subject only the first one takes any.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.BULK_ITEM
    frozen_fields = (
        "bulk",
        "of_count",
        "place",
        "account",
        "line",
        "nature",
        "followers",
        "needs_care",
        "offence_number",
        "deviation",
        "points",
        "credit_before",
        "left_out",
    )

    bulk = models.ForeignKey(
        BulkDecision,
        on_delete=models.PROTECT,
        related_name="items",
        verbose_name=_("decision on many accounts"),
    )
    of_count = models.PositiveIntegerField(editable=False)
    place = models.PositiveIntegerField(_("place in the list"))
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="bulk_items",
        verbose_name=_("account"),
    )
    line = models.TextField(_("facts of this account"), blank=True, default="")
    nature = models.CharField(
        _("nature of the subject"), max_length=24, choices=SubjectNature.choices
    )
    followers = models.PositiveBigIntegerField(_("followers"))
    # An organ, a media organisation or an account with very many followers.
    needs_care = models.BooleanField(_("organ, media or many followers"))
    offence_number = models.PositiveSmallIntegerField(_("offence"), null=True)
    deviation = models.CharField(
        _("deviation"), max_length=12, choices=DeviationKind.choices, blank=True, default=""
    )
    points = models.PositiveSmallIntegerField(_("points taken"))
    credit_before = models.PositiveSmallIntegerField(_("credit before"), null=True)
    left_out = models.CharField(
        _("why it is left out"),
        max_length=16,
        choices=LeftOutBecause.choices,
        blank=True,
        default="",
    )
    status = models.CharField(
        _("state"), max_length=12, choices=N.choices, default=N.WAITING, editable=False
    )
    problem = models.TextField(_("what stands against it"), blank=True, default="")
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    decision = models.OneToOneField(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="bulk_item",
        verbose_name=_("decision"),
    )

    history = track_history()

    class Meta:
        verbose_name = _("account of a decision on many")
        verbose_name_plural = _("accounts of decisions on many")
        indexes = [
            models.Index(fields=["bulk", "status", "place"], name="bulkitem_status"),
            models.Index(fields=["account", "-id"], name="bulkitem_account"),
            # One for each filter of the list, whose pages go by the number from the newest.
            models.Index(fields=["status", "-id"], name="bulkitem_in_status"),
            models.Index(
                fields=["left_out", "-id"], condition=~Q(left_out=""), name="bulkitem_out"
            ),
            models.Index(fields=["-id"], condition=Q(needs_care=True), name="bulkitem_care"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "place"], name="bulkitem_place_once"),
            models.UniqueConstraint(fields=["bulk", "account"], name="bulkitem_account_once"),
            # With one row a place nothing can be added to a list that is complete.
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=F("of_count")), name="bulkitem_within_list"
            ),
            CompositeForeignKey(
                name="bulkitem_of_a_list_so_long",
                fields=["bulk", "of_count"],
                to="enforcement.BulkDecision",
                to_fields=["id", "count"],
            ),
            models.CheckConstraint(condition=Q(status__in=N.values), name="bulkitem_status_known"),
            models.CheckConstraint(
                condition=Q(status=N.LEFT_OUT, left_out__in=LeftOutBecause.values)
                | ~Q(status=N.LEFT_OUT) & Q(left_out="", offence_number__isnull=False),
                name="bulkitem_left_out_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[N.LEFT_OUT, N.FAILED]) & ~Q(problem="")
                | ~Q(status__in=[N.LEFT_OUT, N.FAILED]) & Q(problem=""),
                name="bulkitem_problem_is_said",
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(
                    status__in=[N.CARRIED_OUT, N.UNDONE],
                    decision__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                )
                | ~Q(status__in=[N.CARRIED_OUT, N.UNDONE])
                & Q(decision__isnull=True, approved_result__isnull=True),
                name="bulkitem_carried_out_only_if_approved",
            ),
            CompositeForeignKey(
                name="bulkitem_approval_is_that_of_the_list",
                fields=["bulk", "approved_result"],
                to="enforcement.BulkDecision",
                to_fields=["id", "approved_result"],
            ),
            CompositeForeignKey(
                name="bulkitem_decision_about_its_account",
                fields=["decision", "account"],
                to="enforcement.Decision",
                to_fields=["id", "account"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id}/{self.place}"
