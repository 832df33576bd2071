"""Which violation a decision may name, how grave, and with what beside it."""

from dataclasses import dataclass
from enum import StrEnum


class ViolationProblem(StrEnum):
    """Why a violation cannot be named so."""

    SUBTYPE_MISSING = "subtype_missing"
    STATUTE_MISSING = "statute_missing"
    SEVERITY_OUT_OF_RANGE = "severity_out_of_range"


@dataclass(frozen=True)
class ViolationRule:
    """What the catalogue demands of whoever names this violation."""

    needs_subtype: bool
    needs_statute: bool
    lowest_severity: int
    highest_severity: int


def violation_problem(
    rule: ViolationRule, *, severity: int, statute: str
) -> ViolationProblem | None:
    """
    Return why the violation cannot be named so, or None.

    Public Account Provisions, art. 18 (9) and (10): the two open heads say nothing by themselves,
    so that a sub-code and the cited statute have to say what is meant.
    """
    if rule.needs_subtype:
        return ViolationProblem.SUBTYPE_MISSING
    if rule.needs_statute and not statute.strip():
        return ViolationProblem.STATUTE_MISSING
    if not rule.lowest_severity <= severity <= rule.highest_severity:
        return ViolationProblem.SEVERITY_OUT_OF_RANGE
    return None
