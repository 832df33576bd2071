"""Processes killed in the middle of acts of enforcement: of each act nothing is left, or all of it."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction

from bench.result import Result
from compliance.errors import ActionRefused
from tests.enforcement.proof.fingerprint import changed, every_table, looking
from tests.enforcement.proof.use_cases import USE_CASES
from tests.enforcement.proof.world import World
from tests.processes import forked, outcome_of

SEED = 20261122


def run(size: int) -> Iterator[Result]:
    """Kill `size` processes, each at one statement of an act."""
    chance, world, came = random.Random(SEED), World(), Counter[str]()
    names: list[str] = []
    while came.total() < size:
        names = names or chance.sample([*USE_CASES], len(USE_CASES))
        name = names.pop()
        try:
            act = USE_CASES[name].lay(world)
            count, touched = _dry_run(act)
        except ActionRefused:
            # What was laid before stands in its way: a draft of the catalogue, for one.
            continue
        came[_killed(act, chance.randint(1, count), touched)] += 1
    yield Result(
        name="acts of enforcement of which a part was left when their process was killed",
        ratio=came["part"],
        limit=0,
        is_ceiling=True,
        figures={"kills": size, "left nothing": came["nothing"], "left all": came["all"]},
    )


def _dry_run(act: Callable[[], object]) -> tuple[int, set[str]]:
    """Return how many statements an act has, and to which tables it writes."""
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with looking(every_table()) as everywhere, transaction.atomic():
        before = everywhere.look()
        with connection.execute_wrapper(note):
            act()
        touched = {*changed(before, everywhere.look())}
        transaction.set_rollback(True)
    return len(statements), touched


def _killed(act: Callable[[], object], at: int, touched: set[str]) -> str:
    with looking(every_table()) as everywhere:
        before = everywhere.look()
    seen = 0

    def kill(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    def die() -> None:
        with connection.execute_wrapper(kill):
            act()

    outcome_of(forked(die))
    _wait_until_alone()
    with looking(every_table()) as everywhere:
        left = {*changed(before, everywhere.look())}
    return "nothing" if not left else "all" if left == touched else "part"


def _wait_until_alone() -> None:
    """Wait until the server has noticed that the other process is gone."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND usename = current_user AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.01)
