"""Accounts are verified again from time to time: planned, drawn, checked, and what was left."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import FindingKind
from accounts.models import AccountActivity, Finding, PatrolCheck, PatrolRun, PublicAccount
from accounts.patrol_words import PatrolItem, PatrolStatus, PointResult, RiskClass
from accounts.services.patrol import checking, planning, policy
from accounts.services.patrol.checking import Point
from accounts.services.patrol.coverage import coverage_of, failed_points
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, StaleLease
from compliance.models import ActionLog, StaffUser, WorkItem
from compliance.provisions import Provision

pytestmark = pytest.mark.django_db


def grounds(actor: StaffUser, reason: str = "测试") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_9_3, "reason": reason}


@pytest.fixture
def now() -> Iterator[mock.Mock]:
    with mock.patch.object(timezone, "now") as clock:
        clock.return_value = datetime.now(tz=timezone.get_default_timezone())
        yield clock


@pytest.fixture
def make_old(
    now: mock.Mock, make_account: Callable[..., PublicAccount]
) -> Callable[..., PublicAccount]:
    """Makes an account that was registered so many days ago."""

    def make(days: int, *, followers: int = 0, **columns: str) -> PublicAccount:
        now.return_value -= timedelta(days=days)
        account = make_account(**columns)
        now.return_value += timedelta(days=days)
        AccountActivity.objects.filter(account=account).update(followers=followers)
        return account

    return make


def plan(actor: StaffUser) -> PatrolRun:
    return planning.plan_patrol(month=timezone.localdate(), **grounds(actor))


def in_order(**failed: str) -> dict[str, Point]:
    return {
        item.value: Point(PointResult.FAIL, failed[item.value])
        if item.value in failed
        else Point(PointResult.PASS)
        for item in PatrolItem
    }


def without_sample(**more: int) -> Any:
    rule = planning.rule_in_force(timezone.now())
    for name, value in {"sample_permille": 0, **more}.items():
        setattr(rule, name, value)
    return mock.patch.object(planning, "rule_in_force", return_value=rule)


def test_plan_freezes_who_is_due_by_class_and_leaves_nobody_unnamed(
    make_old: Callable[..., PublicAccount], system: StaffUser
) -> None:
    late, later = make_old(500), make_old(450)
    large = make_old(150, followers=600_000)
    make_old(150)
    with without_sample(capacity=2):
        run = plan(system)

    assert run.figures == {
        RiskClass.FOCUSED: {"population": 1, "due": 1, "sampled": 0},
        RiskClass.ORDINARY: {"population": 3, "due": 2, "sampled": 0},
    }
    found = {each.account_id: each for each in run.checks.all()}
    assert {pk: str(each.status) for pk, each in found.items()} == {
        large.pk: PatrolStatus.OPEN,
        late.pk: PatrolStatus.OPEN,
        later.pk: PatrolStatus.NOT_COVERED,
    }
    due = list(WorkItem.objects.filter(queue="patrol").values_list("due_at", flat=True))
    assert len(set(due)) == 2
    (_focused, ordinary) = coverage_of(run, timezone.now())
    assert (ordinary.planned, ordinary.not_covered, ordinary.percent) == (1, 1, 0.0)
    with pytest.raises(ActionRefused):
        plan(system)
    assert PatrolRun.objects.count() == 1


def test_sample_is_drawn_the_same_again_from_its_seed(
    make_old: Callable[..., PublicAccount], system: StaffUser
) -> None:
    for _number in range(12):
        make_old(30)
    with without_sample(sample_permille=500):
        run = plan(system)
        drawn = set(run.checks.values_list("account", flat=True))
        asked = planning._parameters(planning.rule_in_force(timezone.now()), run.month)

    again = {each.account for each in planning.chosen_for(asked)}
    other = {each.account for each in planning.chosen_for({**asked, "seed": "2001-01/1/"})}

    assert drawn == again != other
    assert 0 < len(drawn) < 12
    assert all(each.is_sampled and not each.is_due for each in run.checks.all())


def test_each_point_that_fails_becomes_a_finding_and_the_rest_is_kept(
    make_old: Callable[..., PublicAccount],
    system: StaffUser,
    staff_user: Callable[..., StaffUser],
    now: mock.Mock,
) -> None:
    account = make_old(500)
    with without_sample():
        run = plan(system)
    check = run.checks.get()
    moderator = staff_user("moderator")
    lease = work.claim_item(work_item=check.work_item, actor=moderator)
    held = {"check": check, "fence": lease.fence, **grounds(moderator)}
    open_points = {**in_order(), "contact": Point("")}
    for points in (open_points, {**in_order(), "cap": Point(PointResult.FAIL, " ")}):
        with pytest.raises(InvalidInput):
            checking.finish_check(**held, points=points)
    with pytest.raises(StaleLease):
        checking.finish_check(**{**held, "fence": None}, points=in_order())
    with pytest.raises(NotPermitted):
        checking.finish_check(**{**held, **grounds(staff_user("auditor"))}, points=in_order())
    assert not Finding.objects.exists()
    assert check.points.count() == 0

    assert checking.verify_again(**held)
    checking.finish_check(**held, points=in_order(contact="电话无人接听"))

    check.refresh_from_db()
    assert (check.status, check.decided_by) == (PatrolStatus.FAILED, moderator.person)
    assert check.points.count() == len(PatrolItem)
    assert check.points.get(item="identity").hint
    finding = Finding.objects.get(kind=FindingKind.PATROL_FAILED)
    assert finding.account == account
    assert finding.ground_ref == f"patrol_check:{check.pk}/contact"
    assert "电话无人接听" in finding.facts
    assert failed_points(run)[PatrolItem.CONTACT] == 1
    check.work_item.refresh_from_db()
    assert check.work_item.closed_at is not None
    now.return_value += timedelta(days=32)
    with without_sample():
        assert plan(system).checks.count() == 0


def test_database_keeps_what_a_check_is(
    make_old: Callable[..., PublicAccount], system: StaffUser
) -> None:
    make_old(500)
    with without_sample():
        run = plan(system)
    for constraint, changes in {
        "patrolcheck_once_a_run": {"work_item": None, "status": "not_covered"},
        "patrolcheck_has_a_cause": {"is_due": False},
        "patrolcheck_covered_is_work": {"status": "not_covered"},
        "patrolcheck_class_and_status_known": {"risk_class": "odd"},
        "patrolcheck_decision_has_person": {"decided_at": timezone.now()},
    }.items():
        row = run.checks.get()
        row.pk = None
        for name, value in changes.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            PatrolCheck.objects.bulk_create([row])


def test_planned_and_checked_through_the_console(
    make_old: Callable[..., PublicAccount], staff_user: Callable[..., StaffUser]
) -> None:
    account = make_old(500)
    supervisor, moderator = Client(), Client()
    supervisor.force_login(staff_user("supervisor"))
    moderator.force_login(staff_user("moderator"))
    page = reverse("admin:patrols")
    assert moderator.post(page, {"action": "plan", "reason": "按月"}).status_code == 409
    assert not PatrolRun.objects.exists()
    assert ActionLog.objects.refused().filter(action="accounts.patrolrun.plan").exists()
    supervisor.post(page, {"action": "plan", "reason": "按月"})
    check = PatrolCheck.objects.get()
    assert str(check.run).encode() in supervisor.get(page).content

    look = reverse("admin:check_on_patrol", args=[check.work_item_id])
    moderator.post(reverse("admin:claim_item", args=[check.work_item_id]))
    shown = moderator.get(look)
    assert account.name.encode() in shown.content
    lease = WorkItem.objects.get(pk=check.work_item_id).lease
    common = {"fence": lease.fence, "version": check.version, "reason": "逐项核对"}
    moderator.post(look, {**common, "action": "verify"})
    points = {f"result_{item.value}": "pass" for item in PatrolItem}
    moderator.post(look, {**common, **points, "action": "finish"})

    check.refresh_from_db()
    assert check.status == PatrolStatus.PASSED
    assert supervisor.get(reverse("admin:patrol_check", args=[check.pk])).status_code == 302
    assert supervisor.get(look).status_code == 200


def test_rule_is_changed_by_two_persons(
    system: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    officer, supervisor = staff_user("compliance_officer"), staff_user("supervisor")
    present = vars(policy.as_draft(policy.rule_in_force(timezone.now())))
    for wrong in ({}, {"capacity": 0}, {"focused_months": 24}, {"focused_categories": ["odd"]}):
        with pytest.raises(InvalidInput):
            policy.propose_rule(
                draft=policy.PatrolRuleDraft(**{**present, **wrong}), **grounds(officer)
            )
    assert policy.open_rule_changes() == []

    proposal = policy.propose_rule(
        draft=policy.PatrolRuleDraft(**{**present, "capacity": 50}), **grounds(officer)
    )
    with pytest.raises(ActionRefused):
        policy.approve_rule(proposal=proposal, **grounds(officer))
    assert policy.rule_in_force(timezone.now()).number == 1
    page, change = reverse("admin:patrol_rule"), reverse("admin:change_patrol_rule")
    console = Client()
    console.force_login(officer)
    assert console.get(page).status_code == console.get(change).status_code == 200
    console.force_login(supervisor)
    console.post(page, {"action": "approve", "proposal": proposal.pk, "reason": "同意"})

    assert policy.rule_in_force(timezone.now()).capacity == 50
