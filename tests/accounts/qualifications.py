"""Qualifications of made-up accounts, made through the services that make real ones."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from accounts.enums import ApplicationSource
from accounts.models import Application, PublicAccount, Qualification
from accounts.services import review as applications
from accounts.services.qualifications import checking, review, submission
from accounts.services.qualifications.checking import Tick
from accounts.services.qualifications.submission import QualificationDraft
from compliance import work
from compliance.models import StaffUser, WorkItem
from compliance.provisions import Provision

_numbers = count(1)


def grounds(actor: StaffUser, reason: str = "核对无误") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_9_1, "reason": reason}


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def unused_number() -> str:
    return f"2021110{next(_numbers):010d}"


@dataclass
class Desk:
    """A moderator who holds the item of one qualification."""

    moderator: StaffUser
    qualification: Qualification
    held: dict[str, Any] = field(default_factory=dict)

    def take(self) -> "Desk":
        self.qualification = Qualification.objects.get(pk=self.qualification.pk)
        item = self.qualification.work_item
        assert item is not None
        lease = work.claim_item(work_item=item, actor=self.moderator)
        self.held = {
            "qualification": self.qualification,
            "fence": lease.fence,
            "expected_version": self.qualification.version,
        }
        return self

    def do(self, service: Callable[..., Any], **more: Any) -> Any:
        return service(**{**self.held, **grounds(self.moderator), **more})

    def look(self, *, method: str = "website", result: str = "agrees") -> "Desk":
        held = {name: self.held[name] for name in ("qualification", "fence")}
        on = {**held, **grounds(self.moderator)}
        rule = checking.rule_in_force(self.qualification.type, timezone.now())
        checking.tick_checklist(**on, ticks={code: Tick(True) for code in rule.checklist})
        checking.record_lookup(
            **on,
            method=method,
            result=result,
            found="官网显示在册",
            looked_up_at=timezone.now(),
        )
        return self

    def verify(self) -> Qualification:
        self.look().do(review.verify_qualification, told="材料齐全")
        return Qualification.objects.get(pk=self.qualification.pk)


@pytest.fixture
def reviewer(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("moderator")


@pytest.fixture
def expert_account(
    reviewer: StaffUser, make_application: Callable[..., Application]
) -> Callable[..., PublicAccount]:
    """Registers an account of an expert field that a moderator approved, its document verified."""

    def make(*, is_verified: bool = True, **columns: str) -> PublicAccount:
        application = make_application(**{"category": "education", **columns})
        item = WorkItem.objects.get(application=application)
        lease = work.claim_item(work_item=item, actor=reviewer)
        account = applications.approve_application(
            application=application,
            fence=lease.fence,
            expected_version=application.version,
            told="材料齐全",
            actor=reviewer,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
            reason="核对无误",
        )
        if is_verified:
            Desk(reviewer, Qualification.objects.get(application=application)).take().verify()
        return account

    return make


@pytest.fixture
def submitted(system: StaffUser) -> Callable[..., Qualification]:
    """Hands in a qualification for an account: `submitted(account, type="nurse")`."""

    def make(account: PublicAccount, **draft: Any) -> Qualification:
        given = {"type": "teacher", "number": unused_number(), "issuer": "示范区教育局", **draft}
        return submission.submit_qualification(
            account=account,
            draft=QualificationDraft(**given),
            source=ApplicationSource.API,
            **grounds(system, "测试数据"),
        )

    return make


@pytest.fixture
def qualification_desk(
    reviewer: StaffUser, submitted: Callable[..., Qualification]
) -> Callable[..., Desk]:
    """Hands in a qualification and has a moderator take it."""

    def make(account: PublicAccount, **draft: Any) -> Desk:
        return Desk(reviewer, submitted(account, **draft)).take()

    return make
