"""What the ladder proposes and how orders stand to it: pure rules, with tables and made-up ladders."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.enums import DeviationKind, FactorDirection, MeasureCode
from enforcement.rules.ladder import (
    Deviation,
    Earlier,
    FactorRule,
    Order,
    Rung,
    beyond_harm,
    counting,
    deviation,
    factor_fits,
    family_of,
    is_covered,
    ladder_of,
    moved_by,
    nearest,
    occasions,
    proposed_step,
)

M = MeasureCode
UP, DOWN = FactorDirection.UP, FactorDirection.DOWN
WARN, CLOSE = Order(M.WARN), Order(M.CLOSE)


def mute(days: int) -> Order:
    return Order(M.SUSPEND_UPDATES, days)


def ads(days: int) -> Order:
    return Order(M.STOP_ADVERTISING, days)


def off(days: int, *functions: str) -> Order:
    return Order(M.RESTRICT_FUNCTIONS, days, frozenset(functions))


LADDER = [
    Rung(1, 1, (WARN,)),
    Rung(2, 1, (mute(7), ads(14))),
    Rung(3, 1, (mute(30), ads(60))),
    Rung(4, 1, (CLOSE,)),
]


@pytest.mark.parametrize(
    ("earlier", "directions", "offence", "place", "moved"),
    [
        (0, (), 1, 0, 0),
        (1, (), 2, 1, 0),
        (3, (), 4, 3, 0),
        (9, (), 10, 3, 0),
        (1, (UP,), 2, 2, 1),
        (1, (UP, UP), 2, 2, 1),
        (1, (DOWN,), 2, 0, -1),
        (1, (UP, DOWN), 2, 1, 0),
        (0, (DOWN,), 1, 0, 0),
        (3, (UP,), 4, 3, 0),
    ],
)
def test_the_step_follows_the_offences_and_moves_by_one_at_most(
    earlier: int, directions: tuple[str, ...], offence: int, place: int, moved: int
) -> None:
    step = proposed_step(LADDER, earlier=earlier, directions=directions)

    assert (step.offence_number, step.place, step.moved) == (offence, place, moved)


@pytest.mark.parametrize(
    ("orders", "place", "found"),
    [
        ([WARN], 0, Deviation(DeviationKind.NONE)),
        ([mute(7), ads(14)], 1, Deviation(DeviationKind.NONE)),
        ([WARN, mute(7), ads(14)], 1, Deviation(DeviationKind.NONE)),
        ([off(7, "live"), mute(7), ads(14)], 1, Deviation(DeviationKind.NONE)),
        ([mute(7), ads(14)], 0, Deviation(DeviationKind.HEAVIER, 1)),
        ([mute(3)], 0, Deviation(DeviationKind.HEAVIER, 1)),
        ([mute(8), ads(14)], 1, Deviation(DeviationKind.HEAVIER, 1)),
        ([mute(90)], 1, Deviation(DeviationKind.HEAVIER, 2)),
        ([CLOSE], 0, Deviation(DeviationKind.HEAVIER, 3)),
        ([off(60, "live")], 1, Deviation(DeviationKind.HEAVIER, 2)),
        ([mute(7)], 1, Deviation(DeviationKind.LIGHTER, 1)),
        ([WARN], 1, Deviation(DeviationKind.LIGHTER, 1)),
        ([mute(7), ads(14)], 2, Deviation(DeviationKind.LIGHTER, 1)),
        ([mute(10), ads(14)], 2, Deviation(DeviationKind.LIGHTER, 1)),
        ([mute(7)], 2, Deviation(DeviationKind.LIGHTER, 2)),
        ([WARN], 3, Deviation(DeviationKind.LIGHTER, 3)),
        # Longer on one side and shorter on the other is heavier: nobody may trade the two.
        ([mute(10), ads(7)], 1, Deviation(DeviationKind.HEAVIER, 1)),
        # What bears on the person is beyond every step that does not name it.
        ([CLOSE, Order("blacklist")], 3, Deviation(DeviationKind.HEAVIER, 1)),
    ],
)
def test_orders_are_on_the_ladder_lighter_or_heavier_by_steps(
    orders: list[Order], place: int, found: Deviation
) -> None:
    assert deviation(LADDER, place, orders) == found


@pytest.mark.parametrize(
    ("order", "by", "is_it"),
    [
        (WARN, mute(1), True),
        (WARN, CLOSE, True),
        (mute(7), mute(7), True),
        (mute(8), mute(7), False),
        (mute(7), ads(90), False),
        (ads(7), mute(90), False),
        (off(7, "live"), mute(7), True),
        (off(8, "live"), mute(7), False),
        (off(7, "live"), off(7, "live", "comment"), True),
        (off(7, "live", "rename"), off(7, "live", "comment"), False),
        (mute(180), CLOSE, True),
        (Order(M.TERMINATE), CLOSE, True),
        (CLOSE, mute(180), False),
        (CLOSE, WARN, False),
        (Order("blacklist"), CLOSE, False),
    ],
)
def test_an_order_is_covered_by_what_takes_as_much_for_as_long(
    order: Order, by: Order, is_it: bool
) -> None:
    assert is_covered(order, [by]) is is_it


def test_a_ladder_from_a_severity_on_holds_as_a_whole() -> None:
    grave = Rung(1, 4, (CLOSE,))

    assert ladder_of([*LADDER, grave], 3) == LADDER
    assert ladder_of([*LADDER, grave], 4) == [grave]
    assert ladder_of([grave], 3) == []


TODAY = date(2026, 8, 31)


@pytest.mark.parametrize(
    ("decided_on", "counted_as", "is_reversed", "counts"),
    [
        (date(2026, 8, 30), "V06", False, True),
        (date(2025, 8, 31), "V06", False, True),
        (date(2025, 8, 30), "V06", False, False),
        (date(2026, 8, 31), "V06", False, True),
        (date(2026, 9, 1), "V06", False, False),
        (date(2026, 8, 30), "V05", False, False),
        (date(2026, 8, 30), "V06", True, False),
    ],
)
def test_earlier_decisions_count_by_family_and_date_unless_they_were_reversed(
    decided_on: date, counted_as: str, is_reversed: bool, counts: bool
) -> None:
    one = Earlier("CZ1", counted_as, decided_on, is_reversed)

    found = counting([one], counted_as="V06", decided_on=TODAY, months=12)

    assert found == ([one] if counts else [])


def test_twelve_months_before_the_last_of_a_long_month_end_with_the_shorter_one() -> None:
    leap = Earlier("CZ1", "V06", date(2023, 2, 28))

    assert counting([leap], counted_as="V06", decided_on=date(2024, 2, 29), months=12) == [leap]


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("V06.1", "V04+V06"),
        ("V04", "V04+V06"),
        ("V05.2", "V05"),
        ("V09.A.6", "V09.A"),
        ("V09.B", "V09.B"),
    ],
)
def test_what_counts_together_is_said_by_the_nearest_code(code: str, family: str) -> None:
    families = {"V04": "V04+V06", "V06": "V04+V06", "V09.A": "V09.A", "V09.B": "V09.B"}

    assert family_of(code, families) == family


def test_the_nearest_code_that_says_anything_decides() -> None:
    said = {"V07": "head", "V07.6": "own"}

    assert [nearest(code, said) for code in ("V07.6", "V07.5", "V08.1")] == ["own", "head", None]


@pytest.mark.parametrize(
    ("measures", "offence", "wide"),
    [
        (["warn"], 1, []),
        (["close"], 4, ["close"]),
        (["close"], 5, []),
        (["warn", "stop_advertising"], 9, ["stop_advertising"]),
    ],
)
def test_no_measure_is_wider_than_the_harm(
    measures: list[str], offence: int, wide: list[str]
) -> None:
    assert beyond_harm(measures, {"warn": 1, "close": 5}, offence_number=offence) == wide


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (FactorRule(), True),
        (FactorRule(only_code="V06"), True),
        (FactorRule(only_code="V06.1"), True),
        (FactorRule(only_code="V0"), False),
        (FactorRule(only_code="V05"), False),
        (FactorRule(up_to_offence=2), True),
        (FactorRule(up_to_offence=1), False),
        (FactorRule(up_to_severity=3), True),
        (FactorRule(up_to_severity=2), False),
    ],
)
def test_a_factor_fits_by_code_offence_and_severity(rule: FactorRule, fits: bool) -> None:
    assert factor_fits(rule, code="V06.1", offence_number=2, severity=3) is fits


THRESHOLDS = {"official": 1, "followers": 500_000, "heavier": 1, "lighter": 2, "aggravated": 1}


@pytest.mark.parametrize(
    ("given_", "there"),
    [
        ({}, []),
        ({"is_official": True}, ["official"]),
        ({"followers": 499_999}, []),
        ({"followers": 500_000}, ["followers"]),
        ({"found": Deviation(DeviationKind.HEAVIER, 1)}, ["heavier"]),
        ({"found": Deviation(DeviationKind.LIGHTER, 1)}, []),
        ({"found": Deviation(DeviationKind.LIGHTER, 2)}, ["lighter"]),
        ({"is_aggravated": True}, ["aggravated"]),
        ({"followers": 500_000, "is_aggravated": True}, ["followers", "aggravated"]),
        ({"is_official": True, "thresholds": {}}, []),
    ],
)
def test_more_approvals_are_asked_for_by_subject_and_deviation(
    given_: dict[str, object], there: list[str]
) -> None:
    said = {
        "is_official": False,
        "followers": 0,
        "found": Deviation(DeviationKind.NONE),
        "is_aggravated": False,
        "thresholds": THRESHOLDS,
        **given_,
    }

    assert occasions(**said) == there  # type: ignore[arg-type]


FUNCTIONS = st.frozensets(st.sampled_from(["live", "rename", "comment"]), min_size=1)
ORDERS = st.one_of(
    st.just(WARN),
    st.just(CLOSE),
    st.builds(mute, st.integers(1, 180)),
    st.builds(ads, st.integers(1, 180)),
    st.builds(lambda days, names: off(days, *names), st.integers(1, 180), FUNCTIONS),
)
SETS = st.lists(ORDERS, min_size=1, max_size=4, unique_by=lambda each: each.measure)
LADDERS = st.lists(SETS, min_size=1, max_size=5).map(
    lambda sets: [Rung(number, 1, tuple(orders)) for number, orders in enumerate(sets, start=1)]
)
DIRECTIONS = st.frozensets(st.sampled_from([UP, DOWN]))


@given(LADDERS, st.integers(0, 12), DIRECTIONS)
def test_the_proposed_step_is_always_on_the_ladder_and_never_moved_by_two(
    ladder: list[Rung], earlier: int, directions: frozenset[str]
) -> None:
    plain = proposed_step(ladder, earlier=earlier)
    step = proposed_step(ladder, earlier=earlier, directions=directions)

    assert 0 <= step.place < len(ladder)
    assert abs(step.place - plain.place) <= 1
    assert step.moved in (0, moved_by(directions))


@given(LADDERS, st.data())
def test_what_the_step_orders_is_on_the_ladder(ladder: list[Rung], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(ladder) - 1))

    assert deviation(ladder, place, ladder[place].orders).kind == DeviationKind.NONE


@given(LADDERS, SETS, st.data())
def test_whatever_exceeds_the_step_in_anything_is_heavier_and_nothing_else(
    ladder: list[Rung], orders: list[Order], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(ladder) - 1))
    exceeds = any(not is_covered(each, ladder[place].orders) for each in orders)

    found = deviation(ladder, place, orders)

    assert (found.kind == DeviationKind.HEAVIER) is exceeds
    assert (found.steps == 0) is (found.kind == DeviationKind.NONE)
    assert found.steps <= len(ladder)


@given(LADDERS, SETS, st.data())
def test_adding_a_measure_never_makes_orders_lighter(
    ladder: list[Rung], orders: list[Order], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(ladder) - 1))
    before = deviation(ladder, place, orders)

    after = deviation(ladder, place, [*orders, CLOSE])

    if before.kind == DeviationKind.HEAVIER:
        assert after.kind == DeviationKind.HEAVIER
        assert after.steps >= before.steps
