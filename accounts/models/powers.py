"""What accounts may do beyond publishing: earning, and managing comments."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import ApplicationSource, SubjectNature
from accounts.models.accounts import PublicAccount
from accounts.models.formulas import CommentPowerRule, EligibilityRule
from accounts.models.subjects import Subject
from accounts.powers_words import CommentPower, CreditGrade, EarningBehaviour, EarningStatus
from compliance.history import track_history
from compliance.tables import TableKind
from compliance.workflow import StatusModel

S = EarningStatus


class EarningApplicationQuerySet(models.QuerySet["EarningApplication"]):
    """Named filters of applications for earning."""

    def in_force(self) -> EarningApplicationQuerySet:
        """Rights that accounts have now."""
        return self.filter(status=S.GRANTED)


EarningApplicationManager = models.Manager.from_queryset(EarningApplicationQuerySet)


class EarningApplication(StatusModel):
    """
    That an operator asked to earn by one behaviour, and what the rule said; granted, it is a right.

    Which facts stood against it is kept as plain values, so that it can be read as it was.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.EARNING
    frozen_fields = ("account", "subject", "behaviour", "source", "applied_at")

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="earning_applications",
        verbose_name=_("account"),
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    behaviour = models.CharField(_("behaviour"), max_length=16, choices=EarningBehaviour.choices)
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=EarningStatus.choices,
        default=EarningStatus.SUBMITTED,
        editable=False,
    )
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    applied_at = models.DateTimeField(_("applied at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    is_automated = models.BooleanField(_("decided by the rule"), default=True)
    rule = models.ForeignKey(
        EligibilityRule,
        on_delete=models.PROTECT,
        null=True,
        related_name="applications",
        verbose_name=_("version of the rule"),
    )
    # [{obstacle, until, reference}] of the refusal or the loss.
    obstacles = models.JSONField(_("what stands against it"), default=list, blank=True)
    possible_from = models.DateField(_("possible from"), null=True, blank=True)
    # The decision by which the right was lost: with its undoing the right comes back.
    lost_by = models.CharField(_("lost by"), max_length=60, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = EarningApplicationManager()
    history = track_history()

    class Meta:
        verbose_name = _("application for earning")
        verbose_name_plural = _("applications for earning")
        permissions = [("apply_for_earning", "Can apply for earning for accounts")]
        indexes = [
            models.Index(fields=["status", "-id"], name="earning_status"),
            models.Index(fields=["behaviour", "-id"], name="earning_behaviour"),
            models.Index(fields=["account", "-id"], name="earning_account"),
            models.Index(fields=["-applied_at", "-id"], name="earning_applied"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=EarningStatus.values, behaviour__in=EarningBehaviour.values),
                name="earning_status_known",
            ),
            models.UniqueConstraint(
                fields=["account", "behaviour"],
                condition=Q(status=S.GRANTED),
                name="earning_one_right_each",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[S.REFUSED, S.LOST]) | ~Q(obstacles=[]),
                name="earning_loss_has_reasons",
            ),
            models.CheckConstraint(
                condition=Q(status=S.SUBMITTED) | Q(rule__isnull=False, decided_at__isnull=False),
                name="earning_decided_by_a_version",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[S.LOST, S.GIVEN_UP], ended_at__isnull=False)
                | ~Q(status__in=[S.LOST, S.GIVEN_UP]) & Q(ended_at__isnull=True, lost_by=""),
                name="earning_end_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_behaviour_display()} #{self.pk}"


class AccountPowers(models.Model):
    """
    What an account may do with comments since an instant, and by what; the latest counts.

    Written where the powers changed and the platform was told, so that the rows are its history.
    """

    table_kind = TableKind.LOG

    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, related_name="powers", verbose_name=_("account")
    )
    powers = ArrayField(
        models.CharField(max_length=12, choices=CommentPower.choices),
        verbose_name=_("powers over comments"),
        default=list,
    )
    nature = models.CharField(_("nature"), max_length=24, choices=SubjectNature.choices, blank=True)
    credit = models.CharField(_("credit grade"), max_length=1, choices=CreditGrade.choices)
    is_unrated = models.BooleanField(_("credit not rated yet"))
    rule = models.ForeignKey(
        CommentPowerRule,
        on_delete=models.PROTECT,
        related_name="settings",
        verbose_name=_("version of the table"),
    )
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        verbose_name = _("powers of an account over comments")
        verbose_name_plural = _("powers of accounts over comments")
        indexes = [
            models.Index(fields=["account", "-id"], name="accountpowers_account"),
            # One for each filter of the list.
            models.Index(fields=["credit", "-id"], name="accountpowers_credit"),
            models.Index(fields=["nature", "-id"], name="accountpowers_nature"),
            models.Index(fields=["-set_at", "-id"], name="accountpowers_set"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    powers__contained_by=CommentPower.values, credit__in=CreditGrade.values
                ),
                name="accountpowers_powers_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.credit}"
