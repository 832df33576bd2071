from collections.abc import Iterator

import psycopg
import pytest
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests.worker_database import WorkerDatabase


@pytest.fixture(scope="session")
def worker_database(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[WorkerDatabase]:
    """The database of this test process, migrated as the owner."""
    with django_db_blocker.unblock():
        database = WorkerDatabase()
        database.set_up()
    yield database
    with django_db_blocker.unblock():
        database.tear_down()


@pytest.fixture(scope="session")
def django_db_setup(worker_database: WorkerDatabase) -> Iterator[None]:
    """Tests run as the application role; tests that commit get a fresh database afterwards."""

    def begin_anew(case: TransactionTestCase) -> None:
        # Instead of emptying the tables: the application role may not, and what migrations have
        # laid would be gone.
        worker_database.recreate()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", begin_anew)
        yield


@pytest.fixture
def owner_connection(
    request: pytest.FixtureRequest, worker_database: WorkerDatabase, django_db_setup: None
) -> Iterator[psycopg.Connection]:
    """A connection of the owner role, to look behind the scenes or to do what a culprit might.

    It can write only in a test that is marked ``transaction=True``: nothing else is undone.
    """
    marker = request.node.get_closest_marker("django_db")
    writes = bool(marker and marker.kwargs.get("transaction"))
    with psycopg.connect(**worker_database.owner_parameters(), autocommit=True) as connection:
        if not writes:
            connection.execute("SET default_transaction_read_only = on")
        yield connection
