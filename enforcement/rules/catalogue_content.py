"""Whether the rows of a version of the catalogue can stand together; each part read as a whole."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from enforcement.enums import ApprovalOccasion, MeasureCode
from enforcement.rules.ladder import Order, Rung, beyond_harm, ladder_of, nearest
from enforcement.rules.measures import functions_problem, term_problem

Rows = Mapping[str, Mapping[str, Any]]
LONGEST_MONTHS: Final = 60
_BY_TWO: Final = (MeasureCode.CLOSE, MeasureCode.BAR_NAME)
SEVERITIES: Final = (1, 2, 3, 4)


class ContentProblem(StrEnum):
    """Why a version cannot be as it is written."""

    MONTHS = "months"
    SEVERITIES = "severities"
    NO_LADDER = "no_ladder"
    GAP = "gap"
    EMPTY_STEP = "empty_step"
    UNKNOWN_MEASURE = "unknown_measure"
    MEASURE_UNFIT = "measure_unfit"
    TOO_WIDE = "too_wide"
    NO_APPROVER = "no_approver"
    CLOSING_BY_ONE = "closing_by_one"
    HEAVIER_BY_ONE = "heavier_by_one"
    FACTOR_UNNAMED = "factor_unnamed"


def problem_of(content: Mapping[str, Rows]) -> tuple[ContentProblem, str] | None:
    """
    Return why a version cannot be so and the code that it is about, or None.

    Opinions on Platform Responsibility, point 2: measures, authority and procedure are laid down,
    for every violation that can be named and every measure that can be taken.
    """
    return next(_problems(content), None)


def _problems(content: Mapping[str, Rows]) -> Iterator[Any]:
    own = content["CatalogueVersion"][""]
    if not 1 <= (own["recidivism_months"] or 0) <= LONGEST_MONTHS:
        yield ContentProblem.MONTHS, ""
    for code, row in content["ViolationType"].items():
        if not (
            row["lowest_severity"] in SEVERITIES
            and row["highest_severity"] in SEVERITIES
            and row["lowest_severity"] <= row["default_severity"] <= row["highest_severity"]
        ):
            yield ContentProblem.SEVERITIES, code
    yield from _approvals(content)
    yield from _ladders(content)
    for code, row in content["Factor"].items():
        if not row["title_zh"].strip() or not row["title_en"].strip():
            yield ContentProblem.FACTOR_UNNAMED, code


def _approvals(content: Mapping[str, Rows]) -> Iterator[Any]:
    rules = content["ApprovalRule"].values()
    for measure in content["MeasureType"]:
        own = [each for each in rules if each["measure_type"] == measure]
        if not any(each["longer_than_days"] == 0 for each in own):
            yield ContentProblem.NO_APPROVER, measure
        if measure in _BY_TWO and any(len(each["permissions"]) < 2 for each in own):
            yield ContentProblem.CLOSING_BY_ONE, measure
    heavier = content["ApprovalCondition"].get(str(ApprovalOccasion.HEAVIER))
    if heavier is None or len(heavier["permissions"]) < 2:
        yield ContentProblem.HEAVIER_BY_ONE, ""


def rungs_of(content: Mapping[str, Rows]) -> dict[str, list[Rung]]:
    """Return the steps of every violation that has a ladder of its own."""
    orders: dict[str, list[Order]] = {}
    for row in content["LadderMeasure"].values():
        orders.setdefault(row["step"], []).append(
            Order(row["measure"], row["term_days"], frozenset(row["functions"]))
        )
    found: dict[str, list[Rung]] = {}
    for name, row in content["LadderStep"].items():
        found.setdefault(row["violation_type"], []).append(
            Rung(row["offence_number"], row["from_severity"], tuple(orders.get(name, ())))
        )
    return found


def allowed_of(content: Mapping[str, Rows]) -> dict[str, dict[str, int]]:
    """Return the measures of every violation that has its own, each with the offence from which on."""
    found: dict[str, dict[str, int]] = {}
    for row in content["AllowedMeasure"].values():
        found.setdefault(row["violation_type"], {})[row["measure"]] = row["from_offence"]
    return found


def _ladders(content: Mapping[str, Rows]) -> Iterator[Any]:
    rungs, allowed, types = rungs_of(content), allowed_of(content), content["MeasureType"]
    for code, row in content["ViolationType"].items():
        if row["needs_subtype"]:
            continue
        ladder = nearest(code, rungs) or []
        if not ladder_of(ladder, row["lowest_severity"]):
            yield ContentProblem.NO_LADDER, code
        for each in ladder:
            wide = beyond_harm(
                [order.measure for order in each.orders],
                nearest(code, allowed) or {},
                offence_number=each.offence_number,
            )
            if wide:
                yield ContentProblem.TOO_WIDE, code
    for code, ladder in rungs.items():
        for severity in {each.from_severity for each in ladder}:
            numbers = [each.offence_number for each in ladder_of(ladder, severity)]
            if numbers != list(range(1, len(numbers) + 1)):
                yield ContentProblem.GAP, code
        for each in ladder:
            if not each.orders:
                yield ContentProblem.EMPTY_STEP, code
            for order in each.orders:
                known = types.get(order.measure)
                if known is None:
                    yield ContentProblem.UNKNOWN_MEASURE, code
                elif term_problem(
                    measure=order.measure,
                    beside=[other.measure for other in each.orders],
                    has_term=known["has_term"],
                    longest_days=known["longest_days"],
                    term_days=order.term_days,
                ) or functions_problem(order.measure, order.functions):
                    yield ContentProblem.MEASURE_UNFIT, code
