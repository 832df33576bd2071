"""Which accounts are the platform's own or belong to whom it is tied to."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import PublicAccount
from accounts.powers_words import AffiliationKind
from compliance.history import track_history
from compliance.tables import TableKind
from compliance.workflow import VersionedModel


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    """Named filters of affiliations."""

    def standing(self, at: datetime) -> AffiliationQuerySet:
        """Affiliations as they were on record at an instant."""
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), since__lte=at)


AffiliationManager = models.Manager.from_queryset(AffiliationQuerySet)


class Affiliation(VersionedModel):
    """
    That an account is the platform's own, or belongs to whom it is tied to, for a time.

    Nothing about the account is limited or allowed by it: how it is dealt with is counted beside
    all others.
    """

    table_kind = TableKind.RECORD
    frozen_fields = ("account", "kind", "ground", "since")

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="affiliations",
        verbose_name=_("account"),
    )
    kind = models.CharField(
        _("tie to the platform"), max_length=12, choices=AffiliationKind.choices
    )
    ground = models.TextField(_("what it rests on"))
    since = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = AffiliationManager()
    history = track_history()

    class Meta:
        verbose_name = _("tie to the platform")
        verbose_name_plural = _("ties to the platform")
        permissions = [("note_affiliation", "Can note which accounts are tied to the platform")]
        indexes = [models.Index(fields=["account", "-id"], name="affiliation_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AffiliationKind.values), name="affiliation_kind_known"
            ),
            models.CheckConstraint(condition=~Q(ground=""), name="affiliation_has_ground"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since")),
                name="affiliation_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(ended_at__isnull=True),
                name="affiliation_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"
