"""What counts as unusual: found where it is, silent where it is not, whatever the numbers."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.metrics import (
    Day,
    Indicator,
    MetricLimits,
    Signal,
    SignalKind,
    fresh_signals,
    robust_score,
    signals_of,
)

CATALOGUE = Path(__file__).parent.parent.parent / "accounts/catalogues/metrics.json"
LIMITS = MetricLimits.from_catalogue(json.loads(CATALOGUE.read_text(encoding="utf-8")))
FIRST = date(2026, 9, 1)
QUIET = {"views": 9_000, "click_rate": 0.05, "reposts": 40, "comments": 60}


def series(gains: Sequence[int], **last: float) -> list[Day]:
    """Days of a quiet account with these gains of followers; the last one has other figures."""
    followers, days = 50_000, []
    for number, gain in enumerate(gains):
        followers += gain
        figures = {**QUIET, "views": 9_000 + 37 * (number % 5)}
        if number == len(gains) - 1:
            figures |= last
        days.append(Day(FIRST + timedelta(days=number), followers, **figures))  # type: ignore[arg-type]
    return days


STEADY = [20, 25, 18, 22, 30, 21, 19] * 4


def kinds(signals: Sequence[Signal]) -> set[tuple[str, str]]:
    return {(each.kind.value, each.indicator.value) for each in signals}


@pytest.mark.parametrize(
    ("gains", "last", "expected"),
    [
        (STEADY, {}, set()),
        ([*STEADY, 4_000], {}, {("rise", "followers")}),
        ([*STEADY, -900], {}, {("fall", "followers")}),
        ([*STEADY, 290], {}, set()),
        (STEADY, {"views": 60_000}, {("rise", "views")}),
        (STEADY, {"views": 0}, {("fall", "views")}),
        (STEADY, {"click_rate": 0.9}, {("rise", "click_rate")}),
        (STEADY, {"click_rate": None}, set()),
        (
            STEADY,
            {"reposts": 5_000, "comments": 9_000},
            {("rise", "reposts"), ("rise", "comments")},
        ),
        (
            [*STEADY, 4_800],
            {"views": 9_050},
            {("rise", "followers"), ("mismatch", "followers")},
        ),
        ([*STEADY, 4_800], {"views": 40_000}, {("rise", "followers"), ("rise", "views")}),
    ],
)
def test_finds_what_is_unusual_and_nothing_else(
    gains: list[int], last: dict[str, float], expected: set[tuple[str, str]]
) -> None:
    assert kinds(signals_of(series(gains, **last), LIMITS)) == expected


def test_too_few_days_tell_nothing_but_followers_without_views_do() -> None:
    few = series([20] * 5 + [4_000])
    bought = series([20] * 5 + [4_000], views=10)

    assert signals_of(few, LIMITS) == []
    assert kinds(signals_of(bought, LIMITS)) == {("mismatch", "followers")}
    assert signals_of([], LIMITS) == []


def test_a_gain_is_only_known_between_days_that_follow_each_other() -> None:
    days = series([*STEADY, 4_000])
    del days[-2]

    assert signals_of(days, LIMITS) == []


def test_false_days_in_the_window_do_not_hide_the_next_one() -> None:
    gains = [*STEADY[:20], 4_000, 4_200, 3_900, *STEADY[:5], 4_000]

    assert ("rise", "followers") in kinds(signals_of(series(gains), LIMITS))


def test_figures_that_never_changed_are_no_reason_to_divide_by_nothing() -> None:
    assert robust_score(5, [0, 0, 0]) == (0, float("inf"))
    assert robust_score(0, [0, 0, 0]) == (0, 0.0)


@given(st.lists(st.integers(-200, 200), min_size=2, max_size=40))
def test_a_small_account_is_never_unusual_whatever_it_does(gains: list[int]) -> None:
    days = series([*([0] * 20), *gains])

    assert [signals_of(days[:until], LIMITS) for until in range(21, len(days) + 1)] == [
        [] for _gain in gains
    ]


@given(
    usual=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30),
    value=st.floats(-1e6, 1e6),
)
def test_a_score_has_the_sign_of_the_distance_and_counts_both_ways_alike(
    usual: list[float], value: float
) -> None:
    middle, score = robust_score(value, usual)
    mirrored_middle, mirrored = robust_score(-value, [-each for each in usual])

    assert (score > 0) == (value > middle)
    assert (score < 0) == (value < middle)
    assert mirrored == pytest.approx(-score)
    assert mirrored_middle == pytest.approx(-middle)


@given(st.permutations(STEADY))
def test_the_order_of_the_usual_days_does_not_matter(gains: list[int]) -> None:
    assert robust_score(4_000, gains) == pytest.approx(robust_score(4_000, STEADY))


@given(st.integers(1, 20))
def test_what_was_told_is_quiet_for_some_days_and_then_told_again(days: int) -> None:
    today = FIRST + timedelta(days=days)
    signal = Signal(SignalKind.RISE, Indicator.VIEWS, 9.0, 1.0, 20.0)
    other = Signal(SignalKind.FALL, Indicator.VIEWS, 9.0, 1.0, -20.0)
    told = [(SignalKind.RISE, Indicator.VIEWS, FIRST)]

    fresh = fresh_signals([signal, other], told, today, LIMITS)

    assert other in fresh
    assert (signal in fresh) is (days > LIMITS.quiet_days)


@pytest.mark.parametrize("change", [{"views": None}, {"likes": {"score": 1, "least_change": 1}}])
def test_a_catalogue_with_an_indicator_too_few_or_too_many_is_refused(
    change: dict[str, object],
) -> None:
    content = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    indicators = {**content["indicators"], **change}
    content["indicators"] = {name: each for name, each in indicators.items() if each}

    with pytest.raises(ValueError, match=r"views|likes"):
        MetricLimits.from_catalogue(content)
