"""Every page of the product in a real browser, in both languages, wide and narrow."""

from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.models import StaffUser
from tests.demo_pages import HUBS, unreached, visitors, ways
from tests.screens import Crawl

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHECKS = (Path(__file__).parent / "page_checks.js").read_text(encoding="utf-8")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


def found_pages() -> tuple[dict[str, tuple[str, str]], set[str]]:
    """Return an address of each page by its name, with the login that reaches it; and all names."""
    found: dict[str, tuple[str, str]] = {}
    opened: set[str] = set()
    for login, client in visitors("zh-hans"):
        left_out = frozenset(found) - HUBS
        crawl = Crawl(client, pages_of_a_kind=1, starts=ways(), left_out=left_out)
        for visit, _screen in crawl.run():
            if "?" not in visit.address:
                found.setdefault(visit.view, (login, visit.address))
        opened |= {each.view for each in crawl.visits if each.status < 400}
    return found, opened


@pytest.mark.long
def test_every_page_is_whole_reachable_by_keyboard_and_fits_the_screen(
    demo: None, open_window: Callable, heard: list[tuple[str, str]]
) -> None:
    pages, opened = found_pages()
    problems = [f"no page leads to {name}" for name in unreached(opened)]

    for language in ("zh-hans", "en"):
        problems += look_at(pages, language, open_window)

    problems += [f"{address}: {text}" for address, text in heard]
    heard.clear()
    assert len(pages) > 60
    assert not problems, "\n".join(sorted(problems))


def look_at(pages: dict[str, tuple[str, str]], language: str, open_window: Callable) -> list[str]:
    """Open every page with its login; return what is wrong with it and what it did not get."""
    problems: list[str] = []

    def note(answer) -> None:
        if answer.status >= 400:
            problems.append(f"{answer.request.frame.url}: {answer.status} for {answer.url}")

    windows = {}
    for view, (login, address) in pages.items():
        if login not in windows:
            staff = StaffUser.objects.get(username=login) if login else None
            windows[login] = open_window(staff, language)
            windows[login].on("response", note)
        window = windows[login]
        in_english = address.startswith("/public/") and language == "en"
        window.set_viewport_size(WIDE)
        window.goto(f"{address}?lang=en" if in_english else address)
        window.keyboard.press("Tab")
        said = window.evaluate(CHECKS, language)
        window.set_viewport_size(NARROW)
        said += window.evaluate("[...checkWidth(), ...checkWay()]")
        problems += [f"{language} {view} {address}: {each}" for each in said]
    for window in windows.values():
        window.context.close()
    return problems
