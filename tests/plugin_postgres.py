"""Gives the tests a PostgreSQL of their own before the settings are read.

Loaded with ``-p`` (see pyproject.toml), because conftest files come after pytest-django has read
the settings. Workers of pytest-xdist inherit the address.
"""

import os
import uuid
from collections.abc import Generator

import pytest

from compliance.postgres import DatabaseUnavailable, ensure_database

RUN = "HEYAN_TEST_RUN"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    try:
        ensure_database("test")
    except DatabaseUnavailable as problem:
        raise pytest.UsageError(f"The tests have no database. {problem}") from problem
    os.environ.setdefault(RUN, uuid.uuid4().hex)
    return (yield)
