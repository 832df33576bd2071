"""Two compliance officers prepare and release a filing, in a real browser."""

from collections.abc import Callable
from datetime import date

import pytest

from compliance.models import ActionLog
from enforcement.models import Decision
from reports.enums import FilingStatus
from reports.models import Filing
from tests.reports.conftest import (  # noqa: F401  fixtures of the story
    Staff,
    at,
    decide,
    make_account,
    staff,
)

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect


def press(page, label: str, reason: str) -> None:
    """Open the act of that name, give the reason and confirm."""
    page.locator("details.ui-action > summary", has_text=label).click()
    form = page.locator("details.ui-action[open]")
    form.locator("textarea").fill(reason)
    form.get_by_role("button", name=label, exact=True).click()


def offered(page) -> list[str]:
    return page.locator("details.ui-action > summary").all_inner_texts()


def test_a_filing_is_prepared_by_one_officer_and_released_by_another(
    open_window: Callable,
    decide: Callable[..., Decision],  # noqa: F811
    staff: Staff,  # noqa: F811
) -> None:
    decision = decide(at(3))
    page = open_window(staff.officer)

    page.goto("/filings/prepare/")
    page.select_option("[name=code]", "R07")
    page.fill("[name=first_day]", "2026-10-01")
    page.fill("[name=last_day]", "2026-10-31")
    page.fill("[name=reason]", "按月报送")
    page.locator("#content-main button[type=submit]").click()
    page.wait_for_url("**/filings/*/")
    filing = Filing.objects.get()
    assert filing.period_from == date(2026, 10, 1)
    expect(page.locator("#content-main")).to_contain_text("2026-10-01 至 2026-10-31")

    press(page, "登记复核", "已逐行核对")
    press(page, "申请签发", "请签发")
    expect(page.locator("[role=note]")).to_contain_text("签发")
    assert offered(page) == ["撤回"]

    # Whoever prepared it sends the form of a release nevertheless.
    filing.refresh_from_db()
    status = page.evaluate(
        """async (version) => {
            const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
            const body = new URLSearchParams({action: "release", reason: "自行签发", version});
            const sent = {method: "POST", headers: {"X-CSRFToken": token}, body};
            return (await fetch(location.href, sent)).status;
        }""",
        filing.version,
    )
    filing.refresh_from_db()
    assert status == 409
    assert filing.status == FilingStatus.REVIEWED
    refused = ActionLog.objects.refused().get()
    assert refused.action == "reports.filing.release"
    assert refused.actor_number == staff.officer.person_id

    page = open_window(staff.second)
    page.locator(".ui-card a", has_text=filing.number).click()
    page.wait_for_url(f"**/filings/{filing.pk}/")
    assert offered(page)[:2] == ["签发", "退回"]
    press(page, "签发", "核对无误，同意签发")
    expect(page.locator("details.ui-action > summary", has_text="登记已报送")).to_be_visible()
    filing.refresh_from_db()
    assert filing.status == FilingStatus.RELEASED

    with page.expect_download() as downloading:
        page.get_by_role("button", name="CSV", exact=True).click()
    content = downloading.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert decision.number in content.decode("utf-8-sig")
