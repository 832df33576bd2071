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
    model = apps.get_model(label)
    app_label, name = label.split(".")
    history_model = apps.get_model(app_label, f"Historical{name}")
    row = model.objects.using(alias).create(**values)
    row.refresh_from_db(using=alias)
    system = apps.get_model("compliance.Person").objects.using(alias).get(is_system=True)
    tracked = {field.attname for field in history_model._meta.local_concrete_fields}
    copied = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.local_concrete_fields
        if field.attname in tracked
    }
    history_model.objects.using(alias).create(
        **copied,
        history_type="+",
        history_date=datetime.now(UTC),
        history_change_reason=MIGRATION_REASON,
        history_user_id=system.pk,
        history_person_name=person_name,
    )
    return row
