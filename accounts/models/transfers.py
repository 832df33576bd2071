"""Transfers of accounts: who takes one over, what was found and shown, who confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import (
    ApplicationSource,
    CheckCode,
    CheckOutcome,
    IdType,
    QualificationType,
    SubjectNature,
)
from accounts.models.accounts import PublicAccount
from accounts.models.formulas import Policy
from accounts.models.subjects import Subject
from accounts.transfer_words import (
    APPROVED_TRANSFERS,
    OPEN_TRANSFERS,
    TransferPaper,
    TransferParty,
    TransferStatus,
)
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import (
    Clock,
    EvidenceFile,
    IdentityValue,
    Matter,
    Person,
    Proposal,
    ProposalResult,
    WorkItem,
)
from compliance.tables import TableKind
from compliance.workflow import StatusModel

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# 转让: the two letters of the number by which people call one.
TRANSFER_PREFIX: Final = "ZR"


class ExitPolicy(Policy):
    """A version of the limits by which operators leave accounts: to another one, or for good."""

    class Meta(Policy.Meta):
        verbose_name = _("policy of transfers and stops")
        verbose_name_plural = _("policies of transfers and stops")


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Named filters of transfers."""

    def open(self) -> TransferQuerySet:
        """Transfers that may still take effect."""
        return self.filter(status__in=list(OPEN_TRANSFERS))

    def with_identity(self) -> TransferQuerySet:
        """Transfers with what a page about one shows."""
        return self.select_related(
            "account",
            "from_subject__name",
            "subject",
            "subject_name",
            "id_number",
            "mobile",
            "contact",
            "professional_background",
            "qualification_number",
        )


TransferManager = models.Manager.from_queryset(TransferQuerySet)


def _identity(label: StrPromise) -> models.ForeignKey:
    return models.ForeignKey(
        IdentityValue, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=label
    )


