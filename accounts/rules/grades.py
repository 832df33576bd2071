"""The grade of an account from three indicators, by a published formula."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from accounts.enums import Grade

Points = tuple[tuple[float, float], ...]
# Our choice; no article sets it.
LONGEST_WINDOW = 366


@dataclass(frozen=True, slots=True)
class GradeFormula:
    """
    One version of the formula.

    Public Account Provisions, art. 7 §2: accounts are graded by quality of content, reach and the
    credit of the subject.
    """

    window_days: int
    least_days: int
    weights: Mapping[str, float]
    click_rate: Points
    interaction: Points
    followers: Points
    views: Points
    neutral_credit: float
    bounds: tuple[tuple[Grade, float], ...]
    """Each grade with its least total, the best first; the last one has none below it."""

    @classmethod
    def from_catalogue(cls, catalogue: Mapping[str, Any]) -> "GradeFormula":
        """
        Return the formula that a catalogue of plain values holds.

        :raises KeyError: if a part is missing.
        :raises ValueError: if weights do not add up to one, or something is out of order or range.
        """
        weights = {
            name: float(catalogue["weights"][name]) for name in ("quality", "reach", "credit")
        }
        if abs(sum(weights.values()) - 1) > 1e-9 or min(weights.values()) < 0:
            raise ValueError("weights do not add up to one")
        bounds = tuple((Grade(name), float(least)) for name, least in catalogue["bounds"])
        if bounds[-1][1] != 0 or any(a[1] <= b[1] for a, b in pairwise(bounds)):
            raise ValueError("bounds are out of order")
        window, least = int(catalogue["window_days"]), int(catalogue["least_days"])
        neutral = float(catalogue["neutral_credit"])
        if not 1 <= least <= window <= LONGEST_WINDOW:
            raise ValueError("days are out of range")
        if not 0 <= neutral <= 100 or bounds[0][1] > 100:
            raise ValueError("scores are out of range")
        return cls(
            window_days=window,
            least_days=least,
            weights=weights,
            click_rate=_points(catalogue["click_rate"]),
            interaction=_points(catalogue["interaction"]),
            followers=_points(catalogue["followers"]),
            views=_points(catalogue["views"]),
            neutral_credit=neutral,
            bounds=bounds,
        )


@dataclass(frozen=True, slots=True)
class GradeFacts:
    """What an account is graded by: medians of the window, so that a few false days move nothing."""

    days: int
    followers: float
    views: float
    click_rate: float | None
    interaction: float
    """Reposts and comments for each view."""
    credit: float | None = None
    """None where nothing is known of the subject's credit: then a neutral value counts."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade with its three sub-scores, each from 0 to 100."""

    grade: Grade
    quality: float
    reach: float
    credit: float
    total: float
    is_credit_neutral: bool


def grade(facts: GradeFacts, formula: GradeFormula) -> Graded | None:
    """
    Return the grade of an account, or None where too few days are known of it.

    Public Account Provisions, art. 7 §2. Quality is how often people open what they are shown and
    how often they answer; reach is followers and views; credit is the subject's own.
    """
    if facts.days < formula.least_days:
        return None
    parts = [score_at(formula.interaction, facts.interaction)]
    if facts.click_rate is not None:
        parts.append(score_at(formula.click_rate, facts.click_rate))
    quality = round(sum(parts) / len(parts), 1)
    reach = round(
        (score_at(formula.followers, facts.followers) + score_at(formula.views, facts.views)) / 2, 1
    )
    credit = formula.neutral_credit if facts.credit is None else facts.credit
    weights = formula.weights
    total = round(
        weights["quality"] * quality + weights["reach"] * reach + weights["credit"] * credit, 1
    )
    return Graded(
        grade=next(name for name, least in formula.bounds if total >= least),
        quality=quality,
        reach=reach,
        credit=credit,
        total=total,
        is_credit_neutral=facts.credit is None,
    )


def score_at(points: Points, value: float) -> float:
    """Return the score of a value on the straight lines between the points of a formula."""
    if value <= points[0][0]:
        return points[0][1]
    for (low, low_score), (high, high_score) in pairwise(points):
        if value <= high:
            return low_score + (high_score - low_score) * (value - low) / (high - low)
    return points[-1][1]


def _points(listed: Sequence[Sequence[float]]) -> Points:
    points = tuple((float(value), float(score)) for value, score in listed)
    if len(points) < 2 or any(a[0] >= b[0] or a[1] > b[1] for a, b in pairwise(points)):
        raise ValueError("points are out of order")
    if points[0][0] < 0 or points[0][1] < 0 or points[-1][1] > 100:
        raise ValueError("scores are out of range")
    return points
