"""The form for a decision on many accounts by keyboard, in a real browser."""

from collections.abc import Callable

import pytest

from enforcement.models import BulkDecision
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import Staff, make_account, staff  # noqa: F401  fixtures

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect


def test_the_code_is_typed_and_only_its_own_clause_is_cited(
    open_window: Callable,
    live_server,
    staff: Staff,  # noqa: F811
    make_account: Callable,  # noqa: F811
) -> None:
    ring = [make_account() for _place in range(2)]
    page = open_window(staff.moderator)
    page.goto(f"{live_server.url}/bulk-decisions/draft/")
    page.fill("[name=accounts]", "\n".join(each.platform_uid for each in ring))
    page.focus("[name=violation]")
    # "V0" alone chooses the first violation on the way to the one that is meant.
    page.keyboard.type("V08.2")

    expect(page.locator(".enf-clause:has(:checked)")).to_have_count(1)
    expect(page.locator(".enf-clause:has(:checked)")).to_contain_text("（八）")

    page.fill("[name=facts]", lists.FACTS)
    page.fill("[name=reasoning]", lists.REASONING)
    page.fill("[name=reason]", "同一团伙，一并处置")
    page.check("[name=measures][value=warn]")
    page.focus("[name=reason]")
    page.keyboard.press("Control+Enter")
    page.locator("details [name=action][value=propose]").wait_for(state="attached")

    # "p" looked at it beforehand, "y" proposes it, as on the page of a case.
    page.keyboard.press("y")
    page.keyboard.type("请批准")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("[data-key=w]").wait_for()
    assert BulkDecision.objects.get().status == "proposed"
