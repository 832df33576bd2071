"""Services that move credit: what a decision takes, and what comes back with its reversal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import PublicAccount, Subject
from accounts.powers_words import CreditGrade
from compliance import audit
from compliance.grounds import Grounds
from compliance.models import ProposalResult, StaffUser
from compliance.provisions import Provision
from enforcement.credit_words import CreditEntryKind
from enforcement.enums import STANDING_DECISIONS
from enforcement.models import CreditEntry, Decision
from enforcement.rules.credit import Credit, Entry, Move, count_credit
from enforcement.services.credit.counting import (
    CreditChange,
    counted,
    lock_subject,
    refresh_credit,
)
from enforcement.services.credit.sources import (
    RuleInForce,
    as_counted,
    entries_of,
    rule_in_force,
)


@dataclass(frozen=True)
class Deduction:
    """What a decision takes, or would take: points, and the credit before and after."""

    points: int
    before: Credit
    after: Credit
    version: RuleInForce

    @property
    def uses_up(self) -> bool:
        """Return whether nothing would be left."""
        return self.after.grade == CreditGrade.Z


def expected_deduction(account: PublicAccount, points: int, at: datetime) -> Deduction | None:
    """
    Return what a decision about an account would take if it came into force at `at`, or None.

    Opinions on Platform Responsibility, point 2: whoever proposes and whoever approves knows what
    they do. Nothing is written.
    """
    return _deduction(account.subject_id, points, at) if points else None


def _deduction(
    subject_id: int, points: int, at: datetime, *, taken_at: datetime | None = None
) -> Deduction:
    """Return what points take of the credit of a subject at `at`, taken then or as of an earlier time."""
    version = rule_in_force(at)
    present = entries_of([subject_id])[subject_id]
    coming = Entry(
        number=max((each.number for each in present.entries), default=0) + 1,
        move=Move.DEDUCT,
        day=timezone.localdate(taken_at or at),
        points=points,
    )
    return Deduction(
        points=points,
        before=counted(present, version.terms, at),
        after=count_credit(
            [*present.entries, coming],
            version.terms,
            timezone.localdate(at),
            disputed=present.disputed,
        ),
        version=version,
    )


@transaction.atomic
def deduct_credit(
    *, decision: Decision, at: datetime, actor: StaffUser, provision: Provision, reason: str
) -> CreditChange | None:
    """
    Take the points of a decision that comes into force from the credit of whoever runs the account.

    Public Account Provisions, art. 13 §1 and §2. Part of the transaction in which the decision comes
    into force, and of no other: a complaint moves nothing. Points are those of the catalogue for the
    violation and its severity; where it has none nothing is written. What one list decides on several
    accounts of a subject takes them once.

    :raises MissingReason: if the reason is blank.
    """
    points = decision.violation_type.points_at(decision.severity)
    if not points:
        return None
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    subject = lock_subject(decision.account.subject_id)
    if _is_taken_with_list(decision):
        return None
    deduction = _deduction(subject.pk, points, at)
    entry = _write_deduction(subject, deduction, at, decision, grounds)
    return refresh_credit(subject=subject, at=at, entry=entry, before=deduction.before, **grounds)


def _write_deduction(
    subject: Subject, deduction: Deduction, at: datetime, decision: Decision, grounds: Grounds
) -> CreditEntry:
    return write_entry(
        subject,
        CreditEntryKind.DEDUCT,
        -deduction.points,
        at,
        deduction.before,
        deduction.after,
        deduction.version,
        grounds,
        decision=decision,
        account=decision.account,
        proposal=decision.proposal,
    )


def _is_taken_with_list(decision: Decision) -> bool:
    """Return whether a list of accounts that holds this one took its points of the subject before."""
    return CreditEntry.objects.filter(
        kind=CreditEntryKind.DEDUCT,
        subject=decision.account.subject_id,
        reversed_by__isnull=True,
        decision__bulk_item__bulk__items__decision=decision,
    ).exists()


@transaction.atomic
def restore_credit(
    *, decision: Decision, at: datetime, actor: StaffUser, provision: Provision, reason: str
) -> CreditChange | None:
    """
    Give back what a decision took, because the decision was reversed: points and days alike.

    Public Account Provisions, art. 20 §2: what an appeal revokes is undone exactly. The credit is
    counted as if the deduction had never been.

    :raises MissingReason: if the reason is blank.
    """
    # Before it is read what was taken: another reversal may pass the points of a list on to this one.
    subject = lock_subject(decision.subject_id or decision.account.subject_id)
    taken = (
        CreditEntry.objects.select_related("subject")
        .filter(decision=decision, kind=CreditEntryKind.DEDUCT, reversed_by__isnull=True)
        .first()
    )
    if taken is None:
        return None
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    if taken.subject_id != subject.pk:
        subject = lock_subject(taken.subject_id)
    version = rule_in_force(at)
    present = entries_of([subject.pk])[subject.pk]
    before = counted(present, version.terms, at)
    undoing = Entry(
        number=max(each.number for each in [*present.entries, as_counted(taken)]) + 1,
        move=Move.REVERSE,
        day=timezone.localdate(at),
        reverses=taken.pk,
    )
    after = count_credit(
        [*present.entries, undoing], version.terms, undoing.day, disputed=present.disputed
    )
    entry = write_entry(
        subject,
        CreditEntryKind.REVERSE,
        -taken.points,
        at,
        before,
        after,
        version,
        grounds,
        decision=decision,
        account=decision.account,
        proposal=decision.proposal,
        reverses=taken,
    )
    _pass_on(taken, at, grounds)
    return refresh_credit(subject=subject, at=at, entry=entry, before=before, **grounds)


def _pass_on(taken: CreditEntry, at: datetime, grounds: Grounds) -> None:
    """
    Take the points of a list once more where another of its decisions on the subject still stands.

    It would have taken them if the one that was reversed had never been; so it takes them as of then.
    """
    other = (
        Decision.objects.filter(
            bulk_item__bulk__items__decision=taken.decision_id,
            account__subject=taken.subject_id,
            status__in=STANDING_DECISIONS,
        )
        .exclude(credit_entries__kind=CreditEntryKind.DEDUCT)
        .order_by("in_force_from", "pk")
        .first()
    )
    if other is None or other.in_force_from is None:
        return
    since = other.in_force_from
    deduction = _deduction(taken.subject_id, -taken.points, at, taken_at=since)
    _write_deduction(taken.subject, deduction, since, other, grounds)


def write_entry(
    subject: Subject,
    kind: CreditEntryKind,
    points: int,
    at: datetime,
    before: Credit,
    after: Credit,
    version: RuleInForce,
    grounds: Grounds,
    **rests_on: Any,
) -> CreditEntry:
    """Write what moved the credit of a subject, with its log entry, in the caller's transaction."""
    entry = CreditEntry.objects.create(
        subject=subject,
        kind=kind,
        points=points,
        at=at,
        approved_result=ProposalResult.APPROVED,
        score_before=before.score,
        score_after=after.score,
        rule=version.row,
        **rests_on,
    )
    audit.record(
        action=f"{entry._meta.label_lower}.{kind.value}",
        target=entry,
        changes={"points": points, "score": [before.score, after.score]},
        **grounds,
    )
    return entry
