"""
The same acts as in `compliance.audit`, on many rows at once: rows, history and log set-based.

Every statement is one per batch, so that loading a platform's file costs a few statements for
hundreds of rows and leaves the same records behind as acting on each row by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import TransitionRefused
from compliance.guards import history_model_of
from compliance.models import ActionLog, StaffUser
from compliance.provisions import Provision
from compliance.workflow import StatusModel

Row = TypeVar("Row", bound=models.Model)
Stateful = TypeVar("Stateful", bound=StatusModel)


@dataclass
class Move(Generic[Stateful]):
    """One arrow to take with a row that this transaction created or locked."""

    row: Stateful
    arrow: str
    fields: dict[str, Any] = field(default_factory=dict)


def create_many(
    rows: Sequence[Row],
    *,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    is_logged_each: bool = True,
) -> None:
    """
    Insert audited rows of one model with their history and one log entry each.

    Columns that the database fills in must be set by the caller. A service that writes a log entry
    of its own for the whole batch switches the single ones off.

    :raises MissingReason: if the reason is blank.
    """
    if not rows:
        return
    reason = audit.require_reason(reason)
    model = type(rows[0])
    with transaction.atomic():
        model._default_manager.bulk_create(rows)
        _write_history(rows, "+", actor, reason)
        if is_logged_each:
            ActionLog.objects.bulk_create(
                audit.draft_record(
                    action=f"{model._meta.label_lower}.create",
                    target=row,
                    actor=actor,
                    provision=provision,
                    reason=reason,
                )
                for row in rows
            )


def move_many(
    moves: Sequence[Move[Stateful]], *, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Take one arrow with each of many rows of one model: check, save, history, log.

    Public Account Provisions, art. 19 §2: every step of a matter is on record with its ground. All
    moves set the same fields. The rows were created or locked by this transaction, so that nobody
    else can have moved them; the version trigger would refuse it all the same.

    :raises MissingReason: if the reason is blank.
    :raises TransitionRefused: if an arrow does not start from a row's present status.
    """
    if not moves:
        return
    reason = audit.require_reason(reason)
    entries: list[ActionLog] = []
    names = ["status", *moves[0].fields]
    for move in moves:
        row = move.row
        step = type(row).workflow[move.arrow]
        status = row.status  # type: ignore[attr-defined]
        if status not in step.sources:
            raise TransitionRefused(
                _("“%(step)s” is not possible while the state is “%(state)s”.")
                % {"step": move.arrow, "state": row.get_status_display()}  # type: ignore[attr-defined]
            )
        before = audit.values_of(row, names)
        for name, value in {**move.fields, "status": step.target}.items():
            setattr(row, name, value)
        row.version += 1
        after = audit.values_of(row, names)
        entries.append(
            audit.draft_record(
                action=f"{row._meta.label_lower}.{move.arrow}",
                target=row,
                actor=actor,
                provision=provision,
                reason=reason,
                changes={n: [before[n], after[n]] for n in names if before[n] != after[n]},
            )
        )
    rows = [move.row for move in moves]
    with transaction.atomic():
        _update_many(rows, [*names, "version"])
        _write_history(rows, "~", actor, reason)
        ActionLog.objects.bulk_create(entries)


def _update_many(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    # bulk_update() writes one CASE with a branch for each row and column; an array a column is
    # parsed once, whatever the number of rows.
    meta = rows[0]._meta
    by_name = {column.name: column for column in meta.local_concrete_fields}
    key = next(column for column in by_name.values() if column.primary_key)
    columns = [key, *(by_name[name] for name in names)]
    quote = connection.ops.quote_name
    arrays = ", ".join(f"%s::{column.db_type(connection)}[]" for column in columns)
    listed = [quote(column.attname) for column in columns]
    assigned = ", ".join(f"{each} = v.{each}" for each in listed[1:])
    values = [
        [column.get_db_prep_save(getattr(row, column.attname), connection) for row in rows]
        for column in columns
    ]
    with connection.cursor() as cursor:
        # Only names of our own columns and types are put into the statement.
        cursor.execute(
            f"UPDATE {quote(meta.db_table)} AS t SET {assigned} "  # noqa: S608
            f"FROM unnest({arrays}) AS v ({', '.join(listed)}) WHERE t.{listed[0]} = v.{listed[0]}",
            values,
        )


def _write_history(
    rows: Sequence[models.Model], history_type: str, actor: StaffUser, reason: str
) -> None:
    history_model = history_model_of(type(rows[0]))
    if history_model is None:
        raise ValueError(f"{type(rows[0])._meta.label} is not audited.")
    now = timezone.now()
    tracked = [column.attname for column in history_model.tracked_fields]  # type: ignore[attr-defined]
    history_model._default_manager.bulk_create(
        history_model(
            **{name: getattr(row, name) for name in tracked},
            history_type=history_type,
            history_date=now,
            history_change_reason=reason,
            history_user_id=actor.person_id,
            history_person_name=actor.person.name,
        )
        for row in rows
    )
