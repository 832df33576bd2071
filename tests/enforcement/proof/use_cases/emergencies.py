"""Emergency decisions: taken at once, confirmed or lapsed, decided on again after the hearing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import time_machine
from django.utils import timezone

from compliance.evidence.incoming import take_in
from enforcement.models import Case, Decision, Hearing
from enforcement.services import evidence
from enforcement.services.emergencies import afterwards, lapsing
from enforcement.services.emergencies.ordering import EmergencyWords
from enforcement.services.hearings.answering import receive_statement
from tests.compliance.evidence_files import picture
from tests.enforcement.conftest import approve, propose, suspension
from tests.enforcement.proof.use_cases.laying import Act, UseCase, fresh
from tests.enforcement.proof.world import World, grounds

FRAUD: Final = EmergencyWords("fraud", "诱导转账仍在继续，每小时都有人受骗")
WEIGHED: Final = "已核对陈述所附记录，转账确系账号引导，理由不成立"


def case_with_evidence(world: World, case: Case | None = None) -> Case:
    """Return a case to which somebody else has attached what shows the harm."""
    found = case or world.case()
    evidence.attach_evidence(
        case=found,
        files=[take_in("截图.jpg", [picture()])],
        shows="转账引导截图",
        **grounds(world.colleague("collector", "moderator")),
    )
    return found


def taken_at_once(world: World, case: Case | None = None) -> Decision:
    """Return an emergency decision that nobody has confirmed."""
    return propose(
        case_with_evidence(world, case),
        world.moderator,
        measures=suspension(7),
        emergency=FRAUD,
    )


def emergency_proposed(world: World) -> Act:
    case = case_with_evidence(world)
    fence = world.claim(case.work_item, world.moderator)
    return lambda: propose(
        Case.objects.get(pk=case.pk),
        world.moderator,
        fence=fence,
        measures=suspension(7),
        emergency=FRAUD,
        is_heard=False,
    )


def emergency_confirmed(world: World) -> Act:
    decision = taken_at_once(world)
    return lambda: approve(fresh(decision), world.supervisor)


def emergency_lapsed(world: World) -> Act:
    with time_machine.travel(timezone.now() - timedelta(days=30)):
        taken_at_once(world)
    return lambda: lapsing.lapse_emergencies(now=timezone.now(), actor=world.system)


def heard_afterwards(world: World) -> Hearing:
    """Return the hearing after an emergency decision, in which the operator has spoken."""
    emergency_confirmed(world)()
    hearing = Hearing.objects.latest("pk")
    receive_statement(
        hearing=hearing,
        kind="final",
        words="所收款项为正常交易，有订单为证",
        **grounds(world.system),
    )
    hearing.refresh_from_db()
    return hearing


def decided_afterwards(outcome: str) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        hearing = heard_afterwards(world)
        other = world.colleague("other supervisor", "supervisor")
        assert hearing.review_item is not None
        fence = world.claim(hearing.review_item, other)
        return lambda: afterwards.decide_later_hearing(
            hearing=Hearing.objects.get(pk=hearing.pk),
            outcome=outcome,
            text=WEIGHED,
            fence=fence,
            **grounds(other),
        )

    return lay


USE_CASES: dict[str, UseCase] = {
    "an emergency decision is taken": UseCase(emergency_proposed),
    "an emergency decision is confirmed": UseCase(emergency_confirmed),
    "an emergency decision lapses": UseCase(emergency_lapsed, is_sweep=True),
    "an emergency decision is upheld": UseCase(decided_afterwards("upheld")),
    "an emergency decision is changed": UseCase(decided_afterwards("changed")),
    "an emergency decision is reversed": UseCase(decided_afterwards("reversed")),
}
