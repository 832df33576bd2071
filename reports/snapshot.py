"""One state of the records, read on a connection of its own that can write nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections


@contextmanager
def open_snapshot() -> Iterator[psycopg.Connection[Any]]:
    """
    Give a connection that sees one state of the records from first to last statement.

    It takes no lock that anybody waits for. What the calling transaction has not committed is not
    in it.
    """
    wrapper = connections[DEFAULT_DB_ALIAS].copy()
    wrapper.connect()
    try:
        connection = wrapper.connection
        connection.autocommit = False
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        # Every row is read to the end; the planner otherwise favours plans with an early start.
        connection.execute("SET LOCAL cursor_tuple_fraction = 1.0")
        yield connection
        connection.rollback()
    finally:
        wrapper.close()
