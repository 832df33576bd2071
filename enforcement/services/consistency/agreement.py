"""How often second looks came out the same as the decisions, by month and violation."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from enforcement.consistency_words import LookOutcome, SecondLookStatus
from enforcement.models import SecondLookDraw
from enforcement.rules.second_looks import Rate, rate_of


@dataclass(frozen=True)
class Agreement:
    """The second looks at one violation in one month."""

    code: str
    taken: int
    drawn: int
    waiting: int
    lighter: int
    heavier: int
    in_review: int
    rate: Rate


def agreement_of(done: SecondLookDraw) -> list[Agreement]:
    """
    Return how the second looks of a month came out, by violation.

    Opinions on Platform Responsibility, point 2. The rate rests on those that were given.
    """
    counted: Counter[tuple[str, str]] = Counter()
    found = done.looks.values_list("decision__violation_type__code", "outcome", "status").annotate(
        count=Count("pk")
    )
    for code, outcome, status, count in found:
        counted[code, outcome] += count
        counted[code, status] += count
    return [
        _of(code, figures["taken"], figures["drawn"], counted)
        for code, figures in sorted(done.figures.items())
    ]


def _of(code: str, taken: int, drawn: int, counted: Counter[tuple[str, str]]) -> Agreement:
    waiting = counted[code, SecondLookStatus.WAITING]
    return Agreement(
        code=code,
        taken=taken,
        drawn=drawn,
        waiting=waiting,
        lighter=counted[code, LookOutcome.LIGHTER],
        heavier=counted[code, LookOutcome.HEAVIER],
        in_review=counted[code, SecondLookStatus.IN_REVIEW],
        rate=rate_of(counted[code, LookOutcome.AGREE], drawn - waiting),
    )


def overall(found: Iterable[Agreement]) -> Rate:
    """Return the rate of all violations together."""
    rates = [each.rate for each in found]
    return rate_of(sum(each.part for each in rates), sum(each.whole for each in rates))
