"""
Which figures of a public table are not shown, so that nobody is known by a small one.

A figure from 1 to 4 is small; nought is none and is shown. Where the figures that are shown would
give a small one away, by a difference or because what is left over is too little, more are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

# Domain reference, §6.4: cells below five do not appear in public versions.
SMALLEST: Final = 5


@dataclass(frozen=True)
class Relation:
    """Figures of which one sum equals another up to what everybody may know: total and parts."""

    plus: tuple[str, ...]
    minus: tuple[str, ...]

    def signs(self) -> dict[str, int]:
        """Return each figure with its sign."""
        return {**dict.fromkeys(self.plus, 1), **dict.fromkeys(self.minus, -1)}


def is_small(value: int) -> bool:
    """Return whether a figure is too small to be shown."""
    return 0 < value < SMALLEST


def hidden_figures(
    values: Mapping[str, int], relations: Iterable[Relation], settled: Mapping[str, bool]
) -> frozenset[str]:
    """
    Return the figures that are not shown.

    `settled` are figures that were published before, each with whether it was shown: they are what
    they are, and others have to give way.
    """
    known = [relation for relation in relations if set(relation.signs()) <= values.keys()]
    hidden = {
        name
        for name, value in values.items()
        if (not settled[name] if name in settled else is_small(value))
    }
    while (more := _next(values, known, settled, hidden)) is not None:
        hidden.add(more)
    return frozenset(hidden - settled.keys())


def _next(
    values: Mapping[str, int],
    relations: Iterable[Relation],
    settled: Mapping[str, bool],
    hidden: set[str],
) -> str | None:
    """Return one more figure to leave out, or None where nothing gives a hidden one away."""
    relations = list(relations)

    def free(relation: Relation) -> list[str]:
        return sorted(
            (name for name in relation.signs() if name not in hidden | settled.keys()),
            key=lambda name: (values[name] == 0, values[name], name),
        )

    for relation in relations:
        if not is_safe(relation, values, hidden):
            found = [name for name in free(relation) if values[name]]
            if found:
                return found[0]
    given_away = determined(relations, hidden)
    for relation in relations:
        if given_away & relation.signs().keys():
            found = [name for name in free(relation) if values[name]]
            if found:
                return found[0]
    return None


def is_safe(relation: Relation, values: Mapping[str, int], hidden: set[str]) -> bool:
    """
    Return whether a relation alone leaves each hidden figure as open as "from 1 to 4" does.

    Whoever reads knows that a hidden figure is not nought. Of figures on one side the sum is known:
    it has to leave each of them room up to five.
    """
    left = [(name, sign) for name, sign in relation.signs().items() if name in hidden]
    if not left:
        return True
    if len({sign for _name, sign in left}) > 1:
        return True
    if len(left) == 1:
        return False
    return sum(values[name] for name, _sign in left) - (len(left) - 1) >= SMALLEST


def determined(relations: Iterable[Relation], hidden: set[str]) -> set[str]:
    """Return the hidden figures that all relations together give away: one unknown, one value."""
    rows: list[dict[str, Fraction]] = []
    for relation in relations:
        row = {n: Fraction(s) for n, s in relation.signs().items() if n in hidden}
        for pivot, known in ((min(each), each) for each in rows):
            if pivot in row:
                row = _minus(row, known, row[pivot] / known[pivot])
        if not row:
            continue
        pivot = min(row)
        rows = [_minus(each, row, each.get(pivot, Fraction(0)) / row[pivot]) for each in rows]
        rows.append(row)
        rows.sort(key=min)
    return {name for row in rows if len(row) == 1 for name in row}


def _minus(
    row: Mapping[str, Fraction], other: Mapping[str, Fraction], times: Fraction
) -> dict[str, Fraction]:
    found = {
        name: row.get(name, Fraction(0)) - times * other.get(name, Fraction(0))
        for name in {*row, *other}
    }
    return {name: value for name, value in found.items() if value}
