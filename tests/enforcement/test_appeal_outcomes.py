"""What becomes of a decision by an appeal: never heavier, undone exactly, heard again by others."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from accounts.models import PublicAccount
from accounts.services.restrictions import state_of
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    SamePerson,
)
from compliance.models import Notice, Side, StaffUser
from enforcement.appeal_words import AppealOutcome
from enforcement.models import (
    Appeal,
    AppealMediation,
    AppealRuling,
    Case,
    Decision,
    Measure,
)
from enforcement.services.appeals import hearing
from enforcement.services.decision_content import MeasureOrder
from reports.demo.clock import clock_at
from tests.enforcement.appeals import (
    TOLD,
    WORDS,
    accept,
    filed,
    fresh,
    grounds,
    heard,
    hold,
)
from tests.enforcement.appeals import (
    decide as rule,
)
from tests.enforcement.conftest import CLOSURE, Staff, approve, propose, suspension
from tests.enforcement.raw_rows import constraint_of, refused_copy

pytestmark = pytest.mark.django_db
BOTH = (MeasureOrder("warn"), *suspension(7))


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("complaint_handler")


@pytest.fixture
def another(staff_user: Callable[..., StaffUser]) -> StaffUser:
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


def purposes(appeal: Appeal) -> set[str]:
    return set(Notice.objects.about(appeal).values_list("purpose", flat=True))


class TestOutcome:
    def test_confirmed_everything_stays(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide(measures=suspension(7))

        found = heard(decision, handler, "confirmed")

        assert found.second_window is None
        assert Decision.objects.get(pk=decision.pk).status == "in_force"
        assert fresh(found.appeal).status == "decided"
        assert "enforcement.appeal_outcome" in purposes(found.appeal)

    def test_outcomes_are_called_as_in_the_filing(self) -> None:
        with translation.override("zh-hans"):
            assert [str(each.label) for each in AppealOutcome][:3] == ["维持", "减轻", "撤销"]

    def test_revoked_everything_is_undone(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide(measures=CLOSURE)
        assert PublicAccount.objects.get(pk=decision.account_id).status == "closed"

        found = heard(decision, handler, "revoked")

        decision = Decision.objects.get(pk=decision.pk)
        assert decision.status == "reversed"
        assert decision.account.status == "active"
        assert found.undone == [["close", True]]
        (told,) = Notice.objects.about(found.appeal).filter(
            purpose="enforcement.appeal_outcome", language="zh-hans"
        )
        assert TOLD in told.text
        assert WORDS not in told.text

    def test_reduced_only_what_is_chosen_is_undone(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide(measures=BOTH)
        appeal = accept(filed(decision), handler)
        for none in ([], ["close"], ["warn", "suspend_updates"]):
            with pytest.raises(InvalidInput):
                rule(appeal, handler, "reduced", measures=none)

        rule(appeal, handler, "reduced", measures=["suspend_updates"])

        decision = Decision.objects.get(pk=decision.pk)
        assert decision.status == "in_force"
        assert {each.measure: each.status for each in decision.measures.all()} == {
            "warn": "in_force",
            "suspend_updates": "reversed",
        }
        assert state_of(decision.account, timezone.now()).may_publish

    def test_reduced_and_nothing_left_in_force_it_ends(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide(
            measures=(*suspension(7), MeasureOrder("stop_advertising", 7)),
        )
        appeal = accept(filed(decision), handler)

        rule(appeal, handler, "reduced", measures=["suspend_updates"])

        assert Decision.objects.get(pk=decision.pk).status == "in_force"
        assert Measure.objects.get(decision=decision, measure="stop_advertising").status == (
            "in_force"
        )

    def test_sent_back_it_is_decided_anew_by_others_and_never_more_heavily(
        self,
        decide: Callable[..., Decision],
        handler: StaffUser,
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decision = decide(measures=suspension(7))

        heard(decision, handler, "remitted")

        case = Case.objects.get(pk=decision.case_id)
        assert case.status == "open"
        assert Decision.objects.get(pk=decision.pk).status == "reversed"
        with pytest.raises(SamePerson):
            propose(case, staff.moderator)
        assert refused_copy(decision) == "decision_anew_by_others"
        heavier = refused_copy(decision.measures.get(), measure="close", restriction_id=None)
        assert heavier == "measure_no_heavier_after_appeal"
        other = staff_user("moderator")
        with pytest.raises(ActionRefused, match="更重"):
            propose(case, other, measures=suspension(30))
        anew = propose(Case.objects.get(pk=case.pk), other, measures=suspension(3))
        assert anew.proposal.proposer_side == Side.DECIDED_ANEW
        with pytest.raises(SamePerson):
            approve(anew, staff.supervisor)
        assert approve(anew, staff_user("supervisor"))
        # Once: the appeal against the new decision confirms, reduces or revokes.
        again = accept(filed(anew), staff_user("complaint_handler"))
        with pytest.raises(ActionRefused, match="重新决定"):
            rule(again, staff_user("complaint_handler"), "remitted")

    @pytest.mark.parametrize("outcome", ["confirmed", "reduced", "revoked", "remitted"])
    def test_what_says_too_little_is_refused_and_leaves_nothing(
        self, decide: Callable[..., Decision], handler: StaffUser, outcome: str
    ) -> None:
        decision = decide(measures=BOTH)
        appeal = accept(filed(decision), handler)

        with pytest.raises(InvalidInput):
            rule(appeal, handler, outcome, text="无")
        with pytest.raises(InvalidInput):
            rule(appeal, handler, outcome, ground="facts" if outcome == "confirmed" else "")

        assert not AppealRuling.objects.exists()
        assert Decision.objects.get(pk=decision.pk).status == "in_force"

    def test_nothing_is_decided_before_it_is_accepted(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        with pytest.raises(ActionRefused):
            rule(filed(decide()), handler, "confirmed")

    def test_the_database_wants_an_outcome_to_be_what_became(
        self, decide: Callable[..., Decision], handler: StaffUser, system: StaffUser
    ) -> None:
        decision = decide(measures=suspension(7))
        appeal = accept(filed(decision), handler)
        insert = (
            "INSERT INTO enforcement_appealruling (appeal_id, matter_id, outcome, ground, text,"
            " undone, person_id, hearing_side, at) VALUES (%s, %s, %s, %s, 'x', '[]', %s, %s, now())"
        )

        def tried(outcome: str, ground: str, who: int, side: str = "appeal") -> str:
            return refused_by(insert, appeal.pk, appeal.matter_id, outcome, ground, who, side)

        me = handler.person_id
        assert tried("revoked", "facts", me) == "appealruling_is_what_became"
        assert tried("reduced", "facts", me) == "appealruling_is_what_became"
        proposer = decision.proposed_by_id
        assert tried("confirmed", "", proposer) == "appeal_heard_by_somebody_else"
        assert tried("confirmed", "", system.person_id) == "appealruling_by_a_handler"
        assert (
            refused_by(
                "UPDATE enforcement_appeal SET handler_id = %s, version = version + 1 WHERE id = %s",
                proposer,
                appeal.pk,
            )
            == "appeal_heard_by_somebody_else"
        )
        assert (
            refused_by(
                "UPDATE enforcement_appeal SET status = 'decided', ended_at = now(),"
                " version = version + 1 WHERE id = %s",
                appeal.pk,
            )
            == "appeal_decided_by_its_ruling"
        )


class TestAfterwards:
    @pytest.mark.parametrize("outcome", ["reduced", "revoked"])
    def test_no_program_proposes_the_same_again(
        self,
        decide: Callable[..., Decision],
        open_case: Callable[..., Case],
        handler: StaffUser,
        staff: Staff,
        outcome: str,
    ) -> None:
        decision = decide(measures=BOTH)
        chosen = {"measures": ["suspend_updates"]} if outcome == "reduced" else {}
        heard(decision, handler, outcome, **chosen)
        case = open_case(decision.account)

        with pytest.raises(ActionRefused, match="不得再次自动提出"):
            propose(case, staff.moderator, is_automated=True)

        assert refused_copy(decision, is_automated=True) == "decision_program_does_not_repeat"
        # Another content is another matter, and a person may look again.
        assert propose(case, staff.moderator, is_automated=True, content_ref="article-2")

    def test_a_person_proposes_what_no_program_may(
        self,
        decide: Callable[..., Decision],
        open_case: Callable[..., Case],
        handler: StaffUser,
        staff: Staff,
    ) -> None:
        decision = decide(measures=BOTH)
        heard(decision, handler, "revoked")

        assert propose(open_case(decision.account), staff.moderator).status == "proposed"


class TestHearing:
    def test_a_question_stops_the_clock_until_it_is_answered(
        self, decide: Callable[..., Decision], handler: StaffUser, system: StaffUser
    ) -> None:
        appeal = accept(filed(decide()), handler)
        hearing.ask_appellant(
            appeal=appeal,
            text="请提供通报的原文链接",
            fence=hold(appeal, handler),
            **grounds(handler),
        )
        appeal = fresh(appeal)
        assert appeal.decision_clock is not None
        assert (appeal.status, appeal.decision_clock.state) == ("waiting", "paused")
        assert appeal.work_item.closed_at is not None
        assert "enforcement.appeal_question" in purposes(appeal)
        with pytest.raises(ActionRefused):
            hearing.go_on_without_answer(appeal=appeal, **grounds(handler))

        hearing.answer_question(appeal=appeal, words="链接见附件", **grounds(system))

        appeal = fresh(appeal)
        assert appeal.decision_clock is not None
        assert (appeal.status, appeal.decision_clock.state) == ("accepted", "running")
        assert appeal.work_item.closed_at is None
        with pytest.raises(ActionRefused):
            hearing.answer_question(appeal=appeal, words="再答", **grounds(system))

    def test_silence_costs_only_the_answer(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        appeal = accept(filed(decide()), handler)
        hearing.ask_appellant(
            appeal=appeal,
            text="请提供通报的原文链接",
            fence=hold(appeal, handler),
            **grounds(handler),
        )

        with clock_at(timezone.now() + timedelta(days=40)):
            hearing.go_on_without_answer(appeal=fresh(appeal), **grounds(handler))

        assert fresh(appeal).status == "accepted"

    def test_both_sides_are_heard_once(
        self,
        decide: Callable[..., Decision],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        appeal = filed(decide(measures=suspension(7)))

        with pytest.raises(NotPermitted):
            hearing.state_for_decision(
                appeal=fresh(appeal), text=TOLD, **grounds(staff_user("moderator"))
            )
        hearing.state_for_decision(appeal=fresh(appeal), text=TOLD, **grounds(staff.moderator))
        with pytest.raises(ActionRefused):
            hearing.state_for_decision(appeal=fresh(appeal), text=TOLD, **grounds(staff.supervisor))

        said = hearing.other_side_of(appeal)
        assert said is not None
        assert said.text == TOLD

    def test_a_mediation_is_on_record_with_what_came_of_it(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        appeal = accept(filed(decide()), handler)
        held = {
            "parties": "platform",
            "result": "partly_agreed",
            "note": "双方就删除内容达成一致，就禁言期限未达成一致",
            "held_date": timezone.localdate(),
            "fence": hold(appeal, handler),
        }

        with pytest.raises(InvalidInput):
            hearing.record_mediation(appeal=appeal, **{**held, "result": "x"}, **grounds(handler))
        hearing.record_mediation(appeal=appeal, **held, **grounds(handler))

        assert AppealMediation.objects.get().mediator == handler.person
        assert fresh(appeal).status == "accepted"


class TestSecondLevel:
    def test_a_closure_that_was_confirmed_is_heard_once_more_by_another(
        self, decide: Callable[..., Decision], handler: StaffUser, another: StaffUser
    ) -> None:
        decision = decide(measures=CLOSURE)
        first = heard(decision, handler, "confirmed")
        assert first.second_window is not None

        second = filed(decision)

        assert (second.level, second.first_id) == (2, first.appeal_id)
        assert second.work_item.queue == "second_appeals"
        with pytest.raises(SamePerson):
            hold(second, handler)
        second = accept(second, another)
        assert second.decision_clock is not None
        assert second.decision_clock.step == "second_appeal_decision"
        rule(second, another, "revoked")
        assert PublicAccount.objects.get(pk=decision.account_id).status == "active"
        with pytest.raises(ActionRefused):
            filed(decision)

    def test_confirmed_again_the_closure_stays(
        self, decide: Callable[..., Decision], handler: StaffUser, another: StaffUser
    ) -> None:
        decision = decide(measures=CLOSURE)
        heard(decision, handler, "confirmed")

        found = rule(accept(filed(decision), another), another, "confirmed")

        assert found.second_window is None
        assert PublicAccount.objects.get(pk=decision.account_id).status == "closed"

    def test_a_suspension_has_no_second_level(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide(measures=suspension(7))
        heard(decision, handler, "confirmed")

        with pytest.raises(ActionRefused):
            filed(decision)

    def test_the_first_handler_cannot_be_stored_on_the_second_level(
        self, decide: Callable[..., Decision], handler: StaffUser, another: StaffUser
    ) -> None:
        decision = decide(measures=CLOSURE)
        heard(decision, handler, "confirmed")
        second = accept(filed(decision), another)

        assert (
            refused_by(
                "UPDATE enforcement_appeal SET handler_id = %s, version = version + 1 WHERE id = %s",
                handler.person_id,
                second.pk,
            )
            == "appeal_heard_by_somebody_else"
        )
