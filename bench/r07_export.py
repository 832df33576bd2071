"""How fast a frozen filing is streamed, against raw COPY of the same cells in the same run."""

import resource
import statistics
import time
from collections.abc import Callable, Iterable, Iterator

from django.db import connection

from bench.decisions import GROUNDS, ensure_decisions, officer, period
from bench.result import Result
from reports.enums import ChunkKind
from reports.exports.csv_text import BYTE_ORDER_MARK
from reports.exports.frozen import frozen_pieces
from reports.exports.outputs import csv_output
from reports.exports.r07 import COLUMNS
from reports.models import Filing
from reports.services.preparation import prepare_filing

LIMIT = 0.7
REPEATS = 7


def run(size: int) -> Iterator[Result]:
    """Measure preparation, export and COPY of `size` rows in one run."""
    ensure_decisions(size)
    at_start = _peak_megabytes()
    filing, seconds = _prepared()
    megabytes = sum(map(len, csv_output(filing))) / 1e6
    # What preparing and exporting took; the table below is the benchmark's own.
    growth = _peak_megabytes() - at_start
    _lay_cells(filing)
    export, copy = [], []
    # In turns, so that a busy machine slows both.
    for _repeat in range(REPEATS):
        export.append(_timed(lambda: csv_output(filing)))
        copy.append(_timed(_copied))
    figures = {
        "rows": filing.manifest.row_count,
        "megabytes": round(megabytes, 1),
        "export_seconds": round(statistics.median(export), 3),
        "copy_seconds": round(statistics.median(copy), 3),
        "prepare_seconds": round(seconds, 2),
        "memory_growth_megabytes": growth,
    }
    ratio = statistics.median(copy) / statistics.median(export)
    yield Result(name="r07_export", ratio=round(ratio, 2), limit=LIMIT, figures=figures)


def _peak_megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _prepared() -> tuple[Filing, float]:
    first, until = period()
    began = time.perf_counter()
    filing = prepare_filing(
        code="R07",
        period_from=first.date(),
        period_until=until.date(),
        actor=officer("bench-officer", "compliance_officer"),
        **GROUNDS,
    )
    return filing, time.perf_counter() - began


def _lay_cells(filing: Filing) -> None:
    """Lay the same cells into a plain table: nothing COPY could read faster."""
    columns = ", ".join(f"{column.code} text" for column in COLUMNS)
    mark = BYTE_ORDER_MARK.encode()
    # Read first: the connection can do nothing else while it copies.
    pieces = list(frozen_pieces(filing, ChunkKind.CSV))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE r07_cells (place bigserial, {columns})")
        names = ", ".join(column.code for column in COLUMNS)
        with cursor.copy(f"COPY r07_cells ({names}) FROM STDIN (FORMAT csv, HEADER)") as target:
            for piece in pieces:
                target.write(piece.removeprefix(mark))
        cursor.execute("ALTER TABLE r07_cells ADD PRIMARY KEY (place)")
        cursor.execute("ANALYZE r07_cells")


def _copied() -> Iterable[bytes]:
    statement = "COPY r07_cells TO STDOUT (FORMAT csv, FORCE_QUOTE *, HEADER)"
    with connection.cursor() as cursor, cursor.copy(statement) as rows:
        yield from rows


def _timed(pieces: Callable[[], Iterable[bytes]]) -> float:
    began = time.perf_counter()
    with open("/dev/null", "wb") as sink:
        for piece in pieces():
            sink.write(piece)
    return time.perf_counter() - began
