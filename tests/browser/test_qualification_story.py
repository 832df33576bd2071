"""A moderator checks a qualification at the desk and everybody sees the mark, in a real browser."""

import pytest
from django.urls import reverse

from accounts.models import Qualification
from accounts.qualification_words import QualificationStatus

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect


def test_a_moderator_ticks_looks_up_and_verifies_and_the_public_page_shows_the_mark(
    open_window, staff_user, make_account, submitted
):
    account = make_account(category="food")
    qualification = submitted(account, type="teacher")
    page = open_window(staff_user("moderator"))
    page.goto(reverse("admin:index"))
    page.wait_for_selector("body.ui-desk")
    page.keyboard.press("n")
    page.keyboard.press("q")
    page.wait_for_url("**/qualifications/*/review/")
    expect(page.locator(".ui-card--warning[role=status]")).to_be_visible()

    # Nothing is verified before everything was looked at.
    page.keyboard.press("a")
    page.locator("details.ui-action[open] textarea").fill("材料齐全，查询一致")
    page.locator("details.ui-action[open] button[type=submit]").click()
    expect(page.locator("body")).to_contain_text("材料齐全，查询一致")
    qualification.refresh_from_db()
    assert qualification.status == QualificationStatus.IN_REVIEW

    for point in page.locator(".ql-point").all():
        point.locator("input[value=yes]").check()
    page.get_by_role("button", name="保存清单").click()
    page.wait_for_load_state()
    page.keyboard.press("l")
    form = page.locator("details[open] form:has(input[value=look_up])")
    form.locator("select[name=method]").select_option("website")
    form.locator("select[name=result]").select_option("agrees")
    form.locator("[name=found]").fill("查询页显示有效")
    form.locator("button[type=submit]").click()
    expect(page.locator(".ui-card--good[role=status]")).to_be_visible()
    page.keyboard.press("a")
    page.locator("details.ui-action[open] textarea").fill("材料齐全，查询一致")
    page.locator("details.ui-action[open] button[type=submit]").click()
    page.wait_for_selector("body.ui-desk")

    assert Qualification.objects.get(pk=qualification.pk).status == QualificationStatus.VERIFIED
    public = open_window()
    public.goto(f"/public/accounts/?q={account.platform_uid}")
    public.get_by_role("link", name=account.name).click()
    expect(public.locator("body")).to_contain_text("教育")
