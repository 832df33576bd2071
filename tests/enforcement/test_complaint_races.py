"""At one moment, by two processes: what is done to one complaint is done once, in one way."""

from collections.abc import Callable

import pytest

from accounts.models import PublicAccount
from compliance.errors import ActionRefused
from compliance.models import StaffUser, WorkItem
from enforcement.models import Complaint, ComplaintBatch, ComplaintMessage
from enforcement.services.complaints import review, together, tracking
from tests.enforcement import complaints, infringements
from tests.enforcement.complaints import again, draft_of, fence_of, grounds
from tests.enforcement.infringements import fresh
from tests.processes import said_at_once

pytestmark = pytest.mark.django_db(transaction=True)
Account = Callable[..., PublicAccount]


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """A complaint handler."""
    return staff_user("complaint_handler")


def said(act: Callable[[], object]) -> str:
    """Return whether an act was done or refused."""
    try:
        act()
    except ActionRefused:
        return "refused"
    return "done"


def decide(complaint: Complaint, handler: StaffUser, outcome: str = "upheld") -> str:
    """Decide a complaint that somebody takes at this moment."""
    return said(
        lambda: review.decide_complaint(
            complaint=again(complaint),
            outcome=outcome,
            told=complaints.TOLD,
            fence=fence_of(complaint, handler),
            **grounds(handler),
        )
    )


def test_the_form_sent_twice_at_once_is_one_complaint(make_account: Account) -> None:
    account = make_account()

    outcomes = said_at_once(
        lambda: said(lambda: complaints.handed_in(account)),
        lambda: said(lambda: complaints.handed_in(account)),
    )

    assert sorted(outcomes) == ["done", "refused"]
    assert Complaint.objects.count() == 1


def test_two_handlers_at_once_decide_it_once(
    make_account: Account, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    complaint = complaints.accepted(make_account(), handler)
    other = staff_user("complaint_handler")

    outcomes = said_at_once(
        lambda: decide(complaint, handler), lambda: decide(complaint, other, "not_upheld")
    )

    assert sorted(outcomes) == ["done", "refused"]
    assert again(complaint).status == "decided"
    assert WorkItem.objects.open().count() == 1


def test_withdrawn_and_decided_at_once_it_ends_one_way(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    complaint = complaints.accepted(make_account(), handler)

    outcomes = said_at_once(
        lambda: decide(complaint, handler),
        lambda: said(
            lambda: tracking.withdraw_complaint(complaint=again(complaint), **grounds(system))
        ),
    )

    assert sorted(outcomes) == ["done", "refused"]
    found = again(complaint)
    assert found.status in ("decided", "withdrawn")
    assert bool(found.outcome) == (found.status == "decided")
    assert WorkItem.objects.open().exists() == (found.status == "decided")


def test_two_answers_at_once_take_it_up_once(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    complaint = complaints.asked(make_account(), handler)

    def add(words: str) -> str:
        return said(
            lambda: tracking.supplement_complaint(
                complaint=again(complaint), words=words, **grounds(system)
            )
        )

    assert said_at_once(lambda: add("链接一"), lambda: add("链接二")) == ["done", "done"]

    assert again(complaint).status == "investigating"
    kinds = ComplaintMessage.objects.filter(complaint=complaint).values_list("kind", flat=True)
    assert sorted(kinds) == ["answer", "complaint", "question", "supplement"]
    assert WorkItem.objects.open().count() == 1


def test_answered_with_others_and_alone_at_once_it_is_answered_once(
    make_account: Account, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    account, other = make_account(), staff_user("complaint_handler")
    found = [
        complaints.handed_in(account, contact=f"w{each}@example.org").complaint for each in (1, 2)
    ]
    draft = draft_of([again(each) for each in found])
    digest = together.preview_batch(draft=draft, actor=handler).digest

    outcomes = said_at_once(
        lambda: said(
            lambda: together.answer_together(draft=draft, digest=digest, **grounds(handler))
        ),
        lambda: said(
            lambda: review.accept_complaint(
                complaint=again(found[1]), fence=fence_of(found[1], other), **grounds(other)
            )
        ),
    )

    assert sorted(outcomes) == ["done", "refused"]
    states = {again(each).status for each in found}
    assert states == (
        {"decided"} if ComplaintBatch.objects.exists() else {"acknowledged", "investigating"}
    )


def test_disputed_and_withdrawn_at_once_it_ends_one_way(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    complaint = infringements.passed_on(make_account(), handler)

    outcomes = said_at_once(
        lambda: said(lambda: infringements.dispute(complaint)),
        lambda: said(
            lambda: tracking.withdraw_complaint(complaint=again(complaint), **grounds(system))
        ),
    )

    # Whoever disputes first is still told that the notice is no longer pursued.
    assert outcomes[1] == "done"
    assert fresh(complaint).status == "dropped"
    assert again(complaint).status == "withdrawn"
