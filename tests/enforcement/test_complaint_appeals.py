"""Appeals of complainants: once, in time, heard by others, never told to the operator."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    SamePerson,
    StaleLease,
)
from compliance.models import ActionLog, ClockState, Notice, PlatformCommand, Side, StaffUser
from enforcement.models import (
    Complaint,
    ComplaintAppeal,
    ComplaintAppealRuling,
    ComplaintMessage,
    Decision,
)
from enforcement.services.complaint_appeals import filing, hearing, ruling
from enforcement.services.complaint_appeals.sides import had_a_part_in_case
from enforcement.services.complaints import joining, review, sweeping
from enforcement.services.complaints.sealing import words_of
from reports.demo.clock import clock_at
from tests.enforcement import complaints
from tests.enforcement.complaint_appeals import (
    QUESTION,
    TOLD,
    WORDS,
    ask,
    decide,
    filed,
    fresh,
    hold,
    not_upheld,
    refused,
    taken_up,
)
from tests.enforcement.complaints import again, fence_of, grounds
from tests.enforcement.conftest import Staff, approve, propose, suspension
from tests.enforcement.raw_rows import constraint_of

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]
BY_OTHERS = "complaintappeal_heard_by_somebody_else"


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """Whoever answers the complaint."""
    return staff_user("complaint_handler")


@pytest.fixture
def another(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """Whoever hears the appeal."""
    return staff_user("complaint_handler")


@pytest.fixture
def third(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """Whoever handles the complaint anew."""
    return staff_user("complaint_handler")


def refused_by(statement: str, *values: Any) -> str:
    """Return the constraint that refuses a statement of the application role."""
    with (
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return constraint_of(caught.value)


def told(appeal: ComplaintAppeal) -> list[str]:
    return [
        each.purpose.removeprefix("enforcement.complaint_appeal_")
        for each in Notice.objects.about(appeal).order_by("pk")
    ]


class TestFiling:
    def test_a_refusal_and_an_outcome_that_leaves_something_are_contested(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        first = filed(refused(make_account(), handler))
        second = filed(not_upheld(make_account(), handler, contact=complaints.EMAIL))
        third = filed(complaints.answered(make_account(), handler, outcome="partly", contact=""))

        assert [each.contested for each in (first, second, third)] == [
            "not_accepted",
            "not_upheld",
            "partly",
        ]
        assert first.told_before == "没有说明投诉的内容"
        assert first.work_item.queue == "complaint_appeals"
        assert first.work_item.due_at == first.decision_clock.due_at
        assert told(first) == told(second) == ["received"]
        # Whoever left nothing reads it on the tracking page.
        assert not Notice.objects.about(third).filter(deliveries__isnull=False).exists()

    def test_its_words_lie_under_the_key_of_the_complainant_and_nowhere_else(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = not_upheld(make_account(), handler)

        filed(complaint)

        message = ComplaintMessage.objects.get(complaint=complaint, kind="appeal")
        assert message.words.key_id == complaint.complainant.key_id
        assert [words for each, words in words_of(complaint) if each.kind == "appeal"] == [WORDS]
        assert not ActionLog.objects.filter(payload__contains="监控").exists()
        assert not Notice.objects.filter(text__contains="监控").exists()

    def test_the_operator_learns_nothing(
        self, make_account: Account, handler: StaffUser, another: StaffUser
    ) -> None:
        complaint = not_upheld(make_account(), handler)
        before = PlatformCommand.objects.count()

        decide(filed(complaint), another, "taken_up")

        assert PlatformCommand.objects.count() == before
        assert not Notice.objects.filter(audience="operator").exists()

    def test_once_in_time_and_only_what_was_told(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        upheld = complaints.answered(make_account(), handler, contact="")
        open_one = complaints.accepted(make_account(), handler, contact=complaints.EMAIL)
        undecided = complaints.decided(
            make_account(), handler, outcome="not_upheld", contact="13912345699"
        )
        late, once = refused(make_account(), handler), refused(make_account(), handler, contact="")
        for complaint in (upheld, open_one, undecided):
            with pytest.raises(ActionRefused):
                filed(complaint)
        with clock_at(timezone.now() + timedelta(days=182)), pytest.raises(ActionRefused):
            filed(late)
        filed(once)
        with pytest.raises(ActionRefused):
            filed(once)
        with pytest.raises(InvalidInput):
            filed(late, words="……")

        assert ComplaintAppeal.objects.count() == 1
        assert ComplaintMessage.objects.filter(kind="appeal").count() == 1

    def test_the_database_wants_the_answer_that_was_told_and_the_time(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        appeal = filed(refused(make_account(), handler))
        insert = (
            "INSERT INTO enforcement_complaintappeal (complaint_id, matter_id, contested, told_before,"
            " filed_at, status, decision_clock_id, work_item_id, hearing_side, version)"
            " SELECT k.id, k.matter_id, {contested}, {told}, {at}, 'filed', {clock}, {item}, 'appeal', 1"
            " FROM enforcement_complaint k WHERE k.id = %s"
        )

        def tried(complaint: Complaint, **changes: str) -> str:
            values = {
                "contested": "'not_upheld'",
                "told": "k.told",
                "at": "clock_timestamp()",
                "clock": str(complaint.decision_clock_id),
                "item": str(complaint.work_item_id),
                **changes,
            }
            return refused_by(insert.format(**values), complaint.pk)

        told_so = not_upheld(make_account(), handler, contact="")
        assert tried(told_so, contested="'partly'") == "complaintappeal_of_the_answer_told"
        assert tried(told_so, told="'改写'") == "complaintappeal_of_the_answer_told"
        assert tried(told_so, at="now() + interval '200 days'") == "complaintappeal_in_time"
        upheld = complaints.answered(make_account(), handler, contact=complaints.EMAIL)
        assert tried(upheld) == "complaintappeal_of_the_answer_told"
        assert tried(appeal.complaint, contested="'not_accepted'") == (
            "complaintappeal_once_per_complaint"
        )


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


class TestHearing:
    def test_a_question_stops_the_clock_until_it_is_answered(
        self, make_account: Account, handler: StaffUser, another: StaffUser, system: StaffUser
    ) -> None:
        appeal = ask(filed(not_upheld(make_account(), handler)), another)

        assert appeal.status == "waiting"
        assert appeal.handler == another.person
        assert appeal.decision_clock.state == ClockState.PAUSED
        assert appeal.work_item.closed_at is not None
        assert told(appeal) == ["received", "question"]
        assert QUESTION in Notice.objects.about(appeal).get(purpose__endswith="question").text
        with pytest.raises(ActionRefused):
            hearing.go_on_with_complaint_appeal(appeal=appeal, **grounds(another))

        hearing.supplement_complaint_appeal(
            appeal=appeal, words="三月二日晚八点", **grounds(system)
        )

        appeal = fresh(appeal)
        assert appeal.status == "filed"
        assert appeal.decision_clock.state == ClockState.RUNNING
        assert appeal.work_item.closed_at is None
        assert [each.kind for each, _words in words_of(appeal.complaint)][-3:] == [
            "appeal",
            "question",
            "answer",
        ]

    def test_silence_costs_only_the_answer(
        self, make_account: Account, handler: StaffUser, another: StaffUser
    ) -> None:
        appeal = ask(filed(not_upheld(make_account(), handler)), another)

        with clock_at(timezone.now() + timedelta(days=40)):
            hearing.go_on_with_complaint_appeal(appeal=appeal, **grounds(another))

        assert fresh(appeal).status == "filed"

    def test_what_holds_the_contact_is_neither_asked_nor_told(
        self, make_account: Account, handler: StaffUser, another: StaffUser
    ) -> None:
        appeal = filed(not_upheld(make_account(), handler))

        with pytest.raises(InvalidInput):
            decide(appeal, another, "confirmed", text=f"已致电{complaints.MOBILE}核实情况")
        with pytest.raises(InvalidInput):
            decide(appeal, another, "confirmed", text="无")

        assert fresh(appeal).status == "filed"

    def test_withdrawn_the_answer_stands_and_no_second_appeal_is_filed(
        self, make_account: Account, handler: StaffUser, system: StaffUser
    ) -> None:
        complaint = not_upheld(make_account(), handler)
        appeal = filed(complaint)

        hearing.withdraw_complaint_appeal(appeal=appeal, **grounds(system))

        assert fresh(appeal).status == "withdrawn"
        assert fresh(appeal).decision_clock.state == ClockState.STOPPED
        assert again(complaint).status == "fed_back"
        with pytest.raises(ActionRefused):
            filed(complaint)
        with pytest.raises(ActionRefused):
            hearing.withdraw_complaint_appeal(appeal=appeal, **grounds(system))


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
