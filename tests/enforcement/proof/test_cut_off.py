"""Every act of enforcement, cut off at its statements: nothing of it is left."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FrameType

import pytest
from django.db import transaction

from tests.enforcement.proof.cutting import parts_left
from tests.enforcement.proof.use_cases import ELSEWHERE, USE_CASES, every_service
from tests.enforcement.proof.world import World

pytestmark = pytest.mark.django_db

# Of the longest acts so many places; the benchmark of cuts takes every one.
PLACES = 30


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
    cuts, left = parts_left(USE_CASES[name], at_most=PLACES)

    assert left == []
    assert cuts > 0


def test_no_service_is_left_out() -> None:
    """Whoever writes another service adds the act that it belongs to, or says why there is none."""
    reached: set[str] = set()
    for use_case in USE_CASES.values():
        with transaction.atomic():
            act = use_case.lay(World())
            with services_entered(reached):
                act()
            transaction.set_rollback(True)

    services = {*every_service()}
    assert services - reached - {*ELSEWHERE} == set()
    assert {*ELSEWHERE} <= services
