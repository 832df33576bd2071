"""Qualifications of accounts: what was shown, how it was checked, which marks rest on it."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import ApplicationSource, Category, QualificationType
from accounts.models.accounts import PublicAccount
from accounts.models.applications import Application
from accounts.models.qualification_rules import QualificationRule
from accounts.models.subjects import Subject
from accounts.qualification_words import (
    OPEN_STATUSES,
    ChecklistItem,
    LookupMethod,
    LookupResult,
    QualificationStatus,
)
from compliance.history import track_history
from compliance.models import Clock, EvidenceFile, IdentityValue, Matter, Person, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel

S = QualificationStatus
# 资质: the two letters of the number by which people call one.
QUALIFICATION_PREFIX: Final = "ZZ"


class QualificationQuerySet(models.QuerySet["Qualification"]):
    """Named filters of qualifications."""

    def open(self) -> QualificationQuerySet:
        """Qualifications on which nothing was decided yet."""
        return self.filter(status__in=list(OPEN_STATUSES))

    def in_force(self, today: date) -> QualificationQuerySet:
        """Verified ones whose term runs on a day; it ends by comparison, no job has to run."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            status=S.VERIFIED,
        )

    def with_identity(self) -> QualificationQuerySet:
        """Qualifications with what a page about one shows."""
        return self.select_related("account", "subject", "number", "holder_name", "rule", "renews")


QualificationManager = models.Manager.from_queryset(QualificationQuerySet)


