"""The databases that tests run on: migrated once as the owner, copied for each process.

Tests are connected as the application role, as the running product is. What that role may not do
(empty a table after a test that commits, for one) is replaced by a fresh copy of the template.
"""

import os
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tests.plugin_postgres import RUN

TEMPLATE = "heyan_test_template"
# Any numbers that no other advisory lock on the maintenance database has. Who fills a template keeps
# nobody waiting who wants an empty one.
BUILD_LOCK, FILL_LOCK = 7_304_221, 7_304_222


class WorkerDatabase:
    """The database of one test process."""

    def __init__(self) -> None:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.name = f"heyan_test_{worker}"
        self.admin = psycopg.connect(**self.owner_parameters(), autocommit=True)

    def owner_parameters(self) -> dict[str, Any]:
        return connections["owner"].get_connection_params()

    def set_up(self) -> None:
        self.admin.execute("SELECT pg_advisory_lock(%s)", [BUILD_LOCK])
        try:
            if self._mark(TEMPLATE) != os.environ[RUN]:
                self._build_template()
        finally:
            self.admin.execute("SELECT pg_advisory_unlock(%s)", [BUILD_LOCK])
        self.recreate()

    def recreate(self, template: str = TEMPLATE) -> None:
        """Begin anew with what the migrations have laid, or with what another template holds."""
        self._point_to(self.name)
        self._drop(self.name)
        self._create(self.name, template)

    def begin_with(self, template: str, fill: Callable[[], None]) -> None:
        """Begin with what `fill` enters; it is asked once in a run, for all processes."""
        self.admin.execute("SELECT pg_advisory_lock(%s)", [FILL_LOCK])
        try:
            if self._mark(template) != os.environ[RUN]:
                self.recreate()
                fill()
                self._drop(template)
                self._point_to(self.name)
                self._disconnect(self.name)
                self._create(template, self.name)
                self._set_mark(template)
        finally:
            self.admin.execute("SELECT pg_advisory_unlock(%s)", [FILL_LOCK])
        self.recreate(template)

    def begin_empty(self) -> None:
        """Begin with nothing at all, for what migrations do to the database of an older version."""
        self._point_to(self.name)
        self._drop(self.name)
        self._create(self.name, "template0")

    def tear_down(self) -> None:
        connections.close_all()
        self._drop(self.name)
        self.admin.close()

    def _build_template(self) -> None:
        self._drop(TEMPLATE)
        self._create(TEMPLATE, "template0")
        self._point_to(TEMPLATE)
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        connections.close_all()
        self._set_mark(TEMPLATE)

    def _set_mark(self, template: str) -> None:
        # Said last: a run that was interrupted has left no template that looks complete.
        self.admin.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(template), os.environ[RUN]
            )
        )

    def _mark(self, template: str) -> str | None:
        found = self.admin.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [template],
        ).fetchone()
        return found[0] if found else None

    def _point_to(self, name: str) -> None:
        connections.close_all()
        for alias in ("default", "owner"):
            connections[alias].settings_dict["NAME"] = name

    def _drop(self, name: str) -> None:
        # A connection that was just closed takes a moment to go, and PostgreSQL itself looks
        # for that only every tenth of a second.
        deadline = time.monotonic() + 0.1
        while self._is_in_use(name) and time.monotonic() < deadline:
            time.sleep(0.001)
        # By force: a thread of the test may still be connected.
        self.admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def _is_in_use(self, name: str) -> bool:
        found = self.admin.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s", [name])
        return found.fetchone() is not None

    def _disconnect(self, name: str) -> None:
        # A thread of an earlier test may still be connected, and what is copied must be at rest.
        self.admin.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )

    def _create(self, name: str, template: str) -> None:
        # Copies files instead of logging pages: four times as fast for many small tables.
        self.admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
