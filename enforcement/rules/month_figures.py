"""What is counted of the decisions of a month: by violation, severity and offence, and by group."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Final

from enforcement.consistency_words import EVERY_CODE, EVERY_NUMBER, FigureKind
from enforcement.enums import DeviationKind
from enforcement.rules.consistency import permille
from enforcement.rules.second_looks import ConsistencyTerms

Cell = tuple[str, int, int]
EVERYTHING: Final[Cell] = (EVERY_CODE, EVERY_NUMBER, EVERY_NUMBER)


@dataclass(frozen=True)
class Counted:
    """One decision as it is counted."""

    code: str
    severity: int
    offence: int
    ordered: tuple[str, ...]
    days: int | None
    deviation: str
    reason: str
    nature: str
    band: int
    tie: str
    moderator: str
    is_reversed: bool


@dataclass(frozen=True)
class Figure:
    """What was counted of one group in one cell."""

    kind: FigureKind
    cell: Cell
    group: str
    decisions: int
    on_ladder: int
    lighter: int
    heavier: int
    reversed: int
    most_frequent: int
    days_spread: float | None
    gap_permille: int | None
    is_few: bool
    stands_out: bool


def band_of(followers: int, bands: Sequence[int]) -> int:
    """Return the place of a number of followers among the bands: 0 is below the first."""
    return sum(followers >= each for each in bands)


def reason_group(row: Counted) -> str:
    """Return direction and reason of a deviation; nothing of what is on the ladder."""
    return f"{row.deviation}:{row.reason}" if row.deviation != DeviationKind.NONE else ""


GROUPINGS: Final[dict[FigureKind, Callable[[Counted], str]]] = {
    FigureKind.SUBJECT: lambda row: row.nature,
    FigureKind.FOLLOWERS: lambda row: str(row.band),
    FigureKind.TIE: lambda row: row.tie,
    FigureKind.MODERATOR: lambda row: row.moderator,
}


def figures_of(rows: Sequence[Counted], terms: ConsistencyTerms) -> Iterator[Figure]:
    """
    Return the figures of a month, the cell of all decisions first.

    Opinions on Platform Responsibility, point 2. What has fewer decisions than the rule says is
    counted, and compared with nothing.
    """
    cells: dict[Cell, list[Counted]] = {}
    for row in rows:
        cells.setdefault((row.code, row.severity, row.offence), []).append(row)
    for cell, found in [(EVERYTHING, list(rows)), *sorted(cells.items())]:
        if found:
            yield from _of_cell(cell, found, terms)


def _of_cell(cell: Cell, rows: list[Counted], terms: ConsistencyTerms) -> Iterator[Figure]:
    is_few = len(rows) < terms.few
    yield _figure(FigureKind.ALL, cell, "", rows, None, is_few=is_few, limit=0)
    for group, found in _grouped(rows, reason_group).items():
        if group:
            yield _figure(FigureKind.REASON, cell, group, found, None, is_few=is_few, limit=0)
    if is_few:
        return
    for kind, key in GROUPINGS.items():
        groups = _grouped(rows, key)
        for group, found in groups.items():
            others = [row for row in rows if key(row) != group]
            enough = len(found) >= terms.few and len(others) >= terms.few
            yield _figure(
                kind,
                cell,
                group,
                found,
                gap(found, others) if enough else None,
                is_few=not enough,
                limit=terms.limit_points * 10,
            )


def _grouped(rows: Sequence[Counted], key: Callable[[Counted], str]) -> dict[str, list[Counted]]:
    groups: dict[str, list[Counted]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return dict(sorted(groups.items()))


def gap(rows: Sequence[Counted], others: Sequence[Counted]) -> int:
    """Return how far the shares of lighter or heavier decisions lie apart, the greater of the two."""
    return max(
        abs(_share(rows, kind) - _share(others, kind))
        for kind in (DeviationKind.LIGHTER, DeviationKind.HEAVIER)
    )


def _share(rows: Sequence[Counted], kind: DeviationKind) -> int:
    return permille(sum(row.deviation == kind for row in rows), len(rows))


def _figure(
    kind: FigureKind,
    cell: Cell,
    group: str,
    rows: Sequence[Counted],
    difference: int | None,
    *,
    is_few: bool,
    limit: int,
) -> Figure:
    deviations = Counter(row.deviation for row in rows)
    return Figure(
        kind=kind,
        cell=cell,
        group=group,
        decisions=len(rows),
        on_ladder=deviations[DeviationKind.NONE],
        lighter=deviations[DeviationKind.LIGHTER],
        heavier=deviations[DeviationKind.HEAVIER],
        reversed=sum(row.is_reversed for row in rows),
        most_frequent=max(Counter(row.ordered for row in rows).values()),
        days_spread=spread([row.days for row in rows if row.days is not None]),
        gap_permille=difference,
        is_few=is_few,
        stands_out=difference is not None and difference >= limit,
    )


def spread(days: Sequence[int]) -> float | None:
    """Return between how many days the middle half of the terms lies; None of fewer than two."""
    if len(days) < 2:
        return None
    first, _middle, third = quantiles(days, n=4, method="inclusive")
    return third - first
