"""What stands in the tables, cheaply enough to ask after each of thousands of attempts."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

# By table: how many rows, and the newest transaction that wrote one that is still to be seen.
Fingerprint = Mapping[str, tuple[int, int]]
_numbers = count(1)
_prepared: WeakKeyDictionary[Any, dict[tuple[str, ...], "Looking"]] = WeakKeyDictionary()


def every_table() -> list[str]:
    """Return the tables there are."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


class Looking:
    """Looks at some tables, by one statement that the database has prepared."""

    def __init__(self, tables: Iterable[str]) -> None:
        self.name = f"look_{next(_numbers)}"
        parts = (
            f"SELECT '{each}', count(*), coalesce(max(xmin::text::bigint), 0) FROM \"{each}\""
            for each in tables
        )
        with connection.cursor() as cursor:
            cursor.execute(f"PREPARE {self.name} AS {' UNION ALL '.join(parts)}")

    def look(self) -> Fingerprint:
        """Return what stands there now."""
        with connection.cursor() as cursor:
            cursor.execute(f"EXECUTE {self.name}")
            return {table: (rows, newest) for table, rows, newest in cursor.fetchall()}


@contextmanager
def looking(tables: Iterable[str]) -> Iterator[Looking]:
    """
    Look at some tables for a while.

    A connection keeps what it has prepared for whoever looks at the same ones next: to plan how to
    read all of them takes longer than to read them.
    """
    connection.ensure_connection()
    prepared = _prepared.setdefault(connection.connection, {})
    names = tuple(sorted(tables))
    if names not in prepared:
        prepared[names] = Looking(names)
    yield prepared[names]


def changed(before: Fingerprint, after: Fingerprint) -> Collection[str]:
    """Return the tables in which something was written."""
    return [table for table in before if before[table] != after[table]]
