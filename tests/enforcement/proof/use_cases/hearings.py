"""Hearings: answered, over in silence, begun anew."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.utils import timezone

from compliance.models import Delivery
from enforcement.hearing_words import StatementKind
from enforcement.models import Hearing
from enforcement.services.hearings import answering, ending, opening
from tests.enforcement.conftest import propose, suspension
from tests.enforcement.proof.use_cases.laying import Act, UseCase
from tests.enforcement.proof.world import World, grounds


def heard(world: World) -> Hearing:
    """Return a hearing that waits for the operator."""
    decision = propose(world.case(), world.moderator, measures=suspension(7), is_heard=False)
    assert decision.hearing is not None
    return decision.hearing


def speaking(kind: str, words: str) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        number = heard(world).pk
        return lambda: answering.receive_statement(
            hearing=Hearing.objects.get(pk=number),
            kind=kind,
            words=words,
            **grounds(world.system),
        )

    return lay


def long_ago(world: World, *, is_told: bool) -> int:
    """Return a hearing whose time is over, its notice delivered or not."""
    begun = timezone.now() - timedelta(days=60)
    with time_machine.travel(begun):
        hearing = heard(world)
    if is_told:
        Delivery.objects.filter(notice__about_id=str(hearing.pk)).update(
            delivered_at=begun + timedelta(hours=1)
        )
    return hearing.pk


def ended_in_silence(world: World) -> Act:
    number = long_ago(world, is_told=True)
    assert opening.known_since(Hearing.objects.get(pk=number))
    return lambda: ending.lapse_hearings(now=timezone.now(), actor=world.system)


def time_renewed(world: World) -> Act:
    number = long_ago(world, is_told=False)
    version = Hearing.objects.get(pk=number).version
    return lambda: opening.renew_time(
        hearing=Hearing.objects.get(pk=number),
        expected_version=version,
        **grounds(world.supervisor),
    )


USE_CASES: dict[str, UseCase] = {
    "an operator has nothing to say": UseCase(speaking(StatementKind.NOTHING, "")),
    "an operator speaks": UseCase(
        speaking(StatementKind.MORE, "情况另有原因，容后补充材料"), has_files=True
    ),
    "a hearing ends in silence": UseCase(ended_in_silence, is_sweep=True),
    "the time of a hearing is renewed": UseCase(time_renewed),
}
