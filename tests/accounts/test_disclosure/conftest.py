"""Who runs an account: a company, a person, and a visitor who asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import PublicAccount
from accounts.services.disclosure import Consent, record_consents
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from tests.accounts.applications import personal

MakeAccount = Callable[..., PublicAccount]
# Made up, and rare enough that nothing else can hold them by chance.
PLANTED = {
    "subject_name": "端木蒗蒗",
    "id_number": personal("11010119870315487"),
    "mobile": "19977661234",
    "registered_region": "浙江省杭州市蒗园路4321号",
    "operating_region": "浙江省杭州市蒗园路4321号",
    "contact": "langlang.secret.canary@example.com",
}


def because(actor: StaffUser) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_9_2, reason="测试数据")


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def company(make_account: MakeAccount) -> PublicAccount:
    return make_account(
        subject_nature="enterprise", id_type="uscc", subject_name="示例文化有限公司"
    )


@pytest.fixture
def person(make_account: MakeAccount) -> PublicAccount:
    return make_account(**PLANTED)


def agree(account: PublicAccount, actor: StaffUser, **changes: Any) -> Any:
    consent = {"is_given": True, "at": timezone.now(), "source_ref": "consent:1", **changes}
    return record_consents(consents=[Consent(account.platform_uid, **consent)], **because(actor))


def page_of(visitor: Client, account: PublicAccount, language: str = "zh-hans") -> str:
    response = visitor.get(f"/public/accounts/{account.platform_uid}/?lang={language}")
    assert response.status_code == 200
    return str(response.text)
