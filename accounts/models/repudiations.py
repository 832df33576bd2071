"""Claims that somebody registered an account under an identity that is not theirs."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import ApplicationSource, IdType
from accounts.models.accounts import PublicAccount
from accounts.models.subjects import Subject
from accounts.repudiation_words import (
    OPEN_REPUDIATIONS,
    IdentityProof,
    RepudiationParty,
    RepudiationStatus,
)
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import (
    Clock,
    DataKey,
    EvidenceFile,
    IdentityValue,
    Matter,
    Person,
    Proposal,
    ProposalResult,
    ResponseReceipt,
    WorkItem,
)
from compliance.tables import TableKind
from compliance.workflow import StatusModel

S = RepudiationStatus
# 冒名: the two letters of the number by which people call one.
REPUDIATION_PREFIX: Final = "MM"


class RepudiationQuerySet(models.QuerySet["Repudiation"]):
    """Named filters of claims."""

    def open(self) -> RepudiationQuerySet:
        """Claims on which nothing was decided yet."""
        return self.filter(status__in=list(OPEN_REPUDIATIONS))

    def with_identity(self) -> RepudiationQuerySet:
        """Claims with what a page about one shows."""
        return self.select_related("name", "id_number", "mobile", "subject", "account")


RepudiationManager = models.Manager.from_queryset(RepudiationQuerySet)


class Repudiation(StatusModel):
    """
    One claim: somebody says that an account was registered in their name without their will.

    Name, number and mobile lie under a key of the claimant's own. `subject` is filled in only once
    the identity is verified; `account` is the account it is about. What was changed where it was
    upheld stands beside it, so that it can be undone exactly.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.REPUDIATION
    frozen_fields = ("key", "name", "id_type", "id_number", "mobile", "source", "received_at")

    key = models.OneToOneField(DataKey, on_delete=models.PROTECT, related_name="repudiation")
    name = models.ForeignKey(
        IdentityValue, on_delete=models.PROTECT, related_name="+", verbose_name=_("name")
    )
    id_type = models.CharField(_("document type"), max_length=32, choices=IdType.choices)
    id_number = models.ForeignKey(
        IdentityValue, on_delete=models.PROTECT, related_name="+", verbose_name=_("document number")
    )
    mobile = models.ForeignKey(
        IdentityValue, on_delete=models.PROTECT, related_name="+", verbose_name=_("mobile number")
    )
    # Name or number of the account as the claimant knows it, if they do.
    account_hint = models.CharField(
        _("account as named by the claimant"), max_length=200, blank=True
    )
    status = models.CharField(
        _("state"), max_length=20, choices=S.choices, default=S.SUBMITTED, editable=False
    )
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    received_at = models.DateTimeField(_("received at"))
    proof = models.CharField(
        _("verified by"), max_length=12, choices=IdentityProof.choices, blank=True
    )
    verified_at = models.DateTimeField(_("identity verified at"), null=True)
    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        null=True,
        related_name="repudiations",
        verbose_name=_("subject"),
    )
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        null=True,
        related_name="repudiations",
        verbose_name=_("account"),
    )
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    work_item = models.OneToOneField(WorkItem, on_delete=models.PROTECT, related_name="repudiation")
    answer_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, related_name="repudiation"
    )
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="repudiation"
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    # To whom the account belongs since, and the bars that were lifted with it.
    unknown_subject = models.OneToOneField(
        Subject,
        on_delete=models.PROTECT,
        null=True,
        related_name="freed_by",
        verbose_name=_("subject without identity"),
    )
    lifted_bars = models.JSONField(_("bars that were lifted"), default=list)
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_repudiations",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_reason = models.TextField(_("reason told to the claimant"), blank=True)

    objects = RepudiationManager()
    history = track_history()

    class Meta:
        verbose_name = _("claim of an identity used without consent")
        verbose_name_plural = _("claims of identities used without consent")
        permissions = [
            ("submit_repudiation", "Can hand in claims of identities used without consent"),
            ("review_repudiation", "Can review claims of identities used without consent"),
            ("approve_repudiation", "Can approve that an account leaves a name"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="repudiation_status"),
            models.Index(fields=["subject", "status"], name="repudiation_subject"),
            models.Index(fields=["account", "status"], name="repudiation_account"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["source", "-id"], name="repudiation_source"),
            models.Index(fields=["-received_at", "-id"], name="repudiation_received"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=S.values), name="repudiation_status_known"
            ),
            models.CheckConstraint(
                condition=Q(subject__isnull=True, account__isnull=True)
                | Q(verified_at__isnull=False) & ~Q(proof=""),
                name="repudiation_subject_only_if_verified",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(status__in=sorted(OPEN_REPUDIATIONS)),
                name="repudiation_one_open_an_account",
                violation_error_message=_("A claim about this account is under way already."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[S.UPHELD, S.REVERSED])
                | Q(
                    subject__isnull=False,
                    account__isnull=False,
                    unknown_subject__isnull=False,
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                ),
                name="repudiation_upheld_only_if_approved",
            ),
            CompositeForeignKey(
                name="repudiation_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[S.UPHELD, S.NOT_UPHELD, S.REVERSED])
                | ~Q(decision_reason=""),
                name="repudiation_result_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{REPUDIATION_PREFIX}{self.pk:08d}"


class RepudiationMaterial(models.Model):
    """That a file belongs to a claim, and which side sent it; words are kept as files too."""

    table_kind = TableKind.LOG

    repudiation = models.ForeignKey(
        Repudiation,
        on_delete=models.PROTECT,
        related_name="materials",
        verbose_name=_("claim of an identity used without consent"),
    )
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="repudiation_material",
        verbose_name=_("evidence file"),
    )
    receipt = models.ForeignKey(
        ResponseReceipt,
        on_delete=models.PROTECT,
        null=True,
        related_name="repudiation_materials",
        verbose_name=_("receipt of an answer"),
    )
    party = models.CharField(_("sent by"), max_length=12, choices=RepudiationParty.choices)
    is_statement = models.BooleanField(_("words"), default=False)
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("material of a claim")
        verbose_name_plural = _("materials of claims")
        constraints = [
            models.CheckConstraint(
                condition=Q(party__in=RepudiationParty.values),
                name="repudiationmaterial_party_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.repudiation_id} {self.file_id}"
