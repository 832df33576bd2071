"""How credit is counted: the score and the grade of a subject on a day, from its entries and a rule."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from accounts.powers_words import CreditGrade, CreditService
from accounts.rules.qualifications import months_later

# Our choices; no article sets them.
MOST_POINTS: Final = 1000
MOST_DAYS: Final = 366
MOST_MONTHS: Final = 60
MOST_UPDATES: Final = 1000

# The grades that begin at a score, the best first; the last one is what is left at the end.
THRESHOLDS: Final = (
    CreditGrade.A,
    CreditGrade.B,
    CreditGrade.C,
    CreditGrade.D,
    CreditGrade.E,
)


@dataclass(frozen=True, slots=True)
class GradeServices:
    """What a grade withholds, and how many updates a day it leaves; None sets no limit."""

    off: frozenset[CreditService] = frozenset()
    updates_a_day: int | None = None

    def is_within(self, better: "GradeServices") -> bool:
        """Return whether a better grade has everything that this one has."""
        return better.off <= self.off and (
            better.updates_a_day is None
            or (self.updates_a_day is not None and self.updates_a_day <= better.updates_a_day)
        )


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """
    One version of how credit is counted.

    Public Account Provisions, art. 13 §1. Scores lie from `floor` to `cap` and begin at `base`,
    which is also as far as they heal. `low` is the line below which credit counts as low.
    """

    base: int
    floor: int
    cap: int
    low: int
    begins_at: Mapping[CreditGrade, int]
    services: Mapping[CreditGrade, GradeServices]
    observation_days: int
    restore_points: int
    restore_days: int
    is_restarted: bool
    """Whether a new violation lets the days of observation begin anew; else healing just goes on."""
    zero_restores: bool
    repair_after_days: int
    repair_to: int
    """The score that a repair gives; 0 allows none."""
    counted_months: int
    """After how many months a deduction no longer counts; 0 is never."""

    @classmethod
    def from_catalogue(cls, catalogue: Mapping[str, Any]) -> "CreditTerms":
        """
        Return the terms that a catalogue of plain values holds.

        :raises KeyError: if a part is missing.
        :raises ValueError: if a word is unknown or a number cannot be.
        """
        terms = cls(
            **{name: int(catalogue[name]) for name in _NUMBERS},
            is_restarted=bool(catalogue["is_restarted"]),
            zero_restores=bool(catalogue["zero_restores"]),
            begins_at={each: int(catalogue["begins_at"][each.value]) for each in THRESHOLDS},
            services={each: _services(catalogue["services"][each.value]) for each in CreditGrade},
        )
        terms.check()
        return terms

    def check(self) -> None:
        """
        Refuse terms that cannot be.

        :raises ValueError: naming what cannot be.
        """
        if not 0 <= self.floor < self.low <= self.base <= self.cap <= MOST_POINTS:
            raise ValueError("credit is out of order")
        starts = [self.begins_at[each] for each in THRESHOLDS]
        if sorted(set(starts), reverse=True) != starts or not (
            starts[0] <= self.base and self.floor < starts[-1]
        ):
            raise ValueError("grades of credit are out of order")
        if not (
            0 <= self.observation_days <= MOST_DAYS
            and 1 <= self.restore_days <= MOST_DAYS
            and 0 <= self.restore_points <= self.base
            and 0 <= self.repair_after_days <= MOST_DAYS
            and 0 <= self.counted_months <= MOST_MONTHS
        ):
            raise ValueError("healing of credit is out of range")
        if self.repair_to and not self.floor < self.repair_to <= self.base:
            raise ValueError("repair of credit is out of range")
        for better, worse in pairwise(CreditGrade):
            if not self.services[worse].is_within(self.services[better]):
                raise ValueError("a worse grade of credit has more than a better one")

    def grade_of(self, score: int) -> CreditGrade:
        """Return the grade of a score; whatever is below the last that begins somewhere is the end."""
        for grade in THRESHOLDS:
            if score >= self.begins_at[grade]:
                return grade
        return CreditGrade.Z if score <= self.floor else CreditGrade.E


_NUMBERS: Final = (
    "base",
    "floor",
    "cap",
    "low",
    "observation_days",
    "restore_points",
    "restore_days",
    "repair_after_days",
    "repair_to",
    "counted_months",
)


def _services(catalogue: Mapping[str, Any]) -> GradeServices:
    most = catalogue["updates_a_day"]
    if most is not None and not 1 <= int(most) <= MOST_UPDATES:
        raise ValueError("updates are out of range")
    return GradeServices(
        off=frozenset(CreditService(each) for each in catalogue["off"]),
        updates_a_day=None if most is None else int(most),
    )


class Move(StrEnum):
    """What an entry does to a score."""

    DEDUCT = "deduct"
    REVERSE = "reverse"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the count reads it: its number, what it does, its day, points, what it undoes."""

    number: int
    move: Move
    day: date
    points: int = 0
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """
    What credit comes to on a day.

    `services_grade` is what services go by: it is counted without what is disputed. `next_on` is the
    day on which the score moves by itself, `heals_on` when it will be whole, None where neither is
    known; `frozen_on` since when it is used up.
    """

    score: int
    grade: CreditGrade
    services_grade: CreditGrade
    next_on: date | None
    heals_on: date | None
    frozen_on: date | None


@dataclass(slots=True)
class _State:
    """A score on its way; `since` is the day from which healing is counted."""

    score: int
    day: date | None = None
    since: date | None = None
    frozen_on: date | None = None


