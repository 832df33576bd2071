"""Decisions on many accounts as the platform follows them: what was approved, and how far it is."""

import json
from collections.abc import Callable

import pytest

from accounts.models import PublicAccount
from tests.compliance.api_fixtures import Caller
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import Staff

pytestmark = pytest.mark.django_db
LIST = "/api/v1/bulk-decisions/"


def test_a_list_is_told_once_it_is_approved_and_with_how_far_it_is(
    make_caller: Callable[..., Caller],
    make_account: Callable[..., PublicAccount],
    staff: Staff,
) -> None:
    caller = make_caller("decisions:read")
    ring = [make_account() for _place in range(2)]
    lists.propose(ring, staff.moderator)
    bulk = lists.approved(ring, staff)
    lists.carry_out(bulk)

    (row,) = json.loads(caller.get(LIST).content)["results"]
    response = caller.get(f"{LIST}{bulk.pk}/")

    assert json.loads(response.content) == row
    assert (row["number"], row["status"], row["count"]) == (bulk.number, "done", 2)
    assert row["progress"]["carried_out"] == 2
    assert json.loads(caller.get(f"{LIST}?status=undone").content)["results"] == []
    assert lists.FACTS not in response.content.decode()


def test_whoever_may_not_read_decisions_reads_no_lists(
    make_caller: Callable[..., Caller],
) -> None:
    assert make_caller("accounts:read").get(LIST).status_code == 403
