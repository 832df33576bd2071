"""Special marks of accounts, each resting on a qualification, for a time."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import PublicAccount
from accounts.models.qualifications import Qualification
from accounts.qualification_words import MarkCode
from compliance.history import track_history
from compliance.tables import TableKind
from compliance.workflow import VersionedModel


class AccountMarkQuerySet(models.QuerySet["AccountMark"]):
    """Named filters of marks."""

    def in_force(self, now: datetime) -> AccountMarkQuerySet:
        """Marks that an account carries at `now`; a term ends by comparison."""
        return self.filter(
            Q(in_force_until__isnull=True) | Q(in_force_until__gt=now),
            Q(ended_at__isnull=True) | Q(ended_at__gt=now),
            in_force_from__lte=now,
        )


AccountMarkManager = models.Manager.from_queryset(AccountMarkQuerySet)


class AccountMark(VersionedModel):
    """A special mark of an account, for a time, on one basis; ending it ends only itself."""

    table_kind = TableKind.RECORD
    frozen_fields = ("account", "code", "qualification", "in_force_from", "in_force_until")

    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, related_name="marks", verbose_name=_("account")
    )
    code = models.CharField(_("mark"), max_length=16, choices=MarkCode.choices)
    # What it rests on; the marks of fields rest on nothing else.
    qualification = models.ForeignKey(
        Qualification,
        on_delete=models.PROTECT,
        related_name="marks",
        verbose_name=_("basis"),
    )
    in_force_from = models.DateTimeField(_("from"))
    in_force_until = models.DateTimeField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = AccountMarkManager()
    history = track_history()

    class Meta:
        verbose_name = _("special mark")
        verbose_name_plural = _("special marks")
        indexes = [
            models.Index(fields=["account", "in_force_until"], name="accountmark_account"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["code", "-id"], name="accountmark_code"),
            models.Index(fields=["-in_force_from", "-id"], name="accountmark_from"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__in=MarkCode.values), name="accountmark_code_known"
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gt=F("in_force_from")),
                name="accountmark_term_is_positive",
            ),
            models.UniqueConstraint(
                fields=["qualification", "code"],
                condition=Q(ended_at__isnull=True),
                name="accountmark_once_per_basis",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} #{self.pk}"
