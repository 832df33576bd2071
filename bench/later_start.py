"""How long a later start of the embedded server takes, as a process that wants it waits."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.result import Result

# What a person does not notice before a command's own start.
LIMIT_SECONDS = 0.2
START = "from compliance.postgres import ensure_database; ensure_database()"


def _seconds(home: str, code: str) -> float:
    places = {key: word for key, word in os.environ.items() if not key.startswith("DATABASE_")}
    places.pop("HEYAN_EMBEDDED_SERVER", None)
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code],
        env={**places, "HEYAN_HOME": home},
        cwd=Path(__file__).resolve().parent.parent,
        check=True,
    )
    return time.perf_counter() - begin


def run(size: int) -> Iterator[Result]:
    """Start a server `size` times after the first one, each time from rest."""
    stop = [sys.executable, "-m", "compliance.postgres", "stop", "--force"]
    with tempfile.TemporaryDirectory() as home:
        first = _seconds(home, START)
        taken = []
        for _ in range(size):
            subprocess.run(
                stop, env={**os.environ, "HEYAN_HOME": home}, check=True, capture_output=True
            )
            bare = _seconds(home, "import compliance.postgres")
            taken.append(_seconds(home, START) - bare)
        subprocess.run(
            stop, env={**os.environ, "HEYAN_HOME": home}, check=True, capture_output=True
        )
    median = statistics.median(taken)
    yield Result(
        name="later start of the embedded server, in parts of what is allowed",
        ratio=median / LIMIT_SECONDS,
        limit=1.0,
        is_ceiling=True,
        figures={
            "starts": size,
            "median ms": round(median * 1000),
            "first ms": round(first * 1000),
        },
    )
