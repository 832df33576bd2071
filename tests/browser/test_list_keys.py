"""The keys of lists of records, as the handbook names them, in a real browser."""

from collections.abc import Callable

import pytest

from accounts.models import PublicAccount
from tests.enforcement.conftest import Staff, make_account, staff  # noqa: F401  fixtures

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)
# More than a page of a list.
ROWS = 27


def test_a_number_opens_its_row_and_brackets_turn_the_page(
    open_window: Callable,
    live_server,
    staff: Staff,  # noqa: F811
    make_account: Callable[..., PublicAccount],  # noqa: F811
) -> None:
    accounts = sorted((make_account() for _place in range(ROWS)), key=lambda each: -each.pk)
    page = open_window(staff.moderator)
    page.goto(f"{live_server.url}/accounts/publicaccount/")
    first = accounts[0].pk

    page.keyboard.press("]")
    page.wait_for_url("**p=2*")
    page.keyboard.press("[")
    page.wait_for_url("**p=1*")
    page.keyboard.press("1")

    # The page of the account stands elsewhere than the admin's own.
    page.wait_for_url(f"{live_server.url}/accounts/{first}/")
