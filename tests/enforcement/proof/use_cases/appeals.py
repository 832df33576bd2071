"""Appeals: filed, taken up or not, heard, decided each way, withdrawn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from django.utils import timezone

from compliance.clocks import extensions
from compliance.models import StaffUser
from enforcement.models import Appeal, Decision
from enforcement.services.appeals import filing, hearing, ruling, taking_up
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.appeals import TOLD, WORDS, accept, filed, fresh, heard, hold
from tests.enforcement.appeals import grounds as my_grounds
from tests.enforcement.conftest import suspension
from tests.enforcement.proof.use_cases.laying import Act, UseCase, taken
from tests.enforcement.proof.world import World, grounds

CLOSURE = (MeasureOrder("warn"), MeasureOrder("close"))


def handler(world: World) -> StaffUser:
    return world.colleague("hears", "complaint_handler")


def decided(world: World, *orders: MeasureOrder) -> Decision:
    return taken(world, *(orders or (MeasureOrder("warn"), *suspension(7))))


def filing_it(world: World) -> Act:
    decision = decided(world)
    return lambda: filing.file_appeal(
        decision=Decision.objects.get(pk=decision.pk),
        ground="facts",
        words=WORDS,
        **grounds(world.system),
    )


def accepting(world: World) -> Act:
    appeal = filed(decided(world))
    fence = hold(appeal, handler(world))
    return lambda: taking_up.accept_appeal(
        appeal=fresh(appeal), fence=fence, **grounds(handler(world))
    )


def refusing(world: World) -> Act:
    appeal = filed(decided(world))
    fence = hold(appeal, handler(world))
    return lambda: taking_up.refuse_appeal(
        appeal=fresh(appeal),
        refusal="nothing_contested",
        text=TOLD,
        fence=fence,
        **grounds(handler(world)),
    )


def withdrawing(world: World) -> Act:
    appeal = filed(decided(world))
    return lambda: taking_up.withdraw_appeal(appeal=fresh(appeal), **grounds(world.system))


def accepted(world: World, *orders: MeasureOrder) -> Appeal:
    return accept(filed(decided(world, *orders)), handler(world))


def asking(world: World) -> Act:
    appeal = accepted(world)
    fence = hold(appeal, handler(world))
    return lambda: hearing.ask_appellant(
        appeal=fresh(appeal), text=TOLD, fence=fence, **grounds(handler(world))
    )


def answering(world: World) -> Act:
    appeal = accepted(world)
    hearing.ask_appellant(
        appeal=appeal, text=TOLD, fence=hold(appeal, handler(world)), **grounds(handler(world))
    )
    return lambda: hearing.answer_question(
        appeal=fresh(appeal), words=WORDS, **grounds(world.system)
    )


def going_on(world: World) -> Act:
    with time_machine.travel(timezone.now() - timedelta(days=60)):
        appeal = accepted(world)
        hearing.ask_appellant(
            appeal=appeal,
            text=TOLD,
            fence=hold(appeal, handler(world)),
            **grounds(handler(world)),
        )
    return lambda: hearing.go_on_without_answer(appeal=fresh(appeal), **grounds(handler(world)))


def supplementing(world: World) -> Act:
    appeal = filed(decided(world))
    return lambda: hearing.supplement_appeal(
        appeal=fresh(appeal), words=WORDS, **grounds(world.system)
    )


def stating(world: World) -> Act:
    appeal = filed(decided(world))
    return lambda: hearing.state_for_decision(
        appeal=fresh(appeal), text=TOLD, **grounds(world.moderator)
    )


def mediating(world: World) -> Act:
    appeal = accepted(world)
    fence = hold(appeal, handler(world))
    return lambda: hearing.record_mediation(
        appeal=fresh(appeal),
        parties="platform",
        result="agreed",
        held_date=timezone.localdate(),
        note=TOLD,
        fence=fence,
        **grounds(handler(world)),
    )


def more_time(world: World) -> Act:
    appeal = accepted(world)
    assert appeal.decision_clock is not None
    asked = extensions.ask_extension(clock=appeal.decision_clock, **grounds(handler(world)))
    other = world.colleague("gives time", "supervisor")
    return lambda: extensions.approve_extension(extension=asked, **grounds(other))


def deciding(outcome: str, *orders: MeasureOrder, **changes: Any) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        appeal = accepted(world, *orders)
        fence = hold(appeal, handler(world))
        return lambda: ruling.decide_appeal(
            appeal=fresh(appeal),
            outcome=outcome,
            text=TOLD,
            fence=fence,
            **{"ground": "" if outcome == "confirmed" else "facts", **changes},
            **grounds(handler(world)),
        )

    return lay


def deciding_again(world: World) -> Act:
    decision = decided(world, *CLOSURE)
    heard(decision, handler(world), "confirmed")
    another = world.colleague("hears again", "complaint_handler")
    second = accept(filed(decision), another)
    fence = hold(second, another)
    return lambda: ruling.decide_appeal(
        appeal=fresh(second),
        outcome="revoked",
        ground="facts",
        text=TOLD,
        fence=fence,
        **my_grounds(another),
    )


USE_CASES: dict[str, UseCase] = {
    "an appeal is filed": UseCase(filing_it, has_files=True),
    "an appeal is accepted": UseCase(accepting),
    "an appeal is not accepted": UseCase(refusing),
    "an appeal is withdrawn": UseCase(withdrawing),
    "an appellant is asked": UseCase(asking),
    "an appellant answers": UseCase(answering, has_files=True),
    "an appeal goes on without an answer": UseCase(going_on),
    "an appeal is added to": UseCase(supplementing, has_files=True),
    "those who decided speak in an appeal": UseCase(stating),
    "a mediation is recorded": UseCase(mediating),
    "an appeal is given more time": UseCase(more_time),
    "an appeal confirms": UseCase(deciding("confirmed")),
    "an appeal reduces": UseCase(deciding("reduced", measures=("suspend_updates",))),
    "an appeal revokes a closure": UseCase(deciding("revoked", *CLOSURE)),
    "an appeal sends back": UseCase(deciding("remitted")),
    "a second appeal revokes": UseCase(deciding_again),
}
