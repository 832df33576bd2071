"""Decisions on many accounts: a ring of them, and the grounds to decide on."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import PublicAccount
from compliance import audit
from compliance.models import StaffUser
from enforcement.enums import MeasureCode
from enforcement.services.decision_content import DecisionWords, MeasureOrder
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import REASON, P, violation

MakeAccount = Callable[..., PublicAccount]
RESTRICTION = MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, 14, ("recommend", "monetise"))


def matrix(**changes: Any) -> DecisionWords:
    """Return the words for a matrix of accounts, as the ladder proposes it the first time."""
    return lists.words(
        violation_type=violation("V04.1"),
        clauses=[lists.clause("public-account-2021:18(4)")],
        measures=[RESTRICTION],
        **changes,
    )


@pytest.fixture
def ring(make_account: MakeAccount) -> list[PublicAccount]:
    """Three accounts of three subjects."""
    return [make_account() for _place in range(3)]


def of_one_subject(account: PublicAccount, other: PublicAccount, system: StaffUser) -> None:
    """Let an account be run by the subject of another one."""
    audit.amend(
        other, "hand_over", actor=system, provision=P, reason=REASON, subject=account.subject
    )


def grounds(actor: StaffUser, reason: str = REASON) -> dict[str, Any]:
    return {"actor": actor, "provision": P, "reason": reason}
