"""Measures and what ends them: their term, somebody who lifts them, a reversal."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.utils import timezone

from enforcement.models import Decision, Measure
from enforcement.services import lapses, measures, reversals
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.conftest import CLOSURE, suspension
from tests.enforcement.proof.use_cases.laying import (
    ALL_TIMED,
    Act,
    UseCase,
    fresh,
    listing,
    taken,
)
from tests.enforcement.proof.world import World, grounds


def lifted(world: World) -> Act:
    decision = taken(world, *suspension(7))
    return lambda: measures.lift_measure(
        measure=Measure.objects.get(decision=decision), **grounds(world.supervisor)
    )


def lapsed(world: World) -> Act:
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        taken(world, *suspension(7))
    return lambda: lapses.lapse_measures(now=timezone.now(), actor=world.system)


def reversing(
    *orders: MeasureOrder, take: Callable[..., Decision] = taken
) -> Callable[[World], Act]:
    """Return how a decision is laid, taken as `take` does it, that is then reversed."""

    def lay(world: World) -> Act:
        decision = take(world, *orders)
        return lambda: reversals.reverse_decision(
            decision=fresh(decision), **grounds(world.handler)
        )

    return lay


USE_CASES: dict[str, UseCase] = {
    "a measure is lifted": UseCase(lifted),
    "measures lapse": UseCase(lapsed, is_sweep=True),
    "measures for a time are reversed": UseCase(reversing(*ALL_TIMED)),
    "a closure is reversed with its listing": UseCase(reversing(*listing(*CLOSURE))),
}
