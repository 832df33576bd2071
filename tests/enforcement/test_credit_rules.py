"""How credit is counted: by the rules alone, and against a second, slower way to count."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.powers_words import CreditGrade, CreditService
from accounts.rules.qualifications import months_later
from enforcement.rules.credit import (
    CreditTerms,
    Entry,
    Move,
    count_credit,
    course,
    hundredths,
    repairable_from,
)

CATALOGUE = Path(__file__).parents[2] / "enforcement" / "catalogues" / "credit_presets.json"
PRESETS: Mapping[str, Any] = {
    each["code"]: each["content"] for each in json.loads(CATALOGUE.read_text(encoding="utf-8"))
}
OWN = CreditTerms.from_catalogue(PRESETS["heyan"])
WEIBO = CreditTerms.from_catalogue(PRESETS["weibo-2024"])
FIRST = date(2026, 3, 2)


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def deduction(points: int, number: int = 1, day: date = FIRST) -> Entry:
    return Entry(number, Move.DEDUCT, day, points)


def score(entries: Sequence[Entry], days: int, terms: CreditTerms = OWN) -> int:
    return count_credit(entries, terms, after(days)).score


class TestOurRule:
    def test_whoever_did_nothing_has_all_of_it(self) -> None:
        credit = count_credit([], OWN, FIRST)

        assert (credit.score, credit.grade) == (100, CreditGrade.A)
        assert credit.next_on is credit.heals_on is credit.frozen_on is None

    @pytest.mark.parametrize(("points", "days"), [(10, 27), (20, 47), (30, 67)])
    def test_a_deduction_heals_in_the_days_that_are_published(self, points: int, days: int) -> None:
        credit = count_credit([deduction(points)], OWN, FIRST)

        assert credit.heals_on == after(days)
        assert score([deduction(points)], days - 1) == 99
        assert score([deduction(points)], days) == 100

    def test_nothing_heals_in_the_days_of_observation(self) -> None:
        assert [score([deduction(10)], days) for days in (0, 7, 8, 9, 10, 11)] == [
            90,
            90,
            90,
            91,
            91,
            92,
        ]
        assert count_credit([deduction(10)], OWN, FIRST).next_on == after(9)

    def test_a_new_violation_lets_the_observation_begin_anew(self) -> None:
        entries = [deduction(10), deduction(5, 2, after(11))]

        assert score(entries, 11) == 87
        assert score(entries, 19) == 87
        assert score(entries, 20) == 88

    def test_a_score_that_is_used_up_stays_so_until_it_is_repaired(self) -> None:
        entries = [deduction(100)]
        credit = count_credit(entries, OWN, after(200))

        assert (credit.score, credit.grade, credit.frozen_on) == (0, CreditGrade.Z, FIRST)
        assert repairable_from(credit.frozen_on, OWN) == after(90)
        repaired = count_credit([*entries, Entry(2, Move.REPAIR, after(200))], OWN, after(200))
        assert (repaired.score, repaired.grade, repaired.frozen_on) == (30, CreditGrade.D, None)
        assert score([*entries, Entry(2, Move.REPAIR, after(200))], 209) == 31

    def test_nothing_weighs_longer_than_twelve_months(self) -> None:
        entries = [deduction(100)]
        last = months_later(FIRST, 12)

        assert count_credit(entries, OWN, last - timedelta(days=1)).score == 0
        assert count_credit(entries, OWN, last).score == 100
        assert count_credit(entries, OWN, FIRST).heals_on == last

    def test_a_reversal_gives_back_points_and_days(self) -> None:
        entries = [
            deduction(10),
            deduction(20, 2, after(11)),
            Entry(3, Move.REVERSE, after(30), reverses=2),
        ]

        # As if the second had never been: the first is whole again by now.
        assert score(entries, 30) == 100
        assert score(entries[:2], 30) == 78

    def test_what_is_disputed_shows_in_the_score_and_lowers_no_service(self) -> None:
        entries = [deduction(30), deduction(20, 2)]

        credit = count_credit(entries, OWN, FIRST, disputed={2})

        assert (credit.score, credit.grade) == (50, CreditGrade.D)
        assert credit.services_grade == CreditGrade.C

    @pytest.mark.parametrize(
        ("at", "grade"),
        [(100, "a"), (90, "a"), (89, "b"), (74, "c"), (59, "d"), (29, "e"), (0, "z")],
    )
    def test_grades_begin_where_the_table_says(self, at: int, grade: str) -> None:
        assert OWN.grade_of(at) == grade

    def test_a_course_has_the_score_of_each_day(self) -> None:
        days = [after(-1), after(0), after(9), after(27)]

        assert course([deduction(10)], OWN, days) == [
            (days[0], 100),
            (days[1], 90),
            (days[2], 91),
            (days[3], 100),
        ]


class TestPresets:
    @pytest.mark.parametrize("code", sorted(PRESETS))
    def test_every_preset_can_be_read(self, code: str) -> None:
        assert CreditTerms.from_catalogue(PRESETS[code]).base >= 100

    def test_weibo_heals_a_point_in_seven_days_and_a_new_violation_only_adds_to_it(self) -> None:
        entries = [deduction(4), deduction(2, 2, after(10))]

        assert count_credit(entries[:1], WEIBO, FIRST).heals_on == after(28)
        assert count_credit(entries, WEIBO, after(10)).heals_on == after(42)
        assert score(entries, 41, WEIBO) == 119

    def test_scores_of_another_scale_are_read_on_that_of_a_hundred(self) -> None:
        assert hundredths(60, WEIBO) == 50
        assert hundredths(87, OWN) == 87


class TestTermsThatCannotBe:
    @pytest.mark.parametrize(
        "changed",
        [
            {"low": 0},
            {"base": 101},
            {"begins_at": {**OWN.begins_at, CreditGrade.B: 95}},
            {"begins_at": {**OWN.begins_at, CreditGrade.E: 0}},
            {"restore_days": 0},
            {"observation_days": 367},
            {"repair_to": 101},
            {"services": {**OWN.services, CreditGrade.C: OWN.services[CreditGrade.Z]}},
        ],
    )
    def test_are_refused(self, changed: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"\w"):
            replace(OWN, **changed).check()

    def test_a_service_that_nobody_knows_is_refused(self) -> None:
        services = {**PRESETS["heyan"]["services"], "z": {"off": ["fame"], "updates_a_day": None}}

        with pytest.raises(ValueError, match="fame"):
            CreditTerms.from_catalogue({**PRESETS["heyan"], "services": services})
        assert CreditService.RENAME in OWN.services[CreditGrade.D].off


# A second way to count, day by day and point by point, that shares nothing with the first.


def slowly(entries: Sequence[Entry], terms: CreditTerms, day: date) -> int:
    """Count by living through every day."""
    undone = {each.reverses for each in entries if each.reverses is not None}
    live = [
        each
        for each in entries
        if each.number not in undone
        and each.move != Move.REVERSE
        and not (
            each.move == Move.DEDUCT
            and terms.counted_months
            and months_later(each.day, terms.counted_months) <= day
        )
    ]
    if not live:
        return terms.base
    present, waited, is_healing = terms.base, 0, False
    today = min(each.day for each in live)
    while True:
        if is_healing:
            waited += 1
            is_stuck = present <= terms.floor and not terms.zero_restores
            if waited >= terms.observation_days + terms.restore_days and not is_stuck:
                present = min(terms.base, present + terms.restore_points)
                waited -= terms.restore_days
                if present == terms.base:
                    is_healing, waited = False, 0
        for each in sorted(live, key=lambda one: one.number):
            if each.day != today:
                continue
            if each.move == Move.DEDUCT:
                present = max(terms.floor, present - each.points)
                if terms.is_restarted or not is_healing:
                    waited = 0
                is_healing = True
            else:
                present = max(present, terms.repair_to)
                is_healing, waited = present < terms.base, 0
        if today >= day:
            return present
        today += timedelta(days=1)


days_of_life = st.integers(0, 420)
all_terms = st.sampled_from([CreditTerms.from_catalogue(each) for each in PRESETS.values()])


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    days = sorted(draw(st.lists(days_of_life, max_size=6)))
    entries = []
    for number, at in enumerate(days, start=1):
        is_repair = draw(st.integers(0, 5)) == 0
        entries.append(
            Entry(number, Move.REPAIR, after(at))
            if is_repair
            else deduction(draw(st.integers(1, 100)), number, after(at))
        )
    return entries


@given(histories(), all_terms, st.integers(0, 500))
@settings(max_examples=60, deadline=None)
def test_counting_at_once_comes_to_the_same_as_living_through_every_day(
    entries: list[Entry], terms: CreditTerms, ago: int
) -> None:
    known = [each for each in entries if each.day <= after(ago)]

    assert count_credit(known, terms, after(ago)).score == slowly(known, terms, after(ago))


@given(histories(), all_terms, st.integers(0, 500), st.data())
@settings(max_examples=60, deadline=None)
def test_reversing_gives_exactly_what_would_be_without_it(
    entries: list[Entry], terms: CreditTerms, ago: int, data: st.DataObject
) -> None:
    taken = [each for each in entries if each.move == Move.DEDUCT]
    if not taken:
        return
    wrong = data.draw(st.sampled_from(taken))
    undone = [*entries, Entry(99, Move.REVERSE, after(420), reverses=wrong.number)]
    never = [each for each in entries if each != wrong]

    assert count_credit(undone, terms, after(ago + 420)) == count_credit(
        never, terms, after(ago + 420)
    )


@given(histories(), all_terms, st.integers(0, 500))
@settings(max_examples=60, deadline=None)
def test_nothing_moves_before_the_day_that_was_named_and_it_is_whole_on_the_day_that_was_promised(
    entries: list[Entry], terms: CreditTerms, ago: int
) -> None:
    today = after(420 + ago)
    credit = count_credit(entries, terms, today)

    assert terms.floor <= credit.score <= terms.base
    if credit.next_on is None:
        assert slowly(entries, terms, today + timedelta(days=400)) == credit.score
        return
    assert credit.next_on > today
    eve = credit.next_on - timedelta(days=1)
    assert count_credit(entries, terms, eve).score == credit.score
    if credit.heals_on is not None:
        assert count_credit(entries, terms, credit.heals_on).score == terms.base
        eve = credit.heals_on - timedelta(days=1)
        assert count_credit(entries, terms, eve).score < terms.base


@given(histories(), all_terms, st.integers(0, 500), st.sets(st.integers(1, 6)))
@settings(max_examples=50, deadline=None)
def test_a_dispute_never_makes_anything_worse(
    entries: list[Entry], terms: CreditTerms, ago: int, disputed: set[int]
) -> None:
    credit = count_credit(entries, terms, after(ago), disputed=disputed)

    assert credit.services_grade <= credit.grade
    assert credit.score == count_credit(entries, terms, after(ago)).score
