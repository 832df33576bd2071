"""What the tests of rules share: one person for each part, a document, and days that pass."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from compliance.models import (
    RuleDocument,
    StaffUser,
)
from tests.compliance.rule_documents import (
    RuleStaff,
    add_document,
)

CANARY = "<img src=x onerror=alert(1)>&\"'"


@pytest.fixture
def staff(staff_user: Callable[..., StaffUser]) -> RuleStaff:
    return RuleStaff(staff_user)


@pytest.fixture
def convention(db: None) -> RuleDocument:
    """The document that a migration lays, with version 1.0 in force."""
    return RuleDocument.objects.get(code="platform-convention")


@pytest.fixture
def document(staff: RuleStaff) -> RuleDocument:
    return add_document(staff)


@pytest.fixture
def days_later() -> Iterator[Callable[[int], None]]:
    """Tells this process that so many days have passed."""
    with mock.patch.object(timezone, "now") as now:
        now.return_value = datetime.now(tz=timezone.get_default_timezone())

        def pass_days(days: int) -> None:
            now.return_value += timedelta(days=days)

        yield pass_days


def constraint_of(refusal: pytest.ExceptionInfo[DatabaseError]) -> str:
    diagnosis: Any = refusal.value.__cause__
    return str(diagnosis.diag.constraint_name)


def as_login(login: StaffUser) -> Client:
    client = Client()
    client.force_login(login)
    return client
