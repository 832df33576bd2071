"""Programs that use the embedded server, to be started and killed."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from compliance.postgres.folders import PREFIX, REPOSITORY, socket_parents

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
