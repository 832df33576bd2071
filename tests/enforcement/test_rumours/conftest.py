"""Rumours: an account, and all that the flow keeps."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import PublicAccount
from compliance.models import ActionLog, StaffUser, WorkItem
from enforcement.models import (
    Case,
    Decision,
    Refutation,
    Rumour,
    RumourAccount,
    RumourReview,
    RumourStep,
)
from enforcement.services.rumours import concluding
from tests.enforcement.rumours import P, concerned, fence_of

WHY = "账号编造并首发该消息"


@pytest.fixture
def account(make_account: Callable[..., PublicAccount]) -> PublicAccount:
    return make_account()


def rows() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Rumour.objects.values("pk", "status", "version", "round", "work_item")),
        list(RumourAccount.objects.values("pk", "version", "conclusion", "decision", "case")),
        RumourStep.objects.count(),
        list(Refutation.objects.values("pk", "status")),
        list(RumourReview.objects.values("pk", "status")),
        WorkItem.objects.filter(closed_at=None).count(),
        Case.objects.count(),
        ActionLog.objects.count(),
    )


def conclude(rumour: Rumour, account: PublicAccount, decision: Decision, actor: StaffUser) -> None:
    concluding.conclude_with_decision(
        concerned=concerned(rumour, account),
        decision=decision,
        fence=fence_of(rumour, actor),
        actor=actor,
        provision=P,
        reason=WHY,
    )


def close(rumour: Rumour, actor: StaffUser) -> None:
    concluding.close_rumour(
        rumour=rumour,
        fence=fence_of(rumour, actor),
        actor=actor,
        provision=P,
        reason="处理完毕",
    )
