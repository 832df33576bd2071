"""The embedded server comes with its first client and goes with its last, however they end."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from compliance.postgres.supervisor import GRACE_SECONDS
from tests.compliance.embedded_postgres.clients import (
    Client,
    command,
    is_alive,
    server_of,
    wait_until,
)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="looks at processes through /proc, as only Linux has it"
)


def test_starters_at_once_end_in_one_server(start: Callable[..., Client]) -> None:
    clients = [start() for _ in range(4)]

    addresses = {client.url for client in clients}

    assert len(addresses) == 1


def test_the_server_goes_after_the_last_client_was_killed(
    home: Path, start: Callable[..., Client]
) -> None:
    first, second = start(), start()
    server, supervisor = server_of(first.folder), first.supervisor()
    assert second.url == first.url

    first.kill()
    time.sleep(0.3)
    with second.connect() as connection:
        connection.execute("SELECT 1")
    second.kill()

    wait_until(lambda: not is_alive(server) and not is_alive(supervisor))
    assert not first.folder.exists()
    assert not (home / "server.json").exists()
    assert "database system is shut down" in (home / "log" / "postgres.log").read_text()


def test_a_forked_child_keeps_the_server_of_its_killed_parent(start: Callable[..., Client]) -> None:
    client = start(then="child = os.fork()\nif child: print(child, flush=True)")
    server = server_of(client.folder)
    child = int(client.process.stdout.readline())

    client.process.kill()
    client.process.wait()
    time.sleep(GRACE_SECONDS + 0.5)  # longer than the grace after the last client

    assert is_alive(server)
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: not is_alive(server))


def test_a_killed_supervisor_takes_the_server_down_cleanly_and_the_next_start_recovers(
    home: Path, start: Callable[..., Client]
) -> None:
    first = start()
    with first.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    server = server_of(first.folder)

    os.kill(first.supervisor(), signal.SIGKILL)
    second = start()

    with second.connect() as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert not is_alive(server)
    assert not first.folder.exists()
    assert "was not properly shut down" not in (home / "log" / "postgres.log").read_text()


def test_a_killed_server_is_started_again_under_the_same_address(
    start: Callable[..., Client],
) -> None:
    client = start()
    server = server_of(client.folder)

    os.kill(server, signal.SIGKILL)

    wait_until(lambda: server_of(client.folder) not in {None, server})

    def answers() -> bool:
        try:
            client.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    wait_until(answers)


def test_a_pid_file_whose_number_another_program_has_by_now_does_not_hinder(
    home: Path, start: Callable[..., Client]
) -> None:
    start().url  # noqa: B018 - waits until it is up
    command(home, "stop", "--force")
    (home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{home / 'data'}\n")

    again = start()

    with again.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
