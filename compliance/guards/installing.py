"""
Triggers and grants that the database holds against every door, derived from the declarations.

Installed by the owner after each migration: a table that declares history, a version or a kind
cannot be left unguarded by forgetting a migration step.
"""

from typing import Protocol

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from compliance.claiming import CLAIM_FUNCTION
from compliance.exclusions import EXCLUSION_FUNCTIONS, EXCLUSION_TRIGGERS
from compliance.guards import approvals, clocks, declared, keeping, people, reveals, rulebook
from compliance.guards.triggers import Triggers
from compliance.tables import RIGHTS, TableKind, is_history, kind_of, managed_models
from compliance.workflow import VersionedModel


class Part(Protocol):
    """What one part of the product wants the database to hold: functions, and who calls them."""

    FUNCTIONS: str
    TRIGGERS: Triggers


_parts: list[Part] = [approvals, clocks, keeping, people, reveals, rulebook]


def register_guards(part: Part) -> None:
    """Let a package above have guards of its own for its tables; called when apps are ready."""
    if part not in _parts:
        _parts.append(part)


def triggers_of(table: str) -> list[tuple[str, str, str, bool]]:
    """Return the triggers that parts of the product want on a table."""
    return [each for part in _parts for each in part.TRIGGERS.get(table, [])]


def history_model_of(model: type[models.Model]) -> type[models.Model] | None:
    """Return the model that holds the history of `model`, if it is audited."""
    manager_name = getattr(model._meta, "simple_history_manager_attribute", None)
    if manager_name is None or is_history(model):
        return None
    history_model: type[models.Model] = getattr(model, manager_name).model
    return history_model


def trigger_statements(model: type[models.Model]) -> list[str]:
    """Return the statements that put the model's triggers in place, whatever was there."""
    table = model._meta.db_table
    statements: list[str] = []

    def put(
        name: str,
        when: str,
        call: str,
        *,
        deferred: bool = False,
        level: str = "ROW",
        table: str = table,
    ) -> None:
        statements.append(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
        kind = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
        later = "DEFERRABLE INITIALLY DEFERRED " if deferred else ""
        statements.append(
            f'CREATE {kind} "{name}" {when} ON "{table}" {later}'
            f"FOR EACH {level} EXECUTE FUNCTION {call}"
        )

    if kind_of(model) == TableKind.LOG:
        put("record_of_fact", "BEFORE UPDATE OR DELETE", "heyan_refuse_change()")
        put("record_of_fact_whole", "BEFORE TRUNCATE", "heyan_refuse_change()", level="STATEMENT")
    if issubclass(model, VersionedModel) and not is_history(model):
        put("version_steps_by_one", "BEFORE UPDATE", "heyan_next_version()")
    frozen = getattr(model, "frozen_fields", ())
    if frozen and not is_history(model):
        by_name = {field.name: field.column for field in model._meta.concrete_fields}
        columns = ", ".join(f"'{by_name[name]}'" for name in frozen)
        put("frozen_columns", "BEFORE UPDATE", f"heyan_frozen_columns({columns})")
    parent_name = getattr(model, "born_with", "")
    if parent_name:
        link = model._meta.get_field(parent_name)
        parent = link.related_model
        assert isinstance(link, models.ForeignKey)
        assert isinstance(parent, type)
        parent_history = history_model_of(parent)
        assert parent_history is not None
        put(
            "born_with",
            "BEFORE INSERT",
            f"heyan_born_with('{link.column}', '{parent_history._meta.db_table}', "
            f"'{parent._meta.pk.column}')",
        )
    history_model = history_model_of(model)
    if history_model is not None:
        tracked = {field.column for field in history_model._meta.local_concrete_fields}
        key = model._meta.pk.column
        untracked = [
            field.column
            for field in model._meta.local_concrete_fields
            if field.column not in tracked
        ]
        arguments = ", ".join(
            f"'{each}'" for each in [history_model._meta.db_table, key, *untracked]
        )
        put(
            "need_history",
            "AFTER INSERT OR UPDATE OR DELETE",
            f"heyan_need_history({arguments})",
            deferred=True,
        )
    for name, when, call, deferred in triggers_of(table):
        put(name, when, call, deferred=deferred)
    for name, when, call in EXCLUSION_TRIGGERS.get(table, []):
        put(name, when, call)
    events_name = getattr(model, "mirrors_newest", "")
    if events_name:
        events = model._meta.get_field(events_name)
        event_model = events.related_model
        assert isinstance(events, models.ManyToOneRel)
        assert isinstance(event_model, type)
        column_of = {field.name: field.column for field in model._meta.concrete_fields}
        mirrored = [column_of[name] for name in getattr(model, "mirrored_fields", ())]
        event_table = event_model._meta.db_table
        arguments = ", ".join(
            f"'{each}'"
            for each in [
                table,
                model._meta.pk.column,
                event_table,
                events.field.column,
                *mirrored,
            ]
        )
        for each, when in ((table, "INSERT OR UPDATE OR DELETE"), (event_table, "INSERT")):
            put(
                "mirrors_newest",
                f"AFTER {when}",
                f"heyan_mirrors_newest({arguments})",
                deferred=True,
                table=each,
            )
    return statements


def grant_statements(role: str) -> list[str]:
    """Return the statements that leave `role` exactly the declared rights, and nothing else."""
    quoted = f'"{role}"'
    statements = [
        f"GRANT EXECUTE ON FUNCTION heyan_erase_key(bigint) TO {quoted}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {quoted}, PUBLIC",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {quoted}, PUBLIC",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        f'GRANT SELECT ON "django_migrations" TO {quoted}',
    ]
    for model in managed_models():
        kind = kind_of(model)
        if kind is not None:
            statements.append(f'GRANT {RIGHTS[kind]} ON "{model._meta.db_table}" TO {quoted}')
    return statements


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every function, trigger and grant in place, as the owner, in one transaction."""
    role = settings.APPLICATION_ROLE
    with connection.cursor() as cursor:
        cursor.execute(declared.FUNCTIONS)
        for part in _parts:
            cursor.execute(part.FUNCTIONS)
        cursor.execute(EXCLUSION_FUNCTIONS)
        cursor.execute(CLAIM_FUNCTION)
        existing = set(connection.introspection.table_names(cursor))
        for model in managed_models():
            if model._meta.db_table in existing:
                for statement in trigger_statements(model):
                    cursor.execute(statement)
        for statement in grant_statements(role):
            cursor.execute(statement)
        cursor.execute("SELECT heyan_extend_action_log(24)")
        for model in managed_models():
            table = model._meta.db_table
            if getattr(model, "partitioned_by_month_of", "") and table in existing:
                # What is pushed late or was kept elsewhere before finds its month too.
                cursor.execute("SELECT heyan_extend_by_month(%s, 12, 24)", [table])
