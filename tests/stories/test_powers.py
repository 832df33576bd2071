"""Earning, comments and formulas through the real doors: interface, pages, a decision and its end."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import (
    AccountGrade,
    EarningApplication,
    EligibilityRule,
    GradeRule,
    MetricRule,
    ViolationFact,
)
from accounts.services.comment_powers import sweep_powers
from compliance.models import ActionLog, ActionOutcome, PlatformCommand, Proposal
from compliance.provisions import Provision
from enforcement.models import ViolationType
from enforcement.services import cases, decisions, reversals
from enforcement.services.decision_content import MeasureOrder
from tests.accounts.fixtures import unused_credit_code
from tests.enforcement.conftest import propose

pytestmark = pytest.mark.django_db
API = "/api/v1/"
P = Provision.PUBLIC_ACCOUNT_19_2


@pytest.fixture
def officer(staff_user):
    return staff_user("compliance_officer")


@pytest.fixture
def supervisor(staff_user):
    return staff_user("supervisor")


def last_rights(account):
    commands = PlatformCommand.objects.filter(
        subject_id=account.platform_uid, kind="account.rights"
    )
    return json.loads(commands.latest("pk").payload)["may_earn_by"]


def test_an_account_earns_until_a_decision_and_again_once_it_is_reversed(
    client, make_caller, old_account, staff_user, supervisor
):
    account = old_account()
    platform = make_caller("rights:read", "rights:write")
    asked = {"platform_uid": account.platform_uid, "behaviour": "tips"}
    assert platform.post(f"{API}earning-applications/", asked).status_code == 201
    assert platform.post(f"{API}earning-applications/", asked).status_code == 409
    assert (
        platform.post(f"{API}earning-applications/", {**asked, "behaviour": "x"}).status_code == 400
    )
    assert EarningApplication.objects.count() == 1
    assert last_rights(account) == ["tips"]
    rights = json.loads(platform.get(f"{API}accounts/{account.platform_uid}/rights/").content)
    assert [each["is_granted"] for each in rights["earning"]] == [False, False, False, True]
    assert rights["comments"]

    moderator = staff_user("moderator")
    case = cases.open_case(
        account=account,
        source="own",
        summary="疑似虚假信息",
        actor=moderator,
        provision=P,
        reason="巡查",
    )
    decision = propose(
        case,
        moderator,
        violation_type=ViolationType.objects.get(code="V06.1"),
        measures=[MeasureOrder("warn")],
    )
    assert decisions.approve_decision(
        decision=decision, actor=supervisor, provision=P, reason="事实清楚"
    )

    right = EarningApplication.objects.get()
    assert (right.status, right.lost_by) == ("lost", decision.number)
    assert last_rights(account) == []
    refused = platform.post(f"{API}earning-applications/", asked)
    answer = json.loads(refused.content)
    assert (refused.status_code, answer["status"]) == (201, "refused")
    assert decision.number in answer["reasons"][0]
    client.force_login(moderator)
    shown = client.get(reverse("admin:account", args=[account.pk])).text
    assert decision.number in shown
    assert client.get(reverse("admin:earning_application", args=[right.pk])).status_code == 200

    decision.refresh_from_db()
    reversals.reverse_decision(
        decision=decision, actor=staff_user("complaint_handler"), provision=P, reason="申诉成立"
    )
    assert ViolationFact.objects.get().withdrawn_at is not None
    assert last_rights(account) == ["tips"]
    right.refresh_from_db()
    etag = platform.get(f"{API}earning-applications/{right.pk}/")["ETag"]
    end = f"{API}earning-applications/{right.pk}/give-up/"
    assert platform.post(end, {}, If_Match=etag).status_code == 200
    assert last_rights(account) == []


def form_of(client, code):
    """What the form of a formula would send unchanged."""
    form = client.get(reverse("admin:change_formula", args=[code])).context["form"]
    sent = {name: value for name, value in form.initial.items() if value is not False}
    return {**sent, "reason": "按季度评估结果调整"}


class TestFormulas:
    def test_proposed_with_what_it_changes_and_approved_by_somebody_else(
        self, client, officer, supervisor
    ):
        client.force_login(officer)
        url = reverse("admin:change_formula", args=["earning"])
        sent = {**form_of(client, "earning"), "clean_months": 6}
        looked = client.post(url, {**sent, "action": "preview"})
        assert looked.status_code == 200
        assert looked.context["effects"]
        assert [each.after for each in looked.context["changes"]] == ["6"]
        assert not Proposal.objects.exists()

        assert client.post(url, {**sent, "action": "propose"}).status_code == 302
        again = client.post(url, {**sent, "clean_months": 7, "action": "propose"})
        assert again.status_code == 409
        proposal = Proposal.objects.get()
        listed = reverse("admin:formulas")
        act = {"action": "approve", "proposal": proposal.pk, "reason": "同意"}
        own = client.post(listed, act)
        assert own.status_code == 409
        assert EligibilityRule.objects.count() == 1
        assert ActionLog.objects.latest("id").outcome == ActionOutcome.REFUSED

        client.force_login(supervisor)
        assert client.get(listed).context["proposed"][0]["effects"]
        assert client.post(listed, act).status_code == 302
        newest = EligibilityRule.objects.latest("effective_from")
        assert (newest.label, newest.content["clean_months"]) == ("2", 6)
        history = client.get(reverse("admin:formula", args=["earning"]))
        assert [each["is_in_force"] for each in history.context["versions"]] == [True, False]

    @pytest.mark.parametrize(
        ("code", "change", "model"),
        [
            ("grades", {"weight_quality": 50, "weight_reach": 20}, GradeRule),
            ("metrics", {"views_score": 9, "quiet_days": 5}, MetricRule),
        ],
    )
    def test_each_formula_has_a_form_that_gives_back_what_it_shows(
        self, client, officer, code, change, model
    ):
        client.force_login(officer)
        url = reverse("admin:change_formula", args=[code])
        sent = form_of(client, code)

        same = client.post(url, {**sent, "action": "propose"})
        other = client.post(url, {**sent, **change, "action": "preview"})

        assert same.status_code == 409
        assert len(other.context["changes"]) == len(change)
        assert not Proposal.objects.exists()
        assert model.objects.count() == 1
        assert not AccountGrade.objects.exists()

    @pytest.mark.parametrize(
        ("code", "wrong", "status"),
        [
            ("grades", {"weight_quality": 90}, 409),
            ("grades", {"views": "viele"}, 422),
            ("grades", {"bound_a": 10}, 409),
            ("metrics", {"least_days": 60}, 409),
            ("metrics", {"views_score": 0}, 409),
            ("earning", {"clean_months": 99}, 422),
            ("earning", {"credit_for_new": ["z"]}, 409),
            ("earning", {"not_before": "2020-01-01"}, 409),
            ("comments", {"natures": ["media"], "credits": ["a"], "powers": []}, 409),
        ],
    )
    def test_what_cannot_be_is_refused_and_leaves_nothing(
        self, client, officer, code, wrong, status
    ):
        client.force_login(officer)
        url = reverse("admin:change_formula", args=[code])

        answer = client.post(url, {**form_of(client, code), **wrong, "action": "propose"})

        assert answer.status_code == status
        assert not Proposal.objects.exists()

    def test_a_new_table_reaches_the_platform_with_the_next_sweep(
        self, client, officer, supervisor, make_account, system
    ):
        account = make_account()
        sweep_powers(now=timezone.now(), actor=system)
        client.force_login(officer)
        cells = {
            "natures": ["natural_person"],
            "credits": ["a", "b", "c", "d", "e", "z"],
            "powers": ["report"],
            "reason": "统一收紧",
            "action": "propose",
        }
        assert (
            client.post(reverse("admin:change_formula", args=["comments"]), cells).status_code
            == 302
        )
        client.force_login(supervisor)
        act = {"action": "approve", "proposal": Proposal.objects.get().pk, "reason": "同意"}
        client.post(reverse("admin:formulas"), act)

        assert sweep_powers(now=timezone.now(), actor=system) == 1

        told = PlatformCommand.objects.filter(subject_id=account.platform_uid).latest("pk")
        assert json.loads(told.payload)["comments"] == ["report"]


def test_agencies_are_pushed_and_read_over_the_interface(make_caller, make_account):
    account = make_account()
    platform = make_caller("agencies:read", "agencies:write", "agencies:claim")
    agency = {
        "name": "接口登记传媒有限公司",
        "public_name": "接口机构",
        "uscc": "91110101MA0000000X",
        "contact": "13900000009",
    }
    assert platform.post(f"{API}agencies/", agency).status_code == 422

    entered = platform.post(f"{API}agencies/", {**agency, "uscc": unused_credit_code()})
    assert entered.status_code == 201
    assert b"13900000009" not in entered.content
    reference = json.loads(entered.content)["reference"]
    today = timezone.localdate()
    contract = {
        "platform_uid": account.platform_uid,
        "agency": reference,
        "number": "HT-API-1",
        "valid_from": today.isoformat(),
        "valid_until": today.replace(year=today.year + 1, day=1).isoformat(),
        "covers": "代运营",
    }
    made = platform.post(f"{API}agency-contracts/", contract)
    assert made.status_code == 201
    assert json.loads(made.content)["status"] == "in_review"
    assert platform.post(f"{API}agency-contracts/", contract).status_code == 409
    said = {"platform_uid": account.platform_uid, "agency_name": "接口机构", "source_ref": "主页"}
    found = json.loads(platform.post(f"{API}agency-claims/", said).content)
    assert found["is_found"]
    listed = json.loads(platform.get(f"{API}agency-contracts/?status=in_review").content)
    assert len(listed["results"]) == 1
