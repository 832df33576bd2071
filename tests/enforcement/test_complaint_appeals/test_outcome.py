"""What becomes of the answer to a complaint after an appeal; its operator learns nothing of it."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.errors import (
    ActionRefused,
    SamePerson,
)
from compliance.models import Notice, Side, StaffUser
from enforcement.models import (
    Decision,
)
from enforcement.services.complaint_appeals import filing
from enforcement.services.complaints import joining, review, sweeping
from tests.enforcement import complaints
from tests.enforcement.complaint_appeals import (
    TOLD,
    decide,
    filed,
    fresh,
    not_upheld,
    refused,
    taken_up,
)
from tests.enforcement.complaints import again, fence_of, grounds
from tests.enforcement.test_complaint_appeals.conftest import refused_by

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]


class TestOutcome:
    def test_confirmed_the_answer_stands(
        self, make_account: Account, handler: StaffUser, another: StaffUser
    ) -> None:
        complaint = not_upheld(make_account(), handler)
        appeal = filed(complaint)

        decide(appeal, another, "confirmed")

        assert again(complaint).status == "fed_back"
        assert again(complaint).outcome == "not_upheld"
        outcome = Notice.objects.about(appeal).get(purpose="enforcement.complaint_appeal_outcome")
        assert TOLD in outcome.text
        assert "法院" in outcome.text

    def test_taken_up_again_others_decide_it_with_new_dates(
        self, make_account: Account, handler: StaffUser, another: StaffUser, third: StaffUser
    ) -> None:
        account = make_account()
        # Nothing is on its way to whoever left no contact: it closes at once.
        first = not_upheld(account, handler, contact="")
        appeal = filed(first)
        sweeping.close_complaint(complaint=again(first), **grounds(handler))

        decide(appeal, another, "taken_up")

        complaint = again(first)
        assert (complaint.status, complaint.outcome, complaint.told) == ("investigating", "", "")
        assert complaint.decision_clock_id != first.decision_clock_id
        assert complaint.work_item.side == Side.DECIDED_ANEW
        assert fresh(appeal).told_before == complaints.TOLD
        for kept_out in (handler, another):
            with pytest.raises(SamePerson):
                fence_of(complaint, kept_out)
        assert (
            refused_by(
                "UPDATE enforcement_complaint SET decided_by_id = %s, version = version + 1"
                " WHERE id = %s",
                handler.person_id,
                complaint.pk,
            )
            == "complaint_anew_by_others"
        )
        review.decide_complaint(
            complaint=complaint,
            outcome="upheld",
            told=TOLD,
            fence=fence_of(complaint, third),
            **grounds(third),
        )
        review.feed_back_complaint(
            complaint=again(complaint), fence=fence_of(complaint, third), **grounds(third)
        )
        assert again(complaint).decided_by == third.person
        assert again(complaint).appeal_clock is None

    def test_heard_once_even_if_it_is_not_upheld_again(
        self, make_account: Account, handler: StaffUser, another: StaffUser, third: StaffUser
    ) -> None:
        complaint = taken_up(make_account(), handler, another)
        review.decide_complaint(
            complaint=complaint,
            outcome="not_upheld",
            told=TOLD,
            fence=fence_of(complaint, third),
            **grounds(third),
        )
        review.feed_back_complaint(
            complaint=again(complaint), fence=fence_of(complaint, third), **grounds(third)
        )

        with pytest.raises(ActionRefused):
            filed(complaint)

        notice = Notice.objects.about(complaint).filter(purpose__endswith="result").latest("pk")
        assert "不再受理" in notice.text

    def test_others_ask_and_forward_it_to_a_case_of_its_own(
        self, make_account: Account, handler: StaffUser, another: StaffUser, third: StaffUser
    ) -> None:
        complaint = taken_up(make_account(), handler, another)

        review.ask_complainant(
            complaint=complaint,
            question="请补充",
            fence=fence_of(complaint, third),
            **grounds(third),
        )
        review.resume_complaint(complaint=again(complaint), **grounds(third))
        case = joining.forward_complaint(
            complaint=again(complaint),
            summary=complaints.SUMMARY,
            fence=fence_of(complaint, third),
            **grounds(third),
        )

        assert again(complaint).case == case
        with pytest.raises(SamePerson):
            review.resume_complaint(
                complaint=taken_up(make_account(), handler, another), **grounds(handler)
            )

    def test_no_answer_is_taken_back_by_sql_without_an_appeal(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = refused(make_account(), handler)

        assert (
            refused_by(
                "UPDATE enforcement_complaint SET status = 'investigating', refusal = '', told = '',"
                " ended_at = NULL, version = version + 1 WHERE id = %s",
                complaint.pk,
            )
            == "complaint_taken_up_again_by_an_appeal"
        )
        assert not Decision.objects.exists()
        assert filing.complaint_appeal_possible(again(complaint), timezone.now()).contested
