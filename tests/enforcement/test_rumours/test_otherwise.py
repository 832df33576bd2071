"""It turned out otherwise, and what followed is undone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import PublicAccount
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson, StaleLease
from compliance.models import Side, StaffUser
from compliance.proposals import take_part
from enforcement.models import CreditEntry, Decision, Refutation, Rumour, RumourReview
from enforcement.services.rumours import reopening
from tests.enforcement.conftest import Staff
from tests.enforcement.raw_rows import refused_change, refused_copy
from tests.enforcement.rumours import P, bring_to, opened
from tests.enforcement.test_rumours.conftest import close, conclude, rows

pytestmark = pytest.mark.django_db


class TestItTurnedOutOtherwise:
    @pytest.fixture
    def closed(
        self, account: PublicAccount, staff: Staff, decide: Callable[..., Decision]
    ) -> Rumour:
        rumour = bring_to(opened(staff.moderator, account), "elimination", staff.moderator)
        conclude(rumour, account, decide(account), staff.moderator)
        close(rumour, staff.moderator)
        return rumour

    def reopen(self, rumour: Rumour, actor: StaffUser, note: str = "经复核，原消息属实") -> Any:
        return reopening.reopen_rumour(
            rumour=rumour, public_note=note, actor=actor, provision=P, reason="水务局更正通报"
        )

    def test_the_refutation_is_withdrawn_with_a_note_and_the_decision_put_before_a_supervisor(
        self, closed: Rumour, staff: Staff
    ) -> None:
        decision = closed.accounts.get().decision

        (review,) = self.reopen(closed, staff.supervisor)

        refutation = Refutation.objects.get()
        assert (refutation.status, refutation.withdrawn_note) == ("withdrawn", "经复核，原消息属实")
        fresh = Rumour.objects.get()
        assert (fresh.status, fresh.round, fresh.verdict) == ("traced", 2, "")
        assert fresh.closed_at is None
        assert fresh.work_item.clock.step == "rumour_verdict"
        assert (review.decision, review.work_item.queue) == (decision, "rumour_reviews")
        row = fresh.accounts.get()
        assert (row.conclusion, row.decision) == ("", None)

    def test_without_a_note_or_the_right_nothing_is_reopened(
        self, closed: Rumour, staff: Staff
    ) -> None:
        before = rows()

        with pytest.raises(InvalidInput):
            self.reopen(closed, staff.supervisor, note=" ")
        with pytest.raises(NotPermitted):
            self.reopen(closed, staff.moderator)

        assert rows() == before

    def test_somebody_who_took_no_part_reverses_it_and_the_points_come_back(
        self, closed: Rumour, staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        (review,) = self.reopen(closed, staff.supervisor)
        other = staff_user("supervisor")
        with pytest.raises(SamePerson):
            work.claim_item(work_item=review.work_item, actor=staff.supervisor)
        fence = work.claim_item(work_item=review.work_item, actor=other).fence
        decision = review.decision

        assert (
            refused_change(
                review,
                status="kept",
                decided_by_id=staff.supervisor.person_id,
                decided_at=timezone.now(),
                decided_reason="x1",
            )
            == "rumourreview_by_somebody_else"
        )
        reopening.reverse_for_rumour(
            review=review, fence=fence, actor=other, provision=P, reason="所依据的认定已撤销"
        )

        decision.refresh_from_db()
        assert decision.status == "reversed"
        assert CreditEntry.objects.filter(decision=decision, kind="reverse").exists()
        assert RumourReview.objects.get().status == "reversed"
        again = RumourReview.objects.get()
        assert refused_copy(again, work_item_id=closed.work_item_id) == "rumourreview_once_a_round"

    def test_the_end_waits_for_the_review_and_a_kept_decision_is_named_again(
        self, closed: Rumour, staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        account = closed.accounts.get().account
        (review,) = self.reopen(closed, staff.supervisor)
        bring_to(closed, "elimination", staff.moderator)
        conclude(closed, account, review.decision, staff.moderator)
        with pytest.raises(ActionRefused):
            close(closed, staff.moderator)
        assert (
            refused_change(closed, status="closed", closed_at=timezone.now())
            == "rumour_closed_after_its_reviews"
        )
        other = staff_user("supervisor")
        fence = work.claim_item(work_item=review.work_item, actor=other).fence

        take_part(review.decision.case.matter, other, Side.REVIEWER)
        said = {"decided_by_id": other.person_id, "decided_at": timezone.now()}
        assert (
            refused_change(review, status="reversed", decided_reason="x1", **said)
            == "rumourreview_says_what_became_of_it"
        )

        reopening.keep_decision(
            review=review, fence=fence, actor=other, provision=P, reason="处置另有依据，予以维持"
        )
        close(closed, staff.moderator)

        assert Rumour.objects.get().status == "closed"
        assert closed.refutations.filter(status="published").count() == 1
        with pytest.raises(StaleLease):
            reopening.keep_decision(
                review=review, fence=fence, actor=other, provision=P, reason="再来一次"
            )
