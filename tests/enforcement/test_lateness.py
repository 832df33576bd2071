"""What is overdue of complaints and appeals: on the desk, and as a filter of the lists."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.clocks.alarms import raise_alarms
from compliance.models import StaffUser
from compliance.staff import system_actor
from enforcement.models import Appeal, Complaint, Decision
from enforcement.pages.lateness import missed, overdue
from enforcement.services.complaints import review
from reports.demo.clock import clock_at
from tests.enforcement import appeals, complaints
from tests.enforcement.complaints import again, fence_of, grounds
from tests.enforcement.console import client_of

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("complaint_handler")


def long_ago() -> datetime:
    return timezone.now() - timedelta(days=40)


@pytest.fixture
def late(make_account: Account) -> Complaint:
    """A complaint that nobody has taken up since forty days."""
    with clock_at(long_ago()):
        return complaints.handed_in(make_account()).complaint


@pytest.fixture
def done_late(make_account: Account, handler: StaffUser) -> Complaint:
    """A complaint that was accepted too late, and then answered."""
    with clock_at(long_ago()):
        complaint = complaints.handed_in(make_account(), kind="harmful").complaint
    held = {"complaint": again(complaint), **grounds(handler)}
    review.accept_complaint(fence=fence_of(complaint, handler), **held)
    complaint = again(complaint)
    review.decide_complaint(
        complaint=complaint,
        outcome="upheld",
        told=complaints.TOLD,
        fence=fence_of(complaint, handler),
        **grounds(handler),
    )
    complaint = again(complaint)
    review.feed_back_complaint(
        complaint=complaint, fence=fence_of(complaint, handler), **grounds(handler)
    )
    return again(complaint)


def test_overdue_is_what_is_late_now_and_missed_what_ever_was(
    late: Complaint, done_late: Complaint, make_account: Account
) -> None:
    complaints.handed_in(make_account(), kind="paid")

    assert set(overdue(Complaint.objects.all())) == {late}
    # The alarm need not have rung for it.
    assert set(missed(Complaint.objects.all())) == {late, done_late}
    raise_alarms(now=timezone.now(), actor=system_actor())
    assert set(missed(Complaint.objects.all())) == {late, done_late}


def test_the_desk_shows_what_is_overdue_and_leads_to_the_list_of_it(
    late: Complaint, done_late: Complaint, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    for role in ("complaint_handler", "supervisor", "compliance_officer"):
        client = client_of(staff_user(role))

        desk = client.get("/").content.decode()

        assert late.number in desk
        address = "/enforcement/complaint/?deadline="
        assert f'href="{address}overdue"' in desk
        assert f'href="{address}missed"' in desk
        listed = client.get(f"{address}overdue").content.decode()
        assert late.number in listed
        assert done_late.number not in listed
        assert done_late.number in client.get(f"{address}missed").content.decode()


def test_moderators_see_nothing_of_complaints_on_their_desk(
    late: Complaint, staff_user: Callable[..., StaffUser]
) -> None:
    desk = client_of(staff_user("moderator")).get("/").content.decode()

    assert late.number not in desk
    assert "enforcement/complaint/?deadline" not in desk


def test_complaints_about_us_are_on_the_desk_of_compliance_officers_alone(
    staff_user: Callable[..., StaffUser], handler: StaffUser
) -> None:
    with clock_at(long_ago()):
        ours = complaints.handed_in(None, kind="platform").complaint

    assert ours.number in client_of(staff_user("compliance_officer")).get("/").content.decode()
    assert ours.number not in client_of(handler).get("/").content.decode()


def test_appeals_that_are_late_are_shown_too(
    decide: Callable[..., Decision], handler: StaffUser
) -> None:
    with clock_at(timezone.now() - timedelta(days=20)):
        appeal = appeals.filed(decide())
    client = client_of(handler)

    assert set(overdue(Appeal.objects.all())) == {appeal}
    assert appeal.number in client.get("/").content.decode()
    assert appeal.number in client.get("/enforcement/appeal/?deadline=overdue").content.decode()
    appeals.accept(appeal, handler)
    assert not overdue(Appeal.objects.all()).exists()
    assert set(missed(Appeal.objects.all())) == {appeal}


def test_the_cards_ask_as_much_however_much_is_late(
    late: Complaint, make_account: Account, handler: StaffUser
) -> None:
    client = client_of(handler)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    with clock_at(long_ago()):
        for number in range(5):
            complaints.handed_in(make_account(), kind="paid", words=f"第{number}件")

    with CaptureQueriesContext(connection) as many:
        client.get("/")

    assert len(many) == len(few)
