"""Stops: operators who end or pause an account of their own wish, and the names that this frees."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import ApplicationSource
from accounts.models.accounts import PublicAccount, Restriction
from accounts.models.subjects import Subject
from accounts.models.transfers import ExitPolicy
from accounts.transfer_words import StopKind, StopStatus
from compliance.history import track_history
from compliance.models import Clock
from compliance.tables import TableKind
from compliance.workflow import StatusModel

# 停用: the two letters of the number by which people call one.
STOP_PREFIX: Final = "TY"
_UNDER_WAY: Final = (StopStatus.APPLIED, StopStatus.COOLING, StopStatus.PAUSED)


class StopQuerySet(models.QuerySet["Stop"]):
    """Named filters of stops."""

    def open(self) -> StopQuerySet:
        """Stops that the operator can still take back or end."""
        return self.filter(status__in=list(_UNDER_WAY))


StopManager = models.Manager.from_queryset(StopQuerySet)


class Stop(StatusModel):
    """The wish of an operator to end or pause an account, and what became of it; never a sanction."""

    table_kind = TableKind.RECORD
    workflow = workflows.STOP
    frozen_fields = ("account", "subject", "kind", "source", "applied_at", "followers", "policy")

    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, related_name="stops", verbose_name=_("account")
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="stops", verbose_name=_("subject")
    )
    kind = models.CharField(_("what is asked for"), max_length=8, choices=StopKind.choices)
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=StopStatus.choices,
        default=StopStatus.APPLIED,
        editable=False,
    )
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    applied_at = models.DateTimeField(_("applied at"))
    # By which number of followers the time to think again was chosen.
    followers = models.PositiveBigIntegerField(_("followers at the application"))
    policy = models.ForeignKey(
        ExitPolicy,
        on_delete=models.PROTECT,
        related_name="stops",
        verbose_name=_("policy of transfers and stops"),
    )
    clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, editable=False, related_name="stop"
    )
    restriction = models.OneToOneField(
        Restriction,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="stop",
        verbose_name=_("restriction"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    told = models.TextField(_("reason told to the operator"), blank=True)

    objects = StopManager()
    history = track_history()

    class Meta:
        verbose_name = _("stop at the operator’s wish")
        verbose_name_plural = _("stops at the operator’s wish")
        permissions = [("submit_stop", "Can hand in stops of accounts")]
        indexes = [
            models.Index(fields=["account", "-id"], name="stop_account"),
            models.Index(fields=["status", "-id"], name="stop_status"),
            models.Index(fields=["kind", "-id"], name="stop_kind"),
            models.Index(fields=["-applied_at", "-id"], name="stop_applied"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(status__in=_UNDER_WAY), name="stop_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status__in=StopStatus.values, kind__in=StopKind.values),
                name="stop_kind_and_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[StopStatus.COOLING, StopStatus.CLOSED])
                | Q(kind=StopKind.CLOSE, clock__isnull=False),
                name="stop_closes_after_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[StopStatus.PAUSED, StopStatus.RESUMED])
                | Q(kind=StopKind.PAUSE, restriction__isnull=False),
                name="stop_pause_is_a_restriction",
            ),
            models.CheckConstraint(
                condition=~Q(status=StopStatus.BLOCKED) | ~Q(told=""),
                name="stop_block_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.account.name}"

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{STOP_PREFIX}{self.pk:08d}"

    @property
    def ground_ref(self) -> str:
        """By what restrictions, holds and closures that rest on it name it."""
        return f"stop:{self.pk}"


class NameProtectionQuerySet(models.QuerySet["NameProtection"]):
    """Named filters of protected names."""

    def in_force(self, now: datetime) -> NameProtectionQuerySet:
        """Names protected at `now`; protection ends by comparison, no job has to run."""
        return self.filter(protected_until__gt=now)


NameProtectionManager = models.Manager.from_queryset(NameProtectionQuerySet)


class NameProtection(models.Model):
    """That for a time only its earlier operator gets a name that was given up; a record of fact."""

    table_kind = TableKind.LOG

    stop = models.OneToOneField(
        Stop,
        on_delete=models.PROTECT,
        related_name="name_protection",
        verbose_name=_("stop at the operator’s wish"),
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    name = models.CharField(_("name"), max_length=200)
    folded_name = models.CharField(_("folded name"), max_length=400, editable=False)
    protected_until = models.DateTimeField(_("protected until"))

    objects = NameProtectionManager()

    class Meta:
        verbose_name = _("protected name")
        verbose_name_plural = _("protected names")
        indexes = [
            models.Index(fields=["folded_name", "protected_until"], name="nameprotection_folded"),
            models.Index(fields=["name", "-id"], name="nameprotection_name"),
            models.Index(fields=["-protected_until", "-id"], name="nameprotection_until"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(folded_name=""), name="nameprotection_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
