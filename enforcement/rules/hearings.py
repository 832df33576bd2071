"""When an operator is heard before a measure, and which decision is no graver than another."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from enforcement.enums import (
    CLOSING_MEASURES,
    MILDEST_MEASURES,
    TIMED_MEASURES,
    MeasureCode,
)


@dataclass(frozen=True)
class OrderedWeight:
    """A measure as it weighs on an account: what, for how many days, which functions."""

    measure: str
    term_days: int | None = None
    functions: Collection[str] = ()


def is_heard_first(needed: Iterable[bool]) -> bool:
    """
    Return whether the operator is heard before a decision.

    Our choice, no article: suspension of updates and whatever is graver; the catalogue says it of
    each measure, and one of them is enough.
    """
    return any(needed)


def is_no_graver(orders: Iterable[OrderedWeight], heard: Collection[OrderedWeight]) -> bool:
    """
    Return whether every measure is one on which the operator was heard, or milder than one.

    Our choice, no article: what is said in one's defence makes no measure heavier.
    """
    return all(any(_covers(each, order) for each in heard) for order in orders)


def _covers(heard: OrderedWeight, order: OrderedWeight) -> bool:
    # The content first: what stops a text or labels it does not wait for its author's last word.
    if order.measure == MeasureCode.WARN or order.measure in MILDEST_MEASURES:
        return True
    if heard.measure in CLOSING_MEASURES:
        return order.measure in CLOSING_MEASURES or order.term_days is not None
    if order.term_days is None or heard.term_days is None:
        return order.measure == heard.measure and order.term_days == heard.term_days
    if order.term_days > heard.term_days:
        return False
    if order.measure == heard.measure:
        return set(order.functions) <= set(heard.functions)
    if heard.measure not in TIMED_MEASURES:
        return False
    # In the order in which the measures are declared, the mildest first.
    return _rank(order.measure) < _rank(heard.measure)


def _rank(measure: str) -> int:
    return MeasureCode.values.index(measure)
