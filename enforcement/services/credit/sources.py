"""What credit is counted from: the rule in force, the entries, and which of them are disputed."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Repudiation
from accounts.powers_words import FormulaCode
from accounts.repudiation_words import RepudiationStatus
from accounts.services.formulas import formula_row_in_force
from enforcement.models import CreditEntry, CreditRule
from enforcement.rules.credit import CreditTerms, Entry, Move

# From the numbers of decisions to those against which an appeal is open.
DisputeSource = Callable[[Collection[int]], Iterable[int]]

_sources: Final[list[DisputeSource]] = []


@dataclass(frozen=True)
class RuleInForce:
    """A version of the rule, as its row and as what the rules read."""

    row: CreditRule
    terms: CreditTerms


def rule_in_force(at: datetime) -> RuleInForce:
    """
    Return how credit is counted at `at`.

    Public Account Provisions, art. 13 §1.

    :raises ActionRefused: if no version is in force then.
    """
    row = formula_row_in_force(FormulaCode.CREDIT, at)
    assert isinstance(row, CreditRule)
    return RuleInForce(row, CreditTerms.from_catalogue(row.content))


@dataclass
class Counted:
    """The entries of one subject as the count reads them, and the deductions that are disputed."""

    entries: list[Entry]
    disputed: set[int]


def own_entries() -> QuerySet[CreditEntry]:
    """
    Return the entries that count for the subject whose name they stand in.

    Public Account Provisions, art. 8 §1: what was decided about an account that somebody else had
    opened in a name does not weigh on that name.
    """
    freed = Repudiation.objects.filter(
        status=RepudiationStatus.UPHELD, account=OuterRef("account"), subject=OuterRef("subject")
    )
    return CreditEntry.objects.filter(~Exists(freed))


def entries_of(subjects: Sequence[int]) -> dict[int, Counted]:
    """Return what counts for each of many subjects, in two statements."""
    rows = list(own_entries().filter(subject__in=subjects).order_by("id"))
    disputed = disputed_among({each.decision_id for each in rows if each.decision_id is not None})
    found = {subject: Counted([], set()) for subject in subjects}
    for row in rows:
        found[row.subject_id].entries.append(as_counted(row))
        if row.decision_id in disputed:
            found[row.subject_id].disputed.add(row.pk)
    return found


def as_counted(row: CreditEntry) -> Entry:
    """Return an entry as the count reads it; days are those of the platform."""
    return Entry(
        number=row.pk,
        move=Move(row.kind),
        day=timezone.localdate(row.at),
        points=abs(row.points),
        reverses=row.reverses_id,
    )


def register_dispute_source(source: DisputeSource) -> None:
    """
    Say which decisions are disputed; called when apps are ready.

    Our choice, no article: what an operator appeals against does not lower services meanwhile. The
    package part that keeps appeals calls `follow_dispute` when one is opened and when it ends.
    """
    if source not in _sources:
        _sources.append(source)


def disputed_among(decisions: Collection[int]) -> set[int]:
    """Return the decisions against which an appeal is open."""
    return {each for source in _sources for each in source(decisions)} if decisions else set()
