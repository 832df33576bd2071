"""Acts that are cut off at one of their statements, as when the connection or the machine is lost."""

from collections.abc import Callable, Collection
from typing import Any

from django.db import OperationalError, connection, transaction

from tests.enforcement.proof.fingerprint import changed, every_table, looking
from tests.enforcement.proof.use_cases import UseCase
from tests.enforcement.proof.world import World

# Beyond so many statements an act is cut off where it writes, locks, or ends a part of itself: what
# was only read since the last of these leaves the tables as they were.
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


def places(texts: list[str], at_most: int | None = None) -> list[int]:
    """Return at which statements an act is cut off: at every one, or so many of those that write."""
    numbers = [*range(1, len(texts) + 1)]
    if at_most is None or len(texts) <= EACH_UP_TO:
        return numbers
    writing = [
        each
        for each in numbers
        if texts[each - 1].startswith(_WRITES) or " FOR " in texts[each - 1][-60:]
    ]
    step = max(len(writing) / at_most, 1)
    return sorted({writing[int(place * step)] for place in range(min(at_most, len(writing)))})


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


def left_after(
    act: Callable[[], object], place: int, look: Callable[[], Collection[str]]
) -> Collection[str]:
    """Cut an act off at one of its statements; return what is left of it, and clear that away."""
    with transaction.atomic():
        try:
            with connection.execute_wrapper(Statements(cut_at=place)):
                act()
        except CutOff:
            pass
        else:
            raise AssertionError(f"nothing cut it off at statement {place}")
        # Whoever has no transaction of their own would have lost only the last statement.
        transaction.set_rollback(False)
        left = look()
        transaction.set_rollback(True)
    return left


def parts_left(use_case: UseCase, at_most: int | None = None) -> tuple[int, list[str]]:
    """Cut an act off at many places; return how many, and what was left of it where something was."""
    act = use_case.lay(World())
    # Twice: what is asked once and then remembered is not asked again.
    count_statements(act)
    texts, touched = count_statements(act)
    found = []
    with looking(touched) as there, looking(every_table()) as everywhere:
        before, before_everywhere = there.look(), everywhere.look()
        cuts = places(texts, at_most)
        for place in cuts:
            left = left_after(act, place, lambda: changed(before, there.look()))
            # A sweep may have done the whole of what it does at once, and never a part.
            if left and not (use_case.is_sweep and {*left} == touched):
                found.append(f"{place} {texts[place - 1][:80]}: {sorted(left)}")
        found += changed(before_everywhere, everywhere.look())
    return len(cuts), found
