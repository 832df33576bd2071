"""R06: every figure of appeals against the appeals themselves, counted in other ways."""

from collections import Counter
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from django.db import connection

from compliance.clocks.statistics import running_time
from compliance.models import ClockEvent, StaffUser
from enforcement.appeal_words import AppealGround, AppealOutcome, AppealRefusal, AppealStatus
from enforcement.models import Appeal, CreditEntry, Decision
from enforcement.services.decision_content import MeasureOrder
from reports.exports.r06 import GROUNDS, OUTCOMES, R06, REFUSALS
from reports.exports.r07 import APPEAL_STATES, R07
from reports.exports.statistics import EVERY
from tests.reports.conftest import CLOSURE, at, suspension
from tests.reports.population import Appellants, lay_appeals, rulings
from tests.reports.test_complaint_figures import END, START, behind, counted, one, read, rows

pytestmark = pytest.mark.django_db
BOTH = (MeasureOrder("warn"), *suspension(7))
# Which of the appeals that were laid each figure of October counts.
FIGURES = {
    "accepted": {
        *("confirmed", "reduced", "revoked", "sent back", "withdrawn", "accepted late"),
        *("decided late", "closure", "second level"),
    },
    "refused": {"refused"},
    "refused_nothing_contested": {"refused"},
    "confirmed": {"confirmed", "closure"},
    "reduced": {"reduced"},
    "revoked": {"revoked", "decided late", "second level"},
    "remitted": {"sent back"},
    "changed_too_heavy": {"reduced"},
    "changed_facts": {"revoked"},
    "changed_procedure": {"sent back"},
    "changed_new_evidence": {"decided late"},
    "changed_rule": {"second level"},
    "withdrawn": {"withdrawn"},
    "second_level": {"second level"},
    "late_accept": {"accepted late", "never taken up"},
    "late_decide": {"decided late"},
    "late": {"accepted late", "never taken up", "decided late"},
    "late_open": {"never taken up"},
}


@pytest.fixture
def laid(
    staff_user: Callable[..., StaffUser], decide: Callable[..., Decision]
) -> dict[str, Appeal]:
    on = Appellants(staff_user("complaint_handler"), staff_user("complaint_handler"), decide)
    return lay_appeals(on, at, BOTH, CLOSURE)


def of_all(found: list[dict[str, str]]) -> dict[str, str]:
    return one(found, measures=EVERY, violation=EVERY)


def test_every_figure_names_the_appeals_that_it_counts(laid: dict[str, Appeal]) -> None:
    found, total = read(R06), of_all(rows(R06))

    filed = {each.number for name, each in laid.items() if name != "in November"}
    assert behind(found, "filed") == filed
    for figure, names in FIGURES.items():
        assert behind(found, figure) == {laid[name].number for name in names}, figure
        assert total[figure] == str(len(names))


def test_whoever_heard_an_appeal_had_no_part_in_what_was_decided(laid: dict[str, Appeal]) -> None:
    total = of_all(rows(R06))

    assert total["checked"] == total["independent"] == "10"
    assert total["independent_share"] == "100%"


