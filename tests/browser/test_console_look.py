"""The console in a real browser: everything works under the policy, and nothing complains."""

import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

from tests.browser import TEMPLATES
from tests.browser.conftest import BROWSER, FLAGS, PATIENCE

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = [
    pytest.mark.skipif(
        not Path(BROWSER).exists(),
        reason=f"no browser at {BROWSER}: install Chromium, or name one in CHROMIUM",
    ),
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.console_urls"),
]

WORDS = {
    "zh-hans": {"wrong": "xx", "staff": "登录账户", "kit": "版式"},
    "en": {"wrong": "xx", "staff": "logins", "kit": "版式"},
}


@pytest.fixture(scope="module")
def browser():
    # The driver runs a loop of its own in this thread, which Django takes for asynchronous code:
    # it asks for leave, and keeps connections of its own. Those from before would be forgotten
    # here and found dead afterwards, when the database was made anew.
    connections.close_all()
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    playwright_api.expect.set_options(timeout=PATIENCE)
    with playwright_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        yield chromium
        chromium.close()
        connections.close_all()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(autouse=True)
def kit_templates(settings):
    engine = {**settings.TEMPLATES[0]}
    engine["DIRS"] = [*engine["DIRS"], TEMPLATES]
    settings.TEMPLATES = [engine]
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    return request.param


@pytest.fixture
def complaints():
    """What the browser complained of; the test ends with none."""
    heard = []
    yield heard
    assert heard == []


@pytest.fixture
def staff(staff_user):
    for _number in range(3):
        staff_user("moderator")
    return staff_user("moderator")


@pytest.fixture
def page(browser, live_server, language, complaints, staff):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    context.add_cookies(
        [{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
    )
    page = context.new_page()
    page.on(
        "console",
        lambda message: (
            complaints.append((page.url, message.text))
            if message.type in ("error", "warning")
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append((page.url, str(error))))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))"
    )
    yield page
    context.close()


