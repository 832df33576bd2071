"""Rows as the owner of the tables writes them, with nothing else in place that could refuse them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from psycopg import sql

Row = dict[str, Any]
# Numbers from which values are made: no row that a migration laid has them.
FIRST, SECOND = 901, 902


def filler(field: models.Field, number: int) -> Any:
    """Return a value that the column takes; another one for each number."""
    if isinstance(field, models.ForeignKey):
        return filler(field.target_field, number)
    if field.flatchoices:
        return field.flatchoices[(number - FIRST) % len(field.flatchoices)][0]
    if isinstance(field, ArrayField):
        return [filler(field.base_field, number)]
    if isinstance(field, models.JSONField):
        return {"number": number}
    if isinstance(field, models.DateTimeField):
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    if isinstance(field, models.DateField):
        return date(2026, 1, 1) + timedelta(days=number)
    if isinstance(field, models.BooleanField):
        return number % 2 == 0
    if isinstance(field, models.BinaryField):
        return b"%d" % number
    if isinstance(field, models.UUIDField):
        return uuid.UUID(int=number)
    if isinstance(field, models.CharField | models.TextField):
        return f"{number}"
    return number


def filled(model: type[models.Model], given: Row, number: int = FIRST) -> Row:
    """Return a row by columns: what is given, and something wherever nothing may be missing."""
    row = {
        field.column: filler(field, number)
        for field in model._meta.local_concrete_fields
        if not field.null
        and field.db_default is models.NOT_PROVIDED
        and not isinstance(field, models.AutoField)
    }
    return {**row, **given}


class Table:
    """A table of the product in a transaction that is never committed."""

    def __init__(self, model: type[models.Model], owner: psycopg.Connection) -> None:
        self.model = model
        self.owner = owner
        self.name = sql.Identifier(model._meta.db_table)
        self.fields = {field.column: field for field in model._meta.local_concrete_fields}
        # What the triggers hold has tests of its own; they would refuse most rows made up here.
        owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(self.name))

    def drop(self, constraint: models.BaseConstraint) -> None:
        """Do without a constraint, so that only the others can refuse a row."""
        name = sql.Identifier(constraint.name)
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is not None:
            self.owner.execute(sql.SQL("DROP INDEX {}").format(name))
            return
        # A key that others refer to takes them with it.
        statement = "ALTER TABLE {} DROP CONSTRAINT IF EXISTS {} CASCADE"
        self.owner.execute(sql.SQL(statement).format(self.name, name))

    def do_without(
        self, *kinds: type[models.BaseConstraint], kept: models.BaseConstraint | None = None
    ) -> None:
        """Do without the constraints of these kinds, but for one."""
        for each in self.model._meta.constraints:
            if isinstance(each, kinds) and each is not kept:
                self.drop(each)

    def empty(self) -> None:
        """Take away what migrations have laid."""
        self.owner.execute(sql.SQL("DELETE FROM {}").format(self.name))

    def insert(self, row: Row) -> None:
        columns = list(row)
        values = [self.fields[each].get_db_prep_save(row[each], connection) for each in columns]
        self.owner.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                self.name,
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
            ),
            values,
        )

    def refusal_of(self, row: Row) -> str | None:
        """Return the name of what refuses the row, or None where nothing does."""
        try:
            with self.owner.transaction(force_rollback=True):
                self.insert(row)
        except psycopg.errors.IntegrityError as refused:
            return refused.diag.constraint_name or str(refused)
        return None


@contextmanager
def table_of(model: type[models.Model], owner: psycopg.Connection) -> Iterator[Table]:
    """Open a table as its owner; all that happens to it is undone."""
    with owner.transaction(force_rollback=True):
        yield Table(model, owner)
