"""Attach to the embedded server, starting it where it does not run."""

import atexit
import contextlib
import fcntl
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal

from compliance.postgres.errors import DatabaseUnavailable
from compliance.postgres.folders import REPOSITORY, home_folder
from compliance.postgres.protocol import CONTROL, START_LOCK, STATE, read_greeting

ANSWER_SECONDS = 5.0
START_SECONDS = 180.0
# Tells our child processes that DATABASE_URL is ours, so that they hold the server as well.
MARKER = "HEYAN_EMBEDDED_SERVER"

_holds: dict[Path, socket.socket] = {}


def ensure_database(purpose: Literal["run", "test"] = "run") -> None:
    """Make sure that ``DATABASE_URL`` and ``DATABASE_OWNER_URL`` name a server that answers.

    A ``DATABASE_URL`` that is set is left alone. Otherwise the embedded server of ``HEYAN_HOME``
    is started or joined, for the purpose ``test`` a throw-away one, and kept for as long as this
    process or one forked from it lives.

    :raises DatabaseUnavailable: if the server cannot be started.
    """
    if os.environ.get("DATABASE_URL"):
        _join_the_parents_server()
        return
    if os.environ.get("HEYAN_PROFILE") == "production":
        raise DatabaseUnavailable(
            "In production DATABASE_URL must name a server; the embedded one is for trying out."
        )
    folder = _start_throw_away() if purpose == "test" else _attach(home_folder())
    os.environ["DATABASE_URL"] = database_url(folder, "heyan_app")
    os.environ["DATABASE_OWNER_URL"] = database_url(folder, "heyan_owner")
    os.environ[MARKER] = str(folder)


def database_url(folder: Path, role: str) -> str:
    """Return the address of the product's database in the form that django-environ reads."""
    # Its host is the part of the path before the last slash: %2F in a host is not decoded.
    return f"postgres://{role}@/{folder / 'pg'}/heyan"


def is_server_lost() -> bool:
    """Tell whether the embedded server that this process holds has gone away."""
    ready, _, _ = select.select(list(_holds.values()), [], [], 0)
    return bool(ready)


def connect(home: Path) -> tuple[socket.socket, dict[str, Any]] | None:
    """Return a hold on the running server of the folder with what it says; None if none runs."""
    try:
        folder = Path(json.loads((home / STATE).read_text())["folder"])
    except (OSError, ValueError, KeyError):
        return None
    return _connect(folder)


def _join_the_parents_server() -> None:
    marked = os.environ.get(MARKER)
    if not marked or Path(marked) in _holds:
        return
    if os.environ["DATABASE_URL"] == database_url(Path(marked), "heyan_app"):
        joined = _connect(Path(marked))
        if joined:
            _keep(Path(marked), joined[0])


def _connect(folder: Path) -> tuple[socket.socket, dict[str, Any]] | None:
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        channel.settimeout(ANSWER_SECONDS)
        channel.connect(str(folder / CONTROL))
    except PermissionError as problem:
        channel.close()
        raise DatabaseUnavailable(_not_ours(folder)) from problem
    except OSError:
        channel.close()
        return None
    # Only the greeting makes it a hold: a supervisor that is just stopping sends none.
    facts = read_greeting(channel, ANSWER_SECONDS)
    if facts is None:
        channel.close()
        return None
    return channel, facts


def _attach(home: Path) -> Path:
    attached = connect(home)
    if attached is None:
        try:
            home.mkdir(parents=True, exist_ok=True)
            (home / "log").mkdir(exist_ok=True)
            with _one_starter(home), (home / "log" / "supervisor.log").open("ab") as log:
                attached = connect(home) or _spawn(log, "--home", str(home))
        except PermissionError as problem:
            raise DatabaseUnavailable(_not_ours(home)) from problem
    channel, facts = attached
    folder = Path(facts["folder"])
    _keep(folder, channel)
    return folder


def _start_throw_away() -> Path:
    with open(os.devnull, "ab") as log:
        channel, facts = _spawn(log)
    folder = Path(facts["folder"])
    _keep(folder, channel)
    return folder


@contextlib.contextmanager
def _one_starter(home: Path) -> Iterator[None]:
    with (home / START_LOCK).open("a") as lock:
        if os.geteuid() == 0 and home.stat().st_uid != 0:
            os.chown(home / START_LOCK, home.stat().st_uid, home.stat().st_gid)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _spawn(log: IO[bytes], *arguments: str) -> tuple[socket.socket, dict[str, Any]]:
    ours, theirs = socket.socketpair()
    with theirs:
        environment = {name: value for name, value in os.environ.items() if name != MARKER}
        # -P would hide the repository, hence the folder to start in.
        command = [sys.executable, "-m", "compliance.postgres.supervisor"]
        subprocess.run(  # noqa: S603 - ourselves
            [*command, "--channel", str(theirs.fileno()), *arguments],
            cwd=REPOSITORY,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            check=True,
        )
    facts = read_greeting(ours, START_SECONDS)
    if facts is None or "error" in facts:
        ours.close()
        where = f" See {log.name}." if log.name != os.devnull else ""
        reason = f"The embedded PostgreSQL did not answer.{where}"
        raise DatabaseUnavailable(facts["error"] if facts else reason)
    return ours, facts


def _keep(folder: Path, channel: socket.socket) -> None:
    _holds[folder] = channel


@atexit.register
def _let_go() -> None:
    for channel in _holds.values():
        channel.close()


def _not_ours(place: Path) -> str:
    return (
        f"{place} belongs to another account of this machine. Run this as that account, or set "
        "HEYAN_HOME to a folder of your own."
    )
