"""Applications for more accounts than the cap: what was asked, what was looked at, what was granted."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.allowance_words import OPEN_ALLOWANCES, AllowanceStatus, MultiAccountItem
from accounts.enums import ApplicationSource
from accounts.models.applications import Application
from accounts.models.subjects import Subject
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import (
    Clock,
    EvidenceFile,
    Matter,
    Person,
    Proposal,
    ProposalResult,
    ResponseReceipt,
    WorkItem,
)
from compliance.tables import TableKind
from compliance.workflow import StatusModel

S = AllowanceStatus
# 多号: the two letters of the number by which people call one.
ALLOWANCE_PREFIX: Final = "DH"


class AccountAllowanceQuerySet(models.QuerySet["AccountAllowance"]):
    """Named filters of applications for more accounts."""

    def open(self) -> AccountAllowanceQuerySet:
        """Those on which nothing was decided yet."""
        return self.filter(status__in=list(OPEN_ALLOWANCES))

    def in_force(self, today: date) -> AccountAllowanceQuerySet:
        """Granted ones whose term runs on a day; it ends by comparison, no job has to run."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today), status=S.GRANTED
        )


AccountAllowanceManager = models.Manager.from_queryset(AccountAllowanceQuerySet)


class AccountAllowance(StatusModel):
    """One application of a subject for more accounts than the cap of its nature, and what it came to."""

    table_kind = TableKind.RECORD
    workflow = workflows.ALLOWANCE
    frozen_fields = (
        "subject",
        "platform_uid",
        "wanted",
        "purpose",
        "uses",
        "business_scope",
        "source",
        "received_at",
    )

    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="allowances", verbose_name=_("subject")
    )
    # By which account or application the subject applied; there the answer is sent.
    platform_uid = models.CharField(_("account number of the platform"), max_length=100)
    wanted = models.PositiveSmallIntegerField(_("accounts asked for"))
    purpose = models.TextField(_("purpose"))
    # One line an account: what it is to be called and what it is for.
    uses = models.JSONField(_("what each account is for"), default=list)
    business_scope = models.TextField(_("business scope"))
    status = models.CharField(
        _("state"), max_length=20, choices=S.choices, default=S.SUBMITTED, editable=False
    )
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    received_at = models.DateTimeField(_("received at"))
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, related_name="account_allowance"
    )
    # The applicant's own time for material; the review's clock is the work item's.
    material_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, related_name="account_allowance"
    )
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="account_allowance"
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    granted = models.PositiveSmallIntegerField(_("accounts granted"), null=True)
    valid_until = models.DateField(_("granted until"), null=True)
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_allowances",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_reason = models.TextField(_("reason told to the operator"), blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = AccountAllowanceManager()
    history = track_history()

    class Meta:
        verbose_name = _("application for more accounts")
        verbose_name_plural = _("applications for more accounts")
        permissions = [
            ("submit_allowance", "Can hand in applications for more accounts"),
            ("review_allowance", "Can review applications for more accounts"),
            ("approve_allowance", "Can approve that a subject runs more accounts"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="accountallowance_status"),
            models.Index(fields=["subject", "-id"], name="accountallowance_subject"),
            models.Index(fields=["platform_uid"], name="accountallowance_uid"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["-valid_until", "-id"], name="accountallowance_valid"),
            models.Index(fields=["-received_at", "-id"], name="accountallowance_received"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=S.values), name="accountallowance_status_known"
            ),
            models.CheckConstraint(
                condition=Q(wanted__gt=0), name="accountallowance_asks_for_some"
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(status__in=sorted(OPEN_ALLOWANCES)),
                name="accountallowance_one_open",
                violation_error_message=_("An application for more accounts is under way already."),
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(status=S.GRANTED),
                name="accountallowance_one_granted",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[S.GRANTED, S.ENDED])
                | Q(
                    granted__isnull=False,
                    granted__lte=F("wanted"),
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                ),
                name="accountallowance_granted_only_if_approved",
            ),
            CompositeForeignKey(
                name="accountallowance_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[S.REFUSED, S.ENDED]) | ~Q(decision_reason=""),
                name="accountallowance_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=S.ENDED, ended_at__isnull=False)
                | ~Q(status=S.ENDED) & Q(ended_at__isnull=True),
                name="accountallowance_end_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.platform_uid}"

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{ALLOWANCE_PREFIX}{self.pk:08d}"


class AllowanceMaterial(models.Model):
    """That a file belongs to an application for more accounts, and what it shows."""

    table_kind = TableKind.LOG

    allowance = models.ForeignKey(
        AccountAllowance,
        on_delete=models.PROTECT,
        related_name="materials",
        verbose_name=_("application for more accounts"),
    )
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="allowance_material",
        verbose_name=_("evidence file"),
    )
    receipt = models.ForeignKey(
        ResponseReceipt,
        on_delete=models.PROTECT,
        null=True,
        related_name="allowance_materials",
        verbose_name=_("receipt of an answer"),
    )
    shows = models.CharField(_("what it shows"), max_length=200)
    attached_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("attached by")
    )
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("material of an application for more accounts")
        verbose_name_plural = _("materials of applications for more accounts")

    def __str__(self) -> str:
        return f"{self.allowance_id} {self.file_id}"


class MultiAccountAnswer(models.Model):
    """
    What a person found about one of the four items before a subject runs several accounts.

    Of an application for a further account or of one for more accounts; the latest counts.
    """

    table_kind = TableKind.LOG

    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        related_name="multi_account_answers",
        verbose_name=_("application"),
    )
    allowance = models.ForeignKey(
        AccountAllowance,
        on_delete=models.PROTECT,
        null=True,
        related_name="answers",
        verbose_name=_("application for more accounts"),
    )
    item = models.CharField(_("point"), max_length=20, choices=MultiAccountItem.choices)
    is_met = models.BooleanField(_("met"))
    remark = models.CharField(_("remark"), max_length=400, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("answer before several accounts")
        verbose_name_plural = _("answers before several accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(application__isnull=False, allowance__isnull=True)
                | Q(application__isnull=True, allowance__isnull=False),
                name="multiaccountanswer_about_one",
            ),
            models.CheckConstraint(
                condition=Q(item__in=MultiAccountItem.values), name="multiaccountanswer_item_known"
            ),
            models.CheckConstraint(
                condition=Q(is_met=True) | ~Q(remark=""), name="multiaccountanswer_no_has_remark"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}: {self.is_met}"
