"""What counts as a refused attempt before any service is asked: closed pages, unusable requests."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import ActionLog, ActionOutcome, StaffUser
from tests.compliance.api_fixtures import Caller

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/rumours/"


def refused() -> list[ActionLog]:
    return list(ActionLog.objects.filter(outcome=ActionOutcome.REFUSED).order_by("pk"))


def test_opening_a_page_that_the_role_does_not_allow_is_on_record(
    staff_user: Callable[..., StaffUser],
) -> None:
    login, client = staff_user("moderator"), Client()
    client.force_login(login)

    for name in ("admin:add_watch_entry", "admin:enforcement_watchentry_changelist"):
        assert client.get(reverse(name)).status_code == 403

    rows = refused()
    assert [row.action for row in rows] == ["compliance.staffuser.try_page"] * 2
    assert {row.actor_number for row in rows} == {login.person_id}
    assert rows[0].changes["page"] == "admin:add_watch_entry"


def test_what_a_client_sends_and_nobody_can_use_is_on_record_without_its_words(
    make_caller: Callable[..., Caller],
) -> None:
    caller = make_caller("rumours:read", "rumours:write")

    answer = caller.post(ADDRESS, {"claim": "秘密的话", "nowhere": "x"})

    assert answer.status_code == 400
    (row,) = refused()
    assert row.action == "compliance.apiclient.call"
    assert "秘密" not in f"{row.reason}{row.changes}"


def test_asking_a_list_with_a_wrong_filter_is_no_attempt(
    make_caller: Callable[..., Caller],
) -> None:
    assert make_caller("rumours:read").get(f"{ADDRESS}?nowhere=1").status_code == 400
    assert refused() == []


def test_what_a_service_refused_to_a_client_is_on_record_once(
    make_caller: Callable[..., Caller],
) -> None:
    caller = make_caller("rumours:read", "rumours:write")

    answer = caller.post(ADDRESS, {"claim": "某水库决堤", "source": "authority", "reason": "提示"})

    assert answer.status_code == 422
    assert len(refused()) == 1
