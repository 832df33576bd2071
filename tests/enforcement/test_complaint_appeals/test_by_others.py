"""Appeals of complainants are heard by others, and the database sees to it."""

from collections.abc import Callable

import pytest

from accounts.models import PublicAccount
from compliance.errors import (
    NotPermitted,
    SamePerson,
    StaleLease,
)
from compliance.models import Side, StaffUser
from enforcement.models import (
    ComplaintAppeal,
    ComplaintAppealRuling,
)
from enforcement.services.complaint_appeals import ruling
from enforcement.services.complaint_appeals.sides import had_a_part_in_case
from enforcement.services.complaints import joining, review
from tests.enforcement import complaints
from tests.enforcement.complaint_appeals import (
    TOLD,
    decide,
    filed,
    fresh,
    hold,
    not_upheld,
)
from tests.enforcement.complaints import again, fence_of, grounds
from tests.enforcement.conftest import Staff, approve, propose, suspension
from tests.enforcement.test_complaint_appeals.conftest import refused_by

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]
BY_OTHERS = "complaintappeal_heard_by_somebody_else"


class TestByOthers:
    def test_whoever_handled_the_complaint_neither_takes_nor_decides_it(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        appeal = filed(not_upheld(make_account(), handler))

        with pytest.raises(SamePerson):
            hold(appeal, handler)
        with pytest.raises(StaleLease):
            ruling.decide_complaint_appeal(
                appeal=fresh(appeal), outcome="confirmed", text=TOLD, fence=1, **grounds(handler)
            )

        assert not ComplaintAppealRuling.objects.exists()
        assert fresh(appeal).status == "filed"

    def test_whoever_only_went_on_with_it_does_not_hear_it(
        self, make_account: Account, handler: StaffUser, another: StaffUser
    ) -> None:
        complaint = complaints.asked(make_account(), handler)
        review.resume_complaint(complaint=complaint, **grounds(another))
        review.decide_complaint(
            complaint=again(complaint),
            outcome="not_upheld",
            told=TOLD,
            fence=fence_of(complaint, handler),
            **grounds(handler),
        )
        review.feed_back_complaint(
            complaint=again(complaint), fence=fence_of(complaint, handler), **grounds(handler)
        )

        with pytest.raises(SamePerson):
            hold(filed(complaint), another)

    def test_whoever_decided_its_case_is_kept_out_even_by_sql(
        self,
        make_account: Account,
        handler: StaffUser,
        another: StaffUser,
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        complaint = complaints.accepted(make_account(), handler)
        case = joining.forward_complaint(
            complaint=complaint,
            summary=complaints.SUMMARY,
            fence=fence_of(complaint, handler),
            **grounds(handler),
        )
        approve(propose(case, staff.moderator, measures=suspension(60)), staff.supervisor)
        review.decide_complaint(
            complaint=again(complaint),
            outcome="partly",
            told=TOLD,
            fence=fence_of(complaint, handler),
            **grounds(handler),
        )
        review.feed_back_complaint(
            complaint=again(complaint), fence=fence_of(complaint, handler), **grounds(handler)
        )
        appeal = filed(complaint)

        assert appeal.case == case
        kept_out = had_a_part_in_case(case)
        assert {staff.moderator.person_id, staff.supervisor.person_id} <= kept_out
        for who in (staff.moderator, staff.supervisor, handler):
            standing = appeal.matter.participations.get(person=who.person)
            assert standing.side == Side.DECIDED
            assert self.stored(appeal, who) == BY_OTHERS
        # And who joins the case afterwards, though they stand nowhere in the complaint.
        late = staff_user("complaint_handler")
        fence = hold(appeal, late)
        case.matter.participations.create(person=late.person, side=Side.DECIDED)
        with pytest.raises(SamePerson):
            decide(appeal, late, "confirmed", fence=fence)
        assert self.stored(appeal, late) == BY_OTHERS

    def stored(self, appeal: ComplaintAppeal, who: StaffUser) -> str:
        return refused_by(
            "UPDATE enforcement_complaintappeal SET handler_id = %s, version = version + 1"
            " WHERE id = %s",
            who.person_id,
            appeal.pk,
        )

    def test_no_row_says_that_somebody_heard_it_who_may_not(
        self, make_account: Account, handler: StaffUser, another: StaffUser, system: StaffUser
    ) -> None:
        appeal = filed(not_upheld(make_account(), handler))
        decided = (
            "INSERT INTO enforcement_complaintappealruling"
            " (appeal_id, matter_id, outcome, text, person_id, hearing_side, at)"
            " VALUES (%s, %s, %s, 'x', %s, %s, now())"
        )

        def tried(who: StaffUser, side: str = "appeal", outcome: str = "confirmed") -> str:
            return refused_by(decided, appeal.pk, appeal.matter_id, outcome, who.person_id, side)

        assert tried(handler) == BY_OTHERS
        assert tried(system) == "complaintappealruling_by_a_handler"
        assert tried(handler, side="decided") == BY_OTHERS
        assert tried(another, outcome="taken_up") == "complaintappealruling_is_what_became"
        assert self.stored(appeal, system) == "complaintappeal_handler_took_part"
        assert (
            refused_by(
                "UPDATE enforcement_complaintappeal SET status = 'decided', ended_at = now(),"
                " version = version + 1 WHERE id = %s",
                appeal.pk,
            )
            == "complaintappeal_decided_by_its_ruling"
        )

    def test_only_who_may_hear_them_hears_them(
        self,
        make_account: Account,
        handler: StaffUser,
        another: StaffUser,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        appeal = filed(not_upheld(make_account(), handler))
        with pytest.raises(NotPermitted):
            hold(appeal, staff_user("moderator"))
        ours = filed(not_upheld(None, staff_user("compliance_officer"), kind="platform"))

        assert ours.work_item.queue == "platform_complaint_appeals"
        with pytest.raises(NotPermitted):
            hold(ours, another)
        assert decide(ours, staff_user("compliance_officer"), "confirmed").outcome == "confirmed"
