"""Take the pictures of the handbooks: ``python -m devtools.screenshots``.

Makes a throw-away database, loads the demo, serves it, and looks at it through a browser as each
role does, in Chinese. The pictures go to ``docs/images/``. Needs the development requirements and
Chromium (``/usr/bin/chromium``, or what ``CHROMIUM`` names) with a font that has Chinese.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
VIOLATIONS = ROOT / "reports" / "demo" / "data" / "violations.json"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTH, LOWEST, HIGHEST = 1440, 600, 1060
START_SECONDS = 60
# Asked of the product in a process of its own: the pictures need records in certain states.
FIND_RECORDS = """
import json
from django.urls import reverse
from django.utils import timezone
from accounts.models import Application, Restriction
from compliance.models import StaffUser
from enforcement.models import Decision
from reports.models import Filing

reviewed = Application.objects.filter(status="in_review", work_item__closed_at=None)
named = next(
    each
    for each in reviewed.order_by("-pk").prefetch_related("checks")
    if any(check.params.get("hits") for check in each.checks.all())
)
restricted = Restriction.objects.filter(
    ended_at=None, account__status="active", in_force_until__gt=timezone.now()
)
in_force = Decision.objects.filter(status="in_force", ordered_measures__measure="close")
reported = in_force.filter(report_duty__status="receipted")
filing = Filing.objects.filter(status="released")
addresses = {
    "review": reverse("admin:review_application", args=[named.work_item_id]),
    "account": reverse("admin:account", args=[restricted.latest("pk").account_id]),
    "decision": reverse("admin:decision", args=[(reported or in_force).latest("pk").pk]),
    "filing": reverse("admin:filing", args=[filing.latest("period_from").pk]),
    "staff": reverse("admin:staff_login", args=[StaffUser.objects.get(username="hegui1").pk]),
}
print(json.dumps(addresses))
"""


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def throw_away_console() -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Serve the demo from a new database; give its address, the logins and the records."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        external = {"DATABASE_URL", "DATABASE_OWNER_URL"}
        environment = {key: value for key, value in os.environ.items() if key not in external}
        environment |= {"HEYAN_HOME": home, "DJANGO_SETTINGS_MODULE": "compliance.settings"}
        manage = [sys.executable, str(ROOT / "manage.py")]

        def run(*arguments: str) -> str:
            return subprocess.run(
                [*manage, *arguments],
                env=environment,
                check=True,
                text=True,
                stdout=subprocess.PIPE,
            ).stdout

        port = free_port()
        run("compile_locale")
        run("migrate", "--database", "owner", "--verbosity", "0")
        loaded = json.loads(run("load_demo", "--json"))
        passwords = {each["username"]: each["password"] for each in loaded["logins"]}
        records = json.loads(run("shell", "--verbosity", "0", "-c", FIND_RECORDS))
        server = subprocess.Popen([*manage, "serve", "--port", str(port)], env=environment)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address)
            yield address, passwords, records
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def wait_for(address: str) -> None:
    """Return when the console answers.

    :raises TimeoutError: if it does not within a minute.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError):
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            return
        time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer.")


class Photographer:
    """Logs in as whoever is asked for and takes pictures of what they see."""

    def __init__(self, browser: Browser, address: str, passwords: dict[str, str], out: Path):
        self.browser = browser
        self.address = address
        self.passwords = passwords
        self.out = out
        self.pages: dict[str, Page] = {}

    def page_of(self, username: str, **options: Any) -> Page:
        """Return the window of a login, opened on the desk the first time."""
        if username not in self.pages:
            context = self.browser.new_context(
                viewport={"width": WIDTH, "height": LOWEST},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
                **options,
            )
            page = self.pages[username] = context.new_page()
            page.goto(f"{self.address}/login/")
            page.fill("#id_username", username)
            page.fill("#id_password", self.passwords[username])
            page.click("#login-form button[type=submit]")
            page.wait_for_selector("body.ui-desk")
        return self.pages[username]

    def go(self, username: str, path: str) -> Page:
        """Return the window of a login, opened at an address."""
        page = self.page_of(username)
        page.goto(self.address + path)
        return page

    def take(self, page: Page, name: str) -> None:
        """Store what the window shows, as high as the page is but within bounds."""
        top = page.evaluate("window.scrollY")
        height = page.evaluate(
            "Math.ceil((document.querySelector('#content-main') || document.body)"
            ".getBoundingClientRect().bottom) + 40"
        )
        page.set_viewport_size({"width": WIDTH, "height": min(max(height, LOWEST), HIGHEST)})
        page.evaluate(f"window.scrollTo(0, {top})")
        page.wait_for_timeout(300)
        page.screenshot(path=self.out / f"{name}.png")
        page.set_viewport_size({"width": WIDTH, "height": LOWEST})


def hold(page: Page) -> None:
    """Take the item on the screen, unless it is held already."""
    if page.locator("button[data-key=t]").count():
        page.keyboard.press("t")
        page.wait_for_selector("[data-heart-beat]")


def propose(page: Page) -> None:
    """Fill in the proposal that fits the case on the screen and ask what would happen."""
    summary = page.locator(".ui-facts__row", has_text="待查内容").locator("dd").inner_text()
    known = json.loads(VIOLATIONS.read_text(encoding="utf-8"))
    found = next(each for each in known if each["facts"].rpartition("{day}")[2] in summary)
    chosen = page.locator(f"#id_violation option[data-code='{found['code']}']")
    page.select_option("#id_violation", chosen.get_attribute("value"))
    page.fill("[name=facts]", summary.removeprefix("疑似违规："))
    page.fill("[name=reasoning]", found["reasoning"])
    page.fill("[name=private_note]", "转发较多，请尽快批准。")
    page.check("[name=measures][value=suspend_updates]")
    page.locator("[data-chooses=suspend_updates]").fill("14")
    page.click("#look")
    page.wait_for_selector("#preview")


def photograph(console: Photographer, records: dict[str, str]) -> None:
    """Take every picture."""
    page = console.page_of("shenhe1")
    console.take(page, "desk")
    page = console.go("shenhe1", records["review"])
    hold(page)
    console.take(page, "review-application")
    page = console.go("shenhe1", records["account"])
    console.take(page, "account")
    page = console.go("shenhe1", "/")
    page.keyboard.press("n")
    page.keyboard.press("c")
    page.wait_for_selector("#proposal")
    propose(page)
    console.take(page, "case")

    page = console.go("zhuguan1", "/")
    page.keyboard.press("n")
    page.keyboard.press("a")
    page.wait_for_url("**/approvals/*/")
    console.take(page, "approval")
    console.take(console.go("zhuguan1", records["decision"]), "decision")

    console.take(console.go("hegui1", "/reports/filing/"), "filings")
    console.take(console.go("hegui1", records["filing"]), "filing")
    console.take(console.go("shenji1", "/compliance/actionlog/"), "action-log")
    console.take(console.go("guanli1", records["staff"]), "staff")


def with_browser(work: Callable[[Browser], None]) -> None:
    """Do something with a browser and close it."""
    with sync_playwright() as driver:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        work(browser)
        browser.close()


def main() -> None:
    """Take every picture anew."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with throw_away_console() as (address, passwords, records):
        with_browser(
            lambda browser: photograph(Photographer(browser, address, passwords, IMAGES), records)
        )


if __name__ == "__main__":
    main()
