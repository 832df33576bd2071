"""R05: every figure of complaints against the complaints themselves, counted in other ways."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from accounts.models import PublicAccount
from compliance.models import StaffUser
from enforcement.models import Complaint
from reports.exports.forms import Form
from reports.exports.r05 import R05
from reports.exports.statistics import EVERY, Counting
from tests.reports.conftest import Staff, at
from tests.reports.population import Complainants, lay_complaints

pytestmark = pytest.mark.django_db
START, END = at(1, 0), at(1, 0, month=11)
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


def test_every_total_is_what_was_laid(laid: dict[str, Complaint]) -> None:
    total = of_all(rows(R05))

    assert {name: total[name] for name in total if total[name].isdigit()} == {
        "received": "23",
        "accepted": "14",
        "refused": "6",
        "refused_out_of_scope": "1",
        "refused_not_found": "1",
        "refused_too_vague": "1",
        "refused_duplicate": "1",
        "refused_court": "1",
        "refused_abusive": "1",
        "withdrawn": "4",
        "upheld": "5",
        "partly": "2",
        "not_upheld": "3",
        "abusive": "2",
        "decisions": "0",
        "told": "10",
        "late_acknowledge": "1",
        "late_accept": "4",
        "late_decide": "6",
        "late_feed_back": "4",
        "late": "9",
        "late_open": "9",
    }
