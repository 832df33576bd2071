"""Corrections of made-up accounts, ordered through the service that orders real ones."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Correction, PublicAccount
from accounts.services.corrections import answers, ordering
from accounts.services.corrections.answers import AnswerDraft
from accounts.services.corrections.ordering import CorrectionDraft, clauses_to_cite
from compliance import work
from compliance.models import StaffUser
from compliance.notices import dispatch
from compliance.provisions import Provision
from reports.demo.clock import clock_at

# Longer ago than five working days of any calendar.
LONG_AGO = timedelta(days=30)
FACTS = "账号名称使用了示范区人民政府的名称，与核验的主体身份不符"


def grounds(actor: StaffUser, reason: str = "核对无误") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_8_2, "reason": reason}


def draft(*wrong: str, **changes: Any) -> CorrectionDraft:
    given = {
        "mismatches": wrong or ("name",),
        "ground": "organ",
        "facts": FACTS,
        "clause": clauses_to_cite().get(number="3.1"),
        "private_note": "同事参考",
        **changes,
    }
    return CorrectionDraft(**given)


def order(account: PublicAccount, actor: StaffUser, *wrong: str) -> Correction:
    ordered = ordering.order_correction(account=account, draft=draft(*wrong), **grounds(actor))
    return again(ordered)


def again(correction: Correction) -> Correction:
    return Correction.objects.select_related("account", "clock", "work_item").get(pk=correction.pk)


def order_long_ago(
    account: PublicAccount, actor: StaffUser, *wrong: str, is_delivered: bool = True
) -> Correction:
    """Order a correction whose time is over, with its notice delivered then or not at all."""
    # What the account was told before goes first, or it would stand in the way.
    dispatch.drain_outbox()
    with clock_at(timezone.now() - LONG_AGO):
        ordered = order(account, actor, *wrong)
        if is_delivered:
            dispatch.drain_outbox()
    return ordered


def answer(correction: Correction, system: StaffUser, **given: Any) -> Any:
    said = {"kind": "corrected", "name": f"河畔闲谈{correction.pk}号", **given}
    return answers.answer_correction(
        correction=correction,
        draft=AnswerDraft(**said),
        source="api",
        **grounds(system, "平台转交的答复"),
    )


def held(correction: Correction, reviewer: StaffUser) -> dict[str, Any]:
    """Return what a reviewer who took the answer decides with."""
    correction = again(correction)
    assert correction.work_item is not None
    lease = work.claim_item(work_item=correction.work_item, actor=reviewer)
    return {
        "correction": correction,
        "fence": lease.fence,
        "expected_version": correction.version,
        **grounds(reviewer),
    }


@pytest.fixture
def at_once(settings: Any) -> None:
    """Nothing is held back before it is sent."""
    settings.NOTICE_HOLD_SECONDS = 0


@pytest.fixture
def corrected(
    make_account: Callable[..., PublicAccount], reviewer: StaffUser, at_once: None
) -> Correction:
    """A correction of a name whose time runs."""
    return order(make_account(), reviewer)
