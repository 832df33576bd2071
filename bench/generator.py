"""
Made-up data in bulk: rows for a platform's file, and tables filled set-based as the owner.

What is laid obeys the guards: every audited row has a history row that equals it, written in the
same transaction. With `is_guarded` the triggers check each of them; large sizes switch them off for
the time of loading, as restoring a backup does. The same size gives the same rows, apart from
instants.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import psycopg
from django.db import connections, models
from psycopg import Cursor

from accounts.models import AccountActivity, Application, PublicAccount, Subject
from accounts.rules.application_data import ApplicationData
from accounts.rules.screening.keys import live_key
from compliance.guards import history_model_of
from compliance.models import BlindIndex, DataKey, IdentityValue
from reports.demo.applicants import Applicants, application

REASON = "基准测试数据"
APPLIED_AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
_LAID_AT_ONCE = 500_000
_FIRST_BIRTH = date(1950, 1, 1)

Columns = dict[str, str]


def registrations(count: int, *, first: int = 1) -> Iterator[ApplicationData]:
    """
    Yield applications that pass every check, each of somebody of its own; a fifth are companies.

    `first` numbers the first of them: files that do not overlap share nobody. Up to a million.
    """
    make = Applicants(uid_prefix="bench-", first_number=first)
    for number in range(first, first + count):
        if number % 5 == 0:
            cells = make.company(APPLIED_AT)
        else:
            # A day has room for a thousand numbers.
            born = _FIRST_BIRTH + timedelta(days=number // 1000)
            cells = make.person(APPLIED_AT, born=born)
        yield application(cells)


def bring_accounts_to(size: int) -> None:
    """Lay accounts until there are so many, in transactions of a size that a machine can hold."""
    while (missing := size - PublicAccount.objects.count()) > 0:
        lay_accounts(min(missing, _LAID_AT_ONCE))


def lay_accounts(size: int, *, is_guarded: bool = False) -> None:
    """
    Lay so many accounts with subject, application, identity values and history.

    Identity values are random bytes of the usual length: nobody can open them, and nobody is
    behind them.
    """
    tables = (DataKey, IdentityValue, BlindIndex, Subject, Application, PublicAccount)
    with as_owner(is_guarded, *tables, AccountActivity) as cursor:
        base = 1 + max(_last(cursor, model) for model in tables)
        for model, columns in _account_columns(base):
            _lay(cursor, model, columns, size)
        for model in tables:
            continue_sequence(cursor, model)
        for audited in (Subject, Application, PublicAccount):
            write_history(cursor, audited, above=base)
        _index_names(cursor, above=base)


def _index_names(cursor: Cursor, *, above: int) -> None:
    cursor.execute(
        "SELECT id, folded_name FROM accounts_publicaccount WHERE id > %s ORDER BY id", [above]
    )
    keys = [(live_key(name), number) for number, name in cursor]
    with cursor.copy("COPY accounts_accountnamekey (key, account_id) FROM STDIN") as rows:
        for pair in keys:
            rows.write_row(pair)


def _account_columns(base: int) -> list[tuple[type[models.Model], Columns]]:
    key = f"{base} + n"
    uid = f"'laid-' || lpad(({key})::text, 9, '0')"
    name = f"'基准账号' || ({key})"
    policy = "(SELECT max(id) FROM accounts_registrationpolicy)"
    system = "(SELECT number FROM compliance_person WHERE is_system)"
    # Registered one after the other, as they are numbered: about a month for five million.
    at = f"timestamptz '2026-02-01 10:00+08' + make_interval(secs => ({key}) * 0.5)"
    category = "(ARRAY['food','life','tech','travel','sports'])[1 + n % 5]"
    nature = "(ARRAY['enterprise','media','social_organisation','other_org'])[1 + n % 4]"
    code = f"'91990101MA' || lpad(({key})::text, 8, '0')"
    return [
        (
            DataKey,
            {
                "id": key,
                "algorithm": "'aes-256-gcm'",
                "wrapping_key": "'bench'",
                "wrapped": _bytes(f"'wrapped' || ({key})", 60),
            },
        ),
        (
            IdentityValue,
            {
                "id": key,
                "key_id": key,
                "field": "'id_number'",
                "ciphertext": _bytes(f"'value' || ({key})", 46),
                "masked": "'91************XX'",
            },
        ),
        (
            BlindIndex,
            {
                "id": key,
                "value_id": key,
                "purpose": "'subject:uscc'",
                "key_version": "'bench'",
                "digest": _bytes(f"'digest' || ({key})", 32),
            },
        ),
        (
            Subject,
            {
                "id": key,
                "key_id": key,
                "id_number_id": key,
                "nature": nature,
                "id_type": "'uscc'",
                "organisation_name": f"'样例文化有限公司' || ({key})",
                "uscc": code,
                "is_minor": "false",
                "created_at": at,
                "version": "1",
            },
        ),
        (
            Application,
            {
                "id": key,
                "platform_uid": uid,
                "status": "'approved'",
                "source": "'file'",
                "subject_id": key,
                "account_name": name,
                "folded_name": name,
                "category": category,
                "subject_nature": nature,
                "id_type": "'uscc'",
                "id_number_id": key,
                "applied_at": at,
                "received_at": at,
                "content_digest": f"encode(sha256(({uid})::bytea), 'hex')",
                "policy_id": policy,
                "is_automated": "true",
                "decided_by_id": system,
                "decided_at": at,
                "version": "1",
            },
        ),
        (
            PublicAccount,
            {
                "id": key,
                "platform_uid": uid,
                "name": name,
                "folded_name": name,
                "category": category,
                "subject_id": key,
                "application_id": key,
                "status": "'active'",
                "registered_at": at,
                "version": "1",
            },
        ),
        (AccountActivity, {"account_id": key, "followers": "n % 100000"}),
    ]


def _bytes(seed: str, length: int) -> str:
    return f"substr(sha256(({seed})::bytea) || sha256(({seed} || '+')::bytea), 1, {length})"


@contextmanager
def as_owner(is_guarded: bool, *tables: type[models.Model]) -> Iterator[Cursor]:
    """Give a cursor of the owner in one transaction, with our triggers switched off if asked."""
    # A connection of its own: nobody who measures meanwhile is to see the owner's.
    with psycopg.connect(**connections["owner"].get_connection_params()) as connection:
        cursor = connection.cursor()
        if not is_guarded:
            _switch_triggers(cursor, "DISABLE", tables)
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if not is_guarded:
            _switch_triggers(cursor, "ENABLE", tables)
        connection.commit()
        cursor.execute("ANALYZE")


def _switch_triggers(cursor: Cursor, switch: str, tables: Sequence[type[models.Model]]) -> None:
    for model in tables:
        # Ours alone: those by which PostgreSQL keeps foreign keys stay on.
        cursor.execute(f'ALTER TABLE "{model._meta.db_table}" {switch} TRIGGER USER')


def _last(cursor: Cursor, model: type[models.Model]) -> int:
    cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{model._meta.db_table}"')
    return int(cursor.fetchone()[0])


def _lay(cursor: Cursor, model: type[models.Model], columns: Columns, size: int) -> None:
    """Insert `size` rows; columns that are not given are empty, or as the database fills them."""
    filled = {**columns, **_empty_columns(model, columns)}
    names = ", ".join(f'"{name}"' for name in filled)
    cursor.execute(
        f'INSERT INTO "{model._meta.db_table}" ({names}) '
        f"SELECT {', '.join(filled.values())} FROM generate_series(1, {size:d}) n"
    )


def _empty_columns(model: type[models.Model], given: Columns) -> Columns:
    empty: Columns = {}
    for field in model._meta.local_concrete_fields:
        if field.column in given or field.null or field.has_db_default():
            continue
        kind = field.db_type(connections["owner"]) or ""
        if kind.startswith(("varchar", "text")):
            # Text and arrays of text alike.
            empty[field.column] = "'{}'" if kind.endswith("[]") else "''"
        elif kind == "boolean":
            empty[field.column] = "false"
    return empty


def continue_sequence(cursor: Cursor, model: type[models.Model]) -> None:
    cursor.execute(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) "
        f'FROM "{model._meta.db_table}" HAVING max(id) IS NOT NULL',
        [model._meta.db_table],
    )


def write_history(cursor: Cursor, model: type[models.Model], *, above: int) -> None:
    """Write for each row with a number above `above` the history row of its creation."""
    history: Any = history_model_of(model)
    columns = [field.column for field in history.tracked_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(f'laid."{column}"' for column in columns)
    cursor.execute(
        f'INSERT INTO "{history._meta.db_table}" ({names}, history_date, history_type, '
        "history_change_reason, history_user_id, history_person_name) "
        f"SELECT {values}, now(), '+', %s, actor.number, actor.name "
        f'FROM "{model._meta.db_table}" laid, compliance_person actor '
        f'WHERE laid."{model._meta.pk.column}" > %s AND actor.is_system',
        [REASON, above],
    )


def copy_rows(
    tables: Sequence[type[models.Model]], *, copies: int, is_guarded: bool = False
) -> None:
    """
    Copy every row of some tables so many times, with what refers to each other kept together.

    The tables come in the order in which they refer to each other. References to other tables
    stay as they are.
    """
    with as_owner(is_guarded, *tables) as cursor:
        step = _step_above(cursor, tables)
        for model in tables:
            cursor.execute(
                _copy_statement(model, tables), {"first": 1, "last": copies, "step": step}
            )
            if history_model_of(model) is not None:
                # Copies stand above `step`, originals below it. At once, because what belongs to
                # a row is written only with it.
                write_history(cursor, model, above=step)
        _continue_sequences(cursor, tables)


def spread_rows(
    tables: Sequence[type[models.Model]],
    *,
    step: int,
    numbers: range,
    instead: Mapping[tuple[type[models.Model], str], str],
) -> None:
    """
    Copy the rows below `step` as `copy_rows` does, with other values in some columns, no history.

    `instead` says for a column what a copy has: `g` is its number, `t` the row it is a copy of. What
    a list shows stands in the table, never in its history.
    """
    with as_owner(False, *tables) as cursor:
        given = {"first": numbers[0], "last": numbers[-1], "step": step}
        for model in tables:
            cursor.execute(_copy_statement(model, tables, instead), given)
        _continue_sequences(cursor, tables)


def step_above(tables: Sequence[type[models.Model]]) -> int:
    """Return a number above those of all rows of some tables."""
    with as_owner(True) as cursor:
        return _step_above(cursor, tables)


def _step_above(cursor: Cursor, tables: Sequence[type[models.Model]]) -> int:
    return 1 + max(_last(cursor, model) for model in tables if _has_id(model))


def _continue_sequences(cursor: Cursor, tables: Sequence[type[models.Model]]) -> None:
    for model in tables:
        if _has_id(model):
            continue_sequence(cursor, model)


def _has_id(model: type[models.Model]) -> bool:
    return bool(model._meta.pk.column == "id")


def _copy_statement(
    model: type[models.Model],
    tables: Sequence[type[models.Model]],
    instead: Mapping[tuple[type[models.Model], str], str] = MappingProxyType({}),
) -> str:
    columns, values = [], []
    for field in model._meta.local_concrete_fields:
        is_own_key = field.primary_key and not field.is_relation
        refers_inside = field.is_relation and field.related_model in tables
        columns.append(f'"{field.column}"')
        shift = " + g * %(step)s" if is_own_key or refers_inside else ""
        if (model, field.column) in instead:
            values.append(instead[model, field.column])
        elif field.get_internal_type() == "TransactionIdField":
            values.append("pg_current_xact_id()")
        else:
            values.append(f't."{field.column}"{shift}')
    table = model._meta.db_table
    return (
        f'INSERT INTO "{table}" ({", ".join(columns)}) '
        f'SELECT {", ".join(values)} FROM "{table}" t, generate_series(%(first)s, %(last)s) g '
        f'WHERE t."{model._meta.pk.column}" < %(step)s'
    )
