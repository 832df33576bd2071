"""An operator appeals on a phone by the link in the notice, without a login, and gets everything back."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.models import PublicAccount
from compliance.models import Notice, ResponseInvitation, StaffUser
from compliance.responses.codes import code_of
from enforcement.models import Appeal, CreditScore, Decision, Measure
from tests.browser.test_complaint_story import act, fits, phone  # noqa: F401  a fixture
from tests.enforcement.conftest import (  # noqa: F401  fixtures of the story
    CLOSURE,
    Staff,
    decide,
    make_account,
    open_case,
    staff,
)

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect
WORDS = "所发内容引自官方通报，有原文链接，并非编造，请予复核。"
TOLD = "经核对官方通报原文，所发内容与通报一致，原决定认定事实有误。"


def link_in_notice(decision: Decision) -> str:
    """Return the address that the operator reads in what they were told of a decision."""
    invitation = ResponseInvitation.objects.about(decision).get(kind="enforcement.appeal")
    told = Notice.objects.about(decision).filter(audience="operator", language="zh-hans")
    assert f"[respond:{invitation.pk}]" in told.latest("pk").text
    return reverse("public:response", args=[code_of(invitation)])


def public_state(window, account: PublicAccount) -> str:
    """Return what everybody reads about an account."""
    window.goto(reverse("public:account", args=[account.platform_uid]))
    return window.locator("main").inner_text()


def test_an_appeal_without_a_login_wins_and_account_credit_and_public_page_are_as_before(
    phone: Callable,  # noqa: F811
    open_window: Callable,
    staff_user: Callable[..., StaffUser],
    make_account: Callable,  # noqa: F811
    decide: Callable[..., Decision],  # noqa: F811
) -> None:
    account = make_account("城市夜读人")
    page = phone()
    before = public_state(page, account)
    decision = decide(account, measures=CLOSURE, severity=4)
    lowered = CreditScore.objects.get(subject=account.subject)
    assert lowered.score < 100
    assert "已关闭" in public_state(page, account)

    page.goto(link_in_notice(decision))
    expect(page.locator("main")).to_contain_text("申诉由未参与原决定的人员办理")
    assert fits(page)
    page.locator("select[name=ground]").select_option("facts")
    page.locator("[name=words]").fill(WORDS)
    page.get_by_role("button", name="提出申诉").click()
    expect(page.locator("main")).to_contain_text(Appeal.objects.get().number)
    assert fits(page)

    desk = open_window(staff_user("complaint_handler"))
    desk.keyboard.press("n")
    desk.keyboard.press("s")
    desk.wait_for_url("**/appeals/items/*/")
    expect(desk.locator("body")).to_contain_text(account.name)
    act(desk, "a", "在期限内提出，予以受理")
    expect(desk.locator("details.ui-action summary[data-key='v']")).to_be_visible()
    desk.keyboard.press("v")
    form = desk.locator("details.ui-action[open]")
    form.locator("select[name=ground]").select_option("facts")
    form.locator("[name=text]").fill(TOLD)
    form.locator("[name=reason]").fill("核对原文后认为事实认定有误")
    form.locator("button[type=submit]").click()
    expect(desk.locator("body")).to_contain_text("已撤销")

    page.reload()
    expect(page.locator("main")).to_contain_text("撤销")
    expect(page.locator("main")).not_to_contain_text("吊销")
    assert fits(page)
    assert public_state(page, account) == before
    assert CreditScore.objects.get(subject=account.subject).score == 100
    assert PublicAccount.objects.get(pk=account.pk).status == "active"
    assert set(Measure.objects.values_list("status", flat=True)) == {"reversed"}