def count_credit(
    entries: Sequence[Entry],
    terms: CreditTerms,
    day: date,
    *,
    disputed: Collection[int] = (),
) -> Credit:
    """
    Return the credit of a subject on `day` by all entries up to it.

    Public Account Provisions, art. 13 §1. A deduction that was reversed counts as if it had never
    been, so that points and days come back alike. `disputed` are the numbers of deductions against
    which an appeal is open: they show in the score, and services do not go by them.
    """
    counted = standing(entries)
    state = _walk(counted, terms, day)
    spared = [each for each in counted if each.number not in disputed]
    services = state if len(spared) == len(counted) else _walk(spared, terms, day)
    return Credit(
        score=state.score,
        grade=terms.grade_of(state.score),
        # A dispute never makes anything worse, also where the rule is odd.
        services_grade=terms.grade_of(max(state.score, services.score)),
        next_on=min(_turns(counted, state, terms, day), default=None),
        heals_on=_whole_on(counted, state, terms, day),
        frozen_on=state.frozen_on,
    )


def course(
    entries: Sequence[Entry], terms: CreditTerms, days: Sequence[date]
) -> list[tuple[date, int]]:
    """Return the score of each day as it is counted now, without what was undone."""
    counted = standing(entries)
    return [
        (day, _walk([each for each in counted if each.day <= day], terms, day).score)
        for day in days
    ]


def standing(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that count, in their order: deductions that nobody undid, and repairs."""
    undone = {each.reverses for each in entries if each.move == Move.REVERSE}
    return sorted(
        (each for each in entries if each.move != Move.REVERSE and each.number not in undone),
        key=lambda each: (each.day, each.number),
    )


def repairable_from(frozen_on: date | None, terms: CreditTerms) -> date | None:
    """
    Return the first day on which a repair may be asked for; None where there is none.

    Our choice, no article: whose credit is used up has a way back, after a time.
    """
    if frozen_on is None or not terms.repair_to:
        return None
    return frozen_on + timedelta(days=terms.repair_after_days)


def hundredths(score: int, terms: CreditTerms) -> int:
    """Return a score on the scale of a hundred, on which grades of accounts read it."""
    return round(100 * (score - terms.floor) / (terms.cap - terms.floor))


def _counts_until(entry: Entry, terms: CreditTerms) -> date | None:
    """Return the first day on which a deduction no longer counts."""
    if entry.move != Move.DEDUCT or not terms.counted_months:
        return None
    return months_later(entry.day, terms.counted_months)


def _walk(entries: Sequence[Entry], terms: CreditTerms, day: date) -> _State:
    state = _State(terms.base)
    for entry in entries:
        until = _counts_until(entry, terms)
        if until is not None and until <= day:
            continue
        _heal(state, terms, entry.day)
        if entry.move == Move.DEDUCT:
            before = state.score
            state.score = max(terms.floor, state.score - entry.points)
            if terms.is_restarted or state.since is None:
                state.since = entry.day
            if state.score <= terms.floor < before:
                state.frozen_on = entry.day
        else:
            state.score = max(state.score, terms.repair_to)
            state.since = entry.day if state.score < terms.base else None
            if state.score > terms.floor:
                state.frozen_on = None
    _heal(state, terms, day)
    return state


def _heal(state: _State, terms: CreditTerms, day: date) -> None:
    steps = _steps(state, terms, day)
    if not steps or state.since is None:
        return
    state.score = min(terms.base, state.score + steps * terms.restore_points)
    state.frozen_on = None
    if state.score == terms.base:
        state.since = None
    else:
        # What is left of the days goes on counting.
        state.since += timedelta(days=steps * terms.restore_days)


def _steps(state: _State, terms: CreditTerms, day: date) -> int:
    if state.since is None or not terms.restore_points or _is_stuck(state, terms):
        return 0
    return max(0, (day - state.since).days - terms.observation_days) // terms.restore_days


def _is_stuck(state: _State, terms: CreditTerms) -> bool:
    return state.score <= terms.floor and not terms.zero_restores


def _turns(entries: Sequence[Entry], state: _State, terms: CreditTerms, day: date) -> list[date]:
    """Return the next days on which the score may move by itself."""
    if state.score >= terms.base:
        return []
    turns = [
        until
        for until in (_counts_until(each, terms) for each in entries)
        if until is not None and until > day
    ]
    healing = _heals_after(state, terms, 1)
    return turns if healing is None else [*turns, healing]


def _heals_after(state: _State, terms: CreditTerms, steps: int) -> date | None:
    """Return the day on which so many more steps of healing are done."""
    if state.since is None or not terms.restore_points or _is_stuck(state, terms):
        return None
    return state.since + timedelta(days=terms.observation_days + steps * terms.restore_days)


def _whole_on(
    entries: Sequence[Entry], state: _State, terms: CreditTerms, day: date
) -> date | None:
    """Return the day on which the score is whole again if nothing else happens."""
    if state.score >= terms.base:
        return None
    ends = sorted(
        {until for each in entries if (until := _counts_until(each, terms)) and until > day}
    )
    for end in [*ends, None]:
        missing = terms.base - state.score
        healed = (
            _heals_after(state, terms, -(-missing // terms.restore_points))
            if terms.restore_points
            else None
        )
        if healed is not None and (end is None or healed <= end):
            return healed
        if end is None:
            return None
        # From here on one deduction less counts.
        state = _walk(entries, terms, end)
        if state.score >= terms.base:
            return end
    return None
