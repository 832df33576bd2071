"""More accounts than the cap: who asks for them, and what each refusal leaves as it was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.allowance_words import MultiAccountItem
from accounts.enums import ApplicationSource
from accounts.models import AccountAllowance, Application, MultiAccountAnswer, PublicAccount
from accounts.services import review as applications
from accounts.services.allowances import checklist, review, submission
from accounts.services.allowances.checklist import ItemAnswer
from accounts.services.allowances.submission import AllowanceDraft
from compliance import work
from compliance.models import ActionLog, Notice, Proposal, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.staff import system_actor
from tests.accounts.fixtures import unused_credit_code

MakeStaff = Callable[..., StaffUser]
MakeApplication = Callable[..., Application]
DRAFT = AllowanceDraft(
    wanted=4,
    purpose="为四个门店各开一个账号",
    uses=("甲店", "乙店", "丙店", "丁店"),
    business_scope="文化活动策划",
)
ALL_MET = {item.value: ItemAnswer(True) for item in MultiAccountItem}


def grounds(actor: StaffUser, reason: str = "核对无误") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_10_1, "reason": reason}


def codes(application: Application) -> set[str]:
    return set(application.checks.values_list("code", flat=True))


def state() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(AccountAllowance.objects.order_by("pk").values()),
        AccountAllowance.history.count(),
        MultiAccountAnswer.objects.count(),
        Proposal.objects.count(),
        WorkItem.objects.filter(closed_at=None).count(),
        Notice.objects.count(),
        ActionLog.objects.count(),
    )


def refused(kind: type[Exception], act: Callable[[], Any]) -> str:
    before = state()
    with pytest.raises(kind) as refusal, transaction.atomic():
        act()
    assert state() == before
    return str(refusal.value)


@pytest.fixture
def moderator(staff_user: MakeStaff) -> StaffUser:
    return staff_user("moderator")


@pytest.fixture
def supervisor(staff_user: MakeStaff) -> StaffUser:
    return staff_user("supervisor")


def approve(application: Application, moderator: StaffUser) -> PublicAccount:
    """Approve a further account of a subject, all four items answered."""
    assert application.work_item is not None
    lease = work.claim_item(work_item=application.work_item, actor=moderator)
    checklist.answer_items(
        asked=application, answers=ALL_MET, fence=lease.fence, **grounds(moderator)
    )
    application = Application.objects.get(pk=application.pk)
    return applications.approve_application(
        application=application,
        fence=lease.fence,
        expected_version=application.version,
        **grounds(moderator),
    )


@pytest.fixture
def full(make_application: MakeApplication, moderator: StaffUser) -> dict[str, str]:
    """A company that has as many accounts as its cap says; what its applications have in common."""
    company = {"id_type": "uscc", "id_number": unused_credit_code()}
    make_application(**company)
    approve(make_application(**company), moderator)
    return company


@pytest.fixture
def one_too_many(make_application: MakeApplication, full: dict[str, str]) -> Application:
    return make_application(**full)


@pytest.fixture
def allowance(one_too_many: Application) -> AccountAllowance:
    return submission.submit_allowance(
        platform_uid=one_too_many.platform_uid,
        draft=DRAFT,
        source=ApplicationSource.API,
        **grounds(system_actor()),
    )


def held(allowance: AccountAllowance, moderator: StaffUser) -> dict[str, Any]:
    allowance = AccountAllowance.objects.get(pk=allowance.pk)
    lease = work.claim_item(work_item=allowance.work_item, actor=moderator)
    return {
        "allowance": allowance,
        "fence": lease.fence,
        "expected_version": allowance.version,
        **grounds(moderator),
    }


def propose(allowance: AccountAllowance, moderator: StaffUser, granted: int = 3) -> Proposal:
    on = held(allowance, moderator)
    checklist.answer_items(
        asked=allowance, answers=ALL_MET, fence=on["fence"], **grounds(moderator)
    )
    return review.propose_allowance(
        **on,
        granted=granted,
        valid_until=timezone.localdate() + timedelta(days=365),
        told="材料齐全",
    )


@pytest.fixture
def granted(
    allowance: AccountAllowance, moderator: StaffUser, supervisor: StaffUser
) -> AccountAllowance:
    proposal = propose(allowance, moderator)
    return review.approve_allowance(proposal=proposal, **grounds(supervisor))