def test_a_handler_who_took_part_would_be_seen(laid: dict[str, Appeal]) -> None:
    """The database refuses it; were it there all the same, the figure would say so."""
    statement = R06.rows_sql.replace("a.*,", "a.*, ").replace(
        "SELECT c.handler_id AS person_id", "SELECT c.proposer_id AS person_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**R06.parameters, "start": START, "end": END})
        marks = [row[3] for row in cursor.fetchall()]

    assert sum("checked" in each for each in marks) == 10
    assert not any("independent" in each for each in marks)


def test_both_statements_count_the_same_in_each_month(laid: dict[str, Appeal]) -> None:
    for month in (9, 10, 11):
        period = (at(1, 0, month=month), at(1, 0, month=month + 1))
        of_rows: Counter[Any] = Counter()
        for row in rows(R06, *period):
            of_rows.update(R06.tallies(list(row.values())))

        assert {key: number for key, number in of_rows.items() if number} == counted(R06, *period)


def test_rows_are_by_measures_and_violation_and_each_appeal_counts_once(
    laid: dict[str, Appeal],
) -> None:
    found = rows(R06)

    assert one(found, measures="M1;M3", violation="V06.1")["reduced"] == "1"
    assert one(found, measures="M1", violation="V07.1")["revoked"] == "1"
    assert one(found, measures="M5", violation=EVERY)["second_level"] == "1"
    single = [row for row in found if EVERY not in (row["measures"], row["violation"])]
    for figure in ("filed", *FIGURES):
        assert sum(int(row[figure]) for row in single) == int(of_all(found)[figure])


def test_outcomes_are_those_of_the_rulings(laid: dict[str, Appeal]) -> None:
    outcomes = Counter(rulings().values())

    total = of_all(rows(R06))

    assert {each: int(total[each]) for each in OUTCOMES} == outcomes


def test_points_given_back_are_those_of_the_decisions_that_did_not_stand(
    laid: dict[str, Appeal],
) -> None:
    names = FIGURES["revoked"] | FIGURES["remitted"]
    decisions = [laid[name].decision_id for name in names]
    entries = CreditEntry.objects.filter(kind="reverse", decision__in=decisions)

    points = sum(entries.values_list("points", flat=True))

    assert points > 0
    assert of_all(rows(R06))["restored_points"] == str(points)


def test_medians_are_of_the_hours_in_which_the_clocks_ran(laid: dict[str, Appeal]) -> None:
    clocks = [Appeal.objects.get(pk=laid[name].pk).acceptance_clock for name in FIGURES["accepted"]]
    hours = [
        running_time(
            clock, list(ClockEvent.objects.filter(clock=clock).order_by("number"))
        ).total_seconds()
        / 3600
        for clock in clocks
    ]

    total = of_all(rows(R06))

    assert total["accept_hours"] == f"{median(hours):.1f}"
    # Accepted on the 6th, decided on the 9th, both at noon.
    assert one(rows(R06), measures="M1;M3", violation="V06.1")["decide_hours"] == "72.0"


def test_every_outcome_ground_and_refusal_has_its_words() -> None:
    assert set(OUTCOMES) == set(AppealOutcome)
    assert set(GROUNDS) == set(AppealGround)
    assert set(REFUSALS) == set(AppealRefusal)


def listed() -> list[dict[str, str]]:
    """Return the rows of the list of decisions as they would be filed."""
    with connection.cursor() as cursor:
        cursor.execute(R07.rows_sql, {**R07.parameters, "start": START, "end": END})
        codes = [column.code for column in R07.columns]
        return [dict(zip(codes, R07.render(row), strict=True)) for row in cursor.fetchall()]


def test_the_list_of_decisions_says_of_each_how_it_was_appealed_and_what_credit_it_moved(
    laid: dict[str, Appeal],
) -> None:
    of_number = {row["disposal_number"]: row for row in listed()}
    states = {
        name: of_number[appeal.decision.number]["appeal_state"] for name, appeal in laid.items()
    }
    moves = {
        number: [("减" if each < 0 else "恢复", abs(each)) for each in points]
        for number, points in {
            decision.number: decision.credit_entries.order_by("pk").values_list("points", flat=True)
            for decision in Decision.objects.all()
        }.items()
    }

    assert states == {
        "confirmed": "申诉：维持",
        "reduced": "申诉：减轻",
        "revoked": "申诉：撤销",
        "sent back": "申诉：发回",
        "refused": "申诉：不予受理",
        "withdrawn": "申诉：撤回",
        "accepted late": "申诉：办理中",
        "decided late": "申诉：撤销",
        "never taken up": "申诉：办理中",
        "in November": "申诉：办理中",
        "closure": "申诉：维持;再次申诉：撤销",
        "second level": "申诉：维持;再次申诉：撤销",
    }
    assert {number: row["credit_change"] for number, row in of_number.items()} == {
        number: ";".join(f"{word}{points}分" for word, points in found)
        for number, found in moves.items()
    }
    assert any(len(found) == 2 for found in moves.values())
    assert {*AppealStatus} - {AppealStatus.DECIDED} | {*AppealOutcome} == {*APPEAL_STATES}


def test_both_statements_count_the_same_decisions_points_and_appeals(
    laid: dict[str, Appeal],
) -> None:
    of_rows = Counter(key for row in listed() for key in R07.tallies(list(row.values())))

    assert of_rows == counted(R07, START, END)
    assert of_rows["appeals", "total"] == len(laid)
