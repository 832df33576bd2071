"""Decisions that could not wait for the operator: on which ground, until when to be confirmed, and after."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models import Person
from compliance.tables import TableKind
from enforcement.enums import PLATFORM_MEASURES, TIMED_MEASURES, MeasureCode
from enforcement.hearing_words import HoldGround, LaterOutcome
from enforcement.models.cases import Case
from enforcement.models.decisions import Decision
from enforcement.models.hearings import Hearing

# What ends by itself or can be undone exactly; whatever else waits. The trigger names the same.
EMERGENCY_MEASURES: Final = (MeasureCode.WARN, *TIMED_MEASURES, *PLATFORM_MEASURES)


class EmergencyOrder(models.Model):
    """That a decision is taken before the operator was heard, why, and until when others confirm it."""

    table_kind = TableKind.LOG
    born_with = "decision"

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="emergency")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("why at once"), max_length=16, choices=HoldGround.choices)
    reason = models.TextField(_("why it cannot wait"))
    confirm_until = models.DateTimeField(_("to be confirmed until"))

    class Meta:
        verbose_name = _("emergency of a decision")
        verbose_name_plural = _("emergencies of decisions")
        constraints = [
            # Whoever was not confirmed hears the operator first.
            models.UniqueConstraint(fields=["case"], name="emergencyorder_once_per_case"),
            CompositeForeignKey(
                name="emergencyorder_case_of_decision",
                fields=["decision", "case"],
                to="enforcement.Decision",
                to_fields=["id", "case"],
            ),
            models.CheckConstraint(
                condition=Q(ground__in=HoldGround.values) & ~Q(reason=""),
                name="emergencyorder_has_ground_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.get_ground_display()}"


class HearingOutcome(models.Model):
    """What somebody who took no part decided after the operator was heard on an emergency."""

    table_kind = TableKind.LOG

    hearing = models.OneToOneField(Hearing, on_delete=models.PROTECT, related_name="outcome")
    outcome = models.CharField(_("outcome"), max_length=12, choices=LaterOutcome.choices)
    # Told to the operator: how the statement was weighed.
    text = models.TextField(_("reasons told to the operator"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("outcome of a later hearing")
        verbose_name_plural = _("outcomes of later hearings")
        permissions = [
            ("decide_later_hearing", "Can decide after the hearing on an emergency decision"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=LaterOutcome.values) & ~Q(text=""),
                name="hearingoutcome_says_what_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hearing} {self.get_outcome_display()}"
