"""How decisions on the same thing stand to each other; plain values, nothing is read or written."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median

from enforcement.enums import DeviationKind, MeasureCode
from enforcement.rules.ladder import Order, is_covered


@dataclass(frozen=True)
class Taken:
    """What one decision ordered, and how it stood to the ladder."""

    orders: tuple[Order, ...]
    deviation: str


@dataclass(frozen=True)
class MeasureShare:
    """How many of the decisions ordered a measure, and for how long in the median."""

    measure: str
    count: int
    permille: int
    median_days: float | None


@dataclass(frozen=True)
class Distribution:
    """What was ordered in decisions on the same thing."""

    count: int
    measures: tuple[MeasureShare, ...]
    on_ladder: int
    lighter: int
    heavier: int


@dataclass(frozen=True)
class Comparison:
    """Beside how many decisions an order is the same, lighter or heavier."""

    same: int
    lighter: int
    heavier: int


def permille(part: int, whole: int) -> int:
    """Return a share in thousandths, rounded to the nearest; of nothing it is nothing."""
    return (part * 2000 + whole) // (2 * whole) if whole else 0


def distribution_of(decisions: Sequence[Taken]) -> Distribution:
    """
    Return how often each measure was ordered and for how long, the mildest first.

    Opinions on Platform Responsibility, point 2: what is usual is to be seen. A decision that
    orders two measures counts for both.
    """
    count = len(decisions)
    by_measure: dict[str, list[Order]] = {}
    for each in decisions:
        for order in each.orders:
            by_measure.setdefault(order.measure, []).append(order)
    deviations = Counter(each.deviation for each in decisions)
    return Distribution(
        count=count,
        measures=tuple(
            MeasureShare(
                measure=measure,
                count=len(by_measure[measure]),
                permille=permille(len(by_measure[measure]), count),
                median_days=_median_days(by_measure[measure]),
            )
            for measure in MeasureCode.values
            if measure in by_measure
        ),
        on_ladder=deviations[DeviationKind.NONE],
        lighter=deviations[DeviationKind.LIGHTER],
        heavier=deviations[DeviationKind.HEAVIER],
    )


def _median_days(orders: Collection[Order]) -> float | None:
    days = [each.term_days for each in orders if each.term_days is not None]
    return float(median(days)) if days else None


def relation(orders: Collection[Order], other: Collection[Order]) -> DeviationKind:
    """
    Return whether orders are the same as others, lighter or heavier.

    As with the ladder: what exceeds the other in anything is heavier, however mild the rest.
    """
    if not all(is_covered(each, other) for each in orders):
        return DeviationKind.HEAVIER
    if not all(is_covered(each, orders) for each in other):
        return DeviationKind.LIGHTER
    return DeviationKind.NONE


def compare(orders: Collection[Order], decisions: Sequence[Taken]) -> Comparison:
    """Return how an order stands to each of the decisions on the same thing."""
    found = Counter(relation(orders, each.orders) for each in decisions)
    return Comparison(
        same=found[DeviationKind.NONE],
        lighter=found[DeviationKind.LIGHTER],
        heavier=found[DeviationKind.HEAVIER],
    )
