"""The service that puts on record which measures came to the end of their term."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services.barred_names import unbar_name
from compliance import audit
from compliance.errors import InvalidInput
from compliance.models import StaffUser
from compliance.provisions import Provision
from enforcement.enums import DecisionStatus
from enforcement.models import Decision, Measure
from enforcement.services.notices import write_measure_ended
from enforcement.services.spent import end_if_spent

# Kept as it is in the log, whichever language a screen has.
TERM_IS_OVER = "期限届满"


@dataclass(frozen=True)
class LapseCount:
    """How many measures lapsed, and how many decisions ended with them."""

    measures: int
    decisions: int


def lapse_measures(*, now: datetime, actor: StaffUser) -> LapseCount:
    """
    Put on record every measure whose term was over at `now`, one decision at a time.

    Public Account Provisions, art. 19 §2: records are kept. What holds at an instant is computed
    from the term alone and does not wait for this.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Measures cannot be ended before their time: give a past instant."))
    waiting = Measure.objects.lapsed(now).values_list("decision_id", flat=True).distinct()
    measures = decisions = 0
    for decision_id in sorted(waiting):
        lapsed, ended = _lapse_of_decision(decision_id, now=now, actor=actor)
        measures += lapsed
        decisions += ended
    return LapseCount(measures=measures, decisions=decisions)


@transaction.atomic
def _lapse_of_decision(decision_id: int, *, now: datetime, actor: StaffUser) -> tuple[int, bool]:
    decision = audit.lock(Decision.objects.get(pk=decision_id))
    lapsed = 0
    end = now
    # Read after the lock: another sweep may have been here.
    for measure in decision.measures.filter(pk__in=Measure.objects.lapsed(now).values("pk")):
        end = measure.in_force_until or now
        audit.move(
            measure,
            "expire",
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_19_2,
            reason=TERM_IS_OVER,
            ended_at=end,
        )
        if measure.barred_name is not None:
            unbar_name(
                barred=measure.barred_name,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_8_3,
                reason=TERM_IS_OVER,
            )
        write_measure_ended(measure, actor=actor)
        lapsed += 1
    if not lapsed or decision.status != DecisionStatus.IN_FORCE:
        return lapsed, False
    ended = end_if_spent(
        decision,
        "expire",
        at=end,
        actor=actor,
        provision=Provision.PUBLIC_ACCOUNT_19_2,
        reason=TERM_IS_OVER,
    )
    return lapsed, ended
