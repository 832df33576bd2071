"""Rows written past the services, as the application role, for tests of what the database refuses."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from compliance import proposals, work
from compliance.models import Side
from compliance.staff import system_actor
from enforcement.models import (
    Decision,
)
from tests.compliance.clocks import clock_due
from tests.enforcement.conftest import (
    REASON,
    P,
)


def constraint_of(problem: DatabaseError) -> str:
    name: str = problem.__cause__.diag.constraint_name
    return name


def copy_row(row: Model, **changes: Any) -> None:
    """Insert a copy of a row with other values in some of its columns."""
    table = row._meta.db_table
    columns = [f.column for f in row._meta.local_concrete_fields if f.column != "id"]
    picked = ", ".join("%s" if column in changes else f'"{column}"' for column in columns)
    quoted = ", ".join(f'"{column}"' for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({quoted}) SELECT {picked} FROM "{table}" WHERE id = %s',
            [*(changes[column] for column in columns if column in changes), row.pk],
        )


def change_row(row: Model, **changes: Any) -> None:
    """Change a row, raising its version as the trigger wants."""
    settings = ", ".join(f'"{column}" = %s' for column in changes)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET {settings}, version = version + 1 WHERE id = %s',
            [*changes.values(), row.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused_copy(row: Model, **changes: Any) -> str:
    with pytest.raises(IntegrityError) as caught:
        copy_row(row, **changes)
    return constraint_of(caught.value)


def another_item() -> int:
    return work.open_item(queue="approvals", clock=clock_due(timezone.now())).pk


def another_proposal(decision: Decision) -> int:
    """Return a proposal of the same matter, as each decision has its own."""
    return proposals.submit_proposal(
        matter=decision.case.matter,
        kind="decision",
        content={},
        slots=["enforcement.approve_decision"],
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=system_actor(),
        provision=P,
        reason=REASON,
    ).pk


def refused_change(row: Model, **changes: Any) -> str:
    with pytest.raises(IntegrityError) as caught:
        change_row(row, **changes)
    return constraint_of(caught.value)