@pytest.fixture
def console(page, client, live_server, staff):
    """The page of somebody who is logged in, and a way to go to an address."""
    client.force_login(staff)
    page.context.add_cookies(
        [
            {
                "name": django_settings.SESSION_COOKIE_NAME,
                "value": client.cookies[django_settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )

    def go(address):
        page.goto(live_server.url + address)
        page.wait_for_function("document.body._x_dataStack !== undefined")
        return page

    return go


def test_login_page_refuses_a_wrong_password_and_changes_language(page, live_server, language):
    page.goto(live_server.url + "/login/")
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong-password-1")
    page.click("#login-form button[type=submit]")
    page.wait_for_selector(".errornote")

    other = "en" if language == "zh-hans" else "zh-hans"
    page.click(f".ui-languages button[value={other}]")
    page.wait_for_selector(f"html[lang={other}]")


def test_desk_sidebar_user_menu_and_theme(console):
    page = console("/")
    sidebar = page.locator("#nav-sidebar")

    page.click("button.ui-icon-button:visible")
    playwright_api.expect(sidebar).to_be_hidden()
    page.reload()
    playwright_api.expect(sidebar).to_be_hidden()
    page.click("button.ui-icon-button:visible")
    playwright_api.expect(sidebar).to_be_visible()

    page.click("#nav-sidebar-inner > div:last-child > div.cursor-pointer")
    menu = page.locator("#nav-sidebar-inner nav")
    playwright_api.expect(menu).to_be_visible()
    menu.locator("a", has=page.locator("text=dark_mode")).click()
    playwright_api.expect(page.locator("html.dark")).to_have_count(1)
    playwright_api.expect(menu.locator("form#logout-form")).to_be_visible()


def test_list_with_drawer_selection_and_action(console, staff):
    page = console("/compliance/staffuser/")

    page.keyboard.press("f")
    page.wait_for_selector("#changelist-filter", state="visible")
    page.select_option("#changelist-filter select", str(staff.person_id))
    page.click("#changelist-filter button[type=submit]")
    page.wait_for_url("**person__number__exact=**")
    playwright_api.expect(page.locator("#result_list .action-select")).to_have_count(1)

    page.locator("#result_list .action-select").check()
    page.select_option("select[name=action]", "greet")
    page.click("#changelist-actions button[type=submit]")
    page.wait_for_selector("text=已问候 1 人")


def test_filter_by_a_span_of_time_with_its_calendar(console):
    page = console("/compliance/actionlog/")

    page.click("button[data-key=f]")
    page.wait_for_selector("#changelist-filter", state="visible")
    page.locator("#changelist-filter a[id^=calendarlink]").first.click()
    page.locator(".calendarbox:visible td a").first.click()
    page.click("#changelist-filter button[type=submit]")
    page.wait_for_url("**at_from_0=**")
    page.wait_for_selector("#content-main")


def test_palette_opens_finds_and_goes(console, language):
    page = console("/")

    page.keyboard.press("Control+k")
    playwright_api.expect(page.locator("#search-input-command")).to_be_focused()
    page.keyboard.type(WORDS[language]["staff"])
    page.wait_for_selector("#command-results-list li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compliance/staffuser/")

    page.click("button[aria-haspopup=dialog]:visible")
    page.wait_for_selector("#search-input-command", state="visible")
    page.keyboard.press("Escape")
    page.wait_for_selector("#search-input-command", state="hidden")


def test_form_saves(console):
    record = Session.objects.create(
        session_key="try", session_data="", expire_date=timezone.now() - timezone.timedelta(days=1)
    )
    page = console(f"/sessions/session/{record.pk}/change/")

    page.fill("#id_expire_date_0", "2031-05-06")
    page.fill("#id_expire_date_1", "07:08:00")
    page.click("[name=_save]")
    page.wait_for_url("**/sessions/session/")

    record.refresh_from_db()
    assert timezone.localtime(record.expire_date).year == 2031


def test_history_and_one_of_its_versions(console, staff):
    page = console(f"/compliance/staffuser/{staff.pk}/history/")

    page.locator("#change-history a.ui-link").first.click()
    page.wait_for_selector(".ui-facts")
    playwright_api.expect(page.locator(".ui-facts")).to_contain_text(staff.username)


def test_password_page(console):
    page = console("/password_change/")

    page.click("#content-main button[type=submit]")
    page.wait_for_selector(".errornote")


def test_kit_keys_reason_template_and_refusal(console, complaints):
    page = console("/kit/")

    page.keyboard.press("?")
    dialog = page.locator("dialog.ui-keys")
    playwright_api.expect(dialog).to_be_visible()
    playwright_api.expect(dialog).to_contain_text("不予通过")
    page.keyboard.press("a")
    playwright_api.expect(page.locator("details.ui-action[open]")).to_have_count(0)
    page.keyboard.press("Escape")
    playwright_api.expect(dialog).to_have_count(0)

    page.keyboard.press("a")
    opened = page.locator("details.ui-action[open]")
    playwright_api.expect(opened).to_have_count(1)
    opened.locator("select[data-fills]").select_option(index=1)
    reason = opened.locator("textarea")
    playwright_api.expect(reason).to_have_value("材料齐全，主体信息核验一致。")
    reason.fill("重复")
    page.keyboard.type("ar?")
    playwright_api.expect(reason).to_have_value("重复ar?")
    opened.locator("button[type=submit]").click()
    page.wait_for_selector("text=这一项已经由别人决定。")
    playwright_api.expect(page.locator("details.ui-action[open] textarea")).to_have_value("重复ar?")
    # The browser reports the answer 409 itself; that is the refusal, not a fault of the page.
    assert [text for _url, text in complaints if "409" not in text] == []
    complaints.clear()


def test_keys_one_after_the_other(console):
    page = console("/")

    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/search/records/")
    page = console("/compliance/staffuser/")
    page.keyboard.press("/")
    page.keyboard.type("g d")
    playwright_api.expect(page.locator("#searchbar")).to_have_value("g d")


def test_narrow_screen_needs_no_sideways_scrolling(console):
    page = console("/kit/")

    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(100)

        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{overflow} pixels too wide at {width}"
