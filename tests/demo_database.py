"""The demo, loaded once in a run and copied for every test that looks at it."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.demo_records import add_rare_records
from tests.worker_database import WorkerDatabase

LOADED, WITH_RARE_RECORDS = "heyan_test_demo", "heyan_test_demo_and_rare"


@dataclass(frozen=True)
class LoadedDemo:
    """What the command said when it had loaded the demo, and when that was."""

    said: str
    at: datetime


@pytest.fixture
def begin_with_demo(
    transactional_db: None,
    worker_database: WorkerDatabase,
    settings: Any,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., LoadedDemo]:
    """Begins with the demo, its evidence in a folder of the test's own."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    files, told = shared / "demo-evidence", shared / "demo.json"
    rare_files = shared / "demo-evidence-and-rare"

    def load() -> None:
        settings.EVIDENCE_ROOT = files
        out = StringIO()
        call_command("load_demo", stdout=out)
        loaded = {"said": out.getvalue(), "at": timezone.now().isoformat()}
        told.write_text(json.dumps(loaded), encoding="utf-8")

    def load_and_add() -> None:
        worker_database.begin_with(LOADED, load)
        settings.EVIDENCE_ROOT = shutil.copytree(files, rare_files)
        add_rare_records()

    def begin(*, with_rare_records: bool) -> LoadedDemo:
        if with_rare_records:
            worker_database.begin_with(WITH_RARE_RECORDS, load_and_add)
        else:
            worker_database.begin_with(LOADED, load)
        found = rare_files if with_rare_records else files
        settings.EVIDENCE_ROOT = shutil.copytree(found, tmp_path / "evidence")
        loaded = json.loads(told.read_text(encoding="utf-8"))
        return LoadedDemo(loaded["said"], datetime.fromisoformat(loaded["at"]))

    return begin


@pytest.fixture
def loaded_demo(begin_with_demo: Callable[..., LoadedDemo]) -> LoadedDemo:
    """The demo as its command loads it."""
    return begin_with_demo(with_rare_records=False)


@pytest.fixture
def demo(begin_with_demo: Callable[..., LoadedDemo]) -> None:
    """The demo with one of each rare record."""
    begin_with_demo(with_rare_records=True)
