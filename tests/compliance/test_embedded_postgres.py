"""The embedded server, through real processes that are really killed."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from compliance.postgres import binaries
from compliance.postgres.folders import PREFIX, REPOSITORY, socket_parents
from compliance.postgres.supervisor import GRACE_SECONDS

CLIENT = """
import os, sys
from compliance.postgres import DatabaseUnavailable, ensure_database
try:
    ensure_database({purpose!r})
except DatabaseUnavailable as problem:
    sys.exit(f"refused: {{problem}}")
print(os.environ["DATABASE_URL"], flush=True)
{then}
sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="looks at processes through /proc, as only Linux has it"
)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")


class Client:
    """A process that holds the server until it is told to end or killed."""

    def __init__(self, home: Path, *, purpose: str = "run", then: str = "", **env: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CLIENT.format(purpose=purpose, then=then)],
            cwd=REPOSITORY,
            env=clean_environment(home, **env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._url = ""

    @property
    def url(self) -> str:
        if not self._url:
            self._url = self.process.stdout.readline().strip()
            assert self._url, self.process.stderr.read()
        return self._url

    @property
    def folder(self) -> Path:
        return Path(self.url.split("@/")[1]).parents[1]

    def connect(self, role: str = "heyan_owner") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder / "pg"), user=role, dbname="heyan", autocommit=True
        )

    def supervisor(self) -> int:
        # The parent of the server is who holds it.
        return int(
            Path(f"/proc/{server_of(self.folder)}/stat").read_text().rsplit(")")[1].split()[1]
        )

    def kill(self) -> None:
        self.process.kill()
        self.end()

    def end(self) -> None:
        with contextlib.suppress(ValueError, BrokenPipeError):
            self.process.communicate(timeout=20)


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    ours = ("DATABASE_", "HEYAN_", "PG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "HEYAN_HOME": str(home), **more}


def server_of(folder: Path) -> int | None:
    """The server whose sockets are in the folder."""
    for words in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = words.read_bytes()
            if b"listen_addresses=" in line and str(folder).encode() in line:
                return int(words.parent.name)
    return None


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def run_folders() -> set[Path]:
    return {found for parent in socket_parents() for found in parent.glob(PREFIX + "*")}


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "compliance.postgres", *arguments],
        cwd=REPOSITORY,
        env=clean_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def home() -> Iterator[Path]:
    # Not tmp_path: as root that lies in a folder that the server's account may not enter. In
    # memory where there is such a place, since most of a clean stop is waiting for the disk.
    folder = Path(tempfile.mkdtemp(prefix="heyan home of a test-", dir=socket_parents()[-1]))
    folder.chmod(0o755)
    yield folder
    command(folder, "stop", "--force")
    shutil.rmtree(folder)


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., Client]]:
    clients: list[Client] = []

    def start_client(**how: Any) -> Client:
        clients.append(Client(home, **how))
        return clients[-1]

    yield start_client
    for client in clients:
        client.end()


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


@as_root
def test_as_root_the_server_steps_down_and_no_folder_is_opened_for_it(
    tmp_path: Path,
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    modes = [folder.stat().st_mode for folder in (closed, *closed.parents)]
    client = Client(closed / "home")
    server = server_of(client.folder)
    place = Path((closed / "home" / "data.location").read_text().strip()).parent

    try:
        with client.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert Path(f"/proc/{server}").stat().st_uid != 0
        assert [folder.stat().st_mode for folder in (closed, *closed.parents)] == modes
        assert place.stat().st_mode & 0o777 == 0o711
    finally:
        client.end()
        command(closed / "home", "stop", "--force")
        shutil.rmtree(place)


@as_root
def test_programs_that_lie_in_a_closed_folder_run_from_a_copy(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = home / "closed"
    package = binaries.find_programs().parents[1]
    for part in (package, package.with_suffix(".libs")):
        shutil.copytree(part, closed / part.name)
    closed.chmod(0o700)
    monkeypatch.setattr(binaries, "find_programs", lambda: closed / package.name / "pginstall/bin")
    monkeypatch.setattr(binaries, "SHARED_TEMPORARY", home)
    monkeypatch.delenv("PG_BIN", raising=False)

    copies = [binaries.programs_for(binaries.Login(65534, 65534)) for _ in range(2)]

    assert copies[0] == copies[1]
    assert closed not in copies[0].parents
    answer = subprocess.run(
        [copies[0] / "initdb", "--version"],
        user=65534,
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PostgreSQL" in answer.stdout


@as_root
def test_root_runs_the_server_of_somebody_elses_folder_as_that_person(
    home: Path, start: Callable[..., Client]
) -> None:
    os.chown(home, 65534, 65534)

    client = start()

    assert Path(f"/proc/{server_of(client.folder)}").stat().st_uid == 65534
    assert (home / "data").stat().st_uid == 65534
    assert client.folder.stat().st_uid == 65534
    assert (home / "server.json").stat().st_uid == 65534
