"""Transfers: an account to pass on, and what is kept of it."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import (
    Hold,
    PublicAccount,
    Restriction,
    Subject,
    Transfer,
    TransferConfirmation,
    TransferMaterial,
)
from accounts.transfer_words import TransferStatus
from compliance.models import EvidenceFile, Notice, PlatformCommand, ResponseInvitation, WorkItem

S = TransferStatus
MakeAccount = Callable[..., PublicAccount]


@pytest.fixture
def account(make_account: MakeAccount) -> PublicAccount:
    return make_account()


def kept() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Transfer.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        list(Hold.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        list(WorkItem.objects.order_by("pk").values("pk", "closed_at")),
        Subject.objects.count(),
        TransferMaterial.objects.count(),
        TransferConfirmation.objects.count(),
        ResponseInvitation.objects.count(),
        EvidenceFile.objects.count(),
        Notice.objects.count(),
        PlatformCommand.objects.count(),
    )
