"""How fast a frozen filing is streamed, against raw COPY of the same cells in the same run."""

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection

from bench.result import Result

REPEATS = 7
# Memory is compared with that for so much smaller a filing.
SMALLER = 10


def run(size: int) -> Iterator[Result]:
    """Export and COPY `size` decisions in turns; then look at the memory that exporting takes."""
    from bench.decisions import ensure_decisions

    ensure_decisions(max(size // SMALLER, 1))
    small, _seconds = _prepared()
    ensure_decisions(size)
    large, preparation = _prepared()
    yield _speed(large, preparation)
    yield _memory(small, large)


def _speed(number: int, preparation: float) -> Result:
    from reports.exports.outputs import csv_output
    from reports.models import Filing

    filing = Filing.objects.get(pk=number)
    _lay_cells(filing)
    export, copy, select = [], [], []
    # In turns, so that a busy machine slows both.
    for _repeat in range(REPEATS):
        export.append(_timed(lambda: csv_output(filing)))
        copy.append(_timed(_copied))
        select.append(_timed(_selected))
    return Result(
        name="R07 as CSV against raw COPY of the same cells",
        ratio=statistics.median(copy) / statistics.median(export),
        limit=0.7,
        figures={
            "rows": filing.manifest.row_count,
            "megabytes": round(sum(map(len, csv_output(filing))) / 1e6, 1),
            "prepare seconds": round(preparation, 2),
            "export seconds": round(statistics.median(export), 3),
            "copy seconds": round(statistics.median(copy), 3),
            "ordered copy seconds": round(statistics.median(select), 3),
        },
    )


def _memory(small: int, large: int) -> Result:
    peaks = {number: _peak_of(number) for number in (small, large)}
    return Result(
        name="peak memory of the export, large filing against one a tenth its size",
        ratio=peaks[large] / peaks[small],
        limit=1.25,
        is_ceiling=True,
        figures={"large megabytes": peaks[large], "small megabytes": peaks[small]},
    )


def _peak_of(number: int) -> int:
    # A peak is one of a whole process, so each export has a process to itself.
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_export_alone, args=(number, answers))
    process.start()
    peak: int = answers.get(timeout=120)
    process.join()
    return peak


def _export_alone(number: int, answers: Any) -> None:
    import django

    django.setup()
    from reports.exports.outputs import csv_output
    from reports.models import Filing

    _timed(lambda: csv_output(Filing.objects.get(pk=number)))
    answers.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def _prepared() -> tuple[int, float]:
    from bench.decisions import GROUNDS, officer, period
    from reports.services.preparation import prepare_filing

    first, until = period()
    began = time.perf_counter()
    filing = prepare_filing(
        code="R07",
        period_from=first.date(),
        period_until=until.date(),
        actor=officer("bench-officer", "compliance_officer"),
        **GROUNDS,
    )
    return filing.pk, time.perf_counter() - began


def _lay_cells(filing: Any) -> None:
    """Lay the same cells into a plain table: nothing COPY could read faster."""
    from reports.enums import ChunkKind
    from reports.exports.csv_text import BYTE_ORDER_MARK
    from reports.exports.frozen import frozen_pieces
    from reports.exports.r07 import COLUMNS

    columns = ", ".join(f"{column.code} text" for column in COLUMNS)
    mark = BYTE_ORDER_MARK.encode()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.r07_cells")
        cursor.execute(f"CREATE TEMPORARY TABLE r07_cells (place bigserial, {columns})")
        names = ", ".join(column.code for column in COLUMNS)
        with cursor.copy(f"COPY r07_cells ({names}) FROM STDIN (FORMAT csv, HEADER)") as target:
            for piece in frozen_pieces(filing, ChunkKind.CSV):
                target.write(piece.removeprefix(mark))
        cursor.execute("ALTER TABLE r07_cells ADD PRIMARY KEY (place)")
        cursor.execute("ANALYZE r07_cells")


def _copied() -> Iterable[bytes]:
    return _copy("r07_cells")


def _selected() -> Iterable[bytes]:
    from reports.exports.r07 import COLUMNS

    names = ", ".join(column.code for column in COLUMNS)
    return _copy(f"(SELECT {names} FROM r07_cells ORDER BY place)")


def _copy(source: str) -> Iterable[bytes]:
    statement = f"COPY {source} TO STDOUT (FORMAT csv, FORCE_QUOTE *, HEADER)"
    with connection.cursor() as cursor, cursor.copy(statement) as rows:
        yield from rows


def _timed(pieces: Callable[[], Iterable[bytes]]) -> float:
    began = time.perf_counter()
    with open("/dev/null", "wb") as sink:
        for piece in pieces():
            sink.write(piece)
    return time.perf_counter() - began
