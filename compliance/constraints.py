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
    constraint there, in that order. With `follows` the database carries a change over to the copy;
    otherwise it refuses the change.
    """

    def __init__(
        self, *, name: str, fields: list[str], to: str, to_fields: list[str], follows: bool = False
    ) -> None:
        super().__init__(name=name)
        self.fields = tuple(fields)
        self.to = to
        self.to_fields = tuple(to_fields)
        self.follows = follows

    def _create(
        self, model: type[models.Model] | None, editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model is not None
        assert editor is not None
        target = model._meta.apps.get_model(self.to)

        def columns(of: type[models.Model], names: tuple[str, ...]) -> str:
            by_name = {field.name: field.column for field in of._meta.concrete_fields}
            return ", ".join(editor.quote_name(by_name[name] or name) for name in names)

        return (
            f"ALTER TABLE {editor.quote_name(model._meta.db_table)} "
            f"ADD CONSTRAINT {editor.quote_name(self.name)} "
            f"FOREIGN KEY ({columns(model, self.fields)}) "
            f"REFERENCES {editor.quote_name(target._meta.db_table)} "
            f"({columns(target, self.to_fields)})"
            f"{' ON UPDATE CASCADE' if self.follows else ''}"
        )

    def constraint_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Put the key off to the end of the migration, when what it refers to is there."""
        statement = self._create(model, schema_editor)
        assert schema_editor is not None
        schema_editor.deferred_sql.append(statement)
        return ""

    def create_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Put the key off to the end of the migration, when what it refers to is there."""
        return self.constraint_sql(model, schema_editor)

    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Return the statement that drops the key."""
        assert model is not None
        assert schema_editor is not None
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
                **({"follows": True} if self.follows else {}),
            },
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CompositeForeignKey):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.fields, self.to, self.to_fields, self.follows))
