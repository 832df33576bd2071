"""Complaints answered together: what is shown is what is done, and undone to the very date."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, TransitionRefused
from compliance.models import ClockState, Notice, StaffUser, WorkItem
from enforcement.models import Case, Complaint, ComplaintBatch
from enforcement.services import cases
from enforcement.services.complaints import answers, joining, review, together, tracking
from reports.demo.clock import clock_at
from tests.enforcement import complaints, infringements
from tests.enforcement.complaint_appeals import filed
from tests.enforcement.complaints import again, draft_of, fence_of, grounds
from tests.enforcement.console import client_of, text_of

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]
RESULT = "enforcement.complaint_result"


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """A complaint handler."""
    return staff_user("complaint_handler")


def three(account: PublicAccount, handler: StaffUser) -> list[Complaint]:
    """Return complaints of three people about the same, one of them looked into already."""
    mails = [f"witness{number}@example.org" for number in range(3)]
    found = [complaints.handed_in(account, contact=mail).complaint for mail in mails[:2]]
    found.append(complaints.accepted(account, handler, contact=mails[2]))
    work.release_item(
        work_item=again(found[2]).work_item,
        fence=fence_of(found[2], handler),
        **grounds(handler),
    )
    return [again(each) for each in found]


def answer(draft: together.BatchDraft, handler: StaffUser) -> ComplaintBatch:
    """Confirm what the preview shows."""
    preview = together.preview_batch(draft=draft, actor=handler)
    return together.answer_together(draft=draft, digest=preview.digest, **grounds(handler))


def test_each_has_its_own_history_clock_and_answer_once_the_hold_is_over(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    found = three(make_account(), handler)

    batch = answer(draft_of(found), handler)

    for each in map(again, found):
        assert (each.status, each.told, each.decided_by) == (
            "decided",
            complaints.TOLD,
            handler.person,
        )
        assert each.decision_clock.state == ClockState.STOPPED
        assert not Notice.objects.about(each).filter(purpose=RESULT).exists()
    assert not WorkItem.objects.open().exists()
    assert together.tell_batches(now=timezone.now(), actor=system) == 0
    with clock_at(batch.held_until + timedelta(seconds=1)):
        assert together.tell_batches(now=timezone.now(), actor=system) == 3
        assert together.tell_batches(now=timezone.now(), actor=system) == 0
    for each in map(again, found):
        assert each.status == "fed_back"
        assert Notice.objects.about(each).filter(purpose=RESULT).count() == 1


def test_whoever_was_told_with_others_may_appeal_as_everybody_may(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    first, *others = three(make_account(), handler)
    batch = answer(draft_of([first, *others], outcome="not_upheld"), handler)

    with clock_at(batch.held_until + timedelta(seconds=1)):
        together.tell_batches(now=timezone.now(), actor=system)
        appeal = filed(first)

    assert appeal.contested == "not_upheld"
    for each in map(again, others):
        assert each.appeal_clock is not None
        assert each.appeal_clock.state == ClockState.RUNNING


def test_undone_each_is_as_it_was_and_due_when_it_was(
    make_account: Account, handler: StaffUser
) -> None:
    found = three(make_account(), handler)
    before = [(each.status, each.work_item.due_at, each.decision_clock.due_at) for each in found]
    batch = answer(draft_of(found), handler)

    together.undo_batch(batch=batch, **grounds(handler))

    after = [again(each) for each in found]
    assert [
        (each.status, each.work_item.due_at, each.decision_clock.due_at) for each in after
    ] == before
    for each in after:
        assert (each.outcome, each.told, each.decided_by, each.feedback_clock) == (
            "",
            "",
            None,
            None,
        )
        assert each.work_item.clock.state == ClockState.RUNNING
    assert WorkItem.objects.open().count() == 3
    with pytest.raises(TransitionRefused):
        together.undo_batch(batch=batch, **grounds(handler))
    assert answer(draft_of(after), handler).items.count() == 3


def test_after_the_hold_nothing_is_undone(make_account: Account, handler: StaffUser) -> None:
    found = three(make_account(), handler)
    batch = answer(draft_of(found), handler)

    with clock_at(batch.held_until), pytest.raises(ActionRefused):
        together.undo_batch(batch=batch, **grounds(handler))

    assert again(found[0]).status == "decided"


def test_what_cannot_be_answered_is_left_out_and_says_why(
    make_account: Account, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    account, other = make_account(), staff_user("complaint_handler")
    lead = complaints.handed_in(account).complaint
    held = complaints.handed_in(account, contact="").complaint
    work.claim_item(work_item=again(held).work_item, actor=other)
    kind = complaints.handed_in(account, kind="harmful").complaint
    waiting = complaints.asked(account, handler, contact=complaints.EMAIL)
    done = complaints.decided(account, handler, contact="third@example.org")
    notice = infringements.given(account)
    everything = [lead, held, kind, waiting, done, notice]

    preview = together.preview_batch(draft=draft_of(everything), actor=handler)

    assert [each.complaint.pk for each in preview.answered] == [lead.pk]
    why = {each.complaint.pk: each.why_not for each in preview.left_out}
    assert set(why) == {each.pk for each in everything[1:]}
    assert other.person.name in why[held.pk]
    assert len(set(why.values())) == 5


def test_what_changed_since_the_preview_is_not_done(
    make_account: Account, handler: StaffUser, system: StaffUser
) -> None:
    found = three(make_account(), handler)
    draft = draft_of(found)
    preview = together.preview_batch(draft=draft, actor=handler)
    complaints_before = [each.version for each in map(again, found)]
    tracking.supplement_complaint(complaint=again(found[1]), words="补充一点", **grounds(system))

    with pytest.raises(ActionRefused):
        together.answer_together(draft=draft, digest=preview.digest, **grounds(handler))

    assert not ComplaintBatch.objects.exists()
    assert [each.version for each in map(again, found)] == [
        complaints_before[0],
        complaints_before[1] + 1,
        complaints_before[2],
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "perhaps"},
        {"told": " "},
        {"told": "经核查 {{found}}"},
        {"told": "请致电 witness1@example.org"},
        {"is_abusive": True},
        {"numbers": frozenset()},
    ],
)
def test_what_cannot_be_told_leaves_nothing_behind(
    make_account: Account, handler: StaffUser, changes: dict[str, Any]
) -> None:
    found = three(make_account(), handler)

    with pytest.raises(InvalidInput):
        answer(draft_of(found, **changes), handler)

    assert not ComplaintBatch.objects.exists()
    assert again(found[0]).status == "acknowledged"


def test_only_handlers_answer(
    make_account: Account, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    found = three(make_account(), handler)

    with pytest.raises(NotPermitted):
        together.preview_batch(draft=draft_of(found), actor=staff_user("moderator"))


def test_complaints_of_one_decided_case_are_answered_whatever_their_kind(
    make_account: Account, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    account = make_account()
    found = [
        complaints.accepted(account, handler),
        complaints.accepted(account, handler, kind="harmful"),
    ]
    for each in found:
        joining.forward_complaint(
            complaint=each,
            summary=complaints.SUMMARY,
            fence=fence_of(each, handler),
            **grounds(handler),
        )
    found = [again(each) for each in found]
    preview = together.preview_batch(draft=draft_of(found), actor=handler)
    assert len(preview.left_out) == 1
    case = Case.objects.get()
    cases.close_case(case=case, **grounds(staff_user("supervisor"), "经核查不构成违规，结案"))

    batch = answer(draft_of([again(each) for each in found], outcome="not_upheld"), handler)

    assert batch.items.count() == 2


def test_by_the_pages(make_account: Account, handler: StaffUser) -> None:
    found = three(make_account(), handler)
    page = reverse("admin:answer_together", args=[found[0].pk])
    console = client_of(handler)
    assert all(each.number in text_of(console.get(page)) for each in found)
    sent = {
        "chosen": [each.pk for each in found],
        "outcome": "not_upheld",
        "told": "经核查，现有材料不能证明",
        "action": "preview",
    }
    shown = console.post(page, sent)
    for planted in (complaints.WORDS, "witness1@example.org"):
        assert planted not in text_of(shown)

    done = console.post(
        page,
        {
            **sent,
            "action": "confirm",
            "preview": shown.context["preview"].digest,
            "reason": "同一事项，合并办结",
        },
    )

    batch = ComplaintBatch.objects.get()
    assert done.headers["Location"] == reverse("admin:complaint_batch", args=[batch.pk])
    record = reverse("admin:complaint_batch", args=[batch.pk])
    assert all(each.number in text_of(console.get(record)) for each in found)
    console.post(record, {"action": "undo", "version": batch.version, "reason": "结论有误，撤回"})
    assert again(found[0]).status == "acknowledged"


class TestAnswers:
    def test_are_filled_in_and_leave_open_what_only_the_handler_knows(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = complaints.accepted(make_account(), handler)

        found = answers.answers_for(complaint, answers.DECIDE)

        assert len(found) == 5
        assert complaint.account is not None
        assert complaint.account.name in found[0].text
        assert "{{found}}" in found[0].text
        assert found[0].is_open

    def test_are_in_the_language_of_the_complainant(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = complaints.accepted(make_account(), handler, language="en")

        assert "We looked into" in answers.answers_for(complaint, answers.DECIDE)[0].text

    @pytest.mark.parametrize("told", ["属实：{{found}}", "属实 {{ found }}", "属实 }}"])
    def test_an_open_one_is_not_sent(
        self, make_account: Account, handler: StaffUser, told: str
    ) -> None:
        complaint = complaints.accepted(make_account(), handler)

        with pytest.raises(InvalidInput):
            review.decide_complaint(
                complaint=complaint,
                outcome="upheld",
                told=told,
                fence=fence_of(complaint, handler),
                **grounds(handler),
            )

        assert again(complaint).status == "investigating"

    def test_stand_on_the_page_of_the_handler(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = complaints.accepted(make_account(), handler)
        fence_of(complaint, handler)

        shown = text_of(
            client_of(handler).get(reverse("admin:review_complaint", args=[complaint.work_item_id]))
        )

        assert "{{found}}" in shown
