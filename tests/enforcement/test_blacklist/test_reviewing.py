"""An entry is reviewed, and removed by two."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.enums import ApplicationStatus
from accounts.models import BlacklistEntry, PublicAccount
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, ProposalClosed, SamePerson
from compliance.models import Notice, StaffUser, WorkItem
from enforcement.models import Measure
from enforcement.services import measures
from enforcement.services.blacklist import reviewing, reviews
from tests.enforcement.blacklist import (
    TOLD,
    Decide,
    entry_of,
    grounds,
    in_days,
    listing,
    number_of,
    proposed,
    reviewed_by,
)
from tests.enforcement.conftest import CLOSURE, Staff
from tests.enforcement.test_blacklist.conftest import MakeApplication, digests

pytestmark = pytest.mark.django_db


class TestReview:
    def test_an_entry_is_laid_before_somebody_before_its_day_and_once(
        self, decide: Decide, account: PublicAccount, system: StaffUser
    ) -> None:
        decision = decide(account, measures=listing(days=100))
        entry = entry_of(decision)
        assert reviews.open_due_reviews(now=timezone.now(), actor=system) == 0

        with time_machine.travel(timezone.now() + timedelta(days=71)):
            assert reviews.open_due_reviews(now=timezone.now(), actor=system) == 1
            assert reviews.open_due_reviews(now=timezone.now(), actor=system) == 0

        entry.refresh_from_db()
        assert entry.review_item is not None
        assert timezone.localdate(entry.review_item.due_at) == in_days(101)

    def test_a_missed_review_leaves_the_entry_in_force_and_late(
        self, decide: Decide, account: PublicAccount, system: StaffUser
    ) -> None:
        entry = entry_of(decide(account, measures=listing(days=10)))

        with time_machine.travel(timezone.now() + timedelta(days=40)):
            reviews.open_due_reviews(now=timezone.now(), actor=system)

        entry.refresh_from_db()
        assert entry.status == "listed"

    def test_kept_it_has_a_new_date_and_the_operator_is_told(
        self, decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        entry = entry_of(decide(account, measures=listing(days=30)))
        reviewer = staff_user("moderator")
        fence = reviewed_by(entry, reviewer)
        on = {"entry": entry, "fence": fence, **grounds(reviewer)}
        for told, day in ((" ", in_days(60)), ("仍有风险", in_days(400)), ("仍有风险", None)):
            with pytest.raises(InvalidInput):
                reviewing.keep_entry(**on, told=told, review_date=day)
        entry.refresh_from_db()
        assert entry.review_date == in_days(30)
        assert WorkItem.objects.open().filter(pk=entry.review_item_id).exists()

        reviewing.keep_entry(**on, told="仍在以新账号从事同类行为", review_date=in_days(60))

        entry.refresh_from_db()
        assert (entry.status, entry.review_date) == ("listed", in_days(60))
        assert set(entry.bars.values_list("review_date", flat=True)) == {in_days(60)}
        told = Notice.objects.filter(purpose="enforcement.blacklist_kept")
        assert told.count() == 2
        assert not WorkItem.objects.open().filter(pk=entry.review_item_id).exists()

    def test_who_decided_the_listing_neither_reviews_nor_approves(
        self,
        decide: Decide,
        account: PublicAccount,
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        entry = entry_of(decide(account, measures=listing()))
        item = reviews.ask_for_review(entry=entry, **grounds(staff_user("moderator")))
        with pytest.raises(SamePerson):
            work.claim_item(work_item=item, actor=staff.moderator)
        reviewer = staff_user("moderator")
        fence = work.claim_item(work_item=item, actor=reviewer).fence
        proposal = reviewing.propose_removal(
            entry=entry, told=TOLD, fence=fence, **grounds(reviewer)
        )

        for actor in (staff.supervisor, staff.officer, reviewer):
            with pytest.raises((SamePerson, NotPermitted)):
                reviewing.approve_removal(proposal=proposal, **grounds(actor))

        assert not proposal.approvals.exists()
        entry.refresh_from_db()
        assert entry.status == "listed"

    def test_removed_by_two_it_is_erased_and_the_number_may_register_again(
        self,
        decide: Decide,
        account: PublicAccount,
        staff_user: Callable[..., StaffUser],
        make_application: MakeApplication,
    ) -> None:
        decision = decide(account, severity=1, measures=listing(also=CLOSURE))
        entry = entry_of(decision)
        assert digests() == 2
        proposal = proposed(entry, staff_user("moderator"))

        assert not reviewing.approve_removal(proposal=proposal, **grounds(staff_user("supervisor")))
        entry.refresh_from_db()
        assert (entry.status, digests()) == ("listed", 2)
        assert reviewing.approve_removal(
            proposal=proposal, **grounds(staff_user("compliance_officer"))
        )

        entry.refresh_from_db()
        assert (entry.status, entry.ended_reason, digests()) == ("removed", TOLD, 0)
        assert Measure.objects.get(entry=entry).status == "lifted"
        assert Notice.objects.filter(purpose="enforcement.blacklist_removed").count() == 2
        again = make_application(id_number=number_of(account), account_name="山谷纪行")
        assert again.status == ApplicationStatus.APPROVED
        with pytest.raises(ProposalClosed):
            reviewing.approve_removal(proposal=proposal, **grounds(staff_user("supervisor")))

    def test_returned_it_waits_for_its_review_again(
        self, decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        entry = entry_of(decide(account, measures=listing()))
        proposal = proposed(entry, staff_user("moderator"))
        with pytest.raises(ActionRefused):
            reviews.ask_for_review(entry=entry, **grounds(staff_user("moderator")))

        reviewing.end_removal_proposal(
            act="return", proposal=proposal, **grounds(staff_user("supervisor"), "理由不足")
        )

        entry = BlacklistEntry.objects.get(pk=entry.pk)
        assert reviews.open_review_item(entry) is not None
        assert entry.status == "listed"

    def test_it_is_not_lifted_like_another_measure(
        self, decide: Decide, account: PublicAccount, staff: Staff
    ) -> None:
        decision = decide(account, measures=listing())

        with pytest.raises(ActionRefused, match="两人"):
            measures.lift_measure(measure=decision.measures.get(), **grounds(staff.supervisor))

        assert entry_of(decision).status == "listed"
