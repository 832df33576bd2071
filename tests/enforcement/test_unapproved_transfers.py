"""An account that was handed on without approval: from the report to the ended service, and undone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import (
    Finding,
    ListedName,
    PublicAccount,
    Regularisation,
    Restriction,
)
from accounts.services.transfers.regularising import clear_account
from accounts.services.transfers.sweeping import keep_transfers
from compliance import work
from compliance.errors import ActionRefused
from compliance.models import ActionLog, Notice, Proposal, StaffUser
from compliance.notices import dispatch
from compliance.provisions import Provision
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision, Measure
from enforcement.services import reversals, terminations
from enforcement.services.decision_content import MeasureOrder
from tests.accounts.transfers import after
from tests.compliance.api_fixtures import Caller
from tests.enforcement.conftest import Staff, approve, clause, propose, violation

pytestmark = pytest.mark.django_db
FACTS = "账号未经平台审核擅自转让，期限届满后仍未补办转让手续。"
REASONING = "收益账户与管理员同日全部更换，且未在期限内补办转让手续，属于未经审核转让账号。"


@dataclass
class Way:
    """Who goes the way of a transfer without approval, through the doors of the product."""

    caller: Caller
    moderator: StaffUser
    system: StaffUser

    def act(self, finding: Finding, action: str) -> Any:
        """Let the moderator take the finding and act on its page."""
        client = Client(raise_request_exception=False)
        client.force_login(self.moderator)
        fence = work.claim_item(work_item=finding.work_item, actor=self.moderator).fence
        return client.post(
            reverse("admin:look_at_finding", args=[finding.work_item_id]),
            {
                "action": action,
                "fence": fence,
                "version": finding.version,
                "reason": "涉嫌未经审核转让",
            },
        )

    def suspend(self, account: PublicAccount) -> Regularisation:
        """Report it through the interface; suspend service on the page of the finding."""
        body = {
            "platform_uid": account.platform_uid,
            "facts": "收益账户与管理员同日更换",
            "source_ref": "risk-2026-1",
        }
        assert self.caller.post("/api/v1/unapproved-transfers/", body).status_code == 201
        self.act(Finding.objects.get(account=account), "suspend_for_transfer")
        return Regularisation.objects.select_related("clock").get(account=account)

    def pass_time(self, regularisation: Regularisation) -> int:
        """Let the time to apply pass; return how many were missed."""
        with after(Regularisation.objects.get(pk=regularisation.pk).clock):
            return keep_transfers(now=timezone.now(), actor=self.system).missed


@pytest.fixture
def way(make_caller: Callable[..., Caller], staff: Staff, system: StaffUser, settings: Any) -> Way:
    settings.NOTICE_HOLD_SECONDS = 0
    return Way(make_caller("transfers:report"), staff.moderator, system)


@pytest.fixture
def regularisation(
    way: Way, make_account: Callable[..., PublicAccount]
) -> Iterator[Regularisation]:
    """A transfer without approval, told and not put in order: from here on it is too late."""
    found = way.suspend(make_account())
    dispatch.drain_outbox()
    with after(found.clock):
        assert way.pass_time(found) == 1
        yield found


@pytest.fixture
def case(way: Way, regularisation: Regularisation) -> Case:
    way.act(Finding.objects.open().get(ground_ref=regularisation.ground_ref), "open_case")
    return Case.objects.get(account=regularisation.account_id)


def propose_termination(case: Case, actor: StaffUser, **changes: Any) -> Decision:
    return propose(
        case,
        actor,
        violation_type=violation("V08.4"),
        severity=3,
        clauses=[clause("public-account-2021:18(8)")],
        facts=FACTS,
        reasoning=REASONING,
        measures=(MeasureOrder(MeasureCode.TERMINATE),),
        **changes,
    )


def clear(regularisation: Regularisation, staff: Staff) -> None:
    clear_account(
        regularisation=Regularisation.objects.get(pk=regularisation.pk),
        actor=staff.moderator,
        provision=Provision.PUBLIC_ACCOUNT_11_2,
        reason="系更换管理员，并非转让",
    )


def kept() -> tuple[Any, ...]:
    return (
        list(Regularisation.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        list(Decision.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        Measure.objects.count(),
        Proposal.objects.count(),
        ListedName.objects.count(),
        Notice.objects.count(),
        ActionLog.objects.count(),
    )


def test_from_the_report_to_the_ended_service_and_back(
    case: Case,
    regularisation: Regularisation,
    staff: Staff,
    staff_user: Callable[..., StaffUser],
) -> None:
    decision = propose_termination(case, staff.moderator)
    assert approve(decision, staff.supervisor) is True

    account = PublicAccount.objects.get(pk=case.account_id)
    decision.refresh_from_db()
    assert (account.status, account.closed_ground_ref) == ("closed", decision.number)
    assert decision.ordered_measures.get().ground_ref == regularisation.ground_ref
    regularisation.refresh_from_db()
    assert regularisation.status == "terminated"
    for notice in Notice.objects.about(decision):
        assert regularisation.reference in notice.text
    chinese = Notice.objects.about(decision).get(language="zh-hans").text
    assert "第十一条" in chinese

    report = reversals.reverse_decision(
        decision=Decision.objects.get(pk=decision.pk),
        actor=staff_user("complaint_handler"),
        provision=Provision.PUBLIC_ACCOUNT_20_2,
        reason="申诉成立",
    )

    account.refresh_from_db()
    regularisation.refresh_from_db()
    assert [each.is_restored for each in report.items] == [True]
    assert (account.status, regularisation.status) == ("active", "missed")
    # Suspended as before, no more is undone than was done.
    (off,) = Restriction.objects.filter(account=account, ended_at=None)
    assert off.pk == regularisation.restriction_id
    assert not ListedName.objects.in_force().filter(name=account.name).exists()


def test_nobody_misses_what_nobody_was_told(
    way: Way, make_account: Callable[..., PublicAccount]
) -> None:
    found = way.suspend(make_account())
    first = found.clock

    assert way.pass_time(found) == 0

    found = Regularisation.objects.select_related("clock").get(pk=found.pk)
    assert found.status == "open"
    assert found.clock_id != first.pk
    told = Notice.objects.filter(purpose="accounts.transfer_unapproved")
    assert told.count() == 2
    assert Finding.objects.filter(ground_ref=found.ground_ref).count() == 0
    # Told in time now, it counts.
    with after(first):
        dispatch.drain_outbox()
    assert way.pass_time(found) == 1


def test_an_account_that_was_cleared_meanwhile_keeps_its_service(
    case: Case, regularisation: Regularisation, staff: Staff
) -> None:
    decision = propose_termination(case, staff.moderator)
    clear(regularisation, staff)
    before = kept()

    with pytest.raises(ActionRefused, match="状态"), transaction.atomic():
        approve(decision, staff.supervisor)

    assert kept() == before


def test_the_database_itself_refuses_one_that_is_not_earned(
    case: Case,
    regularisation: Regularisation,
    staff: Staff,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decision = propose_termination(case, staff.moderator)
    clear(regularisation, staff)
    before = kept()
    monkeypatch.setattr(terminations, "require_terminable", lambda *_given: None)

    with pytest.raises(DatabaseError, match="does not allow a termination"), transaction.atomic():
        approve(decision, staff.supervisor)

    assert kept() == before
