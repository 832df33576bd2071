"""
The figures of a period for the public: from the records of R05 and R06, the clocks, the measures.

Four statements a period, whatever its number of rows; nothing of anybody is read but numbers.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

import psycopg
from django.utils import timezone

from enforcement.appeal_words import AppealOutcome
from enforcement.complaint_words import ComplaintKind, ComplaintOutcome
from enforcement.enums import TAKEN_DECISIONS, MeasureCode
from reports.enums import PeriodKind
from reports.exports.forms import Form
from reports.exports.r05 import KINDS, R05
from reports.exports.r06 import R06
from reports.exports.statistics import EVERY, Counting, Figures
from reports.rules.suppression import Relation
from reports.snapshot import open_snapshot

# The steps whose limits are published and kept: of complaints, then of appeals.
ACCEPTING: Final = ("complaint_acceptance", "urgent_action")
DECIDING: Final = ("complaint_decision", "urgent_decision")
HEARING: Final = ("appeal_decision", "second_appeal_decision")
STEPS: Final = (
    "complaint_acknowledgement",
    *ACCEPTING,
    *DECIDING,
    "complaint_feedback",
    "appeal_acceptance",
    *HEARING,
)
OUTCOMES: Final = tuple(str(each) for each in ComplaintOutcome)
COMPLAINTS: Final = ("received", "accepted", "refused", "withdrawn", *OUTCOMES, "told")
RULINGS: Final = tuple(str(each) for each in AppealOutcome)
APPEALS: Final = ("filed", "accepted", "refused", "withdrawn", *RULINGS, "second_level")
CHECKS: Final = ("checked", "independent")
STEP_FIGURES: Final = ("in_time", "late", "open_late")

# A step was late if a limit of it passed unmet, whatever limit it was given afterwards.
STEPS_SQL: Final = """
SELECT k.step,
       count(*) FILTER (WHERE k.stopped_at >= %(start)s AND k.stopped_at < %(end)s
                          AND NOT m.is_missed),
       count(*) FILTER (WHERE k.stopped_at >= %(start)s AND k.stopped_at < %(end)s
                          AND m.is_missed),
       count(*) FILTER (WHERE (k.stopped_at IS NULL OR k.stopped_at >= %(end)s)
                          AND (m.missed_at < %(end)s
                               OR k.state = 'running' AND k.due_at < least(%(end)s, now())))
  FROM compliance_clock k
 CROSS JOIN LATERAL (
       SELECT count(*) > 0 AS is_missed, min(b.due_at) AS missed_at
         FROM compliance_clockbreach b WHERE b.clock_id = k.id) m
 WHERE k.step = ANY(%(steps)s) AND k.started_at < %(end)s
   AND (k.stopped_at IS NULL OR k.stopped_at >= %(start)s)
 GROUP BY k.step
"""
MEASURES_SQL: Final = """
SELECT m.measure, count(*)
  FROM enforcement_measure m
  JOIN enforcement_decision d ON d.id = m.decision_id
 WHERE d.in_force_from >= %(start)s AND d.in_force_from < %(end)s AND d.status = ANY(%(taken)s)
 GROUP BY m.measure
"""


@dataclass(frozen=True)
class Counted:
    """Every figure of a period by its name, and when and from how many records it was counted."""

    values: dict[str, int]
    counted_at: datetime
    complaints: int
    appeals: int


def start_of(day: date) -> datetime:
    """Return the first instant of a day where the platform is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def count_period(kind: str, first: date, until: date) -> Counted:
    """
    Count the figures of the days from `first` to the one before `until`, in one state of the records.

    Public Account Provisions, art. 20 §2: time limits are published, and whether they are kept. By
    kind complaints are counted for a half-year alone: the kinds of a month are small.
    """
    with open_snapshot() as snapshot:
        period = {"start": start_of(first), "end": start_of(until)}
        row = snapshot.execute("SELECT transaction_timestamp()").fetchone()
        assert row is not None
        complaints, of_complaints = _statistic(snapshot, R05, period)
        appeals, of_appeals = _statistic(snapshot, R06, period)
        values = {
            **dict(_of_complaints(kind, complaints)),
            **{f"appeals.{name}": appeals[EVERY, EVERY].counts[name] for name in APPEALS},
            **{f"hearing.{name}": appeals[EVERY, EVERY].counts[name] for name in CHECKS},
            **dict(_of_steps(snapshot, period)),
            **dict(_of_measures(snapshot, period)),
        }
    return Counted(values, row[0], of_complaints, of_appeals)


