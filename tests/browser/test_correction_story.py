"""A name that does not agree: ordered, answered on the public page, accepted, in a real browser."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Correction, PublicAccount
from accounts.services.restrictions import state_of
from compliance.models import ResponseInvitation
from compliance.responses.codes import code_of
from tests.accounts.corrections import FACTS

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect


def test_an_order_an_answer_without_a_login_and_the_service_that_runs_on(
    open_window, staff_user, make_account
):
    account = make_account()
    page = open_window(staff_user("moderator"))
    page.goto(reverse("admin:account", args=[account.pk]))
    page.wait_for_selector("body.ui-page")
    page.keyboard.press("c")
    page.wait_for_url("**/corrections/order/")
    page.locator("[name=mismatches][value=name]").check()
    page.locator("[name=ground]").select_option("organ")
    page.locator("[name=facts]").fill(FACTS)
    page.locator("[name=reason]").fill("日常巡查中发现账号信息与主体身份不符")
    page.get_by_role("button", name="通知限期改正").click()
    page.wait_for_url("**/corrections/*/")
    expect(page.locator("body")).to_contain_text("待改正")
    assert state_of(PublicAccount.objects.get(), timezone.now()).service is not None

    # The operator has nothing but the link in the notice.
    correction = Correction.objects.get()
    invitation = ResponseInvitation.objects.about(correction).get(kind="accounts.correction_answer")
    operator = open_window()
    operator.goto(reverse("public:response", args=[code_of(invitation)]))
    expect(operator.locator("main")).to_contain_text(FACTS)
    operator.locator("[name=answer]").select_option("corrected")
    operator.locator("[name=name]").fill("河畔闲谈")
    operator.get_by_role("button").last.click()
    expect(operator.locator("[role=status]")).to_be_visible()
    expect(operator.locator("main")).to_contain_text(correction.reference)

    page.goto(reverse("admin:index"))
    page.wait_for_selector("body.ui-desk")
    page.keyboard.press("n")
    page.keyboard.press("k")
    page.wait_for_url("**/corrections/*/review/")
    expect(page.locator(".ui-pair").first).to_contain_text("河畔闲谈")
    page.keyboard.press("a")
    page.locator("details.ui-action[open] textarea").fill("改正后的账号名称与主体身份相符")
    page.locator("details.ui-action[open] button[type=submit]").click()
    page.wait_for_selector("body.ui-desk")

    account = PublicAccount.objects.get()
    assert account.name == "河畔闲谈"
    assert state_of(account, timezone.now()).service is None
    public = open_window()
    public.goto(f"/public/accounts/?q={account.platform_uid}")
    expect(public.get_by_role("link", name="河畔闲谈")).to_be_visible()
