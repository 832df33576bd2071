"""What complainants say by letter or telephone, written down on the page of their complaint."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.evidence.uploads import END_FIELD
from compliance.models import Clock, StaffUser, WorkItem
from enforcement.models import Complaint, ComplaintAppeal, ComplaintMessage
from enforcement.services.complaints.sealing import words_of
from reports.demo.clock import clock_at
from tests.compliance.evidence_files import picture
from tests.enforcement import complaints
from tests.enforcement.complaints import again
from tests.enforcement.console import client_of, refusals
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


def written_page_of(complaint: Complaint) -> str:
    return reverse("admin:write_down_for_complainant", args=[complaint.pk])


def send(complaint: Complaint, handler: StaffUser, act: str, **given: Any) -> Any:
    """Send what the form sends."""
    posted = {"act": act, "words": SAID, "reason": "投诉人来电，按其所述记录", END_FIELD: "1"}
    return client_of(handler).post(written_page_of(complaint), {**posted, **given})


def offered(complaint: Complaint, handler: StaffUser) -> str:
    """Return the heading of the page to which the complaint's own page leads, or nothing."""
    client = client_of(handler)
    if written_page_of(complaint) not in client.get(page_of(complaint)).text:
        assert client.get(written_page_of(complaint)).status_code == 404
        return ""
    answer = client.get(written_page_of(complaint))
    assert answer.status_code == 200
    return str(answer.context["title"])


def answered_days_ago(account: PublicAccount, handler: StaffUser, days: int) -> Complaint:
    with clock_at(timezone.now() - timedelta(days=days)):
        return complaints.answered(account, handler, outcome="not_upheld")


def day(ago: int) -> str:
    return (timezone.localdate() - timedelta(days=ago)).isoformat()


def test_an_answer_by_telephone_lets_the_complaint_go_on(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = complaints.asked(make_account(), handler)
    assert offered(complaint, handler) == "代录答复"

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
    assert offered(complaint, handler) == "代录补充材料"
    assert send(complaint, handler, "supplement").status_code == 302
    assert again(complaint).messages.latest("pk").kind == "supplement"

    done = complaints.answered(make_account(), handler, outcome="upheld", contact="")
    before = done.messages.count()
    assert send(done, handler, "supplement").status_code == 409

    assert again(done).messages.count() == before
    assert offered(done, handler) == ""


def test_papers_that_came_along_are_files_of_the_complaint(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = complaints.accepted(make_account(), handler)
    letter = SimpleUploadedFile("来信.jpg", picture(), content_type="image/jpeg")

    assert send(complaint, handler, "supplement", words="", files=letter).status_code == 302

    assert complaint.files.get().file.kind == "jpeg"
    assert complaint.messages.count() == 1


def test_what_is_said_in_an_appeal_is_written_down_and_that_it_is_withdrawn(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = answered_days_ago(make_account(), handler, 5)
    send(complaint, handler, "appeal_file", arrived_on=day(2))

    assert send(complaint, handler, "appeal_add").status_code == 302
    said = [each.kind for each in complaint.messages.order_by("pk")]
    assert said[-2:] == ["appeal", "supplement"]
    withdrawn = {
        "action": "appeal_withdraw",
        "reason": "投诉人来电撤回",
        "version": complaint.version,
    }
    assert client_of(handler).post(page_of(complaint), withdrawn).status_code == 302

    assert ComplaintAppeal.objects.get().status == "withdrawn"
    assert offered(complaint, handler) == ""
    assert send(complaint, handler, "appeal_add").status_code == 409
    assert complaint.messages.count() == len(said)


@pytest.mark.parametrize("act", ["withdraw", "appeal_withdraw"])
def test_no_reason_for_a_withdrawal_names_the_contact(
    make_account: Account, handler: StaffUser, act: str
) -> None:
    if act == "withdraw":
        complaint = complaints.accepted(make_account(), handler)
    else:
        complaint = answered_days_ago(make_account(), handler, 5)
        send(complaint, handler, "appeal_file", arrived_on=day(2))
    before = again(complaint).version

    answer = client_of(handler).post(
        page_of(complaint),
        {"action": act, "reason": f"{complaints.MOBILE} 来电撤回", "version": before},
    )

    assert answer.status_code in (400, 409)
    assert again(complaint).version == before
    assert not ComplaintAppeal.objects.filter(status="withdrawn").exists()
    assert found_in_database(complaints.MOBILE) == []


def test_an_appeal_by_letter_counts_from_the_day_on_which_it_arrived(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = answered_days_ago(make_account(), handler, 5)
    assert offered(complaint, handler) == "代录复核申请"

    assert send(complaint, handler, "appeal_file", arrived_on=day(2)).status_code == 302

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
    assert offered(complaint, handler) == "代录补充材料"


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

    answer = send(complaint, handler, "appeal_file", **given)

    assert answer.status_code in (400, 409)
    assert not ComplaintAppeal.objects.exists()
    assert [each.objects.count() for each in (ComplaintMessage, Clock, WorkItem)] == kept
    assert refusals() == [("enforcement.complaint.appeal_file", handler.person_id)]
    assert found_in_database(complaints.MOBILE) == []


def test_only_handlers_write_down(
    make_account: Account, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    complaint = complaints.accepted(make_account(), handler)

    answer = send(complaint, staff_user("moderator"), "supplement")

    assert answer.status_code == 403
    assert complaint.messages.count() == 1
