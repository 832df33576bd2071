"""Second looks: drawn by a seed, given blind by somebody else, compared, concluded on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.urls import reverse
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
from enforcement.models import Decision, SecondLook, SecondLookDraw
from enforcement.rules.ladder import Order, Rung
from enforcement.rules.second_looks import ConsistencyTerms, Rate, compare_looks, rate_of
from enforcement.rules.second_looks import draw as drawn_by
from enforcement.services.consistency.agreement import agreement_of, overall
from enforcement.services.consistency.drawing import QUEUE, draw_second_looks
from enforcement.services.consistency.looking import REVIEW_QUEUE, review_second_look
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.conftest import Staff, suspension, violation
from tests.enforcement.console import client_of, text_of
from tests.enforcement.second_looks import NOTHING, WHY, P, draw, give, look_at, would

WARN = Order(MeasureCode.WARN)
WEEK = Order(MeasureCode.SUSPEND_UPDATES, 7)
MONTH = Order(MeasureCode.SUSPEND_UPDATES, 30)
CLOSE = Order(MeasureCode.CLOSE)
LADDER = [Rung(number, 1, (order,)) for number, order in enumerate((WARN, WEEK, MONTH, CLOSE), 1)]
TERMS = {
    "sample_permille": 20,
    "review_steps": 2,
    "few": 5,
    "limit_points": 20,
    "bands": [10, 100],
}


@pytest.fixture
def other(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """A moderator who has no part in anything."""
    return staff_user("moderator")


@pytest.fixture
def drawn(decide: Callable[..., Decision], system: StaffUser) -> Callable[..., SecondLook]:
    """Takes a decision and draws it for a second look."""

    def make(**changes: Any) -> SecondLook:
        decision = decide(**changes)
        draw(system)
        return look_at(decision)

    return make


class TestTheRules:
    def test_a_share_is_drawn_rounded_up_and_one_at_least_of_the_rarest(self) -> None:
        assert len(drawn_by(range(1, 101), seed="a", permille=20)) == 2
        assert len(drawn_by(range(1, 102), seed="a", permille=20)) == 3
        assert drawn_by([7], seed="a", permille=1) == [7]
        assert drawn_by([], seed="a", permille=20) == []

    def test_the_seed_alone_decides_which(self) -> None:
        one = drawn_by(range(1000), seed="a", permille=50)

        assert one == drawn_by(reversed(range(1000)), seed="a", permille=50)
        assert one != drawn_by(range(1000), seed="b", permille=50)

    @pytest.mark.parametrize(
        ("decided", "seen", "outcome", "steps"),
        [
            ((WEEK,), (WEEK,), LookOutcome.AGREE, 0),
            ((WEEK,), (WARN,), LookOutcome.LIGHTER, 1),
            ((CLOSE,), (WARN,), LookOutcome.LIGHTER, 3),
            ((WARN,), (MONTH,), LookOutcome.HEAVIER, 2),
            # Between two steps: it differs, so it is a step at least.
            ((MONTH,), (Order(MeasureCode.SUSPEND_UPDATES, 14),), LookOutcome.LIGHTER, 1),
            ((WARN,), (), LookOutcome.LIGHTER, 1),
            ((CLOSE,), (), LookOutcome.LIGHTER, 4),
            ((WARN,), (Order(MeasureCode.BLACKLIST),), LookOutcome.HEAVIER, 4),
        ],
    )
    def test_what_was_seen_is_compared_on_the_ladder_of_the_decision(
        self,
        decided: tuple[Order, ...],
        seen: tuple[Order, ...],
        outcome: LookOutcome,
        steps: int,
    ) -> None:
        found = compare_looks(LADDER, decided, seen)

        assert (found.outcome, found.steps) == (outcome, steps)

    def test_a_rate_says_between_which_bounds_it_lies(self) -> None:
        assert rate_of(9, 10) == Rate(9, 10, 900, 596, 982)
        assert rate_of(0, 0) == Rate(0, 0, 0, 0, 1000)
        assert rate_of(0, 3).lowest == 0
        assert rate_of(3, 3).highest == 1000

    @pytest.mark.parametrize(
        "change",
        [
            {"sample_permille": 0},
            {"sample_permille": 1001},
            {"review_steps": 0},
            {"few": 1},
            {"limit_points": 0},
            {"bands": []},
            {"bands": [100, 10]},
            {"bands": [10, 10]},
        ],
    )
    def test_a_rule_that_cannot_be_is_refused(self, change: dict[str, Any]) -> None:
        assert ConsistencyTerms.from_catalogue(TERMS).bands == (10, 100)

        with pytest.raises(ValueError, match="out of"):
            ConsistencyTerms.from_catalogue({**TERMS, **change})


@pytest.mark.django_db
class TestTheDraw:
    def test_each_violation_has_one_at_least_and_the_seed_is_kept(
        self, decide: Callable[..., Decision], system: StaffUser
    ) -> None:
        decisions = [decide(), decide(), decide(violation_type=violation("V06.2"))]

        done = draw(system)

        assert done.figures == {
            "V06.1": {"taken": 2, "drawn": 1},
            "V06.2": {"taken": 1, "drawn": 1},
        }
        assert len(done.seed) == 64
        of_code = [each.pk for each in decisions[:2]]
        again = drawn_by(of_code, seed=done.seed, permille=20)
        assert set(done.looks.values_list("decision", flat=True)) == {*again, decisions[2].pk}

    def test_what_a_program_proposed_is_drawn_from_by_itself_one_at_least(
        self, decide: Callable[..., Decision], system: StaffUser, other: StaffUser
    ) -> None:
        of_people = [decide(), decide()]
        of_a_program = [decide(is_automated=True), decide(is_automated=True)]

        done = draw(system)

        assert done.figures == {"V06.1": {"taken": 4, "drawn": 2}}
        chosen = set(done.looks.values_list("decision", flat=True))
        for group in (of_people, of_a_program):
            again = drawn_by([each.pk for each in group], seed=done.seed, permille=20)
            assert chosen.intersection(each.pk for each in group) == set(again)
        look = done.looks.get(decision__is_automated=True)
        assert give(look, other, would()).status == SecondLookStatus.COMPARED

    def test_a_month_is_drawn_once_and_when_it_is_over(
        self, decide: Callable[..., Decision], system: StaffUser
    ) -> None:
        decide()
        with pytest.raises(InvalidInput):
            draw_now(system)
        assert not SecondLookDraw.objects.exists()
        draw(system)

        with pytest.raises(ActionRefused):
            draw(system)
        assert SecondLook.objects.count() == 1

    def test_whoever_may_not_draw_is_refused(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decide()
        with pytest.raises(NotPermitted):
            draw(staff.moderator)
        assert not SecondLookDraw.objects.exists()

    def test_the_command_says_what_it_drew_and_refuses_a_month_that_is_not_over(
        self, capsys: pytest.CaptureFixture[str], db: None
    ) -> None:
        call_command("draw_second_looks", "--json", month="2026-01")
        assert '"month": "2026-01"' in capsys.readouterr().out

        with pytest.raises(CommandError):
            call_command("draw_second_looks", month=f"{timezone.localdate():%Y-%m}")
        with pytest.raises(CommandError):
            call_command("draw_second_looks", month="January")


def draw_now(actor: StaffUser) -> SecondLookDraw:
    """Draw for a month that still runs."""
    return draw_second_looks(
        month=timezone.localdate(), actor=actor, provision=P, reason="按月抽取"
    )


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


@pytest.mark.django_db
class TestThePages:
    def test_the_page_shows_what_was_found_and_not_what_was_decided(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> None:
        look = drawn(measures=suspension(13))
        decision = look.decision
        client = client_of(other)
        taken = client.post(reverse("admin:claim_next", args=[QUEUE]))

        text = text_of(client.get(taken["Location"]))

        assert decision.facts in text
        assert decision.clauses.get().text in text
        for hidden in (
            decision.number,
            decision.case.number,
            decision.account.name,
            decision.proposed_by.name,
            decision.reasoning,
            decision.private_note,
            decision.deviation_note,
            "13 ",
        ):
            assert hidden not in text
        assert not re.search(rf"/decisions?/{decision.pk}/", text)

    def test_it_is_given_in_the_form_and_the_next_one_comes(
        self, drawn: Callable[..., SecondLook], other: StaffUser
    ) -> None:
        look = drawn()
        client = client_of(other)
        page = client.post(reverse("admin:claim_next", args=[QUEUE]))["Location"]
        shown = client.get(page).context
        posted = {
            "action": "look",
            "fence": shown["lease"].fence,
            "version": look.version,
            "reason": WHY,
        }

        empty = client.post(page, posted)
        given = client.post(
            page,
            {**posted, "violation": violation().pk, "severity": 4, "measures": ["warn"]},
        )

        assert empty.status_code == 422
        assert WHY in text_of(empty)
        assert given.status_code == 302
        assert look_at(look.decision).outcome == LookOutcome.AGREE

    def test_a_supervisor_concludes_on_the_page(
        self,
        drawn: Callable[..., SecondLook],
        other: StaffUser,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        look = give(drawn(), other, NOTHING)
        client = client_of(staff_user("supervisor"))
        page = client.post(reverse("admin:claim_next", args=[REVIEW_QUEUE]))["Location"]
        shown = client.get(page)

        answer = client.post(
            page,
            {
                "action": "review",
                "fence": shown.context["lease"].fence,
                "version": look.version,
                "conclusion": "unclear",
                "reason": "目录释义不够清楚，列入下一版修订。",
            },
        )

        assert look.decision.number in text_of(shown)
        assert answer.status_code == 302
        assert look_at(look.decision).conclusion == LookConclusion.UNCLEAR

    def test_a_figure_of_the_month_leads_to_its_looks_and_they_to_their_pages(
        self, drawn: Callable[..., SecondLook], staff: Staff
    ) -> None:
        look = drawn()
        client = client_of(staff.supervisor)

        month = text_of(client.get(reverse("admin:second_look_draws")))
        behind = reverse("admin:second_looks_of_code", args=[look.draw_id, "V06.1"])
        listed = text_of(client.get(behind))
        record = client.get(reverse("admin:second_look", args=[look.pk]))

        assert behind in month
        assert look.draw.seed in month
        assert look.reference in listed
        assert record.status_code == 200

    def test_the_record_leads_supervisors_to_where_they_conclude_while_one_has_to(
        self, drawn: Callable[..., SecondLook], other: StaffUser, staff: Staff
    ) -> None:
        look = give(drawn(), other, NOTHING)
        record = reverse("admin:second_look", args=[look.pk])
        there = reverse("admin:conclude_second_look", args=[look.review_item_id])

        assert there in text_of(client_of(staff.supervisor).get(record))
        assert there not in text_of(client_of(staff.officer).get(record))

    @pytest.mark.parametrize("name", ["second_look_draws", "enforcement_secondlook_changelist"])
    def test_those_who_give_second_looks_do_not_see_how_others_came_out(
        self, other: StaffUser, name: str
    ) -> None:
        assert client_of(other).get(reverse(f"admin:{name}")).status_code == 403
