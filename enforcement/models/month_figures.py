"""The figures of consistency of one month: frozen with the decisions that they were counted from."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import SubjectNature
from compliance.tables import TableKind
from enforcement.consistency_words import FigureKind
from enforcement.enums import DeviationKind, DeviationReason
from enforcement.models.decisions import Decision
from enforcement.models.second_looks import ConsistencyRule


class ConsistencyReport(models.Model):
    """The decisions of one month as they were counted, once, for good."""

    table_kind = TableKind.LOG

    month = models.DateField(_("month"), unique=True)
    rule = models.ForeignKey(
        ConsistencyRule, on_delete=models.PROTECT, related_name="reports", verbose_name=_("rule")
    )
    decisions = models.PositiveIntegerField(_("decisions"))
    # Of the canonical lines of its rows, by which anybody sees that they are the same ones.
    rows_sha256 = models.CharField(_("SHA-256 of the rows"), max_length=64)
    frozen_at = models.DateTimeField(_("frozen at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("consistency of a month")
        verbose_name_plural = _("consistency by month")
        permissions = [
            ("freeze_consistencyreport", "Can freeze the figures of consistency of a month"),
            ("resolve_moderator", "Can ask whose a pseudonym of a moderator is"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__day=1), name="consistencyreport_is_of_a_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class ConsistencyRow(models.Model):
    """One decision of a month as it was counted; who proposed it stands under a pseudonym."""

    table_kind = TableKind.LOG

    report = models.ForeignKey(ConsistencyReport, on_delete=models.PROTECT, related_name="rows")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=12)
    severity = models.PositiveSmallIntegerField(_("severity"))
    offence = models.PositiveSmallIntegerField(_("offence"))
    # Measures with terms and functions, each as one word, sorted: what is compared.
    ordered = ArrayField(models.CharField(max_length=200), verbose_name=_("measures"))
    # The longest of its terms.
    days = models.PositiveSmallIntegerField(_("term in days"), null=True)
    deviation = models.CharField(_("deviation"), max_length=12, choices=DeviationKind.choices)
    reason = models.CharField(
        _("kind of reason for the deviation"),
        max_length=20,
        choices=DeviationReason.choices,
        blank=True,
    )
    nature = models.CharField(
        _("nature of the subject"), max_length=24, choices=SubjectNature.choices, blank=True
    )
    # The place of its band among those of the rule; 0 is below the first.
    band = models.PositiveSmallIntegerField(_("band of followers"))
    tie = models.CharField(_("tie to the platform"), max_length=12)
    moderator = models.CharField(_("moderator, by pseudonym"), max_length=12)
    is_reversed = models.BooleanField(_("reversed since"))

    class Meta:
        verbose_name = _("decision counted for consistency")
        verbose_name_plural = _("decisions counted for consistency")
        indexes = [
            models.Index(
                fields=["report", "code", "severity", "offence", "id"],
                name="consistencyrow_cell",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "decision"], name="consistencyrow_once_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.decision_id}"


class ConsistencyFigure(models.Model):
    """
    What was counted of one group in one cell: a violation, severity and offence, or all of them.

    Shares are computed from the counts wherever they are shown; where there are too few, none is.
    """

    table_kind = TableKind.LOG

    report = models.ForeignKey(ConsistencyReport, on_delete=models.PROTECT, related_name="figures")
    kind = models.CharField(_("grouped"), max_length=12, choices=FigureKind.choices)
    code = models.CharField(_("code"), max_length=12, blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"))
    offence = models.PositiveSmallIntegerField(_("offence"))
    group = models.CharField(_("group"), max_length=40, blank=True)
    decisions = models.PositiveIntegerField(_("decisions"))
    on_ladder = models.PositiveIntegerField(_("on the ladder"))
    lighter = models.PositiveIntegerField(_("lighter than the ladder"))
    heavier = models.PositiveIntegerField(_("heavier than the ladder"))
    reversed = models.PositiveIntegerField(_("reversed since"))
    # How many ordered what was ordered most often.
    most_frequent = models.PositiveIntegerField(_("most frequent order"))
    # Between the first and the third quarter of the terms, in days.
    days_spread = models.FloatField(_("spread of the terms in days"), null=True)
    # How far the share of lighter or heavier ones lies from that of all others in the cell.
    gap_permille = models.PositiveSmallIntegerField(_("difference in thousandths"), null=True)
    is_few = models.BooleanField(_("too few to compare"))
    stands_out = models.BooleanField(_("stands out"))

    class Meta:
        verbose_name = _("figure of consistency")
        verbose_name_plural = _("figures of consistency")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "kind", "code", "severity", "offence", "group"],
                name="consistencyfigure_once",
            ),
            models.CheckConstraint(
                condition=Q(decisions=F("on_ladder") + F("lighter") + F("heavier")),
                name="consistencyfigure_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(stands_out=False)
                | Q(is_few=False, gap_permille__isnull=False, gap_permille__gte=1),
                name="consistencyfigure_stands_out_only_with_enough",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind} {self.code}/{self.severity}/{self.offence}"
