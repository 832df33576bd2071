"""When a change of an account's figures is unusual, and how that is found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from math import copysign, inf
from statistics import median
from typing import Any, Final

# By which the median of deviations stands for the standard deviation of a normal distribution.
_NORMAL: Final = 1.4826
# Our choice; no article sets it.
LONGEST_WINDOW: Final = 366


class Indicator(StrEnum):
    """What the platform counts for each account and day."""

    FOLLOWERS = "followers"
    VIEWS = "views"
    CLICK_RATE = "click_rate"
    REPOSTS = "reposts"
    COMMENTS = "comments"


class SignalKind(StrEnum):
    """In which way figures are unusual."""

    RISE = "rise"
    FALL = "fall"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of one day; None where the platform has none."""

    day: date
    followers: int
    views: int
    click_rate: float | None
    reposts: int
    comments: int

    def value(self, indicator: Indicator) -> float | None:
        """Return one of the figures."""
        found: float | None = getattr(self, indicator.value)
        return found


@dataclass(frozen=True, slots=True)
class IndicatorLimits:
    """When one figure counts as unusual."""

    score: float
    """How many robust deviations from the median."""
    least_change: float
    """Below this distance from the median nothing is unusual, however steady the account is."""


@dataclass(frozen=True, slots=True)
class MetricLimits:
    """
    One version of what counts as unusual.

    Public Account Provisions, art. 12 §1 and §2: a platform monitors and evaluates against false
    numbers, and finds unusual changes of followers.
    """

    window_days: int
    least_days: int
    quiet_days: int
    late_days: int
    """Days that arrive later than this are kept and tell nothing any more."""
    indicators: Mapping[Indicator, IndicatorLimits]
    mismatch_least_gain: int
    mismatch_followers_per_view: float

    @classmethod
    def from_catalogue(cls, catalogue: Mapping[str, Any]) -> "MetricLimits":
        """
        Return the limits that a catalogue of plain values holds.

        :raises KeyError: if a limit is missing.
        :raises ValueError: if an indicator is unknown or missing, or a limit out of range.
        """
        indicators = {
            Indicator(name): IndicatorLimits(float(each["score"]), float(each["least_change"]))
            for name, each in catalogue["indicators"].items()
        }
        if missing := set(Indicator) - set(indicators):
            raise ValueError(f"no limits for {', '.join(sorted(missing))}")
        days = [int(catalogue[name]) for name in ("least_days", "window_days", "late_days")]
        if not 3 <= days[0] <= days[1] <= LONGEST_WINDOW or not 0 <= days[2] <= LONGEST_WINDOW:
            raise ValueError("days are out of range")
        if not 0 <= int(catalogue["quiet_days"]) <= days[1]:
            raise ValueError("days are out of range")
        least = [each.score for each in indicators.values()]
        least += [each.least_change for each in indicators.values()]
        least.append(float(catalogue["mismatch_followers_per_view"]))
        if min(least) <= 0 or int(catalogue["mismatch_least_gain"]) < 1:
            raise ValueError("limits are out of range")
        return cls(
            window_days=int(catalogue["window_days"]),
            least_days=int(catalogue["least_days"]),
            quiet_days=int(catalogue["quiet_days"]),
            late_days=int(catalogue["late_days"]),
            indicators=indicators,
            mismatch_least_gain=int(catalogue["mismatch_least_gain"]),
            mismatch_followers_per_view=float(catalogue["mismatch_followers_per_view"]),
        )


@dataclass(frozen=True, slots=True)
class Signal:
    """
    One figure that is unusual: what it was, what is usual, and how far apart they are.

    Of followers the figure is what was gained or lost on the day. Of a mismatch `value` is the
    gain of followers and `usual` as many as the views of the day could explain.
    """

    kind: SignalKind
    indicator: Indicator
    value: float
    usual: float
    score: float


def robust_score(value: float, usual: Sequence[float]) -> tuple[float, float]:
    """
    Return the median of what is usual, and how many robust deviations a value lies from it.

    The spread is the median of the absolute deviations, which a few false days in the window do not
    move. Where more than half of the days are the same it is nothing: then their mean deviation
    counts, and at least a hundredth of the median.
    """
    middle = median(usual)
    deviations = [abs(each - middle) for each in usual]
    spread = _NORMAL * median(deviations) or sum(deviations) / len(deviations)
    spread = max(spread, abs(middle) / 100)
    if spread == 0:
        return middle, 0.0 if value == middle else copysign(inf, value - middle)
    return middle, (value - middle) / spread


def signals_of(days: Sequence[Day], limits: MetricLimits) -> list[Signal]:
    """
    Return what is unusual about the last of some days, ordered, compared with those before it.

    Public Account Provisions, art. 12. Too few days tell nothing. Followers are compared by what a
    day gained or lost, and only between days that follow each other.
    """
    if not days:
        return []
    today = days[-1]
    before = [each for each in days[:-1] if (today.day - each.day).days <= limits.window_days]
    found = []
    for indicator in Indicator:
        if indicator == Indicator.FOLLOWERS:
            value, usual = _gain(days), _gains(before)
        else:
            value = today.value(indicator)
            usual = [x for each in before if (x := each.value(indicator)) is not None]
        if value is None or len(usual) < limits.least_days:
            continue
        allowed = limits.indicators[indicator]
        middle, score = robust_score(value, usual)
        if abs(value - middle) >= allowed.least_change and abs(score) >= allowed.score:
            kind = SignalKind.RISE if score > 0 else SignalKind.FALL
            found.append(Signal(kind, indicator, value, middle, score))
    mismatch = _mismatch(days, limits)
    return [*found, mismatch] if mismatch is not None else found


def _gain(days: Sequence[Day]) -> float | None:
    if len(days) < 2 or (days[-1].day - days[-2].day).days != 1:
        return None
    return days[-1].followers - days[-2].followers


def _gains(days: Sequence[Day]) -> list[float]:
    pairs = pairwise(days)
    return [b.followers - a.followers for a, b in pairs if (b.day - a.day).days == 1]


def _mismatch(days: Sequence[Day], limits: MetricLimits) -> Signal | None:
    """Return that more followers came than views can explain, if so."""
    gain = _gain(days)
    if gain is None or gain < limits.mismatch_least_gain:
        return None
    explained = days[-1].views * limits.mismatch_followers_per_view
    if gain <= explained:
        return None
    score = gain / explained if explained else inf
    return Signal(SignalKind.MISMATCH, Indicator.FOLLOWERS, gain, explained, score)


def fresh_signals(
    signals: Iterable[Signal],
    told: Iterable[tuple[SignalKind, Indicator, date]],
    today: date,
    limits: MetricLimits,
) -> list[Signal]:
    """
    Return the signals that were not told of within the quiet days around `today`.

    A day that is evaluated again, because one before it came late, may lie before what was told.
    """
    quiet = {
        (kind, indicator)
        for kind, indicator, day in told
        if 0 < abs((today - day).days) <= limits.quiet_days
    }
    return [each for each in signals if (each.kind, each.indicator) not in quiet]
