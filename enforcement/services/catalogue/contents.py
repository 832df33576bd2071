"""A version of the catalogue as plain rows, column by column; a change is what differs of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import models

from enforcement.models import (
    AllowedMeasure,
    ApprovalCondition,
    ApprovalRule,
    CatalogueVersion,
    Factor,
    LadderMeasure,
    LadderStep,
    MeasureType,
    OffenceFamily,
    ViolationType,
)

Row = dict[str, Any]
Content = dict[str, dict[str, Row]]
Changes = dict[str, dict[str, Row | None]]
# The settings of the version itself, a row without a name of its own.
OWN: Final = "CatalogueVersion"
# What each version has of its own and takes over from none.
_NOT_COPIED: Final = frozenset(
    {"label", "effective_from", "announced_at", "proposal", "approved_result"}
)


@dataclass(frozen=True)
class Table:
    """A table of the catalogue: where its rows lie and what each is called within a version."""

    model: type[models.Model]
    # The way from a row to its version.
    version: str
    name: Callable[[Row], str]

    @property
    def code(self) -> str:
        """What the table is called in contents."""
        return self.model.__name__

    def fields(self) -> list[models.Field]:
        """Return the columns that a version takes over: all but its own key and its version."""
        return [
            field
            for field in self.model._meta.concrete_fields
            if not field.primary_key
            and field.name not in _NOT_COPIED
            and field.related_model is not CatalogueVersion
        ]


# Whatever is referred to stands before what refers to it.
TABLES: Final = (
    Table(ViolationType, "version", lambda row: str(row["code"])),
    Table(MeasureType, "version", lambda row: str(row["measure"])),
    Table(
        ApprovalRule,
        "measure_type__version",
        lambda row: f"{row['measure_type']}/{row['longer_than_days']}",
    ),
    Table(OffenceFamily, "version", lambda row: str(row["violation_type"])),
    Table(AllowedMeasure, "version", lambda row: f"{row['violation_type']}/{row['measure']}"),
    Table(
        LadderStep,
        "version",
        lambda row: f"{row['violation_type']}/{row['offence_number']}/{row['from_severity']}",
    ),
    Table(LadderMeasure, "step__version", lambda row: f"{row['step']}/{row['measure']}"),
    Table(Factor, "version", lambda row: str(row["code"])),
    Table(ApprovalCondition, "version", lambda row: str(row["occasion"])),
)
_OWN_TABLE: Final = Table(CatalogueVersion, "pk", lambda row: "")


def table_of(code: str) -> Table:
    """Return a table by its name in contents."""
    return next(each for each in (_OWN_TABLE, *TABLES) if each.code == code)


def content_of(version: CatalogueVersion) -> Content:
    """
    Return every row of a version, by table and name, with all their columns.

    Our choice, no article. A column that is added to a table later is taken over by itself.
    """
    names: dict[type[models.Model], dict[Any, str]] = {}
    content: Content = {OWN: {"": _row(_OWN_TABLE, version, names)}}
    for table in TABLES:
        rows = content[table.code] = {}
        # A violation stands after the one it is a sub-code of.
        for each in table.model._default_manager.filter(**{table.version: version}).order_by("pk"):
            row = _row(table, each, names)
            name = table.name(row)
            names.setdefault(table.model, {})[each.pk] = name
            rows[name] = row
    return content


def _row(table: Table, record: models.Model, names: Mapping[type[models.Model], Any]) -> Row:
    row: Row = {}
    for field in table.fields():
        value = getattr(record, field.attname)
        if field.related_model is not None and value is not None:
            value = names[field.related_model][value]
        row[field.name] = value
    return row


def patched(content: Content, changes: Mapping[str, Mapping[str, Row | None]]) -> Content:
    """Return a content with rows changed, added, or where a change is None taken away."""
    changed = {code: dict(rows) for code, rows in content.items()}
    for code, rows in changes.items():
        for name, row in rows.items():
            if row is None:
                changed[code].pop(name, None)
            else:
                changed[code][name] = {**changed[code].get(name, {}), **row}
    return changed


def completed(content: Content) -> Content:
    """Return a content in which new rows have every column, with its usual value where none is given."""
    return {
        code: {
            name: {
                **{field.name: field.get_default() for field in table_of(code).fields()},
                **row,
            }
            for name, row in rows.items()
        }
        for code, rows in content.items()
    }


def changes_between(before: Content, after: Content) -> Changes:
    """Return what has to be changed of one content to make it the other."""
    changes: Changes = {}
    for code in after:
        old, new = before.get(code, {}), after[code]
        rows: dict[str, Row | None] = {name: None for name in old if name not in new}
        for name, row in new.items():
            differing = {
                column: value
                for column, value in row.items()
                if name not in old or old[name].get(column) != value
            }
            if differing:
                rows[name] = differing
        if rows:
            changes[code] = rows
    return changes


def lay(version: CatalogueVersion, content: Content) -> None:
    """
    Write every row of a content into a new version.

    Our choice, no article. The version itself has been written with its own settings.
    """
    laid: dict[type[models.Model], dict[str, models.Model]] = {}
    for table in TABLES:
        rows = sorted(content[table.code].items(), key=lambda each: each[0].count("."))
        made = laid[table.model] = {}
        for name, row in rows:
            values: Row = {"version": version} if table.version == "version" else {}
            for field in table.fields():
                value = row[field.name]
                if field.related_model is not None and value is not None:
                    value = laid[field.related_model][value]
                values[field.name] = value
            made[name] = table.model._default_manager.create(**values)


@dataclass(frozen=True)
class Difference:
    """One column of one row that differs; `before` or `after` is None where there is no such row."""

    table: str
    name: str
    field: models.Field | None
    before: Any
    after: Any


def differences(before: Content, after: Content) -> Iterator[Difference]:
    """Return column by column what differs between two contents."""
    for code, rows in after.items():
        old_rows = before.get(code, {})
        fields = table_of(code).fields()
        for name in sorted({*old_rows, *rows}):
            old, new = old_rows.get(name), rows.get(name)
            if old is None or new is None:
                yield Difference(code, name, None, old, new)
                continue
            for field in fields:
                if old.get(field.name) != new.get(field.name):
                    yield Difference(code, name, field, old.get(field.name), new.get(field.name))
