"""Take the pictures of the handbooks: ``python -m devtools.screenshots``.

Makes a throw-away database, loads the demo, serves it, and looks at it through a browser as each
role does, in Chinese. The pictures go to ``docs/images/``; which there are says
``devtools/pictures.py``. Needs the development requirements and Chromium (``/usr/bin/chromium``, or
what ``CHROMIUM`` names) with a font that has Chinese.

For looking at pages that are hard to make fit (long names, many rows, nothing, errors):
``python -m devtools.screenshots --variants --width 360 --out FOLDER``.
"""

import argparse
import csv
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from devtools.pictures import HANDBOOK, RECORDS, ROOT, VARIANTS, Picture

IMAGES = ROOT / "docs" / "images"
# Made-up people whose columns are as long as they may be.
SAMPLE = ROOT / "tests" / "data" / "registrations-sample.csv"
LONG_NAMES = 40
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTH, LOWEST, HIGHEST = 1440, 600, 1060
START_SECONDS = 60
# Django's name for it, which the settings leave as it is.
COOKIE = "django_language"


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def throw_away_console(
    *, with_long_names: bool = False
) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
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
        if with_long_names:
            file = Path(home) / "long-names.csv"
            write_long_names(file)
            run("register_accounts", str(file))
        records = json.loads(run("shell", "--verbosity", "0", "-c", RECORDS))
        server = subprocess.Popen([*manage, "serve", "--port", str(port)], env=environment)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address)
            yield address, passwords, records
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def write_long_names(file: Path) -> None:
    """Write a file of applications whose names and texts are as long as they may be."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as sample:
        row = next(csv.DictReader(sample))
    with file.open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, row)
        writer.writeheader()
        for number in range(LONG_NAMES):
            writer.writerow(
                {
                    **row,
                    "platform_uid": f"demo-long-{'x' * 60}-{number}",
                    "account_name": f"{'非常非常长的公众账号名称' * 4}{number}",
                    "bio": "没有空格的很长的简介" * 40,
                    "contact": f"{'averyveryverylongname' * 4}{number}@example.com",
                }
            )


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

    def __init__(
        self,
        browser: Browser,
        address: str,
        passwords: dict[str, str],
        options: argparse.Namespace,
    ):
        self.browser = browser
        self.address = address
        self.passwords = passwords
        self.options = options
        self.pages: dict[str, Page] = {}

    def page_of(self, username: str) -> Page:
        """Return the window of a login, opened on the desk the first time; "" is nobody's."""
        if username not in self.pages:
            context = self.browser.new_context(
                viewport={"width": self.options.width, "height": LOWEST},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
            )
            context.add_cookies(
                [{"name": COOKIE, "value": self.options.language, "url": self.address}]
            )
            page = self.pages[username] = context.new_page()
            if not username:
                return page
            page.goto(f"{self.address}/login/")
            page.fill("#id_username", username)
            page.fill("#id_password", self.passwords[username])
            page.click("#login-form button[type=submit]")
            page.wait_for_selector("body.ui-desk")
        return self.pages[username]

    def go(self, username: str, path: str, width: int) -> Page:
        """Return the window of a login, opened at an address and so many pixels wide."""
        page = self.page_of(username)
        page.set_viewport_size({"width": width, "height": LOWEST})
        page.goto(self.address + path)
        return page

    def take(self, page: Page, name: str, width: int) -> None:
        """Store what the window shows, as high as the page is but within bounds."""
        top = page.evaluate("window.scrollY")
        height = page.evaluate(
            "Math.ceil((document.querySelector('#content-main') || document.body)"
            ".getBoundingClientRect().bottom) + 40"
        )
        size = {"width": width, "height": min(max(height, LOWEST), HIGHEST)}
        page.set_viewport_size(size)
        page.evaluate(f"window.scrollTo(0, {top})")
        page.wait_for_timeout(300)
        page.screenshot(path=self.options.out / f"{name}.png")


def photograph(console: Photographer, records: dict[str, str], pictures: Iterable[Picture]) -> None:
    """Take the given pictures, one after the other."""
    for picture in pictures:
        width = picture.width or console.options.width
        page = console.go(picture.login, picture.path.format(**records), width)
        for step in picture.steps:
            step(page)
        console.take(page, picture.name, width)


def with_browser(work: Callable[[Browser], None]) -> None:
    """Do something with a browser and close it."""
    with sync_playwright() as driver:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        work(browser)
        browser.close()


def chosen(options: argparse.Namespace) -> list[Picture]:
    """Return the pictures that the arguments name.

    :raises SystemExit: if there is none of that name or login.
    """
    pictures = [*HANDBOOK, *VARIANTS] if options.variants else list(HANDBOOK)
    named = [
        each
        for each in pictures
        if (not options.only or each.name in options.only)
        and (not options.login or each.role == options.login.rstrip("0123456789"))
    ]
    if not named:
        raise SystemExit("There is no such picture. --list names them all.")
    return named


def main() -> None:
    """Take the pictures anew, or name them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help="only these pictures")
    parser.add_argument("--login", default="", help="only those of this login or role (shenhe)")
    parser.add_argument("--variants", action="store_true", help="those in no handbook, too")
    parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")
    parser.add_argument("--width", type=int, default=WIDTH, help="of the window, in pixels")
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder (docs/images)")
    parser.add_argument("--list", action="store_true", help="name the pictures and take none")
    options = parser.parse_args()
    pictures = chosen(options)
    if options.list:
        for picture in pictures:
            sys.stdout.write(f"{picture.name:24} {picture.login:10} {picture.path}\n")
        return
    options.out.mkdir(parents=True, exist_ok=True)
    with throw_away_console(with_long_names=options.variants) as (address, passwords, records):
        with_browser(
            lambda browser: photograph(
                Photographer(browser, address, passwords, options), records, pictures
            )
        )


if __name__ == "__main__":
    main()
