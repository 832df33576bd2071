"""Agencies that run accounts for others, and their agreements with operators."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import ApplicationSource
from accounts.models.accounts import PublicAccount
from accounts.models.subjects import Subject
from accounts.powers_words import OPEN_CONTRACTS, AgencyStatus, ContractStatus
from compliance.history import track_history
from compliance.models import (
    Clock,
    DataKey,
    EvidenceFile,
    IdentityValue,
    Matter,
    Person,
    WorkItem,
)
from compliance.tables import TableKind
from compliance.workflow import StatusModel

S = ContractStatus
# 机构 and 协议: the two letters of the numbers by which people call them.
AGENCY_PREFIX: Final = "JG"
CONTRACT_PREFIX: Final = "XY"


class Agency(StatusModel):
    """
    A company that runs or represents accounts of others.

    Name and code are public. Whom to reach there is identity data and stands in the vault.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.AGENCY
    frozen_fields = ("key", "uscc", "registered_at")

    key = models.OneToOneField(DataKey, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name of the agency"), max_length=200)
    uscc = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    # By what people know it; shown on the public page of its accounts.
    public_name = models.CharField(_("public name"), max_length=100)
    contact = models.ForeignKey(
        IdentityValue,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("internal contact"),
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=AgencyStatus.choices,
        default=AgencyStatus.REGISTERED,
        editable=False,
    )
    registered_at = models.DateTimeField(_("registered at"))

    history = track_history()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        permissions = [("register_agency", "Can keep the register of agencies")]
        indexes = [
            models.Index(fields=["name"], name="agency_name"),
            models.Index(fields=["public_name"], name="agency_public_name"),
            models.Index(fields=["status", "-id"], name="agency_status"),
            models.Index(fields=["-registered_at", "-id"], name="agency_registered"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=AgencyStatus.values), name="agency_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(public_name="") & ~Q(uscc=""), name="agency_has_names"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.public_name}"

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{AGENCY_PREFIX}{self.pk:08d}"


class AgencyContractQuerySet(models.QuerySet["AgencyContract"]):
    """Named filters of agreements."""

    def open(self) -> AgencyContractQuerySet:
        """Agreements on which nothing was decided yet."""
        return self.filter(status__in=list(OPEN_CONTRACTS))

    def in_force(self, today: date) -> AgencyContractQuerySet:
        """Those whose term runs on a day; it ends by comparison, no job has to run."""
        return self.filter(valid_from__lte=today, valid_until__gte=today, status=S.IN_FORCE)

    def with_all(self) -> AgencyContractQuerySet:
        """Agreements with what a page about one shows."""
        return self.select_related("account", "agency", "subject", "decided_by")


AgencyContractManager = models.Manager.from_queryset(AgencyContractQuerySet)


class AgencyContract(StatusModel):
    """The written agreement of an operator with an agency about one account, for a term."""

    table_kind = TableKind.RECORD
    workflow = workflows.CONTRACT
    frozen_fields = (
        "account",
        "subject",
        "agency",
        "number",
        "valid_from",
        "valid_until",
        "covers",
        "source",
        "received_at",
    )

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="agency_contracts",
        verbose_name=_("account"),
    )
    # Who ran the account when the agreement was handed in.
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("agency")
    )
    number = models.CharField(_("number of the agreement"), max_length=100)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    covers = models.CharField(_("what it covers"), max_length=400)
    status = models.CharField(
        _("state"),
        max_length=20,
        choices=ContractStatus.choices,
        default=ContractStatus.SUBMITTED,
        editable=False,
    )
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="agency_contract"
    )
    # The operator's own time for material; the review's clock is the work item's.
    material_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, editable=False, related_name="agency_contract"
    )
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_agency_contracts",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    # Told to the operator; a colleague's note goes into the reason of the log.
    decision_reason = models.TextField(_("reason told to the operator"), blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = AgencyContractManager()
    history = track_history()

    class Meta:
        verbose_name = _("agreement with an agency")
        verbose_name_plural = _("agreements with agencies")
        permissions = [
            ("submit_contract", "Can hand in agreements with agencies"),
            ("review_contract", "Can review agreements with agencies"),
            ("terminate_contract", "Can end agreements with agencies early"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="agencycontract_status"),
            models.Index(fields=["account", "-id"], name="agencycontract_account"),
            models.Index(fields=["agency", "status"], name="agencycontract_agency"),
            models.Index(fields=["number"], name="agencycontract_number"),
            models.Index(fields=["-valid_until", "-id"], name="agencycontract_until"),
            models.Index(
                fields=["valid_until"],
                condition=Q(status=S.IN_FORCE),
                name="agencycontract_ends",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ContractStatus.values), name="agencycontract_status_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")),
                name="agencycontract_term_is_positive",
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(covers=""), name="agencycontract_says_what_it_covers"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[*sorted(OPEN_CONTRACTS), S.WITHDRAWN])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="agencycontract_decision_has_decider",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[S.REFUSED, S.TERMINATED]) | ~Q(decision_reason=""),
                name="agencycontract_loss_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[S.ENDED, S.TERMINATED], ended_at__isnull=False)
                | ~Q(status__in=[S.ENDED, S.TERMINATED]) & Q(ended_at__isnull=True),
                name="agencycontract_end_has_instant",
            ),
            # An account has one agency at a time. The range of one number stands for the account,
            # so that no extension of the database is needed.
            ExclusionConstraint(
                name="agencycontract_one_at_a_time",
                expressions=[
                    (
                        Func(
                            F("account"),
                            F("account"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_until"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status=S.IN_FORCE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.agency.public_name}"

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{CONTRACT_PREFIX}{self.pk:08d}"


class ContractDocument(models.Model):
    """That a file belongs to an agreement, what it shows, and who attached it."""

    table_kind = TableKind.LOG

    contract = models.ForeignKey(
        AgencyContract,
        on_delete=models.PROTECT,
        related_name="documents",
        verbose_name=_("agreement with an agency"),
    )
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="contract_document",
        verbose_name=_("evidence file"),
    )
    shows = models.CharField(_("what it shows"), max_length=200)
    attached_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("attached by")
    )
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("document of an agreement")
        verbose_name_plural = _("documents of agreements")
        constraints = [
            models.CheckConstraint(
                condition=~Q(shows=""), name="contractdocument_says_what_it_shows"
            ),
        ]

    def __str__(self) -> str:
        return self.shows


class ContractReminder(models.Model):
    """That an operator was reminded of the end of an agreement; once."""

    table_kind = TableKind.LOG

    contract = models.OneToOneField(
        AgencyContract,
        on_delete=models.PROTECT,
        related_name="reminder",
        verbose_name=_("agreement with an agency"),
    )
    days = models.PositiveSmallIntegerField(_("days before the end"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reminder of the end of an agreement")
        verbose_name_plural = _("reminders of the end of agreements")

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.days}"
