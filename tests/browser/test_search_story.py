"""A moderator finds an account, reads its timeline, goes to a case and back, by keyboard alone."""

import pytest
from django.urls import reverse

from accounts.models import PublicAccount
from compliance.models import IdentitySearch
from compliance.provisions import Provision
from enforcement.models import Case
from enforcement.services import cases

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect
MOBILE = "13998760002"


@pytest.fixture
def account(make_account) -> PublicAccount:
    make_account(account_name="河畔晨读二号")
    return make_account(account_name="河畔晨读", platform_uid="river-000001", mobile=MOBILE)


@pytest.fixture
def case(account, staff_user) -> Case:
    return cases.open_case(
        account=account,
        source="own",
        summary="疑似冒用名义",
        actor=staff_user("moderator"),
        provision=Provision.PUBLIC_ACCOUNT_19_1,
        reason="巡查发现",
    )


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page, selector: str) -> None:
    """Go on with the Tab key until the element has the focus, as somebody without a mouse does."""
    for _step in range(200):
        if page.evaluate("(chosen) => document.activeElement.matches(chosen)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def test_from_the_search_to_the_account_to_its_case_and_back(
    open_window, staff_user, account, case
):
    page = open_window(staff_user("moderator"))
    account_page = reverse("admin:account", args=[account.pk])

    press(page, "g", "s")
    page.wait_for_url("**/search/records/")
    tab_to(page, "#searchbar")
    page.keyboard.type("河 畔·晨讀")
    press(page, "Enter")

    # Two accounts have a name that begins so; the first is opened by its key.
    expect(page.locator("#found-account_name")).to_have_text("账号（按名称）")
    expect(page.locator("#content-main [data-key='1']")).to_have_text("河畔晨读")
    press(page, "1")
    page.wait_for_url(f"**{account_page}")
    expect(page.locator("#timeline")).to_contain_text(case.number)

    tab_to(page, "#timeline .ui-choices a[href*='kind=case']")
    press(page, "Enter")
    page.wait_for_url(f"**{account_page}?kind=case#timeline")
    expect(page.locator("#timeline [aria-current]")).to_have_text("案件")
    expect(page.locator("#timeline .ui-timeline__step")).to_have_count(1)
    tab_to(page, "#timeline .ui-timeline__title")
    press(page, "Enter")
    page.wait_for_url(f"**{reverse('admin:work_on_case', args=[case.work_item_id])}")
    expect(page.locator("#content-main")).to_contain_text("疑似冒用名义")

    page.go_back()
    page.wait_for_url(f"**{account_page}?kind=case#timeline")
    page.go_back()
    page.go_back()
    page.wait_for_url("**/search/records/?q=*")
    expect(page.locator("#content-main [data-key='1']")).to_have_text("河畔晨读")


def test_the_palette_opens_a_record_by_its_number(open_window, staff_user, account, case):
    page = open_window(staff_user("moderator"))

    press(page, "Control+k")
    expect(page.locator("#search-input-command")).to_be_focused()
    page.keyboard.type(case.number.lower())
    expect(page.locator("#command-results-list")).to_contain_text(case.number)
    press(page, "Enter")

    page.wait_for_url(f"**{reverse('admin:work_on_case', args=[case.work_item_id])}")


def test_a_mobile_number_leaves_the_browser_by_post_alone(open_window, staff_user, account, case):
    page = open_window(staff_user("moderator"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    press(page, "Control+k")
    expect(page.locator("#search-input-command")).to_be_focused()
    page.keyboard.insert_text(MOBILE)
    expect(page.locator("[role=dialog] [data-identity-note]")).to_be_visible()
    press(page, "Escape")
    page.goto(reverse("admin:search_records"))
    tab_to(page, "#searchbar")
    page.keyboard.insert_text(MOBILE)
    press(page, "Enter")
    expect(page.locator("#content-main [data-identity-note]")).to_be_visible()

    page.goto(reverse("admin:search_identity"))
    tab_to(page, "select[name=kind]")
    press(page, *["ArrowDown"] * 8, "Tab")
    expect(page.locator("select[name=kind]")).to_have_value("mobile")
    page.keyboard.type(MOBILE)
    press(page, "Tab")
    page.keyboard.type("核对第三号投诉")
    press(page, "Tab", "Enter")

    expect(page.locator("#found")).to_contain_text(account.name)
    expect(page.locator("#found")).to_contain_text("139****0002")
    expect(page.locator("input[name=value]")).to_have_value("")
    assert MOBILE not in page.content()
    assert MOBILE not in page.url
    assert [url for url in asked if MOBILE in url] == []
    assert IdentitySearch.objects.get().found == 1
