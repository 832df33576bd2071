"""What a decision without a hearing before it must hold, and until when others confirm it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.grounds import Grounds
from compliance.models import StaffUser
from enforcement.hearing_words import HoldGround, HoldScope
from enforcement.models import Case, Decision, EmergencyOrder
from enforcement.models.emergencies import EMERGENCY_MEASURES
from enforcement.rules.reasons import reason_problem
from enforcement.services.holds.placing import CONFIRMATION_STEP, PLACE, HoldDraft, place_hold
from enforcement.services.rumours.material import carried_over

# Our choice; no article sets it. It goes before everything that is due at the same time.
WEIGHT: Final = 50
LONGEST_REASON: Final = 2000


@dataclass(frozen=True)
class EmergencyWords:
    """Why a decision cannot wait for the operator: of which kind, and in words that are told."""

    ground: str
    reason: str


def check_emergency(
    case: Case, emergency: EmergencyWords, measures: list[str], actor: StaffUser
) -> None:
    """
    Refuse a decision without a hearing that could have one, or that nobody could undo.

    Our choice, no article: only what ends by itself; closing, terminating and listing wait for the
    operator always, and a hold stops the harm meanwhile.

    :raises NotPermitted: if the actor is a program.
    :raises InvalidInput: if ground or reason are missing, or a measure cannot be undone.
    :raises ActionRefused: if the case has no evidence, or had an emergency decision before.
    """
    if actor.person.is_system or actor.person.is_client:
        raise NotPermitted(_("A program waits for the operator; people alone decide otherwise."))
    if emergency.ground not in HoldGround.values:
        raise InvalidInput(_("Say why it cannot wait."))
    if (
        reason_problem(emergency.reason) is not None
        or len(emergency.reason) > LONGEST_REASON
        or audit.UNSEEN.search(emergency.reason)
    ):
        raise InvalidInput(
            _("Write what harm is done while everybody waits: the operator is told it.")
        )
    if any(each not in EMERGENCY_MEASURES for each in measures):
        raise InvalidInput(
            _(
                "Only what ends by itself is ordered before the operator was heard: a closure, a "
                "termination or a listing waits. A hold stops the harm meanwhile."
            )
        )
    if not case.evidence.exists() and not carried_over(case):
        raise ActionRefused(_("Attach evidence first: nobody goes ahead without any."))
    if EmergencyOrder.objects.filter(case=case).exists():
        raise ActionRefused(
            _("This case had an emergency decision before: now the operator is heard first.")
        )


def write_emergency(
    decision: Decision, emergency: EmergencyWords, confirm_until: datetime
) -> EmergencyOrder:
    """Write why a decision could not wait, in the transaction in which it is proposed."""
    return EmergencyOrder.objects.create(
        decision=decision,
        case=decision.case,
        ground=emergency.ground,
        reason=emergency.reason,
        confirm_until=confirm_until,
    )


def stop_meanwhile(case: Case, emergency: EmergencyWords, facts: str, grounds: Grounds) -> None:
    """
    Hold the updates of the account until others have confirmed the decision, unless a hold runs.

    Our choice, no article: what one person does alone is always a hold; it ends with the decision, or
    by itself.
    """
    actor = grounds["actor"]
    runs = case.emergency_holds.running(timezone.now()).exists()
    if runs or case.emergency_holds.filter(placed_by=actor.person).exists():
        return
    if actor.has_perm(PLACE):
        place_hold(
            case=case,
            draft=HoldDraft(scope=HoldScope.UPDATES, ground=emergency.ground, facts=facts),
            **grounds,
        )


def emergency_of(decision: Decision) -> EmergencyOrder | None:
    """Return why a decision could not wait, or None where the operator was heard or need not be."""
    return getattr(decision, "emergency", None) if decision.pk else None


def require_in_time(decision: Decision) -> None:
    """
    Refuse to confirm an emergency decision whose time is over; it has lapsed by then.

    :raises ActionRefused: if nobody confirmed it in time.
    """
    emergency = emergency_of(decision)
    if emergency is not None and emergency.confirm_until < timezone.now():
        raise ActionRefused(_("The emergency decision has lapsed: nobody confirmed it in time."))


def emergency_in_bytes(emergency: EmergencyWords | None) -> dict[str, Any]:
    """Return what the proposal holds of an emergency, where there is one."""
    if emergency is None:
        return {}
    return {"emergency": {"ground": emergency.ground, "reason": emergency.reason}}


def step_of_approval(emergency: object | None) -> str:
    """Return the time limit for the approvals: that of emergencies, where the decision is one."""
    return CONFIRMATION_STEP if emergency is not None else "proposal_approval"
