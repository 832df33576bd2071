"""The rules of enforcement, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from enforcement.rules.approvals import ApprovalStep, approvals_for, approvals_needed
from enforcement.rules.measures import (
    OrderProblem,
    appeal_limit,
    combination_problem,
    effective_end,
    is_reportable,
    measure_end,
    term_problem,
)
from enforcement.rules.reasons import ReasonProblem, reason_problem, reasoning_problem
from enforcement.rules.violations import ViolationProblem, ViolationRule, violation_problem

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
STEPS = [ApprovalStep(0, ("a",)), ApprovalStep(30, ("a", "b"))]


@pytest.mark.parametrize(
    ("days", "expected"),
    [(None, ("a",)), (1, ("a",)), (30, ("a",)), (31, ("a", "b")), (180, ("a", "b"))],
)
def test_a_longer_term_needs_the_approvals_of_its_step(
    days: int | None, expected: tuple[str, ...]
) -> None:
    assert approvals_for(STEPS, days) == expected


def test_without_a_step_nobody_may_approve() -> None:
    assert approvals_for([], 5) == ()


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        ([("a",)], ("a",)),
        ([("a",), ("a", "b")], ("a", "b")),
        ([("a",), ("b",)], ("a", "b")),
        ([("a", "a"), ("a",)], ("a", "a")),
        ([], ()),
    ],
)
def test_a_decision_needs_what_its_most_demanding_measures_need(
    measures: list[tuple[str, ...]], expected: tuple[str, ...]
) -> None:
    assert approvals_needed(measures) == expected


@pytest.mark.parametrize(
    ("measures", "problem"),
    [
        ([], OrderProblem.NOTHING_ORDERED),
        (["warn", "warn"], OrderProblem.ORDERED_TWICE),
        (["close", "suspend_updates"], OrderProblem.CLOSURE_WITH_TERM),
        (["terminate", "stop_advertising"], OrderProblem.CLOSURE_WITH_TERM),
        (["warn", "suspend_updates"], None),
        (["warn", "close"], None),
    ],
)
def test_measures_that_do_not_go_together(
    measures: list[str], problem: OrderProblem | None
) -> None:
    assert combination_problem(measures) == problem


@pytest.mark.parametrize(
    ("has_term", "longest", "days", "problem"),
    [
        (True, 180, 7, None),
        (True, 180, 180, None),
        (True, 180, 181, OrderProblem.TERM_TOO_LONG),
        (True, None, 999, None),
        (True, 180, None, OrderProblem.TERM_MISSING),
        (True, 180, 0, OrderProblem.TERM_MISSING),
        (False, None, 3, OrderProblem.TERM_NOT_POSSIBLE),
        (False, None, None, None),
    ],
)
def test_terms(
    has_term: bool, longest: int | None, days: int | None, problem: OrderProblem | None
) -> None:
    assert term_problem(has_term=has_term, longest_days=longest, term_days=days) == problem


def test_a_term_is_counted_in_whole_days_from_its_start() -> None:
    assert measure_end(START, 7) == START + timedelta(days=7)
    assert measure_end(START, None) is None


def test_the_longest_of_several_measures_counts_and_one_without_end_has_none() -> None:
    later = START + timedelta(days=3)

    assert effective_end([START, later]) == later
    assert effective_end([START, None]) is None
    assert effective_end([]) is None


def test_a_decision_is_reported_when_one_of_its_measures_is() -> None:
    assert is_reportable([False, True])
    assert not is_reportable([False])


def test_only_a_mere_warning_has_the_shorter_appeal_window() -> None:
    assert appeal_limit(["warn"]) == "appeal_window_warning"
    assert appeal_limit(["warn", "suspend_updates"]) == "appeal_window"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ReasonProblem.EMPTY),
        ("  …… ", ReasonProblem.EMPTY),
        ("其他", ReasonProblem.SAYS_NOTHING),
        ("其他。", ReasonProblem.SAYS_NOTHING),
        ("违规", ReasonProblem.SAYS_NOTHING),
        ("Other", ReasonProblem.SAYS_NOTHING),
        ("n/a", ReasonProblem.SAYS_NOTHING),
        ("V06.1", ReasonProblem.BARE_CODE),
        ("V09.A.6、M3", ReasonProblem.BARE_CODE),
        ("违反第十八条第（六）项", ReasonProblem.BARE_CODE),
        ("violation of art. 18 (6)", ReasonProblem.BARE_CODE),
        ("V10.4 其他", ReasonProblem.SAYS_NOTHING),
        ("发布谣言", ReasonProblem.TOO_SHORT),
        ("账号于三月二日发布文章称水库决堤，经核实并无此事。", None),
        ("On 2 March the account claimed that a dam had burst; it had not.", None),
    ],
)
def test_words_that_tell_nobody_anything_are_known(
    text: str, problem: ReasonProblem | None
) -> None:
    assert reason_problem(text) == problem


def test_reasoning_that_repeats_the_facts_is_known() -> None:
    facts = "账号于三月二日发布文章称水库决堤。"

    assert reasoning_problem("账号于三月二日发布文章，称水库决堤", facts=facts) == (
        ReasonProblem.REPEATS_FACTS
    )
    assert reasoning_problem("所述事件并不存在，属于编造事实。", facts=facts) is None


@pytest.mark.parametrize(
    ("rule", "severity", "statute", "problem"),
    [
        (ViolationRule(False, False, 1, 4), 4, "", None),
        (ViolationRule(True, False, 1, 4), 2, "", ViolationProblem.SUBTYPE_MISSING),
        (ViolationRule(False, True, 1, 4), 2, " ", ViolationProblem.STATUTE_MISSING),
        (ViolationRule(False, True, 1, 4), 2, "著作权法第十条", None),
        (ViolationRule(False, False, 2, 4), 1, "", ViolationProblem.SEVERITY_OUT_OF_RANGE),
        (ViolationRule(False, False, 1, 4), 5, "", ViolationProblem.SEVERITY_OUT_OF_RANGE),
    ],
)
def test_violations_that_cannot_be_named_so(
    rule: ViolationRule, severity: int, statute: str, problem: ViolationProblem | None
) -> None:
    assert violation_problem(rule, severity=severity, statute=statute) == problem
