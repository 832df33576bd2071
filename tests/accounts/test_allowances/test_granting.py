"""More accounts are looked at by four items and granted by two persons."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.allowance_words import AllowanceStatus
from accounts.enums import ApplicationSource, ApplicationStatus
from accounts.models import AccountAllowance, MultiAccountAnswer, PublicAccount
from accounts.services.allowances import checklist, review, submission
from accounts.services.allowances.checklist import ItemAnswer
from accounts.services.allowances.submission import AllowanceDraft
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson
from compliance.models import Notice, StaffUser
from compliance.staff import system_actor
from reports.demo.clock import clock_at
from tests.accounts.test_allowances.conftest import (
    ALL_MET,
    DRAFT,
    MakeApplication,
    approve,
    codes,
    grounds,
    held,
    propose,
    refused,
)


@pytest.mark.django_db
class TestGranting:
    def test_a_granted_number_raises_the_cap_and_each_account_is_still_looked_at(
        self,
        granted: AccountAllowance,
        full: dict[str, str],
        make_application: MakeApplication,
        moderator: StaffUser,
    ) -> None:
        third = make_application(**full)

        assert third.status == ApplicationStatus.IN_REVIEW
        assert codes(third) == {"multi_account"}
        (hit,) = third.checks.all()
        assert hit.params["allowance"] == granted.reference
        approve(third, moderator)
        fourth = make_application(**full)
        assert codes(fourth) == {"subject_cap"}
        assert PublicAccount.objects.count() == 3

    def test_needs_every_item_and_somebody_else(
        self, allowance: AccountAllowance, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        on = held(allowance, moderator)
        wish = {
            "granted": 3,
            "valid_until": timezone.localdate() + timedelta(days=30),
            "told": "材料齐全",
        }
        said = refused(ActionRefused, lambda: review.propose_allowance(**on, **wish))
        assert "信用评价" in said
        some = {**ALL_MET, "credit": ItemAnswer(False, "一个月内两次受限")}
        checklist.answer_items(
            asked=allowance, answers=some, fence=on["fence"], **grounds(moderator)
        )
        refused(ActionRefused, lambda: review.propose_allowance(**on, **wish))
        checklist.answer_items(
            asked=allowance,
            answers={"credit": ItemAnswer(True)},
            fence=on["fence"],
            **grounds(moderator),
        )

        proposal = review.propose_allowance(**on, **wish)

        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.PROPOSED
        refused(
            SamePerson, lambda: review.approve_allowance(proposal=proposal, **grounds(moderator))
        )
        review.approve_allowance(proposal=proposal, **grounds(supervisor))
        allowance.refresh_from_db()
        assert (allowance.status, allowance.granted) == (AllowanceStatus.GRANTED, 3)
        notice = Notice.objects.get(purpose="accounts.allowance_granted")
        assert "准予账号数：3" in notice.text

    def test_no_without_a_remark_is_refused(
        self, allowance: AccountAllowance, moderator: StaffUser
    ) -> None:
        on = held(allowance, moderator)
        refused(
            InvalidInput,
            lambda: checklist.answer_items(
                asked=allowance,
                answers={"scope": ItemAnswer(False)},
                fence=on["fence"],
                **grounds(moderator),
            ),
        )
        with pytest.raises(IntegrityError, match="no_has_remark"), transaction.atomic():
            MultiAccountAnswer.objects.create(
                allowance=allowance, item="scope", is_met=False, person=moderator.person
            )

    def test_the_database_grants_nothing_that_nobody_approved(
        self, allowance: AccountAllowance, moderator: StaffUser
    ) -> None:
        propose(allowance, moderator)
        allowance.refresh_from_db()
        with (
            pytest.raises(IntegrityError, match="granted_only_if_approved"),
            transaction.atomic(),
        ):
            AccountAllowance.objects.filter(pk=allowance.pk).update(
                status="granted", granted=3, version=allowance.version + 1
            )

    def test_a_returned_proposal_is_in_review_again(
        self, allowance: AccountAllowance, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        proposal = propose(allowance, moderator)

        review.end_allowance_proposal(
            act="return", proposal=proposal, **grounds(supervisor, "先补营业执照")
        )

        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.IN_REVIEW
        assert allowance.work_item.closed_at is None
        again = propose(allowance, moderator)
        review.end_allowance_proposal(act="withdraw", proposal=again, **grounds(moderator))
        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.IN_REVIEW

    def test_once_ended_the_cap_holds_again_and_accounts_stay(
        self,
        granted: AccountAllowance,
        full: dict[str, str],
        make_application: MakeApplication,
        moderator: StaffUser,
        supervisor: StaffUser,
    ) -> None:
        approve(make_application(**full), moderator)
        granted.refresh_from_db()
        on: dict[str, Any] = {"allowance": granted, "expected_version": granted.version}
        refused(NotPermitted, lambda: review.end_allowance(**on, told="虚假", **grounds(moderator)))

        review.end_allowance(**on, told="材料虚假", **grounds(supervisor))

        assert codes(make_application(**full)) == {"subject_cap"}
        assert PublicAccount.objects.filter(status="active").count() == 3
        assert "材料虚假" in Notice.objects.get(purpose="accounts.allowance_ended").text

    def test_it_ends_by_its_day_without_any_job(
        self, granted: AccountAllowance, full: dict[str, str], make_application: MakeApplication
    ) -> None:
        assert granted.valid_until is not None
        with clock_at(timezone.now() + timedelta(days=370)):
            late = make_application(**full)

        assert codes(late) == {"subject_cap"}

    def test_a_new_grant_takes_the_place_of_the_old_one(
        self, granted: AccountAllowance, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        more = submission.submit_allowance(
            platform_uid=granted.platform_uid,
            draft=AllowanceDraft(**{**vars(DRAFT), "wanted": 5}),
            source=ApplicationSource.API,
            **grounds(system_actor()),
        )

        review.approve_allowance(proposal=propose(more, moderator, 5), **grounds(supervisor))

        granted.refresh_from_db()
        more.refresh_from_db()
        assert granted.status == AllowanceStatus.ENDED
        assert more.status == AllowanceStatus.GRANTED
