"""Credit on the screen and for programs: where it stands, the list of low credit, repairs, the rule."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount
from accounts.pages.addresses import account_url
from compliance.models import ActionLog, StaffUser
from enforcement.models import CreditEntry, CreditRepair, CreditScore, Decision
from tests.compliance.api_fixtures import Caller
from tests.enforcement.conftest import REASON, Staff, propose, suspension
from tests.enforcement.console import approval_page, client_of, decision_page, text_of

pytestmark = pytest.mark.django_db

STATEMENT = "已删除全部不实内容并公开更正，此后没有再次违规。"


def credit_page(account: PublicAccount) -> str:
    score = CreditScore.objects.get(subject=account.subject_id)
    return reverse("admin:credit", args=[score.pk])


@pytest.fixture
def used_up(
    decide: Callable[..., Decision], make_account: Callable[..., PublicAccount]
) -> PublicAccount:
    """An account whose operator has had no credit for as long as a repair asks for."""
    account = make_account()
    for _each in range(3):
        decide(account, severity=4)
    return account


def later() -> Any:
    return mock.patch.object(timezone, "now", return_value=timezone.now() + timedelta(days=91))


def test_the_account_and_the_decision_say_what_was_taken_and_lead_to_all_of_it(
    decide: Callable[..., Decision], staff: Staff
) -> None:
    decision = decide(severity=3)
    page = credit_page(decision.account)
    browser = client_of(staff.officer)

    for address in (account_url(decision.account), decision_page(decision)):
        shown = text_of(browser.get(address))
        assert "80 分，信用 B 级" in shown
        assert page in shown
    shown = text_of(browser.get(page))
    for read in ("-20 分", decision.number, "信用分走势", "推荐加权", decision.account.name):
        assert read in shown
    assert browser.post(page, {"action": "raise"}).status_code == 405


def test_whoever_approves_reads_what_it_would_take(
    open_case: Callable[..., Any], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator, severity=4, measures=suspension(7))

    shown = text_of(client_of(staff.supervisor).get(approval_page(decision)))

    assert "扣减信用分 40 分：由“100 分，信用 A 级”变为“60 分，信用 C 级”" in shown
    assert "营利权限" in shown or "营利" in shown
    assert not CreditEntry.objects.exists()


def test_the_list_of_low_credit_has_the_lowest_first(
    decide: Callable[..., Decision], used_up: PublicAccount, staff: Staff
) -> None:
    decide(severity=2)

    page = client_of(staff.moderator).get(reverse("admin:low_credit"))

    assert [each.label for each in page.context["panel"].rows] == [used_up.name]
    assert "不会自动恢复" in text_of(page)


def test_a_repair_is_entered_by_one_and_decided_by_another(
    used_up: PublicAccount, staff: Staff
) -> None:
    enter = reverse("admin:enter_credit_repair", args=[used_up.pk])
    form = {
        "applied_on": timezone.localdate() + timedelta(days=91),
        "statement": STATEMENT,
        "reason": REASON,
    }
    with later():
        browser = client_of(staff.moderator)
        assert enter in text_of(browser.get(credit_page(used_up)))
        assert browser.post(enter, {**form, "statement": ""}).status_code == 422
        assert browser.post(enter, form).status_code == 302
        repair = CreditRepair.objects.get()
        page = reverse("admin:credit_repairs")
        verdict = {"action": "approve", "proposal": repair.proposal_id, "reason": REASON}

        assert 'value="approve"' not in text_of(browser.get(page))
        assert client_of(staff.supervisor).post(page, verdict).status_code == 302

        assert CreditScore.objects.get().score == 30
        assert "已修复" in text_of(browser.get(page))


def test_a_repair_that_is_too_early_is_refused_on_the_page_and_logged(
    used_up: PublicAccount, staff: Staff
) -> None:
    answer = client_of(staff.moderator).post(
        reverse("admin:enter_credit_repair", args=[used_up.pk]),
        {"applied_on": timezone.localdate(), "statement": STATEMENT, "reason": REASON},
    )

    assert "起可以申请修复" in text_of(answer)
    assert not CreditRepair.objects.exists()
    refused = ActionLog.objects.filter(outcome="refused").get()
    assert refused.action == "enforcement.creditrepair.enter"


def test_who_may_not_see_credit_sees_none(
    decide: Callable[..., Decision], staff_user: Callable[..., StaffUser]
) -> None:
    decision = decide()
    browser = client_of(staff_user("system_administrator"))

    for page in (credit_page(decision.account), reverse("admin:low_credit")):
        assert browser.get(page).status_code == 403


def test_the_rule_begins_from_a_preset_and_shows_what_it_would_change(
    decide: Callable[..., Decision], staff: Staff
) -> None:
    decide(severity=3)
    page = reverse("admin:change_formula", args=["credit"])
    browser = client_of(staff.officer)

    shown = browser.get(f"{page}?preset=weibo-2024")

    form = shown.context["form"]
    assert form.initial["base"] == 120
    assert "2024-11-05" in text_of(shown)
    posted = {name: form.initial.get(name) for name in form.fields}
    answer = browser.post(
        page,
        {name: value for name, value in posted.items() if value is not None and value is not False}
        | {"reason": REASON, "action": "preview"},
    )
    effects = {each.label: (each.before, each.after) for each in answer.context["effects"]}
    assert effects["信用分将变动的主体"] == ("0", "1")
    assert "起始分" in text_of(browser.get(reverse("admin:formula", args=["credit"])))


def test_programs_read_the_credit_of_an_account_and_what_moved_it(
    make_caller: Callable[..., Caller],
    decide: Callable[..., Decision],
    make_account: Callable[..., PublicAccount],
) -> None:
    caller = make_caller("accounts:read")
    decision, other = decide(severity=3), make_account()
    uid = decision.account.platform_uid

    found = json.loads(caller.get(f"/api/v1/credit/{uid}/").content)
    (entry,) = json.loads(caller.get(f"/api/v1/credit/{uid}/entries/").content)["results"]
    unrated = json.loads(caller.get(f"/api/v1/credit/{other.platform_uid}/").content)

    assert (found["score"], found["grade"], found["is_rated"]) == (80, "b", True)
    assert (entry["points"], entry["decision"]) == (-20, decision.number)
    assert (unrated["score"], unrated["grade"], unrated["is_rated"]) == (100, "a", False)