def _statistic(
    snapshot: psycopg.Connection[Any], form: Form, period: dict[str, Any]
) -> tuple[dict[tuple[str, ...], Figures], int]:
    assert form.statistic is not None
    counting, number = Counting(form.statistic), 0
    with psycopg.ServerCursor(snapshot, f"figures_{form.code}") as cursor:
        cursor.execute(form.rows_sql, {**form.parameters, **period})
        for row in cursor:
            counting.add(form.statistic.read(row))
            number += 1
    return dict(counting.rows()), number


def _of_complaints(kind: str, rows: dict[tuple[str, ...], Figures]) -> Iterator[tuple[str, int]]:
    for name in COMPLAINTS:
        yield f"complaints.{name}", rows[EVERY, EVERY].counts[name]
        if kind == PeriodKind.HALF_YEAR:
            for code in ComplaintKind.values:
                found = rows.get((KINDS[ComplaintKind(code)], EVERY), Figures())
                yield f"complaints.{name}.{code}", found.counts[name]


def _of_steps(
    snapshot: psycopg.Connection[Any], period: dict[str, Any]
) -> Iterator[tuple[str, int]]:
    found = {
        step: figures
        for step, *figures in snapshot.execute(STEPS_SQL, {**period, "steps": list(STEPS)})
    }
    for step in STEPS:
        for name, value in zip(STEP_FIGURES, found.get(step, (0, 0, 0)), strict=True):
            yield f"steps.{step}.{name}", value


def _of_measures(
    snapshot: psycopg.Connection[Any], period: dict[str, Any]
) -> Iterator[tuple[str, int]]:
    taken = [str(status) for status in TAKEN_DECISIONS]
    found = Counter(dict(snapshot.execute(MEASURES_SQL, {**period, "taken": taken}).fetchall()))
    for code in MeasureCode.values:
        yield f"measures.{code}", found[code]


def relations_of(months: int, *, is_half_over: bool) -> list[Relation]:
    """
    Return which figures of a period add up to which, so many earlier months among them.

    With `is_half_over` the period is the half-year of those months; otherwise it is the next month,
    and what the half-year will show is taken for known. So is what a step has done: it is known but
    for what was withdrawn.
    """

    def done(*steps: str) -> tuple[str, ...]:
        return tuple(f"steps.{step}.{name}" for step in steps for name in ("in_time", "late"))

    def of(group: str, *names: str) -> tuple[str, ...]:
        return tuple(f"{group}.{name}" for name in names)

    relations = [
        # First, so that a step gives way before outcomes do: of these people want to know more.
        *(Relation(done(step), ()) for step in STEPS),
        Relation(done(*ACCEPTING), of("complaints", "accepted", "refused")),
        Relation(done(*DECIDING), of("complaints", *OUTCOMES)),
        Relation(done("complaint_acknowledgement"), of("complaints", "received")),
        Relation(done("complaint_feedback"), of("complaints", *OUTCOMES)),
        Relation(done("appeal_acceptance"), of("appeals", "accepted", "refused")),
        Relation(done(*HEARING), of("appeals", *RULINGS)),
        Relation(of("complaints", "told"), of("complaints", "refused", *OUTCOMES)),
        Relation(of("hearing", "checked"), of("appeals", "accepted", "refused")),
    ]
    for name in COMPLAINTS:
        total = f"complaints.{name}"
        relations.append(
            Relation((total,), tuple(f"{total}.{code}" for code in ComplaintKind.values))
        )
    if months:
        relations += [_over_months(name, months, is_half_over) for name in _monthly()]
    return relations


def _monthly() -> Iterator[str]:
    yield from (f"complaints.{name}" for name in COMPLAINTS)
    yield from (f"appeals.{name}" for name in APPEALS)
    yield from (f"hearing.{name}" for name in CHECKS)
    yield from (f"steps.{step}.{name}" for step in STEPS for name in ("in_time", "late"))
    yield from (f"measures.{code}" for code in MeasureCode.values)


def _over_months(name: str, months: int, is_half_over: bool) -> Relation:
    earlier = tuple(in_month(name, place) for place in range(months))
    return Relation((name,), earlier) if is_half_over else Relation((name, *earlier), ())


def in_month(name: str, place: int) -> str:
    """Return the name of a figure of one of the months of a half-year."""
    return f"{place}:{name}"
