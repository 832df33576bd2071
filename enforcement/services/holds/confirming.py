"""The services by which a second person confirms an emergency hold or lifts it at once."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services.restrictions import prolong_restriction
from compliance import audit, proposals, work
from compliance.clocks import start_clock, stop_clock
from compliance.errors import ActionRefused, NotPermitted, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import ProposalResult, StaffUser
from compliance.provisions import Provision
from enforcement.hearing_words import HoldStatus
from enforcement.models import EmergencyHold
from enforcement.services.evidence import require_no_collector
from enforcement.services.holds.commands import command_content
from enforcement.services.holds.ending import end_hold, restriction_of
from enforcement.services.holds.locking import lock_case
from enforcement.services.holds.notices import tell_of_hold

LONGEST_STEP = "emergency_hold"


@transaction.atomic
def confirm_hold(
    *, hold: EmergencyHold, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Confirm an emergency hold: it lasts until the decision of the case, and no longer than published.

    Our choice, no article: a second person, within one working day.

    :raises NotPermitted: if the actor may not confirm holds, or is a program.
    :raises SamePerson: if the actor placed it or collected evidence of the case.
    :raises ProposalClosed: if somebody has answered it already.
    :raises ActionRefused: if it has lapsed.
    """
    if actor.person.is_system:
        raise NotPermitted(_("Emergency holds are confirmed by people, never by a program."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    lock_case(hold.case)
    require_no_collector(hold.case, actor)
    proposals.approve_proposal(proposal=hold.proposal, **grounds)
    audit.lock(hold)
    _require_waiting(hold)
    clock = start_clock(step=LONGEST_STEP, at=hold.placed_at, **grounds)
    restriction = restriction_of(hold)
    if restriction is not None:
        prolong_restriction(restriction=restriction, until=clock.due_at, **grounds)
    audit.move(
        hold,
        "confirm_hold",
        **grounds,
        approved_result=ProposalResult.APPROVED,
        clock=clock,
        in_force_until=clock.due_at,
    )
    work.close_item(hold.work_item)
    stop_clock(clock=hold.work_item.clock, **grounds)
    command_content(hold, is_held=True, grounds=grounds)
    tell_of_hold(hold, actor=actor)


@transaction.atomic
def refuse_hold(
    *, hold: EmergencyHold, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Refuse to confirm an emergency hold: what it stopped goes on at once; the operator is told why.

    Our choice, no article.

    :raises NotPermitted: if the actor may not confirm holds.
    :raises SamePerson: if the actor placed it.
    :raises ProposalClosed: if somebody has answered it already.
    :raises ActionRefused: if it has lapsed.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    lock_case(hold.case)
    proposals.return_proposal(proposal=hold.proposal, **grounds)
    audit.lock(hold)
    _require_waiting(hold)
    end_hold(hold, "refuse_hold", grounds)


def _require_waiting(hold: EmergencyHold) -> None:
    if hold.status != HoldStatus.PLACED:
        raise TransitionRefused(
            _("%(number)s no longer waits for confirmation: %(state)s.")
            % {"number": hold.number, "state": hold.get_status_display()}
        )
    if not hold.is_running(timezone.now()):
        raise ActionRefused(_("The hold has lapsed: nobody confirmed it in time."))