class Qualification(StatusModel):
    """
    One certificate or licence that was shown for an account.

    Its number, and a person's name as holder, stand behind references to identity values. Until an
    application is approved what it declares stands on the application itself.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.QUALIFICATION
    frozen_fields = (
        "account",
        "application",
        "subject",
        "type",
        "number",
        "holder_name",
        "holder_organisation",
        "renews",
        "source",
        "received_at",
    )

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="qualifications",
        verbose_name=_("account"),
    )
    # The application with which it came; None where it was shown later.
    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="qualification",
        verbose_name=_("application"),
    )
    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        related_name="qualifications",
        verbose_name=_("subject"),
    )
    type = models.CharField(_("qualification"), max_length=32, choices=QualificationType.choices)
    # The version by which it was checked last.
    rule = models.ForeignKey(
        QualificationRule,
        on_delete=models.PROTECT,
        related_name="qualifications",
        verbose_name=_("version of the type"),
    )
    number = models.ForeignKey(
        IdentityValue,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("qualification number"),
    )
    holder_name = models.ForeignKey(
        IdentityValue,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("holder"),
    )
    holder_organisation = models.CharField(_("holder"), max_length=200, blank=True)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    scope = models.CharField(_("scope of practice"), max_length=400, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    next_check_on = models.DateField(_("next check"), null=True, blank=True)
    status = models.CharField(
        _("state"),
        max_length=20,
        choices=QualificationStatus.choices,
        default=QualificationStatus.SUBMITTED,
        editable=False,
    )
    renews = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=_("renews"),
    )
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, null=True, related_name="+")
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="qualification"
    )
    # The operator's own time for material; the review's clock is the work item's.
    material_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, editable=False, related_name="qualification"
    )
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_qualifications",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    # Told to the operator; a colleague's note goes into the reason of the log.
    decision_reason = models.TextField(_("reason told to the operator"), blank=True)

    objects = QualificationManager()
    history = track_history()

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        permissions = [
            ("submit_qualification", "Can hand in qualifications for accounts"),
            ("review_qualification", "Can review qualifications"),
            ("revoke_qualification", "Can revoke verified qualifications"),
        ]
        indexes = [
            models.Index(fields=["account", "type"], name="qualification_account"),
            models.Index(fields=["status", "-id"], name="qualification_status"),
            models.Index(fields=["type", "-id"], name="qualification_type"),
            models.Index(fields=["-valid_until", "-id"], name="qualification_until"),
            models.Index(
                fields=["valid_until"],
                condition=Q(status=S.VERIFIED, valid_until__isnull=False),
                name="qualification_ends",
            ),
            models.Index(
                fields=["next_check_on"],
                condition=Q(status=S.VERIFIED, next_check_on__isnull=False),
                name="qualification_next_check",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=QualificationStatus.values),
                name="qualification_status_known",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="qualification_term_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(holder_name__isnull=True) | Q(holder_organisation=""),
                name="qualification_has_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[*sorted(OPEN_STATUSES), S.WITHDRAWN])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="qualification_decision_has_decider",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[S.REFUSED, S.REVOKED, S.EXPIRED]) | ~Q(decision_reason=""),
                name="qualification_loss_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.EXPIRED) | Q(valid_until__isnull=False),
                name="qualification_expires_at_its_end",
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="qualification_one_open_renewal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_type_display()}"

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{QUALIFICATION_PREFIX}{self.pk:08d}"

    @property
    def field(self) -> Category:
        """The field in which it counts."""
        return QualificationType(self.type).field

    @property
    def holder(self) -> str:
        """The organisation's name, or what may be shown of a person's."""
        if self.holder_organisation:
            return self.holder_organisation
        return self.holder_name.masked if self.holder_name is not None else ""


class QualificationDocument(models.Model):
    """That a file belongs to a qualification, what it shows, and who attached it."""

    table_kind = TableKind.LOG

    qualification = models.ForeignKey(
        Qualification,
        on_delete=models.PROTECT,
        related_name="documents",
        verbose_name=_("qualification"),
    )
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="qualification_document",
        verbose_name=_("evidence file"),
    )
    shows = models.CharField(_("what it shows"), max_length=200)
    attached_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("attached by")
    )
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("document of a qualification")
        verbose_name_plural = _("documents of qualifications")
        constraints = [
            models.CheckConstraint(
                condition=~Q(shows=""), name="qualificationdocument_says_what_it_shows"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.qualification_id} {self.file_id}"


class ChecklistTick(models.Model):
    """That somebody found a point of the checklist met or not, in one review; the latest counts."""

    table_kind = TableKind.LOG

    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, related_name="ticks")
    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(_("point"), max_length=24, choices=ChecklistItem.choices)
    is_met = models.BooleanField(_("met"))
    remark = models.CharField(_("remark"), max_length=400, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("point of a checklist")
        verbose_name_plural = _("points of checklists")
        indexes = [models.Index(fields=["work_item", "item", "-id"], name="checklisttick_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__in=ChecklistItem.values), name="checklisttick_item_known"
            ),
            models.CheckConstraint(
                condition=Q(is_met=True) | ~Q(remark=""), name="checklisttick_says_what_is_wrong"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.qualification_id} {self.item}"


class IssuerLookup(models.Model):
    """That somebody held a qualification against its issuer's record: how, when, what was found."""

    table_kind = TableKind.LOG

    qualification = models.ForeignKey(
        Qualification, on_delete=models.PROTECT, related_name="lookups"
    )
    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(_("how"), max_length=10, choices=LookupMethod.choices)
    result = models.CharField(_("result"), max_length=14, choices=LookupResult.choices)
    found = models.CharField(_("what was found"), max_length=400)
    looked_up_at = models.DateTimeField(_("looked up at"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("look-up at the issuer")
        verbose_name_plural = _("look-ups at issuers")
        indexes = [models.Index(fields=["work_item", "-id"], name="issuerlookup_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=LookupMethod.values, result__in=LookupResult.values),
                name="issuerlookup_known",
            ),
            models.CheckConstraint(condition=~Q(found=""), name="issuerlookup_says_what_was_found"),
        ]

    def __str__(self) -> str:
        return f"{self.qualification_id} {self.result}"


class QualificationReminder(models.Model):
    """That the operator was reminded so many days before one end of a qualification."""

    table_kind = TableKind.LOG

    qualification = models.ForeignKey(
        Qualification, on_delete=models.PROTECT, related_name="reminders"
    )
    valid_until = models.DateField(_("valid until"))
    days = models.PositiveSmallIntegerField(_("days before the end"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("reminder of an end")
        verbose_name_plural = _("reminders of ends")
        constraints = [
            models.UniqueConstraint(
                fields=["qualification", "valid_until", "days"], name="qualificationreminder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.qualification_id}: {self.days}"
