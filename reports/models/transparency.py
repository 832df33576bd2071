"""What was published of the work on complaints, appeals and measures, period by period."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.tables import TableKind
from reports.enums import PeriodKind


class PublishedFigures(models.Model):
    """
    The figures of one month or half-year as everybody reads them: counted once, never again.

    `content` holds nothing that is not shown: a figure that is left out is null in it. A figure
    that could be counted anew every day would tell, by how it moves, what a small one is.
    """

    table_kind = TableKind.LOG

    kind = models.CharField(_("kind"), max_length=12, choices=PeriodKind.choices)
    period_from = models.DateField(_("first day"))
    period_until = models.DateField(_("first day after the period"))
    content = models.JSONField(_("figures"))
    sha256 = models.CharField("SHA-256", max_length=64)
    counted_at = models.DateTimeField(_("counted at"))
    published_at = models.DateTimeField(_("published at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("published figures")
        verbose_name_plural = _("published figures")
        constraints = [
            models.UniqueConstraint(
                fields=["period_from", "period_until"], name="publishedfigures_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PeriodKind.values), name="publishedfigures_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(period_until__gt=F("period_from")),
                name="publishedfigures_period_is_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """By what an address names the period: 2026-10, or 2026-H1."""
        return period_code(self.kind, self.period_from)

    @property
    def last_day(self) -> date:
        """The last day of the period, as people name it."""
        return self.period_until - timedelta(days=1)


def period_code(kind: str, first: date) -> str:
    """Return by what an address names a period that begins on a day."""
    if kind == PeriodKind.MONTH:
        return f"{first:%Y-%m}"
    return f"{first:%Y}-H{1 if first.month == 1 else 2}"
