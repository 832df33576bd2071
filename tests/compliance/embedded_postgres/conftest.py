"""A home for an embedded server, and a way to start clients of it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compliance.postgres.folders import socket_parents
from tests.compliance.embedded_postgres.clients import Client, command


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
