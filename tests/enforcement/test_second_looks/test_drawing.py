"""Second looks are drawn by a seed, by rules that need no database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.models import StaffUser
from enforcement.consistency_words import LookOutcome, SecondLookStatus
from enforcement.enums import MeasureCode
from enforcement.models import Decision, SecondLook, SecondLookDraw
from enforcement.rules.ladder import Order, Rung
from enforcement.rules.second_looks import ConsistencyTerms, Rate, compare_looks, rate_of
from enforcement.rules.second_looks import draw as drawn_by
from enforcement.services.consistency.drawing import draw_second_looks
from tests.enforcement.conftest import Staff, violation
from tests.enforcement.second_looks import P, draw, give, would

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