class Transfer(StatusModel):
    """
    That an account is to pass from the subject that runs it to another one.

    What the transferee declared stands here or, where it is identity data, behind references to
    identity values under the key of its subject, as with an application for an account.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.TRANSFER
    frozen_fields = (
        "account",
        "from_subject",
        "from_nature",
        "subject",
        "subject_nature",
        "id_number",
        "source",
        "applied_at",
    )

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="transfers",
        verbose_name=_("account"),
    )
    status = models.CharField(
        _("state"),
        max_length=20,
        choices=TransferStatus.choices,
        default=TransferStatus.APPLIED,
        editable=False,
    )
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    from_subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        related_name="transfers_given",
        verbose_name=_("earlier subject"),
    )
    from_nature = models.CharField(
        _("earlier nature"), max_length=24, choices=SubjectNature.choices, blank=True
    )
    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        related_name="transfers_received",
        verbose_name=_("transferee"),
    )
    subject_nature = models.CharField(_("nature"), max_length=24, choices=SubjectNature.choices)
    organisation_name = models.CharField(_("name of the organisation"), max_length=200, blank=True)
    subject_name = _identity(_("name"))
    id_type = models.CharField(_("document type"), max_length=32, choices=IdType.choices)
    id_number = _identity(_("document number"))
    mobile = _identity(_("mobile number"))
    contact = _identity(_("contact"))
    registered_region = models.CharField(_("place of registration"), max_length=200, blank=True)
    registered_address = _identity(_("registered address"))
    operating_region = models.CharField(_("place of operation"), max_length=200, blank=True)
    operating_address = _identity(_("operating address"))
    business_scope = models.TextField(_("business scope"), blank=True)
    professional_background = _identity(_("professional background"))
    qualification_type = models.CharField(
        _("qualification"), max_length=32, choices=QualificationType.choices, blank=True
    )
    qualification_number = _identity(_("qualification number"))
    qualification_issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    qualification_valid_until = models.DateField(_("valid until"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied at"))
    policy = models.ForeignKey(
        ExitPolicy,
        on_delete=models.PROTECT,
        related_name="transfers",
        verbose_name=_("policy of transfers and stops"),
    )
    # What the register of transfers (R14) asks for, as it was.
    open_cases = models.PositiveSmallIntegerField(_("open cases at the application"))
    is_verified = models.BooleanField(_("transferee verified"))
    materials_complete_at = models.DateTimeField(_("materials complete at"), null=True, blank=True)

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="transfer"
    )
    # The review's clock is the work item's; the others are the parties' own time.
    material_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, editable=False, related_name="transfer_material"
    )
    confirmation_clock = models.OneToOneField(
        Clock,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="transfer_confirmation",
    )
    follower_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, editable=False, related_name="transfer_notice"
    )
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="transfer", editable=False
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_transfers",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    # Told to both sides; a colleague's note goes into the reason of the log.
    decision_reason = models.TextField(_("reason told to both sides"), blank=True)
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True)
    effective_at = models.DateTimeField(_("effective at"), null=True, blank=True)
    monetisation_off_until = models.DateTimeField(
        _("no earning of money until"), null=True, blank=True
    )

    objects = TransferManager()
    history = track_history()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        permissions = [
            ("submit_transfer", "Can hand in transfers of accounts"),
            ("review_transfer", "Can review transfers of accounts"),
            ("approve_transfer", "Can approve transfers of accounts"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="transfer_account"),
            models.Index(fields=["status", "-id"], name="transfer_status"),
            models.Index(fields=["subject_nature", "-id"], name="transfer_nature"),
            models.Index(fields=["-applied_at", "-id"], name="transfer_applied"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(status__in=OPEN_TRANSFERS),
                name="transfer_one_open",
            ),
            models.CheckConstraint(
                condition=Q(status__in=TransferStatus.values), name="transfer_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(subject=models.F("from_subject")), name="transfer_to_somebody_else"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=APPROVED_TRANSFERS)
                | Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                ),
                name="transfer_only_if_approved",
            ),
            CompositeForeignKey(
                name="transfer_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[TransferStatus.REFUSED, TransferStatus.LAPSED])
                | ~Q(decision_reason="") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="transfer_end_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[TransferStatus.ANNOUNCED, TransferStatus.EFFECTIVE])
                | Q(announced_at__isnull=False),
                name="transfer_is_announced_first",
            ),
            models.CheckConstraint(
                condition=Q(status=TransferStatus.EFFECTIVE, effective_at__isnull=False)
                | ~Q(status=TransferStatus.EFFECTIVE) & Q(effective_at__isnull=True),
                name="transfer_effect_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.account.name}"

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{TRANSFER_PREFIX}{self.pk:08d}"

    @property
    def ground_ref(self) -> str:
        """By what restrictions and holds that rest on it name it."""
        return f"transfer:{self.pk}"

    @property
    def transferee(self) -> str:
        """The organisation's name, or what may be shown of a person's."""
        if self.organisation_name:
            return self.organisation_name
        return self.subject_name.masked if self.subject_name is not None else ""


class TransferCheck(models.Model):
    """One check that the transferee did not pass, and what its explanation is made of."""

    table_kind = TableKind.LOG

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="checks")
    code = models.CharField(_("check"), max_length=32, choices=CheckCode.choices)
    outcome = models.CharField(_("effect"), max_length=20, choices=CheckOutcome.choices)
    reason_key = models.CharField(_("reason"), max_length=60)
    params = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("check that a transferee did not pass")
        verbose_name_plural = _("checks that transferees did not pass")

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.code}"


class TransferVerification(models.Model):
    """One answer of a verification provider about a transferee; a record of fact."""

    table_kind = TableKind.LOG

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="verifications")
    method = models.CharField(_("method"), max_length=40)
    is_verified = models.BooleanField(_("verified"))
    provider = models.CharField(_("provider"), max_length=40)
    reference = models.CharField(_("provider's reference"), max_length=80, blank=True)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("real-name verification of a transferee")
        verbose_name_plural = _("real-name verifications of transferees")
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "method"], name="transferverification_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method}: {self.is_verified}"


class TransferMaterial(models.Model):
    """That a file belongs to a transfer, and what it is."""

    table_kind = TableKind.LOG

    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, related_name="materials", verbose_name=_("transfer")
    )
    paper = models.CharField(_("what it is"), max_length=20, choices=TransferPaper.choices)
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="transfer_material",
        verbose_name=_("evidence file"),
    )
    attached_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("attached by")
    )
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("material of a transfer")
        verbose_name_plural = _("materials of transfers")
        constraints = [
            models.CheckConstraint(
                condition=Q(paper__in=TransferPaper.values), name="transfermaterial_paper_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.file_id}"


class TransferConfirmation(models.Model):
    """That one side of a transfer confirmed it; a record of fact."""

    table_kind = TableKind.LOG

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="confirmations")
    party = models.CharField(_("side"), max_length=12, choices=TransferParty.choices)
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    confirmed_at = models.DateTimeField(_("confirmed at"))

    class Meta:
        verbose_name = _("confirmation of a transfer")
        verbose_name_plural = _("confirmations of transfers")
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "party"], name="transferconfirmation_once_a_side"
            ),
            models.CheckConstraint(
                condition=Q(party__in=TransferParty.values),
                name="transferconfirmation_party_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.party}"
