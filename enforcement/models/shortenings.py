"""Measures that an appeal let end earlier than they were ordered."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.tables import TableKind
from enforcement.models.appeals import Appeal
from enforcement.models.decisions import Decision
from enforcement.models.measures import Measure


class MeasureShortening(models.Model):
    """That an appeal gave a measure in force an earlier end: which it had, and which it has."""

    table_kind = TableKind.LOG

    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="shortenings", verbose_name=_("measure")
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    appeal = models.ForeignKey(
        Appeal, on_delete=models.PROTECT, related_name="shortenings", verbose_name=_("appeal")
    )
    until_before = models.DateTimeField(_("until, before the appeal"))
    until = models.DateTimeField(_("until"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("shorter term by an appeal")
        verbose_name_plural = _("shorter terms by appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "measure"], name="measureshortening_once_by_an_appeal"
            ),
            CompositeForeignKey(
                name="measureshortening_of_the_decision",
                fields=["measure", "decision"],
                to="enforcement.Measure",
                to_fields=["id", "decision"],
            ),
            CompositeForeignKey(
                name="measureshortening_by_its_appeal",
                fields=["appeal", "decision"],
                to="enforcement.Appeal",
                to_fields=["id", "decision"],
            ),
            models.CheckConstraint(
                condition=Q(until__lt=F("until_before")), name="measureshortening_ends_earlier"
            ),
            # What would have ended by now is undone.
            models.CheckConstraint(
                condition=Q(until__gt=F("at")), name="measureshortening_not_into_the_past"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.until:%Y-%m-%d}"
