"""Migrates as the owner of the tables, then puts guards, grants and roles in place."""

import json
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections, transaction

from compliance import guards, roles
from compliance.migration_groups import GroupingExecutor

# Django's command takes its executor from its own module.
migrate.MigrationExecutor = GroupingExecutor  # type: ignore[attr-defined]


class Command(migrate.Command):
    """Django's migrate on the owner's connection, with the database guards afterwards."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options.pop("json")
        if as_json:
            options["verbosity"] = 0
        super().handle(*args, **options)
        alias = options["database"]
        if options["app_label"] is None and not options["plan"] and not options["check_unapplied"]:
            with transaction.atomic(using=alias):
                guards.install(connections[alias])
                roles.sync_roles(alias)
        if as_json:
            self.stdout.write(json.dumps({"migrated": True}))
