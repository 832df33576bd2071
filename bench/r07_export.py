"""How fast a frozen filing is streamed, against raw COPY of the same cells in the same run."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.db import connection

from bench.decisions import GROUNDS, ensure_decisions, officer, period
from bench.result import Result
from compliance.csv_text import BYTE_ORDER_MARK
from reports.enums import ChunkKind
from reports.exports.frozen import frozen_pieces
from reports.exports.outputs import csv_output
from reports.exports.r07 import COLUMNS
from reports.models import Filing
from reports.services.preparation import prepare_filing

LIMIT = 0.7
REPEATS = 7
# Memory is compared with what a filing takes that is so much smaller; an interpreter with Django is
# most of either, so that a tenth more would be megabytes that grow with the rows.
SMALLER = 10
MEMORY_LIMIT = 1.15


def run(size: int) -> Iterator[Result]:
    """Export and COPY `size` decisions in turns; then look at the memory that exporting takes."""
    ensure_decisions(max(size // SMALLER, 1))
    small, _seconds = _prepared()
    ensure_decisions(size)
    large, seconds = _prepared()
    yield _speed(large, seconds)
    yield _memory(small, large)


def _speed(filing: Filing, preparation: float) -> Result:
    megabytes = sum(map(len, csv_output(filing))) / 1e6
    _lay_cells(filing)
    export, copy = [], []
    # In turns, so that a busy machine slows both.
    for _repeat in range(REPEATS):
        export.append(_timed(lambda: csv_output(filing)))
        copy.append(_timed(_copied))
    return Result(
        name="R07 as CSV against raw COPY of the same cells",
        ratio=statistics.median(copy) / statistics.median(export),
        limit=LIMIT,
        figures={
            "rows": filing.manifest.row_count,
            "megabytes": round(megabytes, 1),
            "export seconds": round(statistics.median(export), 3),
            "copy seconds": round(statistics.median(copy), 3),
            "prepare seconds": round(preparation, 2),
        },
    )


def _memory(small: Filing, large: Filing) -> Result:
    peak_of_small, peak_of_large = _peak(small), _peak(large)
    return Result(
        name="peak memory of the export, against that of a filing a tenth its size",
        ratio=peak_of_large / peak_of_small,
        limit=MEMORY_LIMIT,
        is_ceiling=True,
        figures={
            "rows": large.manifest.row_count,
            "megabytes": round(peak_of_large / 1024, 1),
            "rows of the small one": small.manifest.row_count,
            "megabytes of the small one": round(peak_of_small / 1024, 1),
        },
    )


def _peak(filing: Filing) -> int:
    database = connection.settings_dict["NAME"]
    answer = subprocess.run(
        [sys.executable, "-m", "bench.export_alone", str(filing.pk), database],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).resolve().parent.parent,
    )
    return int(answer.stdout)


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
        cursor.execute("DROP TABLE IF EXISTS pg_temp.r07_cells")
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
    with Path("/dev/null").open("wb") as sink:
        for piece in pieces():
            sink.write(piece)
    return time.perf_counter() - began
