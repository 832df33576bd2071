"""The one helper by which a data migration changes audited tables: row and history together."""

from datetime import UTC, datetime
from typing import Any

from django.db.migrations.state import StateApps

MIGRATION_REASON = "由数据迁移写入"


def create_with_history(
    apps: StateApps, alias: str, label: str, *, person_name: str = "系统", **values: Any
) -> Any:
    """
    Insert one row of the audited model `label` ("app.Model") together with its history row.

    The system is the person; it is found by its mark, or is the row being created itself.
    """
    row = apps.get_model(label).objects.using(alias).create(**values)
    row.refresh_from_db(using=alias)
    _write_history(apps, alias, label, row, "+", person_name)
    return row


def change_with_history(apps: StateApps, alias: str, label: str, row: Any, **values: Any) -> None:
    """Change one row of an audited model, its version with it, together with its history row."""
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(using=alias, update_fields=[*values, "version"])
    _write_history(apps, alias, label, row, "~", "系统")


def _write_history(
    apps: StateApps, alias: str, label: str, row: Any, history_type: str, person_name: str
) -> None:
    app_label, name = label.split(".")
    history_model = apps.get_model(app_label, f"Historical{name}")
    system = apps.get_model("compliance.Person").objects.using(alias).get(is_system=True)
    tracked = {field.attname for field in history_model._meta.local_concrete_fields}
    copied = {
        field.attname: getattr(row, field.attname)
        for field in apps.get_model(label)._meta.local_concrete_fields
        if field.attname in tracked
    }
    history_model.objects.using(alias).create(
        **copied,
        history_type=history_type,
        history_date=datetime.now(UTC),
        history_change_reason=MIGRATION_REASON,
        history_user_id=system.pk,
        history_person_name=person_name,
    )
