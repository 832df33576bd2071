"""What every test may ask for: a database, and people in their roles through the services."""

import gc
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker

from compliance import staff
from compliance.models import Person, StaffUser
from compliance.provisions import Provision
from tests.worker_database import WorkerDatabase


def pytest_collection_finish() -> None:
    """
    Leave modules and the tests themselves, which stay for the whole run, out of the search for garbage.

    It took a third of a second each time, and every copy of a process would write to all of it.
    """
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Let what takes minutes begin first, and the second of two processes do what it can do then.

    Each is given a half, in this order. While the first one makes the databases the second needs none;
    and whoever copies the process does it while that is small.
    """
    long = [each for each in items if each.get_closest_marker("long")]
    copying = [each for each in items if each.get_closest_marker("copying")]
    without = [each for each in items if not needs_database(each) and each not in long]
    first = {*long, *without, *copying}
    others = [each for each in items if each not in first]
    half = max(0, len(items) // 2 - len(long))
    items[:] = [*long, *others[:half], *without, *copying, *others[half:]]


def needs_database(item: pytest.Item) -> bool:
    """Return whether a test asks for a database, by its mark or by a fixture."""
    fixtures: tuple[str, ...] = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or "django_db_setup" in fixtures


pytest_plugins = [
    "tests.accounts.dormancy",
    "tests.accounts.corrections",
    "tests.accounts.fixtures",
    "tests.accounts.profiles",
    "tests.accounts.powers",
    "tests.accounts.qualifications",
    "tests.accounts.transfers",
    "tests.compliance.api_fixtures",
    "tests.compliance.desk_cases",
    "tests.compliance.evidence_desk",
    "tests.demo_database",
]

PASSWORD = "korrekt-pferd-batterie-9"  # made up, for tests alone
_numbers = count(1)


@pytest.fixture(autouse=True)
def language_of_the_product() -> None:
    """Forget the language in which an earlier test spoke."""
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def what_takes_no_time() -> Iterator[None]:
    """
    What the product takes its time for on purpose or once, and tests would take it for each login.

    A good hash of a password takes a tenth of a second; static files are listed for each client.
    """
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(
        PASSWORD_HASHERS=[quick, *settings.PASSWORD_HASHERS], WHITENOISE_AUTOREFRESH=True
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def evidence_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for evidence that is nobody's else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "EVIDENCE_ROOT", tmp_path_factory.mktemp("evidence"))
        yield settings.EVIDENCE_ROOT


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


@pytest.fixture
def system(db: None) -> StaffUser:
    """The login as which the system acts."""
    return staff.system_actor()


@pytest.fixture
def make_person(system: StaffUser) -> Callable[..., Person]:
    """Enters a made-up person in the staff file."""

    def make(name: str = "") -> Person:
        return staff.add_person(
            name=name or f"测试员{next(_numbers)}",
            post="测试",
            actor=system,
            provision=Provision.OPINIONS_10,
            reason="测试数据",
        )

    return make


@pytest.fixture
def staff_user(system: StaffUser, make_person: Callable[..., Person]) -> Callable[..., StaffUser]:
    """Makes a login that holds a role: `staff_user("moderator")`, or several roles."""

    def make(*roles: str, person: Person | None = None, username: str = "") -> StaffUser:
        login = staff.create_login(
            person=person or make_person(),
            username=username or f"login{next(_numbers)}",
            password=PASSWORD,
            actor=system,
            provision=Provision.OPINIONS_10,
            reason="测试数据",
        )
        for role in roles:
            staff.assign_role(
                staff=login,
                role=role,
                actor=system,
                provision=Provision.OPINIONS_10,
                reason="测试数据",
            )
        # A fresh object: permissions are cached on the one that was just built.
        return StaffUser.objects.select_related("person").get(pk=login.pk)

    return make
