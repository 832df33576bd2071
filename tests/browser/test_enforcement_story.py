"""A case from its opening to a closure that two others approved, in a real browser."""

from collections.abc import Callable
from functools import partial

import pytest

from accounts.enums import AccountStatus
from enforcement.enums import DecisionStatus
from enforcement.models import Decision
from tests.enforcement.conftest import (  # noqa: F401  fixtures of the story
    Staff,
    make_account,
    staff,
)
from tests.hearings import hear

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect


@pytest.fixture
def desk_of(open_window) -> Callable:
    """Opens a window in English of somebody who is logged in, with a session of their own."""
    return partial(open_window, language="en")


def keys(page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def write_closure(page) -> None:
    """Fill the form from field to field, as somebody does who leaves the mouse alone."""
    keys(page, "v")
    page.keyboard.type("V06.1")
    severity = page.locator("#id_severity")
    expect(severity).to_have_value("2")
    expect(page.locator(".enf-clause:has(:checked)")).to_contain_text("第十八条第（六）项")
    expect(page.locator("#ladder")).to_contain_text("The ladder proposes: Warning")
    expect(page.locator("[name=measures][value=warn]")).to_be_checked()
    severity.focus()
    page.keyboard.type("4")
    expect(page.locator("#ladder")).to_contain_text("The ladder proposes: Closure")
    page.fill("[name=facts]", "账号连续三次编造灾情，经核实均无其事，经警示仍未改正。")
    page.fill("[name=reasoning]", "屡次编造灾情引发恐慌，属于编造虚假信息误导公众，情节严重。")
    page.fill("[name=private_note]", "内部备注：不要告知运营者")
    page.fill("#clause-search", "不重复处置")
    page.keyboard.press("Enter")
    expect(page.locator(".enf-clause:has(:checked)")).to_have_count(2)
    # The step has filled its measures in; nothing departs from it, and nobody is asked why.
    expect(page.locator("[name=measures]:checked")).to_have_count(1)
    expect(page.locator("[name=measures][value=close]")).to_be_checked()
    expect(page.locator("#deviation")).to_be_hidden()
    page.focus("[name=private_note]")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#preview")


def test_a_closure_is_proposed_by_one_and_approved_by_two_others(
    desk_of,
    live_server,
    staff: Staff,  # noqa: F811
    make_account: Callable,  # noqa: F811
) -> None:
    account = make_account("城市夜读人")

    page = desk_of(staff.moderator)
    page.goto(f"{live_server.url}/accounts/publicaccount/{account.pk}/change/")
    page.get_by_role("link", name="Open a case").last.click()
    page.wait_for_url("**/cases/open/?uid=*")
    page.select_option("#id_source", "patrol")
    page.fill("#id_summary", "疑似编造灾情")
    page.locator("select[data-fills]").select_option(index=1)
    expect(page.locator("#id_reason")).not_to_have_value("")
    page.get_by_role("button", name="Open it and work on it").click()
    page.wait_for_url("**/work/")

    write_closure(page)
    preview = page.locator("#preview")
    for name in (staff.supervisor.person.name, staff.officer.person.name, "城市夜读人"):
        expect(preview).to_contain_text(name)
    expect(preview).not_to_contain_text("内部备注")
    expect(page.locator("[name=private_note]")).to_have_value("内部备注：不要告知运营者")
    assert not Decision.objects.exists()
    keys(page, "y")
    page.wait_for_selector("body.ui-desk")
    decision = hear(Decision.objects.get())

    # Back from there is a page to read, not a form to send again.
    with page.expect_response(lambda answer: answer.url.endswith("/work/")) as opened:
        page.go_back()
    assert opened.value.request.method == "GET"
    assert opened.value.ok
    assert Decision.objects.count() == 1

    # Whoever proposed it reads the approval page and finds no button.
    page.goto(f"{live_server.url}/approvals/{decision.approval_item_id}/")
    expect(page.locator("[role=status]").first).to_contain_text("You proposed this decision")
    expect(page.locator("[data-key=a], [data-key=t]")).to_have_count(0)

    page = desk_of(staff.supervisor)
    keys(page, "n", "a")
    page.wait_for_url("**/approvals/*/")
    expect(page.locator("#content-main")).to_contain_text("内部备注：不要告知运营者")
    keys(page, "a")
    page.locator("details[open] select[data-fills]").select_option(index=1)
    page.locator("details[open] button[type=submit]").click()
    page.wait_for_selector("body.ui-desk")
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.PROPOSED

    page = desk_of(staff.officer)
    keys(page, "n", "o")
    page.wait_for_url("**/officer-approvals/*/")
    keys(page, "a")
    page.locator("details[open] textarea").fill("已核对同类决定，同意")
    page.locator("details[open] button[type=submit]").click()
    page.wait_for_selector("body.ui-desk")
    decision.refresh_from_db()
    account.refresh_from_db()
    assert decision.status == DecisionStatus.IN_FORCE
    assert account.status == AccountStatus.CLOSED

    page.goto(f"{live_server.url}/decisions/{decision.pk}/")
    expect(page.locator("#content-main")).to_contain_text("In force")
    keys(page, "s")
    page.locator("details[open] [name=channel]").fill("official letter")
    page.locator("details[open] textarea").fill("已按规定报告")
    page.locator("details[open] button[type=submit]").click()
    expect(page.locator("#content-main")).to_contain_text("official letter")
