"""Claims that an identity was used without consent: who claims, and who looks into it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Finding, IdentityBar, PublicAccount, Repudiation, Restriction, Subject
from accounts.repudiation_words import RepudiationStatus
from accounts.services.repudiations import outcome
from compliance import work
from compliance.identity import vault
from compliance.models import ActionLog, EvidenceFile, IdentityValue, Notice, Proposal, StaffUser
from compliance.provisions import Provision

MakeStaff = Callable[..., StaffUser]
WORDS = "这个账号不是本人注册的，身份证曾经遗失"
S = RepudiationStatus


def grounds(actor: StaffUser, reason: str = "核对无误") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_8_1, "reason": reason}


@pytest.fixture
def moderator(staff_user: MakeStaff) -> StaffUser:
    return staff_user("moderator")


@pytest.fixture
def supervisor(staff_user: MakeStaff) -> StaffUser:
    return staff_user("supervisor")


@pytest.fixture
def account(make_account: Callable[..., PublicAccount]) -> PublicAccount:
    return make_account()


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def identity_of(account: PublicAccount) -> dict[str, str]:
    """Return what the victim knows: the number that the account was registered with."""
    subject = Subject.objects.select_related("id_number__key").get(pk=account.subject_id)
    assert subject.id_number is not None
    return {
        "name": "王小明",
        "id_type": subject.id_type,
        "id_number": vault.read(subject.id_number),
        "mobile": "13700001234",
        "words": WORDS,
    }


def claim(visitor: Client, **given: Any) -> Any:
    return visitor.post(reverse("public:repudiate"), {"complete": "1", **given})


@pytest.fixture
def claimed(account: PublicAccount, visitor: Client) -> Repudiation:
    answer = claim(visitor, **identity_of(account))
    assert answer.status_code == 302
    return Repudiation.objects.get()


def held(repudiation: Repudiation, moderator: StaffUser) -> dict[str, Any]:
    repudiation = Repudiation.objects.with_identity().get(pk=repudiation.pk)
    lease = work.claim_item(work_item=repudiation.work_item, actor=moderator)
    return {
        "repudiation": repudiation,
        "fence": lease.fence,
        "expected_version": repudiation.version,
        **grounds(moderator),
    }


def uphold(repudiation: Repudiation, moderator: StaffUser, supervisor: StaffUser) -> Repudiation:
    proposal = outcome.propose_uphold(
        **held(repudiation, moderator), told="经核对，登记身份系被冒用"
    )
    return outcome.uphold_repudiation(proposal=proposal, **grounds(supervisor))


def facts() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Repudiation.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        list(IdentityBar.objects.order_by("pk").values_list("pk", "removed_at")),
        Subject.objects.count(),
        Finding.objects.count(),
        Proposal.objects.count(),
        Notice.objects.count(),
        IdentityValue.objects.count(),
        EvidenceFile.objects.count(),
        ActionLog.objects.filter(outcome="done").count(),
    )


def refused(kind: type[Exception], act: Callable[[], Any]) -> str:
    before = facts()
    with pytest.raises(kind) as refusal, transaction.atomic():
        act()
    assert facts() == before
    return str(refusal.value)
