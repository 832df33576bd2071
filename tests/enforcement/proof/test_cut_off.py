"""Every act of enforcement, cut off at each of its statements: nothing of it is left."""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from tests.enforcement.proof.fingerprint import changed, every_table, looking
from tests.enforcement.proof.use_cases import ELSEWHERE, USE_CASES, every_service
from tests.enforcement.proof.world import World

pytestmark = pytest.mark.django_db

# Beyond so many statements an act is cut off at those that write, or lock, or end a part of it: what
# was only read since the last of them leaves the tables as they were.
EACH_UP_TO = 30
_WRITES = ("INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE")


class CutOff(OperationalError):
    """The connection, or the machine, was lost."""


class Statements:
    """Counts statements, and cuts off at one of them."""

    def __init__(self, cut_at: int | None = None) -> None:
        self.cut_at = cut_at
        self.texts: list[str] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.texts.append(sql)
        if len(self.texts) == self.cut_at:
            raise CutOff(f"cut off before {sql[:60]}")
        return execute(sql, params, many, context)


def places(texts: list[str]) -> list[int]:
    """Return at which statements an act is cut off."""
    numbers = range(1, len(texts) + 1)
    if len(texts) <= EACH_UP_TO:
        return [*numbers]
    return [
        each
        for each in numbers
        if texts[each - 1].startswith(_WRITES) or " FOR " in texts[each - 1][-60:]
    ]


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


def count_statements(act: Callable[[], object]) -> tuple[list[str], set[str]]:
    """Let an act happen and undo it; return its statements and the tables that it wrote to."""
    statements = Statements()
    with looking(every_table()) as everywhere:
        before = everywhere.look()
        with transaction.atomic():
            with connection.execute_wrapper(statements):
                act()
            touched = set(changed(before, everywhere.look()))
            transaction.set_rollback(True)
    assert touched, "nothing was written: to cut that off shows nothing"
    return statements.texts, touched


@pytest.mark.parametrize("name", USE_CASES)
def test_whatever_cuts_an_act_off_leaves_nothing_of_it(name: str) -> None:
    act = USE_CASES[name].lay(World())
    # Twice: what is asked once and then remembered is not asked again.
    count_statements(act)
    texts, touched = count_statements(act)

    with looking(touched) as there, looking(every_table()) as everywhere:
        before, before_everywhere = there.look(), everywhere.look()
        for place in places(texts):
            left = left_after(act, place, lambda: changed(before, there.look()))
            # A sweep may have done the whole of what it does at once, and never a part.
            is_whole = USE_CASES[name].is_sweep and {*left} == touched
            assert not left or is_whole, (place, texts[place - 1], left)
        assert changed(before_everywhere, everywhere.look()) == []


def left_after(
    act: Callable[[], object], place: int, look: Callable[[], Collection[str]]
) -> Collection[str]:
    """Cut an act off at one of its statements; return what is left of it, and clear that away."""
    with transaction.atomic():
        with connection.execute_wrapper(Statements(cut_at=place)), pytest.raises(CutOff):
            act()
        # Whoever has no transaction of their own would have lost only the last statement.
        transaction.set_rollback(False)
        left = look()
        transaction.set_rollback(True)
    return left


def test_no_service_is_left_out() -> None:
    """Whoever writes another service adds the act that it belongs to, or says why there is none."""
    reached: set[str] = set()
    for use_case in USE_CASES.values():
        with transaction.atomic():
            act = use_case.lay(World())
            with services_entered(reached):
                act()
            transaction.set_rollback(True)

    assert {*every_service()} - reached == {*ELSEWHERE}
