"""Facts that other packages write about accounts and subjects: violations decided, credit."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import PublicAccount
from accounts.models.subjects import Subject
from accounts.powers_words import CreditGrade, CreditService
from compliance.history import track_history
from compliance.tables import TableKind
from compliance.workflow import VersionedModel


class ViolationFactQuerySet(models.QuerySet["ViolationFact"]):
    """Named filters of violations."""

    def standing(self) -> ViolationFactQuerySet:
        """Violations that nobody has undone."""
        return self.filter(withdrawn_at=None)


ViolationFactManager = models.Manager.from_queryset(ViolationFactQuerySet)


class ViolationFact(VersionedModel):
    """
    That a violation of an account was decided, by the reference of the decision.

    It follows the account, whoever runs it. Undone with the decision, and by nothing else.
    """

    table_kind = TableKind.RECORD
    frozen_fields = ("account", "reference", "decided_at")

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="violations",
        verbose_name=_("account"),
    )
    reference = models.CharField(_("decision"), max_length=60)
    decided_at = models.DateTimeField(_("decided at"))
    withdrawn_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = ViolationFactManager()
    history = track_history()

    class Meta:
        verbose_name = _("violation on record")
        verbose_name_plural = _("violations on record")
        indexes = [
            models.Index(
                fields=["account", "-decided_at"],
                condition=Q(withdrawn_at=None),
                name="violationfact_standing",
            ),
            models.Index(fields=["-decided_at", "-id"], name="violationfact_decided"),
            models.Index(
                fields=["-withdrawn_at", "-id"],
                condition=~Q(withdrawn_at=None),
                name="violationfact_withdrawn",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "reference"], name="violationfact_once"),
            models.CheckConstraint(condition=~Q(reference=""), name="violationfact_has_reference"),
        ]

    def __str__(self) -> str:
        return self.reference


class Standing(VersionedModel):
    """The credit of a subject as a fact, since an instant; whoever rates it writes it here."""

    table_kind = TableKind.RECORD
    frozen_fields = ("subject",)

    subject = models.OneToOneField(
        Subject, on_delete=models.PROTECT, related_name="standing", verbose_name=_("subject")
    )
    grade = models.CharField(_("credit grade"), max_length=1, choices=CreditGrade.choices)
    # Of a hundred, whatever the scale of whoever rates.
    score = models.PositiveSmallIntegerField(_("credit score"))
    services_off = ArrayField(
        models.CharField(max_length=16, choices=CreditService.choices),
        verbose_name=_("services withheld"),
        default=list,
        blank=True,
    )
    updates_a_day = models.PositiveSmallIntegerField(
        _("updates a day at most"), null=True, blank=True
    )
    since = models.DateTimeField(_("since"))
    reference = models.CharField(_("reference"), max_length=60)

    history = track_history()

    class Meta:
        verbose_name = _("credit of a subject")
        verbose_name_plural = _("credit of subjects")
        indexes = [
            models.Index(fields=["grade", "-id"], name="standing_grade"),
            models.Index(fields=["-since", "-id"], name="standing_since"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__in=CreditGrade.values, score__lte=100),
                name="standing_grade_known",
            ),
            models.CheckConstraint(
                condition=Q(services_off__contained_by=CreditService.values),
                name="standing_services_known",
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="standing_has_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} ({self.score})"
