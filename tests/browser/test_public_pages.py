"""The public pages in a real browser: both languages, a narrow window, keys alone, no script."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from compliance.models import RuleDocument, StaffUser
from tests.compliance.rule_documents import RuleStaff, announce, draft

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = (
    "/public/",
    "/public/rules/",
    "/public/rules/time-limits/",
    "/public/rules/platform-convention/",
    "/public/rules/platform-convention/versions/2.0/",
    "/public/rules/platform-convention/compare/1.0/2.0/",
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_fits_a_narrow_window_and_complains_of_nothing(
    open_window: Callable, staff_user: Callable[..., StaffUser], language: str
) -> None:
    convention = RuleDocument.objects.get(code="platform-convention")
    announce(RuleStaff(staff_user), convention, draft("2.0", summary="补充" + "长" * 200))
    page = open_window()
    page.context.clear_cookies()
    page.set_viewport_size({"width": 360, "height": 740})

    for address in ADDRESSES:
        page.goto(f"{address}?lang={language}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, address
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        assert page.locator("script").count() == 0
    assert page.context.cookies() == []


def test_a_visitor_finds_the_rules_and_changes_the_language_with_keys_alone(
    open_window: Callable, staff_user: Callable[..., StaffUser]
) -> None:
    convention = RuleDocument.objects.get(code="platform-convention")
    version = announce(RuleStaff(staff_user), convention, draft("2.0"))
    page = open_window()
    page.goto("/public/rules/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    page.get_by_role("link", name="平台公约", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/public/rules/platform-convention/")
    page.get_by_role("link", name="English").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/public/rules/platform-convention/?lang=en")
    page.get_by_role("link", name="See what changes").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/1.0/2.0/?lang=en")
    assert page.locator("ins").count() > 0
    assert version.effective_date > timezone.localdate()

    page.goto("/public/rules/platform-convention/versions/1.0/#c-3.4")
    assert page.locator("#c-3\\.4").is_visible()
    assert page.evaluate("window.scrollY") > 0
