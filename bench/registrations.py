"""Registrations through the batch service, on what is there and with many accounts present."""

import csv
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.db import connection

from accounts.enums import ApplicationSource
from accounts.models import PublicAccount
from accounts.rules.application_data import COLUMNS
from accounts.rules.registration_file import FileRow, read_registrations
from accounts.services.registration import Registered, register_batch
from bench.generator import bring_accounts_to, registrations
from bench.result import Result
from compliance.provisions import Provision
from compliance.staff import system_actor

# Few accounts are present before the first file, and a file is no longer than these.
FEW = 10_000
ROWS = 5_000


@dataclass(frozen=True)
class Pace:
    """How one file went."""

    accounts_before: int
    rows_per_second: float
    queries_per_row: float


def run(size: int) -> Iterator[Result]:
    """Register one file among few accounts, and one as long among `size` of them."""
    rows = min(ROWS, size // 20)
    bring_accounts_to(min(FEW, size // 10))
    empty = _register(rows, first=1)
    bring_accounts_to(size)
    crowded = _register(rows, first=rows + 1)
    yield Result(
        name="registrations, rate among many accounts against the rate among few",
        ratio=crowded.rows_per_second / empty.rows_per_second,
        limit=0.5,
        figures={
            "rows": rows,
            "accounts among few": empty.accounts_before,
            "per second among few": round(empty.rows_per_second),
            "queries a row among few": round(empty.queries_per_row, 2),
            "accounts among many": crowded.accounts_before,
            "per second among many": round(crowded.rows_per_second),
            "queries a row among many": round(crowded.queries_per_row, 2),
        },
    )


def _register(size: int, *, first: int) -> Pace:
    before = PublicAccount.objects.count()
    actor = system_actor()
    queries = 0

    def count_query(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(sql, params, many, context)

    with tempfile.TemporaryFile() as file:
        write_file(file, size, first=first)
        file.seek(0)
        began = time.perf_counter()
        rows = (row.data for row in read_registrations(file) if isinstance(row, FileRow))
        with connection.execute_wrapper(count_query):
            outcomes = register_batch(
                rows=rows,
                source=ApplicationSource.FILE,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_8_1,
                reason="基准测试数据",
            )
            done = sum(isinstance(each, Registered) and each.is_new for each in outcomes)
        seconds = time.perf_counter() - began
    if done != size:
        raise RuntimeError(f"{size - done} rows were not registered")
    return Pace(before, size / seconds, queries / size)


def write_file(file: IO[bytes], size: int, *, first: int) -> None:
    """Write a platform's file of made-up registrations."""
    lines = csv.writer(_Text(file))
    lines.writerow(COLUMNS)
    for data in registrations(size, first=first):
        cells = data.cells()
        lines.writerow([cells[column] for column in COLUMNS])


class _Text:
    """What csv writes to, without a wrapper that would close the file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())
