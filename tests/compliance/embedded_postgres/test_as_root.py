"""The embedded server started by root: it never runs as root."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.postgres import binaries
from tests.compliance.embedded_postgres.clients import Client, as_root, command, server_of

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="looks at processes through /proc, as only Linux has it"
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
