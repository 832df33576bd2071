"""
The acts of `compliance.audit` on thousands of rows of one kind: the database writes row, history, log.

What differs from row to row goes in as one array a column, what is the same as one value. History
rows are copied from the rows themselves, so that they equal them; each row has its own log entry.
A batch is a handful of statements, whatever its size, and no object is built for a row.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import TransitionRefused
from compliance.grounds import Grounds
from compliance.guards import history_model_of
from compliance.models import ActionLog
from compliance.workflow import StatusModel

Column = Any
# What the payload of a log entry names its record by, before the record is put in: no text of a
# person can hold it, for quotation marks within one are escaped.
_NO_RECORD: Final = '"object_id":"0"'


def insert_rows(
    model: type[models.Model],
    *,
    each: Mapping[str, Sequence[Any]],
    common: Mapping[str, Any],
    computed: Mapping[str, str] | None = None,
) -> list[int]:
    """
    Insert rows of a model that is not audited, or whose caller writes its history; their keys.

    What stands in `each` are plain values, no members of enumerations; `computed` holds expressions.
    """
    computed = computed or {}
    count = len(next(iter(each.values())))
    if not count:
        return []
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    numbers = next_numbers(model, count)
    varying = [_column(model, name) for name in each]
    values = {**_defaults(model, {*each, *common, *computed}), **common}
    same = [_column(model, name) for name in values]
    made = [_column(model, name) for name in computed]
    names = ["id", *(column.column for column in [*varying, *same, *made])]
    arrays = ", ".join(
        ["%s::bigint[]", *(f"%s::{column.db_type(connection)}[]" for column in varying)]
    )
    listed = ", ".join(f"v.{quote(name)}" for name in names[: len(varying) + 1])
    constants = "".join(f", %s::{column.db_type(connection)}" for column in same)
    constants += "".join(f", {expression}" for expression in computed.values())
    with connection.cursor() as cursor:
        # Only names of our own columns and types are put into the statement.
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(map(quote, names))}) SELECT {listed}{constants} "  # noqa: S608
            f"FROM unnest({arrays}) AS v ({', '.join(map(quote, names[: len(varying) + 1]))})",
            [
                *(
                    _prepared(column, value)
                    for column, value in zip(same, values.values(), strict=True)
                ),
                numbers,
                *(list(values) for values in each.values()),
            ],
        )
    return numbers


def create_rows(
    model: type[models.Model],
    *,
    each: Mapping[str, Sequence[Any]],
    common: Mapping[str, Any],
    grounds: Grounds,
) -> list[int]:
    """
    Insert audited rows with their history and a log entry each; return their numbers in order.

    :raises MissingReason: if the reason is blank.
    """
    with transaction.atomic():
        numbers = insert_rows(model, each=each, common=common)
        _write_history(model, numbers, "+", grounds)
        _write_log(model, numbers, "create", {}, grounds)
    return numbers


def change_rows(
    model: type[models.Model],
    numbers: Sequence[int],
    act: str,
    *,
    each: Mapping[str, Sequence[Any]] | None = None,
    common: Mapping[str, Any] | None = None,
    is_logged_each: bool = True,
    grounds: Grounds,
) -> None:
    """
    Take one arrow with rows that this transaction has locked, or amend them where `act` is none.

    `each` holds one value for each of `numbers`, in their order. A service that writes a log entry
    of its own for the whole batch switches the single ones off.

    :raises MissingReason: if the reason is blank.
    :raises TransitionRefused: if the arrow does not start from the present status of every row.
    """
    if not numbers:
        return
    each, common = each or {}, dict(common or {})
    workflow = model.workflow.arrows if issubclass(model, StatusModel) else {}
    changes: dict[str, Any] = {}
    sources: list[str] = []
    if act in workflow:
        common["status"] = workflow[act].target
        sources = sorted(workflow[act].sources)
        changes["status"] = [sources[0] if len(sources) == 1 else None, workflow[act].target]
    with transaction.atomic():
        if _update(model, numbers, each, common, sources) != len(numbers):
            raise TransitionRefused(
                _("“%(step)s” is not possible with all of these records.") % {"step": act}
            )
        _write_history(model, numbers, "~", grounds)
        if is_logged_each:
            _write_log(model, numbers, act, changes, grounds)


def move_rows(
    rows: Sequence[Any],
    act: str,
    *,
    each: Mapping[str, Sequence[Any]] | None = None,
    common: Mapping[str, Any] | None = None,
    grounds: Grounds,
) -> None:
    """
    Take one arrow with rows of one model that were read under their locks; they know it afterwards.

    `each` holds one value for each of the rows, in their order. As `change_rows`.

    :raises MissingReason: if the reason is blank.
    :raises TransitionRefused: if the arrow does not start from the present status of every row.
    """
    if not rows:
        return
    model = type(rows[0])
    change_rows(model, [row.pk for row in rows], act, each=each, common=common, grounds=grounds)
    for row in rows:
        row.status = model.workflow.arrows[act].target


def _update(
    model: type[models.Model],
    numbers: Sequence[int],
    each: Mapping[str, Sequence[Any]],
    common: Mapping[str, Any],
    sources: Sequence[str],
) -> int:
    quote = connection.ops.quote_name
    varying = {name: _column(model, name) for name in each}
    same = {name: _column(model, name) for name in common}
    assigned = [
        *(f"{quote(column.column)} = v.{quote(column.column)}" for column in varying.values()),
        *(f"{quote(c.column)} = %s::{c.db_type(connection)}" for c in same.values()),
        "version = t.version + 1",
    ]
    arrays = ", ".join(
        ["%s::bigint[]", *(f"%s::{c.db_type(connection)}[]" for c in varying.values())]
    )
    listed = ", ".join(["id", *(quote(column.column) for column in varying.values())])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} AS t SET {', '.join(assigned)} "  # noqa: S608
            f"FROM unnest({arrays}) AS v ({listed}) WHERE t.id = v.id"
            + (" AND t.status = ANY(%s)" if sources else ""),
            [
                *(_prepared(same[name], value) for name, value in common.items()),
                list(numbers),
                *(list(values) for values in each.values()),
                *([list(sources)] if sources else []),
            ],
        )
        return int(cursor.rowcount)


def _column(model: type[models.Model], name: str) -> Column:
    return model._meta.get_field(name)


def _prepared(column: Column, value: Any) -> Any:
    return column.get_db_prep_save(value, connection)


def _defaults(model: type[models.Model], given: set[str]) -> dict[str, Any]:
    """Return what the columns hold that nobody gave and that the database does not fill."""
    return {
        column.name: column.get_default()
        for column in model._meta.local_concrete_fields
        if not column.primary_key
        and column.name not in given
        and not column.has_db_default()
        and (column.has_default() or not column.null)
    }


def next_numbers(model: type[models.Model], count: int) -> list[int]:
    """Return so many keys of a table that nobody else will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def _write_history(
    model: type[models.Model], numbers: Sequence[int], history_type: str, grounds: Grounds
) -> None:
    history: Any = history_model_of(model)
    if history is None:
        raise ValueError(f"{model._meta.label} is not audited.")
    quote = connection.ops.quote_name
    columns = [quote(str(column.column)) for column in history.tracked_fields]
    actor = grounds["actor"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({', '.join(columns)}, history_date, "  # noqa: S608
            "history_type, history_change_reason, history_user_id, history_person_name) "
            f"SELECT {', '.join(f't.{column}' for column in columns)}, %s, %s, %s, %s, %s "
            f"FROM {quote(model._meta.db_table)} t WHERE t.id = ANY(%s) ORDER BY t.id",
            [
                timezone.now(),
                history_type,
                audit.require_reason(grounds["reason"]),
                actor.person_id,
                actor.person.name,
                list(numbers),
            ],
        )


def _write_log(
    model: type[models.Model],
    numbers: Sequence[int],
    act: str,
    changes: Mapping[str, Any],
    grounds: Grounds,
) -> None:
    entry = audit.draft_record(
        action=f"{model._meta.label_lower}.{act}",
        target=model(pk=0),
        changes=dict(changes),
        **grounds,
    )
    columns = [
        column
        for column in ActionLog._meta.local_concrete_fields
        if not column.primary_key
        and not column.has_db_default()
        and column.name not in ("object_id", "payload")
    ]
    names = ", ".join(connection.ops.quote_name(str(column.column)) for column in columns)
    same = ", ".join(f"%s::{column.db_type(connection)}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ActionLog._meta.db_table} ({names}, object_id, payload) "  # noqa: S608
            f"SELECT {same}, number::text, "
            "replace(%s, %s, '\"object_id\":\"' || number || '\"') "
            "FROM unnest(%s::bigint[]) AS number",
            [
                *(_prepared(column, getattr(entry, column.attname)) for column in columns),
                entry.payload,
                _NO_RECORD,
                list(numbers),
            ],
        )
