"""Services that hear the operator after an emergency decision, and decide what becomes of it."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals, work
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.enums import TIMED_MEASURES, DecisionStatus, MeasureStatus
from enforcement.hearing_words import HEARD, LaterOutcome
from enforcement.measure_words import LiftGround
from enforcement.models import Decision, Hearing, HearingOutcome, Measure
from enforcement.rules.reasons import reason_problem
from enforcement.services.emergencies.ordering import emergency_of
from enforcement.services.emergencies.telling import tell_of_later_hearing, tell_of_outcome
from enforcement.services.hearings.opening import invite
from enforcement.services.hearings.planning import STEP
from enforcement.services.lifting.ending import LiftDraft, end_before_time
from enforcement.services.reversals import reverse_decision

DECIDE: Final = "enforcement.decide_later_hearing"


def hear_afterwards(decision: Decision, grounds: Grounds) -> Hearing | None:
    """
    Open the hearing after an emergency decision that came into force, and tell the operator.

    Our choice, no article: whoever was not heard before is heard afterwards; part of the transaction
    in which the decision comes into force.
    """
    if emergency_of(decision) is None:
        return None
    hearing = Hearing(
        case=decision.case,
        account=decision.account,
        clock=start_clock(step=STEP, **grounds),
        opened_at=timezone.now(),
        after=decision,
    )
    audit.create(hearing, **grounds)
    invite(hearing, grounds)
    tell_of_later_hearing(hearing, actor=grounds["actor"])
    return hearing


@transaction.atomic
def decide_later_hearing(
    *,
    hearing: Hearing,
    outcome: str,
    text: str,
    fence: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> HearingOutcome:
    """
    Decide what becomes of an emergency decision after the operator could speak.

    Our choice, no article: upheld, changed (what is left of its terms ends now) or reversed; never
    heavier, and by somebody who took no part in the decision. `text` is told.

    :raises NotPermitted: if the actor may not decide afterwards.
    :raises SamePerson: if the actor took part in the decision.
    :raises StaleLease: if the actor does not hold it.
    :raises InvalidInput: if it is not said what becomes of it, or why.
    :raises ActionRefused: if the operator may still speak, it was decided before, nothing is left to
        change, or two have approved what would be changed: two lift it then.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, DECIDE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    decision, item = hearing.after, hearing.review_item
    if decision is None or item is None or hearing.status not in HEARD:
        raise ActionRefused(_("The operator may still speak: it is decided afterwards."))
    work.require_lease(work_item=item, actor=actor, fence=fence)
    text = text.strip()
    if outcome not in LaterOutcome.values:
        raise InvalidInput(_("Say what becomes of the decision."))
    if reason_problem(text) is not None or audit.UNSEEN.search(text):
        raise InvalidInput(
            _(
                "Write for the operator how their statement was weighed: what follows from it, or why not."
            )
        )
    if HearingOutcome.objects.filter(hearing=hearing).exists():
        raise ActionRefused(_("It was decided on this hearing before."))
    # Joining the matter keeps out whoever decided; nobody goes over from one side to another.
    proposals.take_part(decision.case.matter, actor, Side.REVIEWER)
    audit.lock(decision)
    is_reversed = decision.status == DecisionStatus.REVERSED
    if is_reversed and outcome != LaterOutcome.REVERSED:
        raise ActionRefused(_("The decision was reversed in the meantime: say so."))
    if outcome == LaterOutcome.REVERSED and not is_reversed:
        reverse_decision(decision=decision, side=Side.REVIEWER, **grounds)
    found = HearingOutcome.objects.create(
        hearing=hearing, outcome=outcome, text=text, person=actor.person
    )
    if outcome == LaterOutcome.CHANGED:
        _end_what_is_left(decision, found, grounds)
    audit.record(
        action="enforcement.hearing.decide_later",
        target=hearing,
        **grounds,
        changes={"outcome": outcome},
    )
    work.close_item(item)
    finish_clock(clock=item.clock, **grounds)
    tell_of_outcome(found, actor=actor)
    return found


def _end_what_is_left(decision: Decision, outcome: HearingOutcome, grounds: Grounds) -> None:
    running = Measure.objects.filter(
        decision=decision,
        measure__in=TIMED_MEASURES,
        status=MeasureStatus.IN_FORCE,
        in_force_until__gt=timezone.now(),
    )
    if not running:
        raise ActionRefused(_("Nothing of the decision still runs: uphold it or reverse it."))
    draft = LiftDraft(LiftGround.TOO_HEAVY, outcome.text)
    for measure in running.select_related("decision", "restriction").order_by("pk"):
        end_before_time(measure, draft, grounds, outcome=outcome)
