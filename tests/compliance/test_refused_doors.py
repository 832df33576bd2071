"""What counts as a refused attempt before any service is asked: what a program sends unusably."""

from collections.abc import Callable

import pytest

from compliance.models import ActionLog, ActionOutcome
from tests.compliance.api_fixtures import Caller

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/rumours/"


def refused() -> list[ActionLog]:
    return list(ActionLog.objects.filter(outcome=ActionOutcome.REFUSED).order_by("pk"))


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
