"""Transfers and stops of made-up accounts, made through the services that make real ones."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from accounts.enums import ApplicationSource, IdType, SubjectNature
from accounts.models import PublicAccount, Transfer
from accounts.services.transfers import applying, confirming, review
from accounts.services.transfers.applying import Transferee
from accounts.services.transfers.materials import Paper
from accounts.transfer_words import TransferPaper, TransferParty
from compliance import work
from compliance.evidence.incoming import take_in
from compliance.models import Clock, StaffUser
from compliance.provisions import Provision
from reports.demo.clock import clock_at
from tests.accounts.fixtures import unused_credit_code
from tests.compliance.evidence_files import picture

_numbers = count(1)
PAPERS = (
    TransferPaper.APPLICATION_LETTER,
    TransferPaper.NOTARISED_LETTER,
    TransferPaper.LICENCE,
)


def grounds(actor: StaffUser, reason: str = "核对无误") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_11_2, "reason": reason}


def stop_grounds(actor: StaffUser) -> dict[str, Any]:
    return {**grounds(actor, "运营者申请"), "provision": Provision.PUBLIC_ACCOUNT_11_3}


def company(**declared: Any) -> Transferee:
    """Return a company that passes every check and that nobody has seen."""
    number = next(_numbers)
    return Transferee(
        **{
            "subject_nature": SubjectNature.ENTERPRISE,
            "subject_name": f"受让文化{number}有限公司",
            "id_type": IdType.USCC,
            "id_number": unused_credit_code(),
            "mobile": f"138{number:08d}",
            "contact": f"new{number}@example.com",
            "registered_region": "上海市",
            "operating_region": "上海市",
            "business_scope": "文化活动策划",
            **declared,
        }
    )


def papers(*kinds: TransferPaper) -> list[Paper]:
    return [
        Paper(kind, take_in(f"{kind.value}.jpg", [picture(), bytes([number])]))
        for number, kind in enumerate(kinds or PAPERS)
    ]


def apply(
    account: PublicAccount, actor: StaffUser, *kinds: TransferPaper, **declared: Any
) -> Transfer:
    ready = applying.verify_transferee(account=account, transferee=company(**declared))
    return applying.apply_for_transfer(
        ready=ready,
        papers=papers(*kinds),
        source=ApplicationSource.API,
        **grounds(actor, "平台提交的转让申请"),
    )


def fresh(transfer: Transfer) -> Transfer:
    return Transfer.objects.with_identity().get(pk=transfer.pk)


def after(clock: Clock | None) -> AbstractContextManager[None]:
    """Let it be a little after a clock is due."""
    assert clock is not None
    return clock_at(Clock.objects.get(pk=clock.pk).due_at + timedelta(seconds=1))


@dataclass
class TransferDesk:
    """Who handles a transfer: the platform's system, a moderator, a supervisor."""

    system: StaffUser
    moderator: StaffUser
    supervisor: StaffUser

    def applied(self, account: PublicAccount, **declared: Any) -> Transfer:
        return fresh(apply(account, self.system, **declared))

    def held(self, transfer: Transfer) -> dict[str, Any]:
        """Return what a service asks of whoever holds the transfer's item."""
        transfer = fresh(transfer)
        assert transfer.work_item is not None
        lease = work.claim_item(work_item=transfer.work_item, actor=self.moderator)
        return {
            "transfer": transfer,
            "fence": lease.fence,
            "expected_version": transfer.version,
            **grounds(self.moderator),
        }

    def proposed(self, account: PublicAccount, **declared: Any) -> Transfer:
        transfer = self.applied(account, **declared)
        review.propose_transfer(**self.held(transfer))
        return fresh(transfer)

    def approved(self, account: PublicAccount, **declared: Any) -> Transfer:
        transfer = self.proposed(account, **declared)
        review.approve_transfer(transfer=transfer, **grounds(self.supervisor))
        return fresh(transfer)

    def confirm(self, transfer: Transfer, party: TransferParty) -> None:
        confirming.confirm_transfer(
            transfer=fresh(transfer),
            party=party,
            source=ApplicationSource.API,
            **grounds(self.system, "确认转让"),
        )

    def announced(self, account: PublicAccount, **declared: Any) -> Transfer:
        transfer = self.approved(account, **declared)
        for party in TransferParty:
            self.confirm(transfer, party)
        return fresh(transfer)


@pytest.fixture
def transfer_desk(system: StaffUser, staff_user: Callable[..., StaffUser]) -> TransferDesk:
    return TransferDesk(system, staff_user("moderator"), staff_user("supervisor"))
