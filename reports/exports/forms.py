"""What a form of the regulator is: its columns, where its rows come from, how they are counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reports.exports.statistics import Statistic

# Tally and key, for example ("measures", "M3").
TallyKey = tuple[str, str]
Tallies = Counter[TallyKey]


@dataclass(frozen=True)
class Column:
    """A column: its code for machines, its heading in the form."""

    code: str
    title: str


@dataclass(frozen=True)
class Form:
    """
    A form of the regulator.

    Both statements take `start`, `end` and `taken`; `counts_sql` gives tally, key and number and
    reaches them another way than `rows_sql` does, so that one can vouch for the other. `render`
    turns a row of the database into the cells that are filed; `tallies` says under which keys a
    rendered row counts, and how often where it gives a counter.

    With a `statistic` the statement gives records instead: they are counted into rows, and each is
    frozen with what it counts in. `render` then takes the key and the figures of a row.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    filter: dict[str, Any]
    rows_sql: str
    counts_sql: str
    rules_sql: str
    parameters: dict[str, Any]
    render: Callable[[Sequence[Any]], tuple[str, ...]]
    tallies: Callable[[Sequence[str]], Iterable[TallyKey]]
    statistic: Statistic | None = None
