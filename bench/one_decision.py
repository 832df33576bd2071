"""One decision from its proposal until it is in force, against the bare SQL that writes the same rows."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, connections, transaction

from bench.result import Result
from enforcement.models import Case
from tests.enforcement.conftest import WARNING, approve, propose, suspension
from tests.enforcement.proof.world import World

LIMIT = 3.0
WRITES = ("INSERT", "UPDATE", "DELETE")
DECISIONS = {"with a warning": WARNING, "with a hearing and a suspension": suspension(7)}
Statement = tuple[str, Any]


def run(size: int) -> Iterator[Result]:
    """Take `size` decisions of each sort through the services, and write each again by bare SQL."""
    world = World()
    for name, orders in DECISIONS.items():
        services, bare, written = [], [], 0
        for _number in range(size + 1):
            case = world.case()
            fence = world.claim(case.work_item, world.moderator)

            def decide(case: Case = case, fence: int = fence, orders: Any = orders) -> None:
                mine = Case.objects.get(pk=case.pk)
                approve(
                    propose(mine, world.moderator, fence=fence, measures=orders), world.supervisor
                )

            numbers = _numbers_given()
            statements, taken = _measured(decide)
            services.append(taken)
            # The same numbers again: each row refers to those written before it.
            _give_again(numbers)
            bare.append(_replayed(statements))
            written = len(statements)
        # The first one finds nothing in memory.
        ours, theirs = statistics.median(services[1:]), statistics.median(bare[1:])
        yield Result(
            name=f"a decision {name}, against the bare SQL that writes the same rows",
            ratio=ours / theirs,
            limit=LIMIT,
            is_ceiling=True,
            figures={
                "decisions": size,
                "ms": round(1000 * ours, 1),
                "ms bare": round(1000 * theirs, 1),
                "statements that write": written,
            },
        )


def _measured(act: Callable[[], None]) -> tuple[list[Statement], float]:
    statements: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(WRITES):
            statements.append((sql, params))
        return execute(sql, params, many, context)

    with transaction.atomic():
        began = time.perf_counter()
        with connection.execute_wrapper(note):
            act()
        _check_all()
        taken = time.perf_counter() - began
        transaction.set_rollback(True)
    return statements, taken


def _replayed(statements: list[Statement]) -> float:
    with transaction.atomic():
        began = time.perf_counter()
        with connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
        _check_all()
        taken = time.perf_counter() - began
        transaction.set_rollback(True)
    return taken


def _check_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _numbers_given() -> dict[str, int | None]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value"
            " FROM pg_sequences WHERE schemaname = 'public'"
        )
        return dict(cursor.fetchall())


def _give_again(numbers: dict[str, int | None]) -> None:
    with connections["owner"].cursor() as cursor:
        for name, last in numbers.items():
            cursor.execute(
                "SELECT setval(%s::regclass, %s, %s)", [name, last or 1, last is not None]
            )
