"""Complaints of somebody's identity: joined to the claim that disputes it, decided after it, told of it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import ApplicationSource
from accounts.models import PublicAccount, Repudiation
from accounts.services.registration import register_account
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.models import StaffUser
from enforcement.models import Complaint
from enforcement.services.complaints import answers, identities, joining, review
from tests.accounts.fixtures import application_data
from tests.accounts.test_repudiations.conftest import claim, identity_of, uphold
from tests.enforcement import complaints
from tests.enforcement.complaints import again, fence_of, grounds
from tests.enforcement.console import client_of, text_of

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """A complaint handler."""
    return staff_user("complaint_handler")


@pytest.fixture
def claimed(system: StaffUser, handler: StaffUser) -> tuple[Complaint, Repudiation]:
    """A complaint about an account, and the claim of the victim, who is found by their number."""
    account = register_account(
        data=application_data(), source=ApplicationSource.API, **grounds(system)
    ).application.account
    complaint = complaints.accepted(account, handler, kind="false_identity")
    assert claim(Client(), **identity_of(account)).status_code == 302
    return complaint, Repudiation.objects.get()


def join(complaint: Complaint, handler: StaffUser, number: str) -> None:
    """Join a complaint to the claim of a number."""
    identities.link_repudiation(
        complaint=again(complaint),
        claim=number,
        fence=fence_of(complaint, handler),
        **grounds(handler),
    )


def decide(complaint: Complaint, handler: StaffUser) -> None:
    """Decide a complaint."""
    review.decide_complaint(
        complaint=again(complaint),
        outcome="upheld",
        told=complaints.TOLD,
        fence=fence_of(complaint, handler),
        **grounds(handler),
    )


def test_it_waits_for_the_claim_and_is_told_what_came_of_it(
    claimed: tuple[Complaint, Repudiation],
    handler: StaffUser,
    staff_user: Callable[..., StaffUser],
) -> None:
    complaint, repudiation = claimed
    page = reverse("admin:review_rights_complaint", args=[complaint.work_item_id])
    console = client_of(handler)

    console.post(
        page,
        {
            "action": "link_repudiation",
            "claim": repudiation.reference,
            "fence": fence_of(complaint, handler),
            "version": complaint.version,
            "reason": "被冒用人已提出申请",
        },
    )

    assert again(complaint).repudiation == repudiation
    assert repudiation.reference in text_of(console.get(page))
    with pytest.raises(ActionRefused):
        decide(complaint, handler)
    assert again(complaint).status == "investigating"
    uphold(repudiation, staff_user("moderator"), staff_user("supervisor"))
    found = answers.answers_for(again(complaint), answers.DECIDE)
    assert not found[-1].is_open
    decide(complaint, handler)
    assert again(complaint).status == "decided"


@pytest.mark.parametrize("number", ["", "12", "MM99999999", "AJ00000001"])
def test_what_is_no_claim_is_not_joined(
    claimed: tuple[Complaint, Repudiation], handler: StaffUser, number: str
) -> None:
    with pytest.raises(InvalidInput):
        join(claimed[0], handler, number)

    assert again(claimed[0]).repudiation is None


def test_the_claim_about_another_account_is_not_joined(
    claimed: tuple[Complaint, Repudiation], make_account: Account, handler: StaffUser
) -> None:
    other = complaints.accepted(make_account(), handler, kind="impersonation", contact="")

    with pytest.raises(ActionRefused):
        join(other, handler, claimed[1].reference)

    assert again(other).repudiation is None


def test_a_complaint_of_something_else_is_not_joined(
    claimed: tuple[Complaint, Repudiation], handler: StaffUser
) -> None:
    other = complaints.accepted(claimed[0].account, handler)

    with pytest.raises(ActionRefused):
        join(other, handler, claimed[1].reference)


def test_it_is_joined_once_and_only_while_it_is_looked_into(
    claimed: tuple[Complaint, Repudiation], handler: StaffUser
) -> None:
    complaint, repudiation = claimed
    join(complaint, handler, repudiation.reference)

    with pytest.raises(ActionRefused):
        join(complaint, handler, repudiation.reference)
    fresh = complaints.handed_in(complaint.account, kind="impersonation").complaint
    with pytest.raises(TransitionRefused):
        join(fresh, handler, repudiation.reference)


def test_forced_following_becomes_a_case_and_is_answered_by_a_text_of_its_own(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = complaints.accepted(make_account(), handler, kind="forced_follow")
    shown = text_of(
        client_of(handler).get(reverse("admin:review_complaint", args=[complaint.work_item_id]))
    )
    assert "V10.2" in shown

    case = joining.forward_complaint(
        complaint=complaint,
        summary="投诉称不关注不能领取资料，请核查",
        fence=fence_of(complaint, handler),
        **grounds(handler),
    )

    assert again(complaint).case == case
    labels = [each.text for each in answers.answers_for(again(complaint), answers.DECIDE)]
    assert any("未经知情同意" in each for each in labels)
