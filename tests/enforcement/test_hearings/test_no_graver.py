"""Nobody is worse off for having spoken, and no decision goes past a hearing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance import work
from compliance.errors import ActionRefused
from compliance.models import StaffUser, WorkItem
from enforcement.hearing_words import StatementKind
from enforcement.models import Case, Decision, Hearing
from enforcement.services import decision_checks, decisions
from enforcement.services.hearings import planning
from tests.enforcement.conftest import CLOSURE, REASON, WARNING, P, Staff, suspension
from tests.enforcement.raw_rows import constraint_of, refused_change
from tests.enforcement.test_hearings.conftest import SAID, WEIGHED, propose, state_of_all
from tests.hearings import hear

pytestmark = pytest.mark.django_db


class TestNoGraver:
    def give_back(self, decision: Decision, staff: Staff) -> Case:
        decisions.return_decision(
            decision=decision, actor=staff.supervisor, provision=P, reason="请核实运营者所述"
        )
        return Case.objects.get(pk=decision.case_id)

    @pytest.mark.parametrize("graver", [suspension(8), CLOSURE])
    def test_what_was_said_in_defence_makes_no_measure_graver(
        self, open_case: Callable[..., Case], staff: Staff, graver: Any
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator), StatementKind.FINAL, SAID)
        case = self.give_back(decision, staff)
        fence = work.claim_item(work_item=case.work_item, actor=staff.moderator).fence
        before = state_of_all()

        with pytest.raises(ActionRefused):
            propose(case, staff.moderator, measures=graver, fence=fence)

        assert state_of_all() == before

    @pytest.mark.parametrize(("milder", "rests"), [(suspension(7), True), (WARNING, False)])
    def test_the_same_or_a_milder_one_rests_on_what_was_said(
        self, open_case: Callable[..., Case], staff: Staff, milder: Any, rests: bool
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator), StatementKind.FINAL, SAID)
        hearing = decision.hearing
        case = self.give_back(decision, staff)

        later = propose(case, staff.moderator, measures=milder)

        assert later.status == "proposed"
        assert (later.hearing == hearing) is rests
        assert Hearing.objects.count() == 1
        decisions.approve_decision(
            decision=later,
            weighed=WEIGHED if rests else "",
            actor=staff.supervisor,
            provision=P,
            reason=REASON,
        )
        assert Decision.objects.get(pk=later.pk).status == "in_force"

    def test_after_silence_a_graver_one_is_heard_anew(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator))
        case = self.give_back(decision, staff)

        later = propose(case, staff.moderator, measures=suspension(30))

        assert later.status == "hearing"
        assert later.hearing != decision.hearing


class TestTheDatabase:
    def test_holds_a_decision_back_while_the_operator_is_heard(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)
        item = WorkItem.objects.latest("pk")

        name = refused_change(decision, status="proposed", approval_item_id=item.pk)

        assert name == "decision_heard_before_approval"

    def test_lets_no_hearing_end_in_silence_or_in_words_that_were_not(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        hearing = propose(open_case(), staff.moderator).hearing
        assert hearing is not None
        now = timezone.now()

        silent = refused_change(hearing, status="lapsed", ended_at=now, told_at=now)
        answered = refused_change(hearing, status="answered", ended_at=now)

        assert silent == "hearing_silence_is_earned"
        assert answered == "hearing_answer_is_the_last_word"

    def refused_approval(self, decision: Decision, actor: StaffUser, weighed: str = "") -> str:
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            decisions.approve_decision(
                decision=decision, weighed=weighed, actor=actor, provision=P, reason=REASON
            )
        return constraint_of(caught.value)

    def test_carries_no_measure_out_that_nobody_heard_the_operator_on(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        nobody = planning.HearingPlan(is_opened=False)
        monkeypatch.setattr(decision_checks, "plan_hearing", lambda *_: nobody)
        monkeypatch.setattr(decisions, "require_heard", lambda _: None)
        decision = propose(open_case(), staff.moderator)

        assert self.refused_approval(decision, staff.supervisor) == "measure_operator_was_heard"

    def test_carries_no_graver_measure_out_than_that_one(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator))
        rests = planning.HearingPlan(is_opened=False, rests_on=decision.hearing)
        case = TestNoGraver().give_back(decision, staff)
        monkeypatch.setattr(decision_checks, "plan_hearing", lambda *_: rests)
        later = propose(case, staff.moderator, measures=suspension(8))

        assert self.refused_approval(later, staff.supervisor) == "measure_no_graver_than_heard"

    def test_carries_no_measure_out_before_the_statement_was_weighed(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator), StatementKind.FINAL, SAID)
        monkeypatch.setattr(decisions, "weigh_statement", lambda *_, **__: None)

        assert self.refused_approval(decision, staff.supervisor) == "measure_statement_was_weighed"
