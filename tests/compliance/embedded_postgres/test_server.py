"""What the embedded server is and says: locale, roles, addresses, refusals."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from compliance.postgres.folders import REPOSITORY
from tests.compliance.embedded_postgres.clients import (
    Client,
    clean_environment,
    command,
    is_alive,
    run_folders,
    server_of,
    wait_until,
)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="looks at processes through /proc, as only Linux has it"
)


def test_chinese_has_trigrams_in_the_barest_locale(start: Callable[..., Client]) -> None:
    client = start(LANG="C", LC_ALL="C")

    with client.connect() as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION btree_gin")
        trigrams, likeness = connection.execute(
            "SELECT cardinality(show_trgm('违规内容审核')), similarity('违规内容', '违规内容审核')"
        ).fetchone()

    assert trigrams == 7
    assert likeness > 0.4


def test_the_application_role_owns_nothing(start: Callable[..., Client]) -> None:
    client = start()

    with client.connect("heyan_app") as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE public.mine (id int)")

    assert rights == (False, False, False, False)


def test_a_given_address_is_left_alone(home: Path, start: Callable[..., Client]) -> None:
    client = start(DATABASE_URL="postgres://somebody@db.example/heyan")

    assert client.url == "postgres://somebody@db.example/heyan"
    assert list(home.iterdir()) == []


def test_a_throw_away_server_vanishes_with_its_killed_client(start: Callable[..., Client]) -> None:
    client = start(purpose="test")
    with client.connect() as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
    server = server_of(client.folder)

    client.kill()

    wait_until(lambda: not is_alive(server) and not client.folder.exists(), seconds=5)


def test_what_a_killed_supervisor_of_a_throw_away_server_leaves_goes_at_the_next_start(
    start: Callable[..., Client],
) -> None:
    first = start(purpose="test")
    server = server_of(first.folder)

    os.kill(first.supervisor(), signal.SIGKILL)
    second = start(purpose="test")

    assert second.folder != first.folder
    assert not first.folder.exists()
    wait_until(lambda: not is_alive(server))


def test_a_failed_start_says_why_and_leaves_no_folder(
    home: Path, start: Callable[..., Client]
) -> None:
    start().url  # noqa: B018 - waits until it is up
    command(home, "stop", "--force")
    (home / "data" / "global" / "pg_control").unlink()
    before = run_folders()

    refused = start()
    _, words = refused.process.communicate(timeout=20)

    assert refused.process.returncode == 1
    assert "PostgreSQL did not start" in words
    assert "pg_control" in words
    wait_until(lambda: not run_folders() - before)


def test_manage_says_in_plain_words_that_there_is_no_server(home: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=REPOSITORY,
        env=clean_environment(home, PG_BIN=str(home)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 1
    assert asked.stderr == (
        f"The database is not available. PG_BIN is {home}, but there is no program postgres in it.\n"
    )


def test_stop_spares_a_server_that_is_in_use(home: Path, start: Callable[..., Client]) -> None:
    client = start()
    client.url  # noqa: B018 - waits until it is up

    refused = command(home, "stop")
    status = command(home, "status")

    assert refused.returncode == 1
    assert str(client.process.pid) in refused.stdout
    assert str(client.process.pid) in status.stdout


def test_the_address_for_people_is_one_that_postgres_own_programs_take(
    home: Path, start: Callable[..., Client]
) -> None:
    start().url  # noqa: B018 - waits until it is up

    for words, role in ((["url"], "heyan_app"), (["url", "--owner"], "heyan_owner")):
        address = command(home, *words).stdout.strip()
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT current_user, current_database()").fetchone() == (
                role,
                "heyan",
            )
