"""A decision on many accounts, for tests that need one."""

from collections.abc import Sequence
from typing import Any

from accounts.models import PublicAccount
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.enums import ContentKind, MeasureCode
from enforcement.models import BulkDecision
from enforcement.services.bulk import carrying, drafting, proposing
from enforcement.services.bulk.lists import Entry
from enforcement.services.decision_content import DecisionWords, MeasureOrder
from tests.enforcement.conftest import REASON, P, Staff, clause, violation

FACTS = "十二个账号由同一批手机卡在两小时内集中注册，注册资料逐字相同，属批量注册。"
REASONING = "同一主体超出数量上限集中注册账号，规避注册核验，扰乱账号注册秩序。"


def words(**changes: Any) -> DecisionWords:
    """Return the words for a list: bulk registration, on the ladder a warning."""
    return DecisionWords(
        **{
            "violation_type": violation("V08.2"),
            "severity": 3,
            "facts": FACTS,
            "reasoning": REASONING,
            "private_note": "",
            "statute": "",
            "content_kind": ContentKind.ACCOUNT,
            "content_ref": "",
            "clauses": [clause("public-account-2021:18(8)")],
            "measures": [MeasureOrder(MeasureCode.WARN)],
            "is_automated": False,
            **changes,
        }
    )


def posted(**changes: Any) -> dict[str, Any]:
    """Return what the form of a list sends: the words of `words()`, and the accounts if given."""
    return {
        "violation": violation("V08.2").pk,
        "severity": 3,
        "facts": FACTS,
        "reasoning": REASONING,
        "content_kind": "account",
        "clauses": [clause("public-account-2021:18(8)").pk],
        "measures": ["warn"],
        "source": "own",
        "reason": REASON,
        **changes,
    }


def draft(accounts: Sequence[PublicAccount], actor: StaffUser, **changes: Any) -> BulkDecision:
    """Draft a list of accounts."""
    given: dict[str, Any] = {
        "entries": [Entry(each.platform_uid) for each in accounts],
        "words": words(),
        "actor": actor,
        "provision": P,
        "reason": REASON,
        **changes,
    }
    return drafting.draft_bulk(**given)


def propose(accounts: Sequence[PublicAccount], actor: StaffUser, **changes: Any) -> BulkDecision:
    """Draft a list and propose it."""
    bulk = draft(accounts, actor, **changes)
    proposing.propose_bulk(
        bulk=bulk, actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_2, reason=REASON
    )
    return bulk


def approve(bulk: BulkDecision, actor: StaffUser) -> bool:
    """Approve a list."""
    return proposing.approve_bulk(
        bulk=bulk, actor=actor, provision=Provision.OPINIONS_2, reason="名单与事实已核对，同意"
    )


def approved(accounts: Sequence[PublicAccount], staff: Staff, **changes: Any) -> BulkDecision:
    """Propose a list and have both approve it."""
    bulk = propose(accounts, staff.moderator, **changes)
    assert not approve(bulk, staff.supervisor)
    assert approve(bulk, staff.officer)
    return bulk


def carry_out(bulk: BulkDecision) -> list[carrying.Done]:
    """Carry an approved list out, as the worker does."""
    done = list(carrying.carry_out_bulk(bulk=bulk, actor=system_actor()))
    bulk.refresh_from_db()
    return done
