"""R05: every figure of complaints against the complaints themselves, counted in other ways."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from statistics import median
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from accounts.models import PublicAccount
from compliance import audit
from compliance.clocks.statistics import running_time
from compliance.models import Clock, ClockEvent, StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.complaint_words import (
    ComplaintKind,
    ComplaintOutcome,
    ComplaintRefusal,
    ComplaintSource,
)
from enforcement.models import Complaint, Decision
from enforcement.services.complaints import together
from reports.exports.forms import Form
from reports.exports.r05 import KINDS, OUTCOMES, R05, REFUSALS, REPORT_CLASSES, SOURCES
from reports.exports.statistics import EVERY, Counting
from tests.enforcement import complaint_appeals
from tests.enforcement.complaints import SUMMARY, TOLD, again, draft_of, grounds
from tests.reports.conftest import Staff, at
from tests.reports.population import CONTACT, WORDS, Complainants, lay_complaints

pytestmark = pytest.mark.django_db
START, END = at(1, 0), at(1, 0, month=11)
STAGES = ("acknowledge", "accept", "decide", "feed_back")
Rows = list[dict[str, str]]


def read(form: Form, start: datetime = START, end: datetime = END) -> list[dict[str, Any]]:
    """Return the records that a form reads, on this connection."""
    assert form.statistic is not None
    with connection.cursor() as cursor:
        cursor.execute(form.rows_sql, {**form.parameters, "start": start, "end": end})
        return [dict(form.statistic.read(row)) for row in cursor.fetchall()]


def rows(form: Form, start: datetime = START, end: datetime = END) -> Rows:
    """Return the rows of a form as they would be filed."""
    assert form.statistic is not None
    counting = Counting(form.statistic)
    for record in read(form, start, end):
        counting.add(record)
    codes = [column.code for column in form.columns]
    return [dict(zip(codes, form.render(row), strict=True)) for row in counting.rows()]


def counted(form: Form, start: datetime = START, end: datetime = END) -> dict[Any, int]:
    """Return what the second statement of a form counts."""
    with connection.cursor() as cursor:
        cursor.execute(form.counts_sql, {**form.parameters, "start": start, "end": end})
        return {(tally, key): number for tally, key, number in cursor.fetchall() if number}


def one(found: Rows, **keys: str) -> dict[str, str]:
    """Return the one row of these keys."""
    (row,) = [each for each in found if all(each[name] == keys[name] for name in keys)]
    return row


def of_all(found: Rows) -> dict[str, str]:
    return one(found, category=EVERY, source=EVERY)


@pytest.fixture
def complainants(
    staff: Staff, staff_user: Callable[..., StaffUser], make_account: Callable[..., PublicAccount]
) -> Complainants:
    return Complainants(staff_user("complaint_handler"), staff.officer, make_account())


@pytest.fixture
def laid(complainants: Complainants) -> dict[str, Complaint]:
    return lay_complaints(complainants, at)


# Which of the complaints that were laid each figure of October counts.
FIGURES = {
    "accepted": {
        *("told in time", "partly", "abusive", "told late", "decided late", "accepted late"),
        *("by telephone", "withdrawn later", "asked", "answered", "urgent, late"),
        *("urgent, in time", "about us"),
    },
    "refused": {"refused "},
    "withdrawn": {"withdrawn at once", "withdrawn later", "lapsed", "lapsed and taken up again"},
    "upheld": {"told in time", "decided late", "answered", "urgent, late", "about us"},
    "partly": {"partly", "urgent, in time"},
    "not_upheld": {"abusive", "told late", "lapsed and taken up again"},
    "abusive": {"abusive", "refused abusive"},
    "told": {"told in time", "partly", "told late", "decided late", "urgent, late", "refused "},
    "late_acknowledge": {"never acknowledged"},
    "late_accept": {"accepted late", "never taken up", "never acknowledged", "urgent, late"},
    "late_decide": {
        *("decided late", "accepted late", "never taken up", "never acknowledged"),
        *("by telephone", "urgent, late"),
    },
    "late_feed_back": {
        *("abusive", "told late", "answered", "lapsed and taken up again", "urgent, in time"),
        "about us",
    },
    "late_open": {
        *("accepted late", "never taken up", "never acknowledged", "by telephone", "abusive"),
        *("answered", "lapsed and taken up again", "urgent, in time", "about us"),
        "late since September",
    },
}
NOT_OF_OCTOBER = {"lapsed", "lapsed and taken up again", "late since September", "in November"}


def numbers(laid: dict[str, Complaint], names: set[str]) -> set[str]:
    return {each.number for name, each in laid.items() if name.startswith(tuple(names))}


def behind(found: list[dict[str, Any]], figure: str) -> set[str]:
    return {each["number"] for each in found if figure in each["counts"]}


def test_every_figure_names_the_complaints_that_it_counts(laid: dict[str, Complaint]) -> None:
    found = read(R05)

    received = set(laid) - NOT_OF_OCTOBER
    assert behind(found, "received") == {laid[name].number for name in received}
    for figure, names in FIGURES.items():
        exact = {name for name in names if not name.endswith(" ")}
        wanted = {laid[name].number for name in exact} | numbers(laid, names - exact or {"-"})
        assert behind(found, figure) == wanted, figure
    late = behind(found, "late")
    assert late == set.union(*(behind(found, f"late_{each}") for each in STAGES))
    total = of_all(rows(R05))
    for figure in ("received", "late", *FIGURES):
        assert int(total[figure]) == len(behind(found, figure))
    for refusal in ("out_of_scope", "not_found", "too_vague", "duplicate", "court", "abusive"):
        assert behind(found, f"refused_{refusal}") == {laid[f"refused {refusal}"].number}


def test_both_statements_count_the_same_in_each_month(laid: dict[str, Complaint]) -> None:
    for month in (8, 9, 10, 11):
        assert agree(at(1, 0, month=month), at(1, 0, month=month + 1))


# The complaints as they are, their log and the events of their clocks: another way to each figure.
RAW = {
    "received": "SELECT kind, source FROM enforcement_complaint c WHERE received_at {within}",
    "accepted": (
        "SELECT kind, source FROM enforcement_complaint c WHERE EXISTS (SELECT FROM"
        " enforcement_historicalcomplaint h WHERE h.id = c.id AND h.status = 'accepted'"
        " AND h.history_date {within})"
    ),
    "refused": (
        "SELECT kind, source FROM enforcement_complaint c WHERE status = 'not_accepted'"
        " AND ended_at {within}"
    ),
    "told": (
        "SELECT kind, source FROM enforcement_complaint c JOIN compliance_notice n"
        " ON n.about_type = 'enforcement.complaint' AND n.about_id = c.id::text"
        " WHERE n.purpose IN ('enforcement.complaint_result', 'enforcement.complaint_not_accepted')"
        " AND coalesce(c.fed_back_at, c.ended_at) {within}"
    ),
    **{
        outcome: (
            "SELECT kind, source FROM enforcement_complaint c JOIN compliance_clock k"
            f" ON k.id = c.feedback_clock_id WHERE outcome = '{outcome}' AND k.started_at {{within}}"
        )
        for outcome in ("upheld", "partly", "not_upheld")
    },
    "late": (
        "SELECT DISTINCT c.id, c.kind, c.source FROM enforcement_complaint c JOIN compliance_clock k"
        " ON k.id IN (c.acknowledgement_clock_id, c.acceptance_clock_id, c.decision_clock_id,"
        " c.feedback_clock_id) WHERE k.due_at {within} AND (k.stopped_at > k.due_at"
        " OR k.state = 'running')"
    ),
}


@pytest.mark.parametrize("figure", RAW)
def test_every_row_equals_the_records_counted_by_hand(
    laid: dict[str, Complaint], figure: str
) -> None:
    statement = RAW[figure].replace("{within}", "BETWEEN %(start)s AND %(end)s")
    with connection.cursor() as cursor:
        cursor.execute(statement, {"start": START, "end": END})
        raw = Counter(tuple(row[-2:]) for row in cursor.fetchall())

    found = {
        (row["category"], row["source"]): int(row[figure])
        for row in rows(R05)
        if row[figure] != "0"
    }

    wanted: Counter[tuple[str, str]] = Counter()
    for (kind, source), number in raw.items():
        words = (KINDS[kind], SOURCES[source])
        for key in (words, (words[0], EVERY), (EVERY, words[1]), (EVERY, EVERY)):
            wanted[key] += number
    assert found == wanted


def test_medians_are_of_the_hours_in_which_the_clocks_ran(laid: dict[str, Complaint]) -> None:
    def ran(clock: Clock) -> float:
        events = list(ClockEvent.objects.filter(clock=clock).order_by("number"))
        return running_time(clock, events).total_seconds() / 3600

    again = {name: Complaint.objects.get(pk=each.pk) for name, each in laid.items()}
    accepted = [ran(again[name].acceptance_clock) for name in FIGURES["accepted"]]
    total = of_all(rows(R05))

    assert total["accept_hours"] == f"{median(accepted):.1f}"
    asked = one(rows(R05), category=KINDS["impersonation"], source=EVERY)
    # Handed in on the 15th at nine, asked from the 16th to the 20th, decided on the 21st at noon.
    assert asked["decide_hours"] == f"{27 + 24:.1f}"
    # The clock that was stopped when nobody answered counts with the one that was started anew.
    again_decided = one(rows(R05), category=KINDS["false_information"], source=EVERY)
    first = [ran(again["told in time"].decision_clock)]
    history = Complaint.history.filter(id=again["lapsed and taken up again"].pk)
    clocks = Clock.objects.filter(pk__in=history.values("decision_clock"))
    both = sum(ran(each) for each in clocks)
    assert clocks.count() == 2
    assert again_decided["decide_hours"] == f"{median([*first, both]):.1f}"


def test_what_was_late_stays_counted_once_it_is_done(complainants: Complainants) -> None:
    complaint = complainants.lay(at(5), (at(6), "accept"))
    before = behind(read(R05), "late_decide"), behind(read(R05), "late_open")

    with time_machine.travel(at(5, month=11)):
        complainants.act(complaint, complainants.handler, "upheld")
    done = again(complaint)
    with time_machine.travel(at(6, month=11)):
        complainants.act(done, complainants.handler, "tell")

    assert before == ({complaint.number}, {complaint.number})
    # At the end of October it was overdue, whatever happened in November.
    assert behind(read(R05), "late_decide") == behind(read(R05), "late_open") == {complaint.number}
    assert behind(read(R05, END, at(1, 0, month=12)), "late_open") == set()


def agree(*period: datetime) -> bool:
    """Return whether both statements count the same."""
    of_rows = Counter[Any]()
    for row in rows(R05, *period):
        of_rows.update(R05.tallies(list(row.values())))
    return {key: number for key, number in of_rows.items() if number} == counted(R05, *period)


def test_what_was_taken_back_before_anybody_was_told_is_no_answer(
    complainants: Complainants,
) -> None:
    laid = [complainants.lay(at(5), contact=""), complainants.lay(at(5, 11), contact="")]
    draft, handler = draft_of([again(each) for each in laid]), complainants.handler
    with time_machine.travel(at(8)):
        digest = together.preview_batch(draft=draft, actor=handler).digest
        batch = together.answer_together(draft=draft, digest=digest, **grounds(handler))
        assert behind(read(R05), "upheld") == {each.number for each in laid}
        assert agree(START, END)
    with time_machine.travel(at(8, 12, 20)):
        together.undo_batch(batch=batch, **grounds(handler))

    assert behind(read(R05), "upheld") == behind(read(R05), "accepted") == set()
    assert agree(START, END)


def test_what_an_appeal_has_taken_up_again_was_decided_when_it_was_the_first_time(
    complainants: Complainants, staff_user: Callable[..., StaffUser]
) -> None:
    complaint = complainants.lay(
        at(5), (at(6), "accept"), (at(8), "not_upheld"), (at(9), "tell"), contact=""
    )
    with time_machine.travel(at(28)):
        complaint_appeals.decide(
            complaint_appeals.filed(complaint), staff_user("complaint_handler"), "taken_up"
        )
    anew = staff_user("complaint_handler")
    november = (END, at(1, 0, month=12))
    for when, act in ((at(2, month=11), "upheld"), (at(3, month=11), "tell")):
        with time_machine.travel(when):
            complainants.act(again(complaint), anew, act)

    assert again(complaint).outcome == "upheld"
    for figure in ("accepted", "not_upheld", "told"):
        assert behind(read(R05), figure) == {complaint.number}
    for figure in ("upheld", "not_upheld", "told"):
        assert behind(read(R05, *november), figure) == set()
    assert agree(START, END)
    assert agree(*november)


def test_no_date_that_is_edited_hides_what_was_late(complainants: Complainants) -> None:
    complaint = complainants.lay(at(5), (at(6), "accept"), (at(30), "upheld"), (at(30, 15), "tell"))
    system = system_actor()

    audit.amend(
        Complaint.objects.get(pk=complaint.pk),
        "supplement",
        actor=system,
        provision=Provision.PUBLIC_ACCOUNT_20_2,
        reason="改写日期",
        decided_at=at(6),
        fed_back_at=at(7),
    )

    assert behind(read(R05), "late_decide") == {complaint.number}
    # The history still says when it was decided.
    assert behind(read(R05), "upheld") == {complaint.number}
    hours = next(each["hours"] for each in read(R05) if each["number"] == complaint.number)
    assert hours["decide_hours"] == pytest.approx(25 * 24)
    for column in ("stopped_at", "due_at"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE compliance_clock SET {column} = %s WHERE id = %s",
                [at(6), complaint.decision_clock_id],
            )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        "UPDATE compliance_clockbreach SET due_at = %s",
        "DELETE FROM compliance_clockbreach WHERE due_at < %s",
        "UPDATE enforcement_historicalcomplaint SET decided_at = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [END])


def test_measures_of_a_case_count_where_its_complaints_do(
    complainants: Complainants, decide: Callable[..., Decision]
) -> None:
    first = complainants.lay(at(5), (at(5, 14), "accept"), (at(5, 15), "forward"))
    complainants.lay(
        at(5, 11),
        (at(5, 12), "acknowledge"),
        (at(5, 14), "accept"),
        (at(5, 16), "forward"),
        source="phone",
        kind="harmful",
    )
    case = Complaint.objects.get(pk=first.pk).case
    assert case is not None
    decision = decide(at(8), case=case)

    found = rows(R05)

    assert behind(read(R05), "decisions") == {decision.number}
    for keys in (
        {"category": KINDS["false_information"], "source": SOURCES["public"]},
        {"category": KINDS["harmful"], "source": SOURCES["phone"]},
        # Two complaints, one decision.
        {"category": EVERY, "source": EVERY},
    ):
        row = one(found, **keys)
        assert (row["decisions"], row["measures"]) == ("1", "M1×1")


def test_nothing_that_a_complainant_wrote_or_left_is_counted(laid: dict[str, Complaint]) -> None:
    words = json.dumps([read(R05), rows(R05)], ensure_ascii=False)

    for secret in (WORDS, CONTACT, TOLD, SUMMARY, "紫藤路"):
        assert secret not in words


def test_of_a_month_without_anything_there_is_one_row_of_noughts(db: None) -> None:
    (row,) = rows(R05, at(1, 0, month=3), at(1, 0, month=4))

    assert (row["category"], row["source"]) == (EVERY, EVERY)
    assert {row[code] for code in R05.statistic.counts} == {"0"}  # type: ignore[union-attr]
    assert row["accept_hours"] == row["measures"] == ""


def test_every_kind_source_and_reason_has_its_words() -> None:
    assert set(KINDS) == set(REPORT_CLASSES) == set(ComplaintKind)
    assert set(SOURCES) == set(ComplaintSource)
    assert set(REFUSALS) == set(ComplaintRefusal)
    assert set(OUTCOMES) == set(ComplaintOutcome)
