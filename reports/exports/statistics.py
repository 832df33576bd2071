"""
Statistics: records counted into rows, each record kept with the figures that it counts in.

A frozen figure can so be counted again from the frozen records, whatever became of them since.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from statistics import median
from typing import Any, Final

# What stands in a row for every value of a column, in the language of the form.
EVERY: Final = "合计"

Key = tuple[str, ...]
# number: by which people call the record; keys: the rows in which it counts, but for the totals;
# counts, sums, items, hours: in which columns, with how much.
Record = Mapping[str, Any]


@dataclass
class Figures:
    """What was counted for one row."""

    counts: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    # How often something was used that a record lists, for example measures.
    items: Counter[str] = field(default_factory=Counter)
    hours: dict[str, "array[float]"] = field(default_factory=lambda: defaultdict(_hours))

    def median(self, name: str) -> float | None:
        """Return the median of hours, or None where there are none."""
        values = self.hours.get(name)
        return median(values) if values else None


def _hours() -> "array[float]":
    return array("d")


@dataclass(frozen=True)
class Statistic:
    """
    How records become rows.

    `by` are the columns by which is counted; `counts` those whose figure is a number of records,
    `sums` those that add up what records say. `order` says where a key stands among others.
    """

    by: tuple[str, ...]
    counts: tuple[str, ...]
    sums: tuple[str, ...]
    read: Callable[[Sequence[Any]], Record]
    order: Callable[[Key], Any]


def rows_of(keys: Iterable[Sequence[str]]) -> set[Key]:
    """Return every row in which a record of these keys counts: each once, totals among them."""
    return {tuple(each) for key in keys for each in product(*((value, EVERY) for value in key))}


class Counting:
    """Counts records into rows as they come; only figures are held, no record."""

    def __init__(self, statistic: Statistic) -> None:
        self._statistic = statistic
        self._rows: dict[Key, Figures] = {(EVERY,) * len(statistic.by): Figures()}

    def add(self, record: Record) -> None:
        """Count one record."""
        for key in rows_of(record["keys"]):
            figures = self._rows.setdefault(key, Figures())
            figures.counts.update(record["counts"])
            figures.sums.update(record.get("sums", {}))
            figures.items.update(record.get("items", ()))
            for name, hours in record.get("hours", {}).items():
                figures.hours[name].append(hours)

    def rows(self) -> list[tuple[Key, Figures]]:
        """Return the rows in their order; the total is there even where nothing was counted."""
        return sorted(self._rows.items(), key=lambda row: self._statistic.order(row[0]))


def hours_in_words(hours: float | None) -> str:
    """Return hours as they are filed: with one decimal, nothing where there are none."""
    return "" if hours is None else f"{hours:.1f}"


def items_in_words(items: Mapping[str, int]) -> str:
    """Return what was used and how often, for example "M1×3;M3×1"."""
    return ";".join(f"{name}×{number}" for name, number in sorted(items.items()))


def matches(row: Mapping[str, str], record: Record, by: Sequence[str], every: str) -> bool:
    """Return whether a record counts in a row, by the columns that a manifest names."""
    return any(
        all(row[column] in (every, value) for column, value in zip(by, key, strict=True))
        for key in record["keys"]
    )


def described(statistic: Statistic, number: int) -> dict[str, Any]:
    """Return what a manifest says of the records, so that they can be counted without the form."""
    return {
        "number": number,
        "by": list(statistic.by),
        "every": EVERY,
        "counts": list(statistic.counts),
        "sums": list(statistic.sums),
    }


def counted_again(
    rows: Sequence[Mapping[str, str]], records: Iterable[Record], said: Mapping[str, Any]
) -> list[tuple[int, str]]:
    """Return the row and the column of each frozen figure that its frozen records do not make up."""
    found: Counter[tuple[int, str]] = Counter()
    for record in records:
        for place, row in enumerate(rows):
            if matches(row, record, said["by"], said["every"]):
                found.update((place, column) for column in record["counts"])
                for column, number in record.get("sums", {}).items():
                    found[place, column] += number
    return [
        (place + 1, column)
        for place, row in enumerate(rows)
        for column in (*said["counts"], *said["sums"])
        if int(row[column]) != found[place, column]
    ]
