"""Accounts that may earn, agencies and agreements of made-up accounts, for tests that need them."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from accounts.enums import ApplicationSource
from accounts.models import Agency, AgencyContract, PublicAccount
from accounts.services.agencies import (
    AgencyDraft,
    ContractDraft,
    attach_contract_documents,
    register_agency,
    review,
    submit_contract,
)
from compliance import audit, work
from compliance.evidence import services as evidence
from compliance.evidence.incoming import take_in
from compliance.models import StaffUser
from compliance.provisions import Provision
from tests.accounts.fixtures import unused_credit_code
from tests.compliance.evidence_files import picture

_numbers = count(1)


def because(actor: StaffUser, reason: str = "测试理由") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_16_4, "reason": reason}


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def age(account: PublicAccount, days: int, actor: StaffUser) -> PublicAccount:
    """Let an account have been registered so many days ago."""
    audit.amend(
        account,
        "correct",
        registered_at=timezone.now() - timedelta(days=days),
        **because(actor),
    )
    return account


@pytest.fixture
def old_account(
    make_account: Callable[..., PublicAccount], system: StaffUser
) -> Callable[..., PublicAccount]:
    """Registers an account that has been there for two hundred days."""

    def make(**columns: str) -> PublicAccount:
        return age(make_account(**columns), 200, system)

    return make


@pytest.fixture
def make_agency(system: StaffUser) -> Callable[..., Agency]:
    """Enters an agency in the register."""

    def make(**draft: str) -> Agency:
        number = next(_numbers)
        given = {
            "name": f"示范文化传播{number}有限公司",
            "public_name": f"示范机构{number}",
            "uscc": unused_credit_code(),
            "contact": f"联系人{number} 13900000000",
            **draft,
        }
        return register_agency(draft=AgencyDraft(**given), **because(system))

    return make


@pytest.fixture
def submitted_contract(system: StaffUser) -> Callable[..., AgencyContract]:
    """Hands in an agreement with a file that was checked."""

    def make(account: PublicAccount, agency: Agency, **draft: Any) -> AgencyContract:
        number = next(_numbers)
        given = {
            "number": f"HT-2026-{number:04d}",
            "valid_from": in_days(-10),
            "valid_until": in_days(300),
            "covers": "内容策划与商务合作",
            **draft,
        }
        contract = submit_contract(
            account=account,
            agency=agency,
            draft=ContractDraft(**given),
            source=ApplicationSource.API,
            **because(system),
        )
        (document,) = attach_contract_documents(
            contract=contract,
            files=[take_in("合同.jpg", [picture(size=(320 + number, 200))])],
            shows="协议首页",
            **because(system),
        )
        evidence.check_file(file=document.file, **because(system))
        return contract

    return make


@pytest.fixture
def contract_in_force(
    submitted_contract: Callable[..., AgencyContract], staff_user: Callable[..., StaffUser]
) -> Callable[..., AgencyContract]:
    """Hands in an agreement and has a moderator approve it."""

    def make(account: PublicAccount, agency: Agency, **draft: Any) -> AgencyContract:
        contract = submitted_contract(account, agency, **draft)
        moderator = staff_user("moderator")
        review.approve_contract(**held(contract, moderator), **because(moderator))
        return AgencyContract.objects.get(pk=contract.pk)

    return make


def held(contract: AgencyContract, actor: StaffUser) -> dict[str, Any]:
    """Take the item of an agreement and return how its services are called."""
    contract = AgencyContract.objects.with_all().get(pk=contract.pk)
    assert contract.work_item is not None
    fence = work.claim_item(work_item=contract.work_item, actor=actor).fence
    return {"contract": contract, "fence": fence, "expected_version": contract.version}
