"""Complaints through their states: received, accepted or not, asked, decided, answered, closed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.clocks import extensions
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, StaleLease, StaleVersion
from compliance.models import ClockState, Notice, StaffUser, WorkItem
from enforcement.models import Complaint, ComplaintCode, ComplaintMessage
from enforcement.services.complaints import (
    promising,
    review,
    submission,
    sweeping,
    tracking,
    transferring,
)
from reports.demo.clock import clock_at
from tests.enforcement import complaints
from tests.enforcement.complaints import again, fence_of, grounds
from tests.enforcement.console import client_of, refusals, text_of

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """A complaint handler."""
    return staff_user("complaint_handler")


def told(complaint: Complaint) -> list[tuple[str, list[str]]]:
    """Return what a complainant was told, and by which channels."""
    return [
        (
            each.purpose.removeprefix("enforcement.complaint_"),
            [d.channel for d in each.deliveries.all()],
        )
        for each in Notice.objects.about(complaint)
    ]


def test_what_the_public_form_sends_is_acknowledged_and_waits_by_its_limit(
    make_account: Account,
) -> None:
    receipt = complaints.handed_in(make_account())

    complaint = again(receipt.complaint)
    assert complaint.status == "acknowledged"
    assert complaint.acknowledgement_clock.state == ClockState.STOPPED
    assert complaint.work_item.due_at == complaint.acceptance_clock.due_at
    assert complaint.work_item.queue == "complaints"
    assert told(complaint) == [("received", ["sms"])]
    assert ComplaintCode.objects.get().complaint == complaint
    assert tracking.find_complaint(receipt.code) == complaint


def test_the_complainant_is_promised_the_very_dates_by_which_colleagues_work(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = complaints.accepted(make_account(), handler)

    days = {each.step: each.day for each in promising.promises(complaint)}
    assert days["complaint_decision"] == f"{last_day(complaint.work_item.due_at):%Y-%m-%d}"
    assert complaint.status == "investigating"
    assert complaint.work_item.clock == complaint.decision_clock


def test_what_cannot_wait_has_hours(make_account: Account) -> None:
    complaint = again(complaints.handed_in(make_account(), kind="doxxing").complaint)

    assert complaint.work_item.queue == "complaints_urgent"
    assert complaint.acceptance_clock.due_at - complaint.received_at == timedelta(hours=2)
    assert complaint.decision_clock.due_at - complaint.received_at == timedelta(hours=24)


def test_a_letter_is_acknowledged_when_the_code_is_handed_over(
    make_account: Account, handler: StaffUser
) -> None:
    receipt = complaints.handed_in(
        make_account(), source="letter", source_ref="来信2026-3", actor=handler
    )
    complaint = again(receipt.complaint)
    assert (complaint.status, told(complaint)) == ("submitted", [])

    submission.acknowledge_complaint(complaint=complaint, **grounds(handler))

    assert (complaint.status, told(complaint)) == ("acknowledged", [("received", ["sms"])])


def test_whoever_leaves_nothing_is_told_on_the_tracking_page_alone(make_account: Account) -> None:
    complaint = complaints.handed_in(make_account(), contact="").complaint

    assert told(complaint) == [("received", [])]


def test_not_accepted_says_why_and_ends(make_account: Account, handler: StaffUser) -> None:
    complaint = complaints.handed_in(make_account(), contact=complaints.EMAIL).complaint

    review.refuse_complaint(
        complaint=complaint,
        refusal="too_vague",
        told="请写明文章链接后重新提交",
        fence=fence_of(complaint, handler),
        **grounds(handler),
    )

    complaint = again(complaint)
    assert (complaint.status, complaint.refusal) == ("not_accepted", "too_vague")
    assert told(complaint) == [("received", ["email"]), ("not_accepted", ["email"])]
    assert not WorkItem.objects.open().exists()
    assert complaint.decision_clock.state == ClockState.STOPPED


def test_a_question_stops_the_time_and_the_answer_lets_it_run(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    complaint = complaints.asked(make_account(), handler)
    assert (complaint.status, complaint.decision_clock.state) == ("waiting_material", "paused")
    assert not WorkItem.objects.open().exists()

    tracking.supplement_complaint(complaint=complaint, words="链接在此", **grounds(system))

    complaint = again(complaint)
    assert (complaint.status, complaint.decision_clock.state) == ("investigating", "running")
    assert complaint.work_item.closed_at is None
    assert complaint.material_clock is not None
    assert complaint.material_clock.state == ClockState.STOPPED


def test_without_an_answer_it_is_over_and_the_answer_takes_it_up_again(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    complaint = complaints.asked(make_account(), handler)
    assert sweeping.sweep_complaints(now=timezone.now(), actor=system).lapsed == 0
    clock = complaint.material_clock
    assert clock is not None
    with clock_at(clock.due_at + timedelta(minutes=1)):
        assert sweeping.sweep_complaints(now=timezone.now(), actor=system).lapsed == 1
        complaint = again(complaint)
        assert (complaint.status, complaint.is_lapsed) == ("withdrawn", True)

        tracking.supplement_complaint(complaint=complaint, words="链接在此", **grounds(system))

        complaint = again(complaint)
        assert (complaint.status, complaint.is_lapsed) == ("investigating", False)
        assert complaint.decision_clock.state == ClockState.RUNNING
        assert complaint.work_item.due_at == complaint.decision_clock.due_at


def test_what_its_complainant_withdrew_stays_withdrawn(
    make_account: Account, system: StaffUser
) -> None:
    complaint = complaints.handed_in(make_account()).complaint
    tracking.withdraw_complaint(complaint=complaint, **grounds(system))

    with pytest.raises(ActionRefused):
        tracking.supplement_complaint(complaint=again(complaint), words="再说", **grounds(system))

    assert ComplaintMessage.objects.count() == 1
    assert not WorkItem.objects.open().exists()


def test_decided_is_told_within_its_own_limit_and_closed_once_the_answer_arrived(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    complaint = complaints.decided(make_account(), handler)
    assert complaint.work_item.clock == complaint.feedback_clock
    assert complaint.decision_clock.state == ClockState.STOPPED

    review.feed_back_complaint(
        complaint=complaint, fence=fence_of(complaint, handler), **grounds(handler)
    )

    complaint = again(complaint)
    assert complaint.status == "fed_back"
    assert told(complaint)[-1] == ("result", ["sms"])
    # The answer is still on its way.
    assert sweeping.sweep_complaints(now=timezone.now(), actor=system).closed == 0
    with pytest.raises(ActionRefused):
        sweeping.close_complaint(complaint=complaint, **grounds(handler))


def test_an_answer_that_only_the_page_shows_is_closed_at_once(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    complaint = complaints.answered(make_account(), handler, contact="")

    assert sweeping.sweep_complaints(now=timezone.now(), actor=system).closed == 1

    assert again(complaint).status == "closed"


def test_more_time_is_approved_by_somebody_else_and_told(
    make_account: Account, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    complaint = complaints.accepted(make_account(), handler)
    before = complaint.decision_clock.due_at
    asked = extensions.ask_extension(
        clock=complaint.decision_clock, **grounds(handler, "涉及多个账号，需要逐一核查")
    )
    with pytest.raises(ActionRefused):
        extensions.approve_extension(extension=asked, **grounds(handler))

    extensions.approve_extension(extension=asked, **grounds(staff_user("supervisor")))

    complaint = again(complaint)
    assert complaint.work_item.due_at == complaint.decision_clock.due_at > before
    assert told(complaint)[-1] == ("more_time", ["sms"])


def test_another_team_takes_it_due_when_it_was_due(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = complaints.handed_in(make_account()).complaint
    due_at = complaint.work_item.due_at

    transferring.transfer_complaint(
        complaint=complaint, team="rights", fence=fence_of(complaint, handler), **grounds(handler)
    )

    complaint = again(complaint)
    assert (complaint.work_item.queue, complaint.work_item.due_at) == ("complaints_rights", due_at)
    assert (complaint.team, complaint.status) == ("rights", "acknowledged")


def test_nobody_hands_a_complaint_to_the_queue_about_the_platform(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = complaints.handed_in(make_account()).complaint

    with pytest.raises(InvalidInput):
        transferring.transfer_complaint(
            complaint=complaint,
            team="platform",
            fence=fence_of(complaint, handler),
            **grounds(handler),
        )


def test_what_is_said_about_the_platform_is_the_compliance_officers_alone(
    handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    complaint = complaints.handed_in(None, kind="platform").complaint
    officer = staff_user("compliance_officer")
    page = reverse("admin:complaint", args=[complaint.pk])
    work_page = reverse("admin:review_platform_complaint", args=[complaint.work_item_id])
    listed = reverse("admin:enforcement_complaint_changelist")

    for other in (handler, staff_user("moderator"), staff_user("supervisor")):
        assert client_of(other).get(page).status_code == 403
        answer = client_of(other).get(listed)
        assert answer.status_code == 403 or complaint.number not in text_of(answer)
    with pytest.raises(NotPermitted):
        fence_of(complaint, handler)
    assert client_of(officer).get(page).status_code == 200
    assert client_of(officer).get(work_page).status_code == 200
    assert complaint.number in text_of(client_of(officer).get(listed))
    review.accept_complaint(
        complaint=complaint, fence=fence_of(complaint, officer), **grounds(officer)
    )
    assert again(complaint).status == "investigating"


def test_a_stale_form_and_a_lost_lease_are_refused(
    make_account: Account, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    complaint = complaints.handed_in(make_account()).complaint
    fence = fence_of(complaint, handler)
    with pytest.raises(StaleLease):
        review.accept_complaint(
            complaint=again(complaint),
            fence=fence,
            **grounds(staff_user("complaint_handler")),
        )
    with pytest.raises(StaleVersion):
        review.accept_complaint(
            complaint=again(complaint), fence=fence, expected_version=1, **grounds(handler)
        )
    assert again(complaint).status == "acknowledged"


def test_who_was_often_wrong_waits_behind_others_and_is_heard(
    make_account: Account, handler: StaffUser
) -> None:
    first = complaints.handed_in(make_account()).complaint.work_item.weight
    complaints.decided(make_account(), handler, outcome="not_upheld", is_abusive=True)

    later = complaints.handed_in(make_account()).complaint

    assert later.work_item.weight == 0 < first
    assert later.status == "acknowledged"
    assert later.decision_clock.due_at >= later.received_at + timedelta(days=7)


class Desk:
    """What a handler does in the console, through the buttons of the page."""

    def __init__(self, login: StaffUser, complaint: Complaint) -> None:
        self.client: Client = client_of(login)
        self.number = complaint.pk

    @property
    def complaint(self) -> Complaint:
        """The complaint as it is."""
        return Complaint.objects.select_related("work_item__lease").get(pk=self.number)

    @property
    def page(self) -> str:
        """Where it is handled now."""
        return reverse("admin:review_complaint", args=[self.complaint.work_item_id])

    def take(self) -> None:
        """Take it from its queue."""
        self.client.post(reverse("admin:claim_item", args=[self.complaint.work_item_id]))

    def press(self, act: str, **more: str) -> int:
        """Send what a button sends."""
        complaint = self.complaint
        return self.client.post(
            self.page,
            {
                "action": act,
                "fence": complaint.work_item.lease.fence,
                "version": complaint.version,
                "reason": complaints.REASON,
                **more,
            },
        ).status_code


def test_a_handler_goes_through_all_of_it_in_the_console(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    desk = Desk(handler, complaints.handed_in(make_account()).complaint)
    desk.take()
    shown = text_of(desk.client.get(desk.page))
    assert complaints.WORDS in shown
    assert complaints.MOBILE not in shown

    assert desk.press("accept") == 302
    assert desk.press("ask") == 302
    tracking.supplement_complaint(complaint=desk.complaint, words="链接在此", **grounds(system))
    desk.take()
    assert desk.press("forward", summary=complaints.SUMMARY) == 302
    case = desk.complaint.case
    assert case is not None
    assert (case.source, case.source_ref) == ("complaint", desk.complaint.number)
    assert desk.press("decide", outcome="upheld", reason=complaints.TOLD) == 302
    assert desk.press("feed_back") == 302

    complaint = desk.complaint
    assert (complaint.status, complaint.outcome) == ("fed_back", "upheld")
    record = desk.client.get(reverse("admin:complaint", args=[complaint.pk]))
    assert complaints.TOLD in text_of(record)


def test_the_page_refuses_words_that_hold_the_contact(
    make_account: Account, handler: StaffUser
) -> None:
    desk = Desk(handler, complaints.accepted(make_account(), handler))
    desk.take()

    for act, more in (
        ("forward", {"summary": f"请联系 {complaints.MOBILE[:3]}-{complaints.MOBILE[3:]}"}),
        ("decide", {"outcome": "upheld", "reason": f"已回电{complaints.MOBILE}"}),
        ("ask", {"reason": f"请用{complaints.MOBILE}回复"}),
    ):
        assert desk.press(act, **more) == 409, act

    assert desk.complaint.status == "investigating"
    assert desk.complaint.case is None
    assert len(refusals()) == 3
