"""The demo, loaded once in a run and copied for every test that looks at it."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.demo_records import add_rare_records
from tests.worker_database import WorkerDatabase

DEMO = "heyan_test_demo"


@pytest.fixture
def demo(
    transactional_db: None,
    worker_database: WorkerDatabase,
    settings: Any,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The demo with one of each rare record, and its evidence in a folder of the test's own."""
    base = tmp_path_factory.getbasetemp()
    files = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-evidence"

    def fill() -> None:
        settings.EVIDENCE_ROOT = files
        call_command("load_demo", verbosity=0)
        add_rare_records()

    worker_database.begin_with(DEMO, fill)
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    shutil.copytree(files, settings.EVIDENCE_ROOT)
