"""What a decision may order together, when a measure ends, and what follows from ordering it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from accounts.correction_words import CorrectionGround, Mismatch
from accounts.enums import AccountFunction
from enforcement.enums import (
    CLOSING_MEASURES,
    OPEN_TERM_MEASURES,
    PLATFORM_MEASURES,
    TIMED_MEASURES,
    MeasureCode,
)
from enforcement.measure_words import ContentAct, LabelKind

# Our choices; no article sets them.
MOST_CONTENTS: Final = 100
LONGEST_REFERENCE: Final = 400
# Public Account Provisions, art. 8 §2: who has to correct is suspended until it is corrected.
_CORRECTED: Final = (MeasureCode.SUSPEND_SERVICE, MeasureCode.ORDER_CORRECTION)


def goes_with(measure: str, measures: Collection[str]) -> str | None:
    """Return the other measure that one ordered among `measures` begins and ends with, or None."""
    if measure not in _CORRECTED or not set(_CORRECTED) <= set(measures):
        return None
    return next(str(each) for each in _CORRECTED if each != measure)


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
    CONTENTS_MISSING = "contents_missing"
    CONTENTS_NOT_POSSIBLE = "contents_not_possible"
    CONTENT_UNFIT = "content_unfit"
    TOO_MANY_CONTENTS = "too_many_contents"
    ACTS_MISSING = "acts_missing"
    ACTS_NOT_POSSIBLE = "acts_not_possible"
    LABEL_MISSING = "label_missing"
    LABEL_NOT_POSSIBLE = "label_not_possible"
    CORRECTION_WITHOUT_SUSPENSION = "correction_without_suspension"
    SUSPENDED_UNTIL_CORRECTED = "suspended_until_corrected"
    MISMATCHES_MISSING = "mismatches_missing"
    MISMATCHES_NOT_POSSIBLE = "mismatches_not_possible"


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
    if set(measures) & {*_CORRECTED} == {MeasureCode.ORDER_CORRECTION}:
        return OrderProblem.CORRECTION_WITHOUT_SUSPENSION
    return None


def term_problem(
    *,
    has_term: bool,
    longest_days: int | None,
    term_days: int | None,
    measure: str = "",
    beside: Collection[str] = (),
) -> OrderProblem | None:
    """
    Return why a measure cannot have this term, or None.

    Public Account Provisions, art. 19 §2: what limits an account is for a time; what is without
    end is a closure, with its own approvals. A label limits nothing and may stay until it is lifted.
    """
    if measure == MeasureCode.SUSPEND_SERVICE and goes_with(measure, beside):
        return None if term_days is None else OrderProblem.SUSPENDED_UNTIL_CORRECTED
    if term_days is None and measure in OPEN_TERM_MEASURES:
        return None
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


def content_problem(
    measure: str, contents: Collection[str], acts: Collection[str]
) -> OrderProblem | None:
    """
    Return why a measure cannot be about these contents, or None.

    Opinions on Platform Responsibility, point 2: nothing wider than the harm. Contents are named one
    by one, with what is done with them; a label that names none is the account's.
    """
    if measure not in PLATFORM_MEASURES and contents:
        return OrderProblem.CONTENTS_NOT_POSSIBLE
    if measure != MeasureCode.HANDLE_CONTENT and acts:
        return OrderProblem.ACTS_NOT_POSSIBLE
    if measure == MeasureCode.HANDLE_CONTENT:
        if not contents:
            return OrderProblem.CONTENTS_MISSING
        if not acts or not set(acts) <= set(ContentAct.values):
            return OrderProblem.ACTS_MISSING
    if len(contents) > MOST_CONTENTS:
        return OrderProblem.TOO_MANY_CONTENTS
    is_fit = all(
        each == each.strip() and 0 < len(each) <= LONGEST_REFERENCE and each.isprintable()
        for each in contents
    )
    return None if is_fit and len(set(contents)) == len(contents) else OrderProblem.CONTENT_UNFIT


def label_problem(measure: str, label: str) -> OrderProblem | None:
    """Return why a measure cannot have this label, or None; our choice, no article."""
    if measure != MeasureCode.LABEL:
        return OrderProblem.LABEL_NOT_POSSIBLE if label else None
    return None if label in LabelKind.values else OrderProblem.LABEL_MISSING


def correction_problem(
    measure: str, mismatches: Collection[str], ground: str
) -> OrderProblem | None:
    """
    Return why a measure cannot name these mismatches of a profile, or None.

    Public Account Provisions, art. 8 §2: whoever has to correct is told what, and in what way.
    """
    if measure != MeasureCode.ORDER_CORRECTION:
        return OrderProblem.MISMATCHES_NOT_POSSIBLE if mismatches or ground else None
    is_said = mismatches and set(mismatches) <= set(Mismatch.values)
    return (
        None if is_said and ground in CorrectionGround.values else OrderProblem.MISMATCHES_MISSING
    )


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
