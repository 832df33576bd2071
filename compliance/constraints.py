"""Database constraints that Django lacks, as classes that migrations know."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class CompositeForeignKey(models.BaseConstraint):
    """
    A foreign key over several columns.

    It lets a row carry a copy of what it depends on (the proposer beside the approver) and makes
    the database vouch for the copy, so that a plain CHECK can compare the two.
    `to` names the referenced model as "app_label.Model"; `to_fields` must be covered by a unique
    constraint there, in that order.
    """

    def __init__(self, *, name: str, fields: list[str], to: str, to_fields: list[str]) -> None:
        super().__init__(name=name)
        self.fields = tuple(fields)
        self.to = to
        self.to_fields = tuple(to_fields)

    def _definition(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> str:
        apps = model._meta.apps
        target = apps.get_model(self.to)
        columns = ", ".join(editor.quote_name(model._meta.get_field(f).column) for f in self.fields)
        remote = ", ".join(
            editor.quote_name(target._meta.get_field(f).column) for f in self.to_fields
        )
        table = editor.quote_name(target._meta.db_table)
        return f"FOREIGN KEY ({columns}) REFERENCES {table} ({remote})"

    def _create(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> str:
        table = editor.quote_name(model._meta.db_table)
        name = editor.quote_name(self.name)
        return f"ALTER TABLE {table} ADD CONSTRAINT {name} {self._definition(model, editor)}"

    def constraint_sql(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> None:
        """Put the key off to the end of the migration, when what it refers to is there."""
        schema_editor.deferred_sql.append(self._create(model, schema_editor))

    def create_sql(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> None:
        """Put the key off to the end of the migration, when what it refers to is there."""
        schema_editor.deferred_sql.append(self._create(model, schema_editor))

    def remove_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        """Return the statement that drops the key."""
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} DROP CONSTRAINT {schema_editor.quote_name(self.name)}"

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Any = None,
        using: str = "default",
    ) -> None:
        """Leave the check to the database, which alone sees both rows under lock."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Return what a migration needs to write this constraint down."""
        return (
            "compliance.constraints.CompositeForeignKey",
            (),
            {
                "name": self.name,
                "fields": list(self.fields),
                "to": self.to,
                "to_fields": list(self.to_fields),
            },
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CompositeForeignKey):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.fields, self.to, self.to_fields))
