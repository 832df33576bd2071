"""Whoever is listed and comes back is met."""

from collections.abc import Callable

import pytest

from accounts.enums import ApplicationStatus
from accounts.models import BlacklistMatch, PublicAccount
from accounts.services import review
from accounts.services.blacklist import matches
from compliance import work
from compliance.errors import ActionRefused, NotPermitted, TransitionRefused
from compliance.models import StaffUser
from enforcement.enums import MeasureCode
from tests.enforcement.blacklist import Decide, grounds, listing, number_of
from tests.enforcement.conftest import CLOSURE
from tests.enforcement.test_blacklist.conftest import MakeApplication

pytestmark = pytest.mark.django_db


class TestComingBack:
    def test_the_same_number_is_refused_with_the_way_to_appeal_and_put_on_record(
        self, decide: Decide, account: PublicAccount, make_application: MakeApplication
    ) -> None:
        decide(account, measures=listing(also=CLOSURE))
        number = number_of(account)

        again = make_application(id_number=number, mobile="13911112222", account_name="山谷纪行")

        assert again.status == ApplicationStatus.REFUSED
        assert {each.code for each in again.checks.all()} == {"subject_blacklisted"}
        assert "申诉" in again.decision_reason
        match = BlacklistMatch.objects.get(application=again)
        assert match.fields == ["id_number"]
        assert match.is_exact
        assert match.work_item.queue == matches.QUEUE

    def test_the_same_mobile_alone_waits_for_a_person(
        self,
        decide: Decide,
        account: PublicAccount,
        make_application: MakeApplication,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decide(account, measures=listing())
        alike = make_application(mobile="13700001111")
        moderator = staff_user("moderator")

        assert alike.status == ApplicationStatus.IN_REVIEW
        assert "blacklist_likeness" in {each.code for each in alike.checks.all()}
        match = BlacklistMatch.objects.get(application=alike)
        fence = work.claim_item(work_item=alike.work_item, actor=moderator).fence
        on = {"application": alike, "fence": fence, "expected_version": alike.version}
        with pytest.raises(ActionRefused, match=match.reference):
            review.approve_application(**on, **grounds(moderator))
        alike.refresh_from_db()
        assert alike.status == ApplicationStatus.IN_REVIEW

        held = work.claim_item(work_item=match.work_item, actor=moderator)
        matches.decide_match(
            match=match, is_same=False, fence=held.fence, **grounds(moderator, "姓名与住址均不同")
        )

        alike.refresh_from_db()
        fence = work.claim_item(work_item=alike.work_item, actor=moderator).fence
        made = review.approve_application(
            application=alike,
            fence=fence,
            expected_version=alike.version,
            **grounds(moderator),
        )
        assert made.status == "active"

    def test_who_is_found_to_be_the_same_cannot_be_approved(
        self,
        decide: Decide,
        account: PublicAccount,
        make_application: MakeApplication,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decide(account, measures=listing())
        alike = make_application(mobile="13700001111")
        moderator = staff_user("moderator")
        match = BlacklistMatch.objects.get(application=alike)
        held = work.claim_item(work_item=match.work_item, actor=moderator)
        on = {"match": match, "fence": held.fence}
        with pytest.raises(NotPermitted):
            matches.decide_match(**on, is_same=True, **grounds(staff_user("auditor")))

        matches.decide_match(**on, is_same=True, **grounds(moderator, "手持证件照为同一人"))

        with pytest.raises(ActionRefused, match=match.reference):
            matches.require_cleared(alike)
        with pytest.raises(TransitionRefused):
            matches.decide_match(**on, is_same=False, **grounds(moderator))
        assert BlacklistMatch.objects.get().status == "confirmed"

    def test_an_organisation_of_the_same_name_waits_for_a_person(
        self, decide: Decide, make_application: MakeApplication
    ) -> None:
        first = make_application(id_type="uscc")
        name = first.subject.organisation_name
        decide(first.account, measures=listing())

        alike = make_application(id_type="uscc", subject_name=f"{name} ")

        assert alike.status == ApplicationStatus.IN_REVIEW
        assert "name" in BlacklistMatch.objects.get(application=alike).fields

    def test_nobody_else_is_touched(
        self, decide: Decide, account: PublicAccount, make_application: MakeApplication
    ) -> None:
        decide(account, measures=listing())

        assert make_application().status == ApplicationStatus.APPROVED
        assert not BlacklistMatch.objects.exists()

    def test_a_bar_refuses_the_number_and_the_name_to_anybody(
        self, decide: Decide, account: PublicAccount, make_application: MakeApplication
    ) -> None:
        decide(account, measures=listing(MeasureCode.BAR_REREGISTRATION))

        under_the_name = make_application(account_name=account.name)

        assert under_the_name.status == ApplicationStatus.REFUSED
        assert "name_barred" in {each.code for each in under_the_name.checks.all()}
        alike = make_application(mobile="13700001111", account_name="山谷纪行")
        assert alike.status == ApplicationStatus.APPROVED
