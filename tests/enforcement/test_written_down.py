"""What complainants say by letter or telephone, written down on the page of their complaint."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.models import Clock, StaffUser, WorkItem
from enforcement.models import Complaint, ComplaintAppeal, ComplaintMessage
from enforcement.services.complaints.sealing import words_of
from reports.demo.clock import clock_at
from tests.enforcement import complaints
from tests.enforcement.complaints import again
from tests.enforcement.console import client_of, refusals, text_of
from tests.enforcement.test_complaint_codes import found_in_database

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]
SAID = "来电说明：文章发布于三月二日，当天已经删除"


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """Who answers the telephone."""
    return staff_user("complaint_handler")


def page_of(complaint: Complaint) -> str:
    return reverse("admin:complaint", args=[complaint.pk])


def send(complaint: Complaint, handler: StaffUser, act: str, **given: Any) -> Any:
    """Send an act of the page as its form would."""
    posted = {"words": SAID, "reason": "投诉人来电，按其所述记录", "version": complaint.version}
    return client_of(handler).post(page_of(complaint), {"action": act, **posted, **given})


def answered_days_ago(account: PublicAccount, handler: StaffUser, days: int) -> Complaint:
    with clock_at(timezone.now() - timedelta(days=days)):
        return complaints.answered(account, handler, outcome="not_upheld")


def day(ago: int) -> str:
    return (timezone.localdate() - timedelta(days=ago)).isoformat()


def test_an_answer_by_telephone_lets_the_complaint_go_on(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = complaints.asked(make_account(), handler)
    assert "代录答复" in text_of(client_of(handler).get(page_of(complaint)))

    assert send(complaint, handler, "supplement").status_code == 302

    complaint = again(complaint)
    assert complaint.status == "investigating"
    message = complaint.messages.latest("pk")
    assert (message.kind, message.person) == ("answer", handler.person)
    assert words_of(complaint)[-1][1] == SAID


def test_a_supplement_is_added_while_the_complaint_is_open_and_never_later(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = complaints.accepted(make_account(), handler)
    assert "代录补充材料" in text_of(client_of(handler).get(page_of(complaint)))
    assert send(complaint, handler, "supplement").status_code == 302
    assert again(complaint).messages.latest("pk").kind == "supplement"

    done = complaints.answered(make_account(), handler, outcome="upheld", contact="")
    before = done.messages.count()
    assert send(done, handler, "supplement").status_code == 409

    assert again(done).messages.count() == before
    assert "代录" not in text_of(client_of(handler).get(page_of(done)))


def test_an_appeal_by_letter_counts_from_the_day_on_which_it_arrived(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = answered_days_ago(make_account(), handler, 5)
    assert "代录复核申请" in text_of(client_of(handler).get(page_of(complaint)))

    assert send(complaint, handler, "appeal", arrived_on=day(2)).status_code == 302

    appeal = ComplaintAppeal.objects.get()
    end_of_day = datetime.combine(
        timezone.localdate() - timedelta(days=2),
        time(23, 59, 59),
        tzinfo=timezone.get_current_timezone(),
    )
    assert appeal.filed_at == appeal.decision_clock.started_at == end_of_day
    message = complaint.messages.latest("pk")
    assert (message.kind, message.person) == ("appeal", handler.person)
    # Whoever wrote it down has not heard it for that, nor does anybody before they take it.
    assert appeal.handler is None
    assert "代录" not in text_of(client_of(handler).get(page_of(complaint)))


@pytest.mark.parametrize(
    "given",
    [
        {"arrived_on": day(9)},
        {"arrived_on": day(-1)},
        {"arrived_on": ""},
        {"arrived_on": day(2), "words": " "},
        {"arrived_on": day(2), "reason": f"回电 {complaints.MOBILE} 后记录"},
    ],
    ids=["before the answer", "tomorrow", "no day", "nothing said", "a contact in the reason"],
)
def test_what_cannot_be_written_down_leaves_nothing(
    make_account: Account, handler: StaffUser, given: dict[str, str]
) -> None:
    complaint = answered_days_ago(make_account(), handler, 5)
    kept = [each.objects.count() for each in (ComplaintMessage, Clock, WorkItem)]

    answer = send(complaint, handler, "appeal", **given)

    assert answer.status_code in (400, 409)
    assert not ComplaintAppeal.objects.exists()
    assert [each.objects.count() for each in (ComplaintMessage, Clock, WorkItem)] == kept
    assert refusals() == [("enforcement.complaint.appeal", handler.person_id)]
    assert found_in_database(complaints.MOBILE) == []


def test_only_handlers_write_down(
    make_account: Account, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    complaint = complaints.accepted(make_account(), handler)

    answer = send(complaint, staff_user("moderator"), "supplement")

    assert answer.status_code == 403
    assert complaint.messages.count() == 1
