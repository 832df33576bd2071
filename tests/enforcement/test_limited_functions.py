"""Restricted functions and stopped advertising: told, limited to their term, undone exactly."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.models import PublicAccount
from accounts.services.restrictions import state_of
from compliance.errors import InvalidInput
from compliance.models import PlatformCommand, StaffUser
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision
from enforcement.services import lapses, reversals
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.conftest import CLOSURE, P, Staff, propose, suspension
from tests.enforcement.raw_rows import refused_copy

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """Somebody who took no part in the decision."""
    return staff_user("complaint_handler")


def restricted(*functions: str, days: int = 14) -> MeasureOrder:
    return MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, days, functions)


def no_advertising(days: int = 30) -> MeasureOrder:
    return MeasureOrder(MeasureCode.STOP_ADVERTISING, days)


def off(account: PublicAccount) -> set[str]:
    fresh = PublicAccount.objects.get(pk=account.pk)
    return set(state_of(fresh, timezone.now()).functions_off)


def may_advertise(account: PublicAccount) -> bool:
    fresh = PublicAccount.objects.get(pk=account.pk)
    return state_of(fresh, timezone.now()).may_advertise


def reverse(decision: Decision, actor: StaffUser) -> reversals.ReversalReport:
    return reversals.reverse_decision(
        decision=decision, actor=actor, provision=P, reason="申诉成立"
    )


def test_only_the_named_functions_and_the_advertising_go_off(
    decide: Callable[..., Decision],
) -> None:
    decision = decide(measures=[restricted("live", "recommend"), no_advertising()])
    account = decision.account

    assert off(account) == {"live", "recommend"}
    assert not may_advertise(account)
    assert state_of(account, timezone.now()).may_publish
    assert decision.report_duty.status == "due"
    ordered = PlatformCommand.objects.filter(subject_id=account.platform_uid)
    assert any('"live"' in command.payload for command in ordered)


def test_the_operator_is_told_which_functions_and_until_when(
    decide: Callable[..., Decision],
) -> None:
    decision = decide(measures=[restricted("live", days=7), no_advertising(30)])

    told = {each.language: each.text for each in decision.notices}
    assert "停用以下功能，期满恢复：直播" in told["zh-hans"]
    assert "停止广告发布，期满恢复" in told["zh-hans"]
    assert "these functions are off, and on again then: live broadcasts." in told["en"]


def test_each_ends_with_its_own_term(decide: Callable[..., Decision], system: StaffUser) -> None:
    decision = decide(measures=[restricted("live", days=7), no_advertising(30)])

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert off(decision.account) == set()
        assert not may_advertise(decision.account)
        count = lapses.lapse_measures(now=timezone.now(), actor=system)

    assert count == lapses.LapseCount(measures=1, decisions=0)
    ended = decision.measures.get(measure="restrict_functions")
    assert (ended.status, ended.ended_at) == ("expired", ended.in_force_until)


def test_a_reversal_leaves_what_another_decision_turned_off(
    decide: Callable[..., Decision], reviewer: StaffUser
) -> None:
    first = decide(measures=[restricted("live", "comment"), no_advertising()])
    decide(account=first.account, measures=[restricted("live")])

    report = reverse(first, reviewer)

    assert off(first.account) == {"live"}
    assert may_advertise(first.account)
    with translation.override("en"):
        assert [str(each.explanation) for each in report.restored] == [
            "This restriction ended; some of its functions stay off on another ground.",
            "Advertising is possible again.",
        ]


def test_what_had_ended_before_is_told_as_not_restored(
    decide: Callable[..., Decision], reviewer: StaffUser
) -> None:
    decision = decide(measures=[restricted("rename", days=1)])

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        report = reverse(decision, reviewer)

    assert [each.is_restored for each in report.items] == [False]


@pytest.mark.parametrize(
    "orders",
    [
        [MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, 7)],
        [restricted("breathing")],
        [MeasureOrder(MeasureCode.STOP_ADVERTISING, 7, ("live",))],
        [MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, None, ("live",))],
        [no_advertising(181)],
        [*CLOSURE, no_advertising()],
        [*CLOSURE, restricted("live")],
    ],
)
def test_an_order_that_cannot_be_is_refused_and_leaves_nothing(
    orders: Sequence[MeasureOrder], open_case: Callable[..., Case], staff: Staff
) -> None:
    with pytest.raises(InvalidInput):
        propose(open_case(), staff.moderator, measures=orders)

    assert not Decision.objects.exists()


def test_a_suspension_may_stand_beside_stopped_advertising(
    decide: Callable[..., Decision],
) -> None:
    decision = decide(measures=[*suspension(7), no_advertising()])

    assert decision.measures.count() == 2


@pytest.mark.parametrize(
    ("measure", "functions"), [("restrict_functions", []), ("suspend_updates", ["live"])]
)
def test_orderedmeasure_functions_fit(
    decide: Callable[..., Decision], measure: str, functions: list[str]
) -> None:
    ordered = decide(measures=suspension(7)).ordered_measures.get()

    assert refused_copy(ordered, measure=measure, functions=functions) == (
        "orderedmeasure_functions_fit"
    )
