"""Cases and decisions: opened, proposed, approved, returned, withdrawn, closed."""

from collections.abc import Callable

from compliance.evidence.incoming import take_in
from enforcement.models import Case
from enforcement.services import cases, decisions, evidence
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.holds import placing
from tests.compliance.evidence_files import picture
from tests.enforcement.conftest import CLOSURE, WARNING, approve, propose, suspension
from tests.enforcement.proof.use_cases.holds import hold_draft
from tests.enforcement.proof.use_cases.laying import (
    ALL_TIMED,
    Act,
    UseCase,
    fresh,
    listing,
    taken,
)
from tests.enforcement.proof.world import World, grounds


def opened(world: World) -> Act:
    account = world.account()
    return lambda: world.case(account)


def closed(world: World) -> Act:
    case = taken(world).case
    return lambda: cases.close_case(case=Case.objects.get(pk=case.pk), **grounds(world.supervisor))


def attached(world: World) -> Act:
    case, body = world.case(), picture()

    def act() -> object:
        file = take_in("截图.jpg", [body])
        try:
            return evidence.attach_evidence(
                case=Case.objects.get(pk=case.pk),
                files=[file],
                shows="聊天截图",
                **grounds(world.moderator),
            )
        finally:
            file.discard()

    return act


def proposing(*orders: MeasureOrder) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        case = world.case()
        fence = world.claim(case.work_item, world.moderator)
        return lambda: propose(
            Case.objects.get(pk=case.pk),
            world.moderator,
            fence=fence,
            measures=orders,
            is_heard=False,
        )

    return lay


def approving(*orders: MeasureOrder, is_last: bool = True) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        decision = world.proposed(*orders)
        if decision.approvals_needed == 1 or not is_last:
            return lambda: approve(fresh(decision), world.supervisor)
        approve(decision, world.supervisor)
        return lambda: approve(fresh(decision), world.officer)

    return lay


def approved_while_held(world: World) -> Act:
    case = world.case()
    placing.place_hold(case=case, draft=hold_draft(), **grounds(world.moderator))
    decision = world.proposed(*suspension(7), case=Case.objects.get(pk=case.pk))
    return lambda: approve(fresh(decision), world.supervisor)


def given_back(world: World) -> Act:
    decision = world.proposed(*suspension(7))
    return lambda: decisions.return_decision(decision=fresh(decision), **grounds(world.supervisor))


def taken_back(world: World) -> Act:
    case = world.case()
    decision = propose(case, world.moderator, measures=suspension(7), is_heard=False)
    return lambda: decisions.withdraw_decision(decision=fresh(decision), **grounds(world.moderator))


USE_CASES: dict[str, UseCase] = {
    "a case is opened": UseCase(opened),
    "evidence is attached": UseCase(attached, has_files=True),
    "a decision is proposed": UseCase(proposing(*WARNING)),
    "a decision is proposed with a hearing": UseCase(proposing(*suspension(7))),
    "a first approval": UseCase(approving(*CLOSURE, is_last=False)),
    "measures for a time come into force": UseCase(approving(*ALL_TIMED)),
    "a closure with its listing comes into force": UseCase(approving(*listing(*CLOSURE))),
    "a decision ends a hold": UseCase(approved_while_held),
    "a decision is returned": UseCase(given_back),
    "a decision is withdrawn": UseCase(taken_back),
    "a case is closed": UseCase(closed),
}
