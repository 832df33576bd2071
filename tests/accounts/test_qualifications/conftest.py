"""Qualifications: an account, and what each refusal leaves as it was."""

from typing import Any

import pytest

from accounts.models import (
    AccountMark,
    ChecklistTick,
    IssuerLookup,
    Qualification,
    QualificationDocument,
    Restriction,
)
from compliance.errors import ActionRefused
from compliance.models import (
    ActionLog,
    EvidenceFile,
    IdentityValue,
    Notice,
    Participation,
    PlatformCommand,
    WorkItem,
)

OFF = "publish_health"


def state() -> Any:
    """Return everything a refused act must leave as it was."""
    return (
        list(Qualification.objects.order_by("pk").values()),
        Qualification.history.count(),
        list(AccountMark.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        list(WorkItem.objects.order_by("pk").values()),
        [
            each.objects.count()
            for each in (
                ActionLog,
                ChecklistTick,
                EvidenceFile,
                IdentityValue,
                IssuerLookup,
                Notice,
                Participation,
                PlatformCommand,
                QualificationDocument,
            )
        ],
    )


def refused(kind: type[ActionRefused], act: Any) -> str:
    before = state()
    with pytest.raises(kind) as refusal:
        act()
    assert state() == before
    return str(refusal.value)


@pytest.fixture
def account(make_account):
    return make_account()
