"""Scores that time alone moves on: a batch at a time, and one by one only where a grade changes."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Repudiation, Subject
from accounts.services.standing import change_scores
from compliance import audit
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.set_audit import change_rows
from enforcement.models import CreditScore
from enforcement.rules.credit import Credit, hundredths
from enforcement.services.credit.counting import counted, refresh_credit, stored
from enforcement.services.credit.sources import RuleInForce, entries_of, rule_in_force
from enforcement.services.credit.telling import tell_change

# Our choice: a batch holds its locks for less than a second.
BATCH: Final = 500
# Kept as it is in the log, whichever language a screen has.
_REASON: Final = "信用分按规则随时间变动"


def move_credit(*, now: datetime, actor: StaffUser) -> int:
    """
    Count anew every score that time, a new rule or a freed name moves; return how many there were.

    Public Account Provisions, art. 13 §1. Scores that stay within their grade are written in a few
    statements for a batch; where the grade changes, services follow and the operator is told.
    """
    version = rule_in_force(now)
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_13_1, reason=_REASON)
    moved, after = 0, 0
    while True:
        with transaction.atomic():
            subjects = {
                each.pk: each
                for each in Subject.objects.filter(
                    pk__gt=after, credit_score__in=to_move(version, now)
                )
                .order_by("pk")
                # What another worker counts is left to it.
                .select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH]
            }
            if not subjects:
                return moved
            moved += _move_batch(subjects, version, now, grounds)
            after = max(subjects)


def to_move(version: RuleInForce, now: datetime) -> QuerySet[CreditScore]:
    """Return the scores that have to be counted anew."""
    freed = Repudiation.objects.filter(
        subject=OuterRef("subject"), decided_at__gt=OuterRef("counted_at")
    )
    return CreditScore.objects.filter(
        Q(next_on__lte=timezone.localdate(now)) | ~Q(rule=version.row) | Exists(freed)
    )


def _move_batch(
    subjects: dict[int, Subject], version: RuleInForce, now: datetime, grounds: Grounds
) -> int:
    found = entries_of(list(subjects))
    scores = list(
        CreditScore.objects.filter(subject__in=subjects)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    within: list[tuple[CreditScore, Credit]] = []
    for score in scores:
        credit = counted(found[score.subject_id], version.terms, now)
        before = stored(score)
        is_same_rule = score.rule_id == version.row.pk
        if is_same_rule and (credit.grade, credit.services_grade) == (
            before.grade,
            before.services_grade,
        ):
            within.append((score, credit))
            continue
        change = refresh_credit(subject=subjects[score.subject_id], at=now, **grounds)
        tell_change(change, actor=grounds["actor"])
    _write_within(within, version, now, grounds)
    return len(scores)


def _write_within(
    moved: list[tuple[CreditScore, Credit]], version: RuleInForce, now: datetime, grounds: Grounds
) -> None:
    change_rows(
        CreditScore,
        [score.pk for score, _credit in moved],
        "count",
        each={
            "score": [credit.score for _score, credit in moved],
            "next_on": [credit.next_on for _score, credit in moved],
            "heals_on": [credit.heals_on for _score, credit in moved],
            "frozen_on": [credit.frozen_on for _score, credit in moved],
        },
        common={"counted_at": now},
        is_logged_each=False,
        grounds=grounds,
    )
    change_scores(
        {score.subject_id: hundredths(credit.score, version.terms) for score, credit in moved},
        **grounds,
    )
    if moved:
        # A line a point would bury what happened to a subject; the history of each score has it.
        audit.record(
            action=f"{version.row._meta.label_lower}.heal",
            target=version.row,
            changes={"subjects": len(moved)},
            **grounds,
        )
