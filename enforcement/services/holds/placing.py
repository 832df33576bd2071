"""The service by which one person stops something at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, GroundKind, RestrictionKind
from accounts.services.restrictions import impose_restriction
from compliance import audit, proposals, work
from compliance.clocks import start_clock
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.enums import CaseStatus
from enforcement.hearing_words import HoldGround, HoldScope
from enforcement.models import Case, EmergencyHold
from enforcement.rules.reasons import reason_problem
from enforcement.services.deciding_sides import deciding_side
from enforcement.services.holds.commands import command_content
from enforcement.services.holds.ending import record_over
from enforcement.services.holds.locking import lock_case
from enforcement.services.holds.notices import tell_of_hold

PLACE: Final = "enforcement.place_hold"
CONFIRM: Final = "enforcement.confirm_hold"
HOLD_KIND: Final = "emergency_hold"
QUEUE: Final = "emergency_holds"
CONFIRMATION_STEP: Final = "emergency_confirmation"
# Our choices; no article sets them. It goes before everything that is due at the same time.
WEIGHT: Final = 50
LONGEST_FACTS: Final = 4000
_RESTRICTION_OF: Final = {
    HoldScope.UPDATES: RestrictionKind.SUSPEND_UPDATES,
    HoldScope.SERVICE: RestrictionKind.SUSPEND_SERVICE,
}


@dataclass(frozen=True, kw_only=True)
class HoldDraft:
    """What is to be stopped at once, why it cannot wait, and the facts that are told."""

    scope: str
    ground: str
    facts: str
    content_ref: str = ""


@transaction.atomic
def place_hold(
    *, case: Case, draft: HoldDraft, actor: StaffUser, provision: Provision, reason: str
) -> EmergencyHold:
    """
    Stop one content, the updates or the service of an account at once, until somebody has looked.

    Our choice, no article, as in art. 19 §2: one person alone, also when nobody who approves is
    there. It ends by itself unless a second person confirms it in time; the operator is told.

    :raises NotPermitted: if the actor may not place holds, or is a program and it is not one content.
    :raises InvalidInput: if it is not said what is stopped, why at once, or what was found.
    :raises ActionRefused: if the case or the account is closed, a hold of the case runs, or the
        actor placed one in it before.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, PLACE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    if draft.scope != HoldScope.CONTENT and (actor.person.is_client or actor.person.is_system):
        raise NotPermitted(_("A program stops one content at most; people stop an account."))
    facts, content_ref = draft.facts.strip(), draft.content_ref.strip()
    _check_words(draft, facts, content_ref)
    lock_case(case)
    account, now = case.account, timezone.now()
    _check_case(case, actor, now)
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; there is nothing to hold."))
    side = deciding_side(case)
    proposal = proposals.submit_proposal(
        matter=case.matter,
        kind=HOLD_KIND,
        content={
            "case": case.number,
            "account": {"platform_uid": account.platform_uid, "name": account.name},
            "scope": draft.scope,
            "content_ref": content_ref,
            "ground": draft.ground,
            "facts": facts,
        },
        slots=[CONFIRM],
        proposer_side=side,
        approver_side=side,
        **grounds,
    )
    clock = start_clock(step=CONFIRMATION_STEP, at=now, **grounds)
    hold = EmergencyHold(
        case=case,
        account=account,
        scope=draft.scope,
        content_ref=content_ref,
        ground=draft.ground,
        facts=facts,
        proposal=proposal,
        work_item=work.open_item(queue=QUEUE, clock=clock, weight=WEIGHT, proposal=proposal),
        placed_by=actor.person,
        placed_at=now,
        in_force_until=clock.due_at,
    )
    audit.create(hold, **grounds)
    if draft.scope in _RESTRICTION_OF:
        impose_restriction(
            account=account,
            kind=_RESTRICTION_OF[HoldScope(draft.scope)],
            from_=now,
            until=clock.due_at,
            ground_kind=GroundKind.EMERGENCY,
            ground_ref=hold.number,
            **grounds,
        )
    command_content(hold, is_held=True, grounds=grounds)
    tell_of_hold(hold, actor=actor)
    return hold


def _check_words(draft: HoldDraft, facts: str, content_ref: str) -> None:
    if draft.scope not in HoldScope.values:
        raise InvalidInput(_("Say what is to be stopped."))
    if draft.ground not in HoldGround.values:
        raise InvalidInput(_("Say why it cannot wait."))
    if (draft.scope == HoldScope.CONTENT) != bool(content_ref):
        raise InvalidInput(
            _("Give the number or address of the content where one content is stopped, only then.")
        )
    if reason_problem(facts) is not None or len(facts) > LONGEST_FACTS:
        raise InvalidInput(_("Write what was found: the operator is told it."))
    if audit.UNSEEN.search(facts):
        raise InvalidInput(_("The facts hold invisible characters. Write them without."))


def _check_case(case: Case, actor: StaffUser, now: datetime) -> None:
    if case.status != CaseStatus.OPEN:
        raise ActionRefused(_("This case is no longer open."))
    for over in case.emergency_holds.over(now).select_related("account", "proposal", "work_item"):
        # Nobody has put on record yet that it ended.
        record_over(over, actor=actor)
    running = case.emergency_holds.running(now).first()
    if running is not None:
        raise ActionRefused(
            _("An emergency hold of this case is running already: %(number)s.")
            % {"number": running.number}
        )
    if case.emergency_holds.filter(placed_by=actor.person).exists():
        raise ActionRefused(
            _("You placed an emergency hold in this case before. Somebody else has to look at it.")
        )
