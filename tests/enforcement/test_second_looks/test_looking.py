"""A second look is given blind, compared and concluded on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance import audit, work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NothingToClaim,
    NotPermitted,
    SamePerson,
    StaleLease,
    TransitionRefused,
)
from compliance.models import Clock, Participation, Side, StaffUser, WorkItem
from enforcement.consistency_words import LookConclusion, LookOutcome, SecondLookStatus
from enforcement.enums import DecisionStatus, MeasureCode
from enforcement.models import Decision, SecondLook
from enforcement.services.consistency.agreement import agreement_of, overall
from enforcement.services.consistency.drawing import QUEUE
from enforcement.services.consistency.looking import REVIEW_QUEUE, review_second_look
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.conftest import Staff, violation
from tests.enforcement.second_looks import NOTHING, WHY, P, draw, give, look_at, would


@pytest.mark.django_db
class TestTheLook:
    def test_the_same_measures_agree_and_nobody_else_is_asked(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> None:
        look = give(drawn(), other, would())

        assert look.status == SecondLookStatus.COMPARED
        assert (look.outcome, look.steps) == (LookOutcome.AGREE, 0)
        assert look.reviewer == other.person
        assert look.is_same_violation
        item = WorkItem.objects.get(pk=look.work_item_id)
        assert item.closed_at is not None
        assert Clock.objects.get(pk=item.clock_id).state == "stopped"
        assert look.decision.status == DecisionStatus.IN_FORCE

    def test_two_steps_apart_a_supervisor_is_asked(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> None:
        look = give(drawn(), other, would(MeasureOrder(MeasureCode.CLOSE)))

        assert look.status == SecondLookStatus.IN_REVIEW
        assert look.outcome == LookOutcome.HEAVIER
        assert look.steps >= 2
        assert look.review_item is not None
        assert look.review_item.queue == REVIEW_QUEUE

    def test_who_finds_no_violation_is_always_put_before_a_supervisor(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> None:
        look = give(drawn(), other, NOTHING)

        assert look.status == SecondLookStatus.IN_REVIEW
        assert (look.finds_nothing, look.outcome) == (True, LookOutcome.LIGHTER)

    def test_nobody_who_decided_is_offered_it_or_gives_it(
        self, drawn: Callable[..., SecondLook], staff: Staff
    ) -> None:
        look = drawn()

        with pytest.raises(NothingToClaim):
            work.claim_next(queue=QUEUE, actor=staff.moderator)
        with pytest.raises(ActionRefused):
            give(look, staff.moderator, would())
        assert look_at(look.decision).status == SecondLookStatus.WAITING

    def test_whoever_attached_evidence_gives_no_second_look(
        self,
        drawn: Callable[..., SecondLook],
        attach: Callable[..., Any],
        other: StaffUser,
    ) -> None:
        look = drawn()
        fence = work.claim_item(work_item=look.work_item, actor=other).fence
        attach(look.decision.case, actor=other)

        with pytest.raises(SamePerson):
            give(look, other, would(), fence=fence)
        assert look_at(look.decision).status == SecondLookStatus.WAITING

    def test_whoever_does_not_hold_it_or_may_not_is_refused(
        self, drawn: Callable[..., SecondLook], other: StaffUser, staff_user: Callable[..., Any]
    ) -> None:
        look = drawn()

        with pytest.raises(StaleLease):
            give(look, other, would(), fence=1)
        with pytest.raises(NotPermitted):
            give(look, staff_user("auditor"), would(), fence=1)
        assert look_at(look.decision).reviewer is None

    def test_what_could_not_be_decided_cannot_be_said(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> None:
        look = drawn()
        fence = work.claim_item(work_item=look.work_item, actor=other).fence
        warning = MeasureOrder(MeasureCode.WARN)

        for answer, reason in (
            (would(MeasureOrder(MeasureCode.SUSPEND_UPDATES)), WHY),
            (would(severity=9), WHY),
            (would(warning, warning), WHY),
            (would(code="V09"), WHY),
            (would(), "违规"),
        ):
            with pytest.raises(InvalidInput):
                give(look, other, answer, reason=reason, fence=fence)
        assert look_at(look.decision).status == SecondLookStatus.WAITING
        assert not Participation.objects.filter(person=other.person).exists()

    def test_it_is_given_once(self, drawn: Callable[..., SecondLook], other: StaffUser) -> None:
        look = drawn()
        fence = work.claim_item(work_item=look.work_item, actor=other).fence
        give(look, other, would(), fence=fence)

        with pytest.raises((StaleLease, TransitionRefused)):
            give(look, other, NOTHING, fence=fence)
        assert look_at(look.decision).outcome == LookOutcome.AGREE

    def test_the_rate_of_a_month_rests_on_those_that_were_given(
        self, decide: Callable[..., Decision], system: StaffUser, other: StaffUser
    ) -> None:
        agreed, disputed = decide(), decide(violation_type=violation("V06.2"))
        decide(violation_type=violation("V06.3"))
        done = draw(system)
        give(look_at(agreed), other, would())
        give(look_at(disputed), other, NOTHING)

        found = agreement_of(done)

        assert [(each.code, each.waiting, each.rate.part, each.rate.whole) for each in found] == [
            ("V06.1", 0, 1, 1),
            ("V06.2", 0, 0, 1),
            ("V06.3", 1, 0, 0),
        ]
        assert (overall(found).part, overall(found).whole) == (1, 2)


@pytest.mark.django_db
class TestTheConclusion:
    @pytest.fixture
    def disputed(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> Callable[..., SecondLook]:
        return lambda: give(drawn(), other, NOTHING)

    def conclude(self, look: SecondLook, actor: StaffUser, **changes: Any) -> SecondLook:
        assert look.review_item is not None
        if "fence" not in changes:
            changes["fence"] = work.claim_item(work_item=look.review_item, actor=actor).fence
        return review_second_look(
            **{
                "look": look,
                "conclusion": LookConclusion.STANDS,
                "actor": actor,
                "provision": P,
                "reason": "证据充分，原处置适当，维持不变。",
                **changes,
            }
        )

    def test_a_supervisor_who_had_no_part_concludes(
        self, disputed: Callable[..., SecondLook], staff_user: Callable[..., StaffUser]
    ) -> None:
        look = self.conclude(disputed(), staff_user("supervisor"))

        assert look.status == SecondLookStatus.REVIEWED
        assert look.conclusion == LookConclusion.STANDS
        assert look.decision.status == DecisionStatus.IN_FORCE

    def test_the_supervisor_who_approved_is_refused(
        self, disputed: Callable[..., SecondLook], staff: Staff
    ) -> None:
        look = disputed()

        with pytest.raises(ActionRefused):
            self.conclude(look, staff.supervisor)
        assert look_at(look.decision).status == SecondLookStatus.IN_REVIEW

    def test_whoever_gave_it_does_not_conclude_on_it(
        self, drawn: Callable[..., SecondLook], staff_user: Callable[..., StaffUser]
    ) -> None:
        both = staff_user("moderator", "supervisor")
        look = give(drawn(), both, NOTHING)

        with pytest.raises(SamePerson):
            self.conclude(look, both)
        assert look_at(look.decision).status == SecondLookStatus.IN_REVIEW

    def test_a_decision_is_reversed_by_whoever_may_and_all_at_once(
        self, disputed: Callable[..., SecondLook], staff_user: Callable[..., StaffUser]
    ) -> None:
        look, either = disputed(), staff_user("supervisor")

        self.conclude(look, either, conclusion=LookConclusion.REVERSED)

        decision = Decision.objects.get(pk=look.decision_id)
        assert decision.status == DecisionStatus.REVERSED
        sides = Participation.objects.filter(matter=look.matter, person=either.person)
        assert sides.get().side == Side.REVIEWER

    def test_a_conclusion_has_to_say_something(
        self, disputed: Callable[..., SecondLook], staff_user: Callable[..., StaffUser]
    ) -> None:
        look, supervisor = disputed(), staff_user("supervisor")

        for changes in ({"conclusion": "perhaps"}, {"reason": "同意"}):
            with pytest.raises(InvalidInput):
                self.conclude(look, supervisor, **changes)
        assert look_at(look.decision).status == SecondLookStatus.IN_REVIEW


@pytest.mark.django_db
class TestTheDatabase:
    def refused(self, look: SecondLook, actor: StaffUser, **fields: Any) -> str:
        with pytest.raises(IntegrityError) as problem, transaction.atomic():
            audit.move(look, "compare", actor=actor, provision=P, reason=WHY, **fields)
        cause = problem.value.__cause__
        return str(cause.diag.constraint_name)  # type: ignore[union-attr]

    def whole(self, look: SecondLook, person: Any) -> dict[str, Any]:
        return {
            "reviewer": person,
            "looked_at": timezone.now(),
            "finds_nothing": True,
            "reasoning": WHY,
            "outcome": LookOutcome.LIGHTER,
            "steps": 1,
        }

    def test_secondlook_reviewer_took_part(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> None:
        look = drawn()

        # The row says that they reviewed it; nobody wrote down that they took part.
        assert self.refused(look, other, **self.whole(look, other.person)) == (
            "secondlook_reviewer_took_part"
        )

    def test_an_approver_cannot_be_made_a_reviewer(
        self, drawn: Callable[..., SecondLook], staff: Staff
    ) -> None:
        look = drawn()
        with (
            pytest.raises(IntegrityError, match="participation_one_side_per_person"),
            transaction.atomic(),
        ):
            Participation.objects.create(
                matter=look.matter, person=staff.supervisor.person, side=Side.REVIEWER
            )

        assert self.refused(
            look, staff.supervisor, **self.whole(look, staff.supervisor.person)
        ) == ("secondlook_reviewer_took_part")

    def test_secondlook_answer_stays(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> None:
        look = give(drawn(), other, would())

        with pytest.raises(IntegrityError, match="was given"), transaction.atomic():
            audit.amend(look, "amend", actor=other, provision=P, reason=WHY, steps=1)
