"""
Acts that are cut off at one of their statements, as when the connection or the machine is lost.

At every statement the process splits. The copy gets an exception there; all that its code does then is
real, but for its statements, which are noted and go nowhere. The act itself goes on to its next
statement, so that it is done once, however many it has. Where a copy did more than end its
transaction the act is done anew, and so is one that has effects outside the database.
"""

import json
import os
import warnings
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import OperationalError, connection, transaction

from tests.enforcement.proof.fingerprint import changed, every_table, looking
from tests.enforcement.proof.use_cases.laying import Act, UseCase
from tests.enforcement.proof.world import World

Look = Callable[[], Collection[str]]
_ENDS = ("ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT")


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


class Splitting:
    """
    Splits the process at every statement: the copy is cut off there, the act goes on.

    What stood when the outermost transaction of the act began is what is left of it, if that is
    rolled back; so it is looked at whenever the act has no transaction of its own.
    """

    def __init__(self, look: Look) -> None:
        self.look = look
        self.texts: list[str] = []
        # By place, where something is left, and where the copy did more than end its transaction.
        self.left: dict[int, Collection[str]] = {}
        self.went_on: list[int] = []
        self._depth = len(connection.savepoint_ids)
        self._outermost = ""
        self._left_now: Collection[str] = ()
        self._is_looking = False
        # In the copy alone: where to tell what it said to the database after it was cut off.
        self._tell: int | None = None
        self._said: list[str] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if self._is_looking:
            return execute(sql, params, many, context)
        if self._tell is not None:
            self._said.append(sql)
            if sql.startswith(_ENDS):
                return None
            raise CutOff("the database hears nothing any more")
        self.texts.append(sql)
        if len(connection.savepoint_ids) == self._depth and not sql.startswith(_ENDS):
            self._outermost = sql.removeprefix("SAVEPOINT ") if sql.startswith("SAVEPOINT") else ""
            self._is_looking = True
            self._left_now = self.look()
            self._is_looking = False
        if self._left_now:
            self.left[len(self.texts)] = self._left_now
        self._split()
        if self._tell is not None:
            raise CutOff(f"cut off before {sql[:60]}")
        return execute(sql, params, many, context)

    def run(self, act: Act) -> None:
        """Let the act happen; the copies end here."""
        refusal = ""
        try:
            with connection.execute_wrapper(self):
                act()
        except BaseException as problem:
            if self._tell is None:
                raise
            refusal = type(problem).__name__
        finally:
            if self._tell is not None:
                os.write(self._tell, json.dumps([refusal, self._said]).encode())
                os._exit(0)

    def _split(self) -> None:
        begin, end = os.pipe()
        with warnings.catch_warnings():
            # Newer versions warn of threads: the copy has none and asks nothing of those there were.
            warnings.simplefilter("ignore", DeprecationWarning)
            number = os.fork()
        if not number:
            os.close(begin)
            # Whatever would go past the wrapper, as the end of a cursor, goes nowhere either.
            os.dup2(os.open(os.devnull, os.O_RDWR), connection.connection.fileno())
            self._tell = end
            return
        os.close(end)
        with os.fdopen(begin, "rb") as source:
            refusal, said = json.loads(source.read() or b'["", []]')
        os.waitpid(number, 0)
        is_rolled_back = not self._outermost or f"{_ENDS[0]} {self._outermost}" in said
        if not (refusal and is_rolled_back and all(each.startswith(_ENDS) for each in said)):
            self.went_on.append(len(self.texts))


def count_statements(act: Act) -> tuple[list[str], set[str]]:
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


def left_after(act: Act, place: int, look: Look) -> Collection[str]:
    """Cut an act off at one of its statements; return what is left of it, and clear that away."""
    statements = Statements(cut_at=place)
    with transaction.atomic():
        was_told = False
        try:
            with connection.execute_wrapper(statements):
                act()
        except Exception:  # noqa: BLE001 - whatever the act makes of it, whoever asked is told
            was_told = True
        assert len(statements.texts) >= place, f"nothing cut it off at statement {place}"
        # Whoever has no transaction of their own would have lost only the last statement.
        transaction.set_rollback(False)
        left = look() if was_told else ["it went on as if nothing had been"]
        transaction.set_rollback(True)
    return left


def parts_left(use_case: UseCase, *, is_anew: bool = False) -> tuple[int, list[str]]:
    """
    Cut an act off at every statement; return how many, and what was left of it where something was.

    By splitting the process, or with `is_anew` by doing the act for each of them.
    """
    act = use_case.lay(World())
    # What is asked once and then remembered is not asked again.
    texts, touched = count_statements(act)
    with looking(touched) as there, looking(every_table()) as everywhere:
        before, before_everywhere = there.look(), everywhere.look()

        def look() -> Collection[str]:
            return changed(before, there.look())

        left: dict[int, Collection[str]] = {}
        anew: Iterable[int]
        if is_anew or use_case.has_files:
            texts, _touched = count_statements(act)
            anew = range(1, len(texts) + 1)
        else:
            with transaction.atomic():
                split = Splitting(look)
                split.run(act)
                transaction.set_rollback(True)
            texts, left, anew = split.texts, split.left, split.went_on
        left |= {place: left_after(act, place, look) for place in anew}
        found = [
            f"{place} {texts[place - 1][:80]}: {sorted(each)}"
            for place, each in sorted(left.items())
            # A sweep may have done the whole of what it does at once, and never a part.
            if each and not (use_case.is_sweep and {*each} == touched)
        ]
        found += changed(before_everywhere, everywhere.look())
    return len(texts), found
