"""Reduced by a shorter term: never longer, never into the past, exactly on record, credit unchanged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Restriction
from accounts.services.commands import RELEASE
from accounts.services.restrictions import state_of
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import ActionLog, Notice, PlatformCommand, StaffUser
from enforcement.models import (
    AppealRuling,
    CreditEntry,
    Decision,
    Measure,
    MeasureShortening,
)
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.shortening import shorter_terms
from reports.demo.clock import clock_at
from tests.enforcement.appeals import TOLD, accept, filed, fresh, heard, hold
from tests.enforcement.appeals import decide as rule
from tests.enforcement.conftest import suspension
from tests.enforcement.console import client_of, text_of
from tests.enforcement.raw_rows import constraint_of

pytestmark = pytest.mark.django_db
Decide = Callable[..., Decision]


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("complaint_handler")


def refused_by(statement: str, *values: Any) -> str:
    """Return the constraint that refuses a statement of the application role."""
    with (
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return constraint_of(caught.value)


def test_the_measure_ends_earlier_and_everything_else_stands(
    decide: Decide, handler: StaffUser
) -> None:
    decision = decide(measures=suspension(30))
    measure = decision.measures.get()
    before, points = measure.in_force_until, list(CreditEntry.objects.values_list("points"))

    found = heard(decision, handler, "reduced", terms={"suspend_updates": 7})

    measure.refresh_from_db()
    until = measure.in_force_from + timedelta(days=7)
    assert (measure.in_force_until, measure.status) == (until, "in_force")
    assert Restriction.objects.get(measure=measure).in_force_until == until
    row = MeasureShortening.objects.get()
    assert (row.until_before, row.until, row.appeal) == (before, until, found.appeal)
    assert found.undone == []
    assert Decision.objects.get(pk=decision.pk).status == "in_force"
    assert list(CreditEntry.objects.values_list("points")) == points
    assert ActionLog.objects.filter(action="enforcement.measure.shorten").count() == 1
    # The services of the credit's grade come in a command of their own.
    command = PlatformCommand.objects.filter(kind=RELEASE).latest("pk")
    assert until.isoformat()[:16] in str(command.payload)
    told = Notice.objects.about(found.appeal).get(
        purpose="enforcement.appeal_outcome", language="zh-hans"
    )
    assert "缩短" in told.text
    with clock_at(until + timedelta(minutes=1)):
        assert state_of(decision.account, timezone.now()).may_publish


def test_one_is_undone_and_another_ends_earlier(decide: Decide, handler: StaffUser) -> None:
    decision = decide(measures=(*suspension(7), MeasureOrder("stop_advertising", 7)))

    found = heard(
        decision,
        handler,
        "reduced",
        measures=["suspend_updates"],
        terms={"stop_advertising": 3},
    )

    assert found.undone == [["suspend_updates", True]]
    states = {each.measure: each.status for each in decision.measures.all()}
    assert states == {"suspend_updates": "reversed", "stop_advertising": "in_force"}
    assert MeasureShortening.objects.get().measure.measure == "stop_advertising"


@pytest.mark.parametrize(
    ("terms", "more"),
    [
        ({"suspend_updates": 7}, {}),
        ({"suspend_updates": 8}, {}),
        ({"suspend_updates": 0}, {}),
        ({"close": 3}, {}),
        ({}, {}),
        ({"suspend_updates": 3}, {"measures": ["suspend_updates"]}),
    ],
)
def test_what_is_no_shorter_term_is_refused_and_leaves_nothing(
    decide: Decide, handler: StaffUser, terms: dict[str, int], more: dict[str, Any]
) -> None:
    decision = decide(measures=(MeasureOrder("warn"), *suspension(7)))
    appeal = accept(filed(decision), handler)
    before = decision.measures.get(measure="suspend_updates").in_force_until

    with pytest.raises(InvalidInput):
        rule(appeal, handler, "reduced", terms=terms, **more)

    assert decision.measures.get(measure="suspend_updates").in_force_until == before
    assert not AppealRuling.objects.exists()
    assert not MeasureShortening.objects.exists()


def test_what_would_be_over_by_now_is_undone_instead(decide: Decide, handler: StaffUser) -> None:
    decision = decide(measures=(MeasureOrder("warn"), *suspension(7)))
    with clock_at(timezone.now() + timedelta(days=4)):
        appeal = accept(filed(decision), handler)

        offered = shorter_terms(appeal, timezone.now())
        assert [(each.least_days, each.most_days) for each in offered] == [(5, 6)]
        with pytest.raises(ActionRefused):
            rule(appeal, handler, "reduced", terms={"suspend_updates": 3})
        with pytest.raises(ActionRefused):
            rule(appeal, handler, "reduced", terms={"warn": 1})
        with pytest.raises(InvalidInput):
            rule(appeal, handler, "revoked", terms={"suspend_updates": 5})
        assert not AppealRuling.objects.exists()

        rule(appeal, handler, "reduced", terms={"suspend_updates": 5})

    assert MeasureShortening.objects.count() == 1


def test_the_database_lets_no_measure_end_later_or_unrecorded(
    decide: Decide, handler: StaffUser
) -> None:
    decision = decide(measures=suspension(30))
    appeal = accept(filed(decision), handler)
    measure = decision.measures.get()
    insert = (
        "INSERT INTO enforcement_measureshortening"
        " (measure_id, decision_id, appeal_id, until_before, until, at)"
        " SELECT id, decision_id, %s, {before}, {until}, clock_timestamp()"
        " FROM enforcement_measure WHERE id = %s"
    )

    def tried(before: str, until: str) -> str:
        return refused_by(insert.format(before=before, until=until), appeal.pk, measure.pk)

    end = "in_force_until"
    assert tried(end, f"{end} + interval '1 day'") == "measureshortening_ends_earlier"
    assert tried(end, end) == "measureshortening_ends_earlier"
    assert tried(end, "in_force_from") == "measureshortening_not_into_the_past"
    assert (
        tried(f"{end} + interval '9 days'", f"{end} + interval '1 day'")
        == "measureshortening_of_what_runs"
    )
    for sign in ("+", "-"):
        assert (
            refused_by(
                f"UPDATE enforcement_measure SET in_force_until = in_force_until {sign}"
                " interval '1 day', version = version + 1 WHERE id = %s",
                measure.pk,
            )
            == "measure_end_only_earlier_by_an_appeal"
        )
    assert Measure.objects.get().in_force_until == measure.in_force_until


def test_on_the_page_it_is_offered_with_its_bounds_and_shown_with_both_ends(
    decide: Decide, handler: StaffUser
) -> None:
    decision = decide(measures=suspension(30))
    appeal = accept(filed(decision), handler)
    fence = hold(appeal, handler)
    client = client_of(handler)
    page = reverse("admin:hear_appeal", args=[fresh(appeal).work_item_id])
    assert 'name="days-suspend_updates" min="1" max="29"' in client.get(page).content.decode()
    posted = {
        "action": "reduce",
        "fence": fence,
        "version": fresh(appeal).version,
        "ground": "too_heavy",
        "text": TOLD,
        "reason": "期限过长",
    }

    refused = client.post(page, {**posted, "days-suspend_updates": "很多"})
    assert refused.status_code == 409
    assert "整天数" in text_of(refused)
    client.post(page, {**posted, "days-suspend_updates": "10"})

    shown = text_of(client.get(reverse("admin:appeal", args=[appeal.pk]), follow=True))
    measure = decision.measures.get()
    assert measure.in_force_until == measure.in_force_from + timedelta(days=10)
    assert "提前结束" in shown
