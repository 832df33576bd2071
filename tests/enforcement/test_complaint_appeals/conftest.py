"""Appeals of complainants: who handles the complaint, who hears the appeal."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from compliance.models import Notice, StaffUser
from enforcement.models import ComplaintAppeal
from tests.enforcement.raw_rows import constraint_of


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """Whoever answers the complaint."""
    return staff_user("complaint_handler")


@pytest.fixture
def another(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """Whoever hears the appeal."""
    return staff_user("complaint_handler")


@pytest.fixture
def third(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """Whoever handles the complaint anew."""
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


def told(appeal: ComplaintAppeal) -> list[str]:
    return [
        each.purpose.removeprefix("enforcement.complaint_appeal_")
        for each in Notice.objects.about(appeal).order_by("pk")
    ]
