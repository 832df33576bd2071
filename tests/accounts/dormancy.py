"""Dormant accounts for tests: an agreement with the clause, operators who accepted it, days that pass."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from accounts.models import AccountActivity, Dormancy, DormancyRule, PublicAccount
from accounts.services.agreements import Acceptance, record_acceptances
from accounts.services.dormancy import policy
from accounts.services.dormancy.policy import DormancyRuleDraft
from accounts.services.dormancy.sweeping import Swept, sweep_dormant
from compliance import staff
from compliance.models import RuleDocument, StaffUser
from compliance.provisions import Provision
from compliance.rulebook.texts import ClauseText
from tests.compliance.rule_documents import RuleStaff, add_document, announce, draft

CLAUSE = ClauseText(
    "第四条", "连续六个月未登录且未使用的，可以暂停、终止提供服务。", heading="停用"
)


def grounds(actor: StaffUser, reason: str = "测试") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_10_2, "reason": reason}


class Platform:
    """A platform whose agreement has the clause, with a clock of its own."""

    def __init__(self, staff_user: Callable[..., StaffUser], now: Any) -> None:
        self._now = now
        self.crew = RuleStaff(staff_user)
        self.officer, self.supervisor = self.crew.officer, self.crew.supervisor
        self.document: RuleDocument = add_document(self.crew, "service_agreement")
        announce(self.crew, self.document, draft("1.0", clauses=(CLAUSE,), accept_days=30))
        self.pass_days(8)

    def pass_days(self, days: int) -> None:
        self._now.return_value += timedelta(days=days)

    def change_rule(self, **changes: Any) -> DormancyRule:
        present = policy.as_draft(policy.rule_in_force(timezone.now()))
        wanted = {**vars(present), "clause_number": CLAUSE.number, **changes}
        proposal = policy.propose_rule(
            draft=DormancyRuleDraft(**wanted), **grounds(self.crew.proposer)
        )
        return policy.approve_rule(proposal=proposal, **grounds(self.supervisor))

    def accept(self, *accounts: PublicAccount, version: str = "1.0") -> None:
        record_acceptances(
            acceptances=[
                Acceptance(each.platform_uid, version, timezone.now(), "click-log:1")
                for each in accounts
            ],
            **grounds(staff.system_actor()),
        )

    def idle(self, account: PublicAccount, days: int = 400, *, has_published: bool = True) -> None:
        """Let an account be used for the last time so many days ago."""
        last = timezone.now() - timedelta(days=days)
        AccountActivity.objects.filter(account=account).update(
            last_login_at=last, last_publish_at=last if has_published else None
        )

    def sweep(self, **more: Any) -> list[Swept]:
        given = {"as_of": timezone.localdate(), **grounds(staff.system_actor()), **more}
        return list(sweep_dormant(**given).accounts)

    def dormancy(self, account: PublicAccount) -> Dormancy:
        return Dormancy.objects.get(account=account)

    def suspend(self, *accounts: PublicAccount) -> None:
        self.sweep()
        self.pass_days(15)
        self.sweep()

    def propose(self, *accounts: PublicAccount) -> None:
        self.suspend()
        self.pass_days(31)
        self.sweep()


@pytest.fixture
def platform(staff_user: Callable[..., StaffUser]) -> Iterator[Platform]:
    with mock.patch.object(timezone, "now") as now:
        now.return_value = datetime.now(tz=timezone.get_default_timezone())
        yield Platform(staff_user, now)


@pytest.fixture
def make_idle(
    platform: Platform, make_account: Callable[..., PublicAccount]
) -> Callable[..., PublicAccount]:
    """Makes an account that nobody has used for 400 days, whose operator accepted the clause."""

    def make(days: int = 400, *, has_published: bool = True, **columns: str) -> PublicAccount:
        platform.pass_days(-days)
        account = make_account(**columns)
        platform.pass_days(days)
        platform.accept(account)
        platform.idle(account, days, has_published=has_published)
        return account

    return make
