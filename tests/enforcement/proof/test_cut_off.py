"""Every act of enforcement, cut off at its statements: nothing of it is left."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType

import pytest
from django.db import DatabaseError, transaction

from tests.enforcement.proof.cutting import parts_left
from tests.enforcement.proof.use_cases import ELSEWHERE, USE_CASES, every_service
from tests.enforcement.proof.use_cases.laying import Act, UseCase
from tests.enforcement.proof.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.copying]


@contextmanager
def services_entered(into: set[str]) -> Iterator[None]:
    """Note which functions of the services are called."""
    seen: set[CodeType] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code not in seen:
            seen.add(frame.f_code)
            into.add(f"{frame.f_globals.get('__name__', '')}.{frame.f_code.co_name}")

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize("name", USE_CASES)
def test_whatever_cuts_an_act_off_leaves_nothing_of_it(name: str) -> None:
    cuts, left = parts_left(USE_CASES[name])

    assert left == []
    assert cuts > 0


def in_two_parts(world: World) -> Act:
    """Do what should be one act in two transactions."""
    accounts = [world.account() for _number in range(2)]
    return lambda: [world.case(each) for each in accounts]


def going_on(world: World) -> Act:
    """Go on as if nothing had been, in a transaction of which the rest is kept."""
    first, second = world.account(), world.account()

    @transaction.atomic
    def act() -> None:
        world.case(first)
        try:
            with transaction.atomic():
                world.case(second)
        except DatabaseError:
            return

    return act


@pytest.mark.parametrize("lay", [in_two_parts, going_on])
@pytest.mark.parametrize("is_anew", [False, True])
def test_an_act_that_would_leave_something_is_found(
    lay: Callable[[World], Act], is_anew: bool
) -> None:
    _cuts, left = parts_left(UseCase(lay), is_anew=is_anew)

    assert any("enforcement_case" in each or "it went on" in each for each in left)


def test_no_service_is_left_out() -> None:
    """Whoever writes another service adds the act that it belongs to, or says why there is none."""
    reached: set[str] = set()
    world = World()
    for use_case in USE_CASES.values():
        with transaction.atomic():
            # Whoever else is asked for goes with what they did.
            act = use_case.lay(World({**world.people}))
            with services_entered(reached):
                act()
            transaction.set_rollback(True)

    services = {*every_service()}
    assert services - reached - {*ELSEWHERE} == set()
    assert {*ELSEWHERE} <= services - reached
