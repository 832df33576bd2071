"""What a decision may order together, when a measure ends, and what follows from ordering it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from accounts.enums import AccountFunction
from enforcement.enums import CLOSING_MEASURES, TIMED_MEASURES, MeasureCode


class OrderProblem(StrEnum):
    """Why a measure cannot be ordered so."""

    NOTHING_ORDERED = "nothing_ordered"
    ORDERED_TWICE = "ordered_twice"
    CLOSURE_WITH_TERM = "closure_with_term"
    CLOSED_TWICE = "closed_twice"
    TERM_MISSING = "term_missing"
    TERM_NOT_POSSIBLE = "term_not_possible"
    TERM_TOO_LONG = "term_too_long"
    FUNCTIONS_MISSING = "functions_missing"
    FUNCTIONS_NOT_POSSIBLE = "functions_not_possible"
    FUNCTION_UNKNOWN = "function_unknown"


def combination_problem(measures: Collection[str]) -> OrderProblem | None:
    """
    Return why these measures cannot be ordered by one decision, or None.

    Our choice, no article: a closed account has nothing left to limit for a time.
    """
    if not measures:
        return OrderProblem.NOTHING_ORDERED
    if len(set(measures)) < len(measures):
        return OrderProblem.ORDERED_TWICE
    closing = set(measures) & set(CLOSING_MEASURES)
    if len(closing) > 1:
        return OrderProblem.CLOSED_TWICE
    if closing and set(measures) & set(TIMED_MEASURES):
        return OrderProblem.CLOSURE_WITH_TERM
    return None


def term_problem(
    *, has_term: bool, longest_days: int | None, term_days: int | None
) -> OrderProblem | None:
    """
    Return why a measure cannot have this term, or None.

    Public Account Provisions, art. 19 §2: what limits an account is for a time; what is without
    end is a closure, with its own approvals.
    """
    if not has_term:
        return OrderProblem.TERM_NOT_POSSIBLE if term_days is not None else None
    if term_days is None or term_days < 1:
        return OrderProblem.TERM_MISSING
    if longest_days is not None and term_days > longest_days:
        return OrderProblem.TERM_TOO_LONG
    return None


def functions_problem(measure: str, functions: Collection[str]) -> OrderProblem | None:
    """
    Return why a measure cannot name these functions, or None.

    Public Account Provisions, art. 19 §2: a restriction says which functions are off, so that
    nothing else is touched.
    """
    if measure != MeasureCode.RESTRICT_FUNCTIONS:
        return OrderProblem.FUNCTIONS_NOT_POSSIBLE if functions else None
    if not functions:
        return OrderProblem.FUNCTIONS_MISSING
    return None if set(functions) <= set(AccountFunction) else OrderProblem.FUNCTION_UNKNOWN


def measure_end(start: datetime, term_days: int | None) -> datetime | None:
    """Return the instant at which a measure that starts at `start` ends; None is without end."""
    return None if term_days is None else start + timedelta(days=term_days)


def effective_end(ends: Iterable[datetime | None]) -> datetime | None:
    """Return when the longest of several measures ends; None where one of them has no end."""
    instants = list(ends)
    known = [each for each in instants if each is not None]
    return max(known) if known and len(known) == len(instants) else None


def is_reportable(reported: Iterable[bool]) -> bool:
    """
    Return whether a decision has to be reported to the regulator.

    Public Account Provisions, art. 19 §2: measures are reported in time; the catalogue says of
    which measures each decision is reported by itself.
    """
    return any(reported)


def appeal_limit(measures: Iterable[str]) -> str:
    """
    Return the code of the time limit within which the decision may be appealed.

    Public Account Provisions, art. 20 §2: the limit is laid down and told.
    """
    return "appeal_window_warning" if set(measures) == {MeasureCode.WARN} else "appeal_window"
