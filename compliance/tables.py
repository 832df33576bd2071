"""What the role of the running product may do to each table: the declaration that grants follow."""

from enum import StrEnum

from django.apps import apps
from django.db import models


class TableKind(StrEnum):
    """How a table may be changed by the running product."""

    LOG = "log"  # insert only: log, history, identity values, proposals, records of fact
    RECORD = "record"  # insert and update: what has a status; never deleted
    WORK = "work"  # anything: leases, sessions, jobs
    KEPT = "kept"  # insert only; a function of the owner's changes it, and only on record
    LAID = "laid"  # read only: what migrations lay


# Tables of the libraries that we use; ours declare `table_kind` on the model.
LIBRARY_TABLES: dict[str, TableKind] = {
    "auth_group": TableKind.LAID,
    "auth_group_permissions": TableKind.LAID,
    "auth_permission": TableKind.LAID,
    "django_content_type": TableKind.LAID,
    "django_session": TableKind.WORK,
    # The admin's own log is a copy for its pages; ours is the action log.
    "django_admin_log": TableKind.LOG,
    "procrastinate_jobs": TableKind.WORK,
    "procrastinate_events": TableKind.WORK,
    "procrastinate_periodic_defers": TableKind.WORK,
    "procrastinate_workers": TableKind.WORK,
}

RIGHTS: dict[TableKind, str] = {
    TableKind.LOG: "SELECT, INSERT",
    TableKind.RECORD: "SELECT, INSERT, UPDATE",
    TableKind.WORK: "SELECT, INSERT, UPDATE, DELETE",
    TableKind.KEPT: "SELECT, INSERT",
    TableKind.LAID: "SELECT",
}


def is_history(model: type[models.Model]) -> bool:
    """Return whether the model holds the history of another one."""
    return hasattr(model, "history_object")


def kind_of(model: type[models.Model]) -> TableKind | None:
    """Return the declared kind of the model's table, or None where nobody declared one."""
    if is_history(model):
        return TableKind.LOG
    declared = getattr(model, "table_kind", None)
    return declared or LIBRARY_TABLES.get(model._meta.db_table)


def managed_models() -> list[type[models.Model]]:
    """Return every model that has a table, the automatic many-to-many ones too."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and not model._meta.swapped
    ]
