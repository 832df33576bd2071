"""Every score counted again from its entries and compared with what is stored; nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Standing
from enforcement.models import CreditEntry, CreditRule, CreditScore
from enforcement.rules.credit import CreditTerms, hundredths
from enforcement.services.credit.counting import counted, stored
from enforcement.services.credit.sources import entries_of

BATCH: Final = 500
# Our choice: how long the periodic count may be late before a score counts as left behind.
PATIENCE: Final = timedelta(days=1)


@dataclass
class Difference:
    """One subject whose credit is not what its entries come to: in which values, stored and counted."""

    subject: int
    differs: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def differences(now: datetime) -> Iterator[tuple[int, list[Difference]]]:
    """
    Compare every stored score with its entries, a batch at a time: how many, and which differ.

    Public Account Provisions, art. 13 §1. Each is counted as of the instant at which it was counted
    last and by the version of the rule that counted it, so that nothing differs only because it is
    a day later; one that should have moved on by now is named as left behind.
    """
    terms = {each.pk: CreditTerms.from_catalogue(each.content) for each in CreditRule.objects.all()}
    scores = CreditScore.objects.order_by("pk").iterator(chunk_size=BATCH)
    for batch in _in_batches(scores):
        yield len(batch), _compare(batch, terms, now)
    yield from _without_score()


def _in_batches(scores: Iterator[CreditScore]) -> Iterator[list[CreditScore]]:
    batch: list[CreditScore] = []
    for score in scores:
        batch.append(score)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _compare(
    batch: list[CreditScore], terms: dict[int, CreditTerms], now: datetime
) -> list[Difference]:
    subjects = [each.subject_id for each in batch]
    found = entries_of(subjects)
    facts = {each.subject_id: each for each in Standing.objects.filter(subject__in=subjects)}
    different = []
    for score in batch:
        by = terms[score.rule_id]
        credit = counted(found[score.subject_id], by, score.counted_at)
        present = stored(score)
        differs: dict[str, tuple[Any, Any]] = {
            name: (getattr(present, name), getattr(credit, name))
            for name in credit.__dataclass_fields__
            if getattr(present, name) != getattr(credit, name)
        }
        fact = facts.get(score.subject_id)
        if fact is None or fact.grade != credit.services_grade:
            differs["standing_grade"] = (fact and fact.grade, credit.services_grade.value)
        if fact is None or fact.score != hundredths(credit.score, by):
            differs["standing_score"] = (fact and fact.score, hundredths(credit.score, by))
        if score.next_on is not None and score.next_on < timezone.localdate(now - PATIENCE):
            differs["left_behind"] = (score.next_on, timezone.localdate(now))
        if differs:
            different.append(Difference(score.subject_id, differs))
    return different


def _without_score() -> Iterator[tuple[int, list[Difference]]]:
    """Yield the subjects that have entries and no score."""
    kept = CreditScore.objects.filter(subject=OuterRef("subject"))
    lost = (
        CreditEntry.objects.filter(~Exists(kept))
        .order_by("subject")
        .values_list("subject", flat=True)
        .distinct()
    )
    for subject in lost.iterator(chunk_size=BATCH):
        yield 1, [Difference(subject, {"score": (None, "missing")})]
