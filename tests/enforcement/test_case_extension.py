"""More time on a complex case: asked for and answered on the page of the case."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import ClockExtension, StaffUser
from enforcement.models import Case
from tests.enforcement.conftest import Staff

pytestmark = pytest.mark.django_db


def opened(person: StaffUser) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_one_asks_and_another_approves_and_the_date_in_the_queue_moves(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    url = reverse("admin:work_on_case", args=[case.work_item_id])
    before = case.work_item.due_at
    moderator, supervisor = opened(staff.moderator), opened(staff.supervisor)

    offered = moderator.get(url).content.decode()
    moderator.post(url, {"action": "ask_extension", "version": "1", "reason": "需异地核实"})
    asked = ClockExtension.objects.get()
    own = moderator.post(
        url, {"action": "approve_extension", "proposal": asked.proposal_id, "reason": "同意"}
    )
    case.work_item.refresh_from_db()
    untouched = case.work_item.due_at
    answer = supervisor.post(
        url, {"action": "approve_extension", "proposal": asked.proposal_id, "reason": "同意延长"}
    )

    case.work_item.refresh_from_db()
    assert "复杂案件：延长时限" in offered
    assert (own.status_code, answer.status_code) == (409, 302)
    assert untouched == before < case.work_item.due_at
    assert "复杂案件：延长时限" not in moderator.get(url).content.decode()
