"""Windows of a real browser, each with a session of its own, that report what they complain of."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client

BROWSER = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Milliseconds: much more than a page needs, for a machine that does much else.
PATIENCE = 30_000
# Reported by the browser itself for a page that tells a refusal; no fault of the page.
REFUSED = "the server responded with a status of 409"


@pytest.fixture(autouse=True)
def static_files_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the browser keep styles, scripts and fonts as in production, not ask anew at each page."""
    serve = StaticFilesHandler.serve

    def serve_to_keep(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        response = serve(handler, request)
        response.headers["Cache-Control"] = "max-age=3600, immutable"
        return response

    monkeypatch.setattr(StaticFilesHandler, "serve", serve_to_keep)


@pytest.fixture
def heard() -> list[tuple[str, str]]:
    """What the windows complained of, with the address they were at."""
    return []


@pytest.fixture
def open_window(live_server, heard) -> Iterator[Callable]:
    """
    Opens a window: `open_window(login)`, or `open_window()` for somebody who is not logged in yet.

    The test fails in the end when a window complained of anything but a refusal.
    """
    playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is missing")
    if not Path(BROWSER).exists():
        pytest.skip(f"no browser at {BROWSER}: install Chromium, or name one in CHROMIUM")
    connections.close_all()
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    # The driver runs a loop of its own in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    playwright_api.expect.set_options(timeout=PATIENCE)
    with playwright_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=BROWSER, args=list(FLAGS))

        def open_it(login=None, language: str = "zh-hans"):
            context = chromium.new_context(
                viewport={"width": 1440, "height": 900}, base_url=live_server.url
            )
            context.set_default_timeout(PATIENCE)
            cookies = {django_settings.LANGUAGE_COOKIE_NAME: language}
            if login is not None:
                client = Client()
                client.force_login(login)
                name = django_settings.SESSION_COOKIE_NAME
                cookies[name] = client.cookies[name].value
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": live_server.url}
                    for name, value in cookies.items()
                ]
            )
            page = context.new_page()
            page.on(
                "console",
                lambda message: (
                    heard.append((page.url, message.text))
                    if message.type in ("error", "warning") and REFUSED not in message.text
                    else None
                ),
            )
            page.on("pageerror", lambda error: heard.append((page.url, str(error))))
            page.add_init_script(
                "document.addEventListener('securitypolicyviolation', (event) =>"
                " console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))"
            )
            page.goto("/" if login is not None else "/login/")
            return page

        yield open_it
        chromium.close()
        connections.close_all()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before
    assert heard == []
