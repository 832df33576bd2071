"""Which decisions are drawn for a second look, and how what was seen stands to what was decided."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from enforcement.consistency_words import LookOutcome
from enforcement.enums import DeviationKind
from enforcement.rules.consistency import relation
from enforcement.rules.ladder import Order, Rung, is_covered

# How sure the interval of a rate is: nineteen times in twenty.
_SURE = 1.96
# Our choices; no article sets them: bounds within which somebody may propose another version.
MOST_FEW, MOST_STEPS, MOST_POINTS, MOST_BANDS = 100, 5, 100, 6


@dataclass(frozen=True)
class ConsistencyTerms:
    """How many are looked at again, from how many steps on somebody concludes, what stands out."""

    sample_permille: int
    review_steps: int
    few: int
    limit_points: int
    bands: tuple[int, ...]

    @classmethod
    def from_catalogue(cls, content: Mapping[str, Any]) -> "ConsistencyTerms":
        """
        Return the terms of a version.

        :raises ValueError: if a number is out of range.
        """
        terms = cls(
            sample_permille=content["sample_permille"],
            review_steps=content["review_steps"],
            few=content["few"],
            limit_points=content["limit_points"],
            bands=tuple(content["bands"]),
        )
        if not (
            1 <= terms.sample_permille <= 1000
            and 1 <= terms.review_steps <= MOST_STEPS
            and 2 <= terms.few <= MOST_FEW
            and 1 <= terms.limit_points <= MOST_POINTS
        ):
            raise ValueError("consistency is out of range")
        rising = all(
            one < other for one, other in zip((0, *terms.bands), terms.bands, strict=False)
        )
        if not 1 <= len(terms.bands) <= MOST_BANDS or not rising:
            raise ValueError("follower bands are out of order")
        return terms


def draw(numbers: Iterable[int], *, seed: str, permille: int) -> list[int]:
    """
    Return which of these are drawn: the share of them, rounded up, so one at least of any.

    Our choice, no article: the numbers in the order of a digest of seed and number; anybody who
    knows the seed draws the same.
    """
    ordered = sorted(
        numbers, key=lambda each: hashlib.sha256(f"{seed}/{each}".encode()).hexdigest()
    )
    return ordered[: -(-len(ordered) * permille // 1000)]


@dataclass(frozen=True)
class Seen:
    """How a second look stands to the decision, and how many steps lie between them."""

    outcome: LookOutcome
    steps: int


_OUTCOMES = {
    DeviationKind.NONE: LookOutcome.AGREE,
    DeviationKind.LIGHTER: LookOutcome.LIGHTER,
    DeviationKind.HEAVIER: LookOutcome.HEAVIER,
}


def height(ladder: Sequence[Rung], orders: Collection[Order]) -> int:
    """Return the first step that covers the orders; what none covers lies beyond the last."""
    for place, rung in enumerate(ladder):
        if all(is_covered(each, rung.orders) for each in orders):
            return place
    return len(ladder)


def compare_looks(
    ladder: Sequence[Rung], decided: Collection[Order], seen: Collection[Order]
) -> Seen:
    """
    Return how what was seen stands to what was decided, on the longest ladder of the violation.

    Opinions on Platform Responsibility, point 2. The longest, because the one for grave cases may
    begin with the closure, and a warning would then lie a step from it. Who finds no violation would order nothing: that
    is lighter, and one step more than from the lowest. Whatever differs lies a step apart at least.
    """
    if not seen:
        return Seen(LookOutcome.LIGHTER, height(ladder, decided) + 1)
    outcome = _OUTCOMES[relation(seen, decided)]
    if outcome == LookOutcome.AGREE:
        return Seen(outcome, 0)
    return Seen(outcome, max(1, abs(height(ladder, seen) - height(ladder, decided))))


@dataclass(frozen=True)
class Rate:
    """A share in thousandths with the bounds between which it lies nineteen times in twenty."""

    part: int
    whole: int
    permille: int
    lowest: int
    highest: int


def rate_of(part: int, whole: int) -> Rate:
    """
    Return a share with its interval, after Wilson: of few cases it is wide, of none it is all.

    Our choice, no article: a rate without it would say more than was counted.
    """
    if not whole:
        return Rate(0, 0, 0, 0, 1000)
    share, square = part / whole, _SURE**2
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    reach = (
        _SURE * sqrt(share * (1 - share) / whole + square / (4 * whole**2)) / (1 + square / whole)
    )
    return Rate(
        part,
        whole,
        round(share * 1000),
        max(0, round((middle - reach) * 1000)),
        min(1000, round((middle + reach) * 1000)),
    )
