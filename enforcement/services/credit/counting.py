"""The one service that counts the credit of a subject anew and lets what goes by it follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts.enums import AccountStatus, FindingKind
from accounts.models import PublicAccount, Standing, Subject
from accounts.powers_words import CreditGrade
from accounts.services.findings import FindingDraft, record_finding
from accounts.services.standing import set_standing
from compliance import audit
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.models import CreditEntry, CreditScore, Decision
from enforcement.rules.credit import Credit, CreditTerms, count_credit, hundredths
from enforcement.services.credit.sources import Counted, RuleInForce, entries_of, rule_in_force

REFERENCE: Final = "credit"
# Kept as they are in the log and in findings, whichever language a screen has.
_USED_UP: Final = "该主体的信用分已降至最低，须由人工决定后续处理；信用分本身不停更、不关闭账号。"
_USED_UP_REASON: Final = "信用分降至最低"


@dataclass(frozen=True)
class CreditChange:
    """
    What became of the credit of a subject: before and after, and what moved it, if an entry did.

    `before` is what would have been counted at the same instant without the change.
    """

    subject: Subject
    score: CreditScore
    before: Credit
    after: Credit
    entry: CreditEntry | None = None

    @property
    def moves_services(self) -> bool:
        """Return whether the operator is told: another grade, or another that services go by."""
        return (self.before.grade, self.before.services_grade) != (
            self.after.grade,
            self.after.services_grade,
        )


def lock_subject(subject_id: int) -> Subject:
    """Lock whose credit is to be counted: one count at a time, also of who has no score yet."""
    return Subject.objects.select_for_update(no_key=True, of=("self",)).get(pk=subject_id)


def counted(of: Counted, terms: CreditTerms, at: datetime) -> Credit:
    """Return what entries come to at an instant."""
    return count_credit(of.entries, terms, timezone.localdate(at), disputed=of.disputed)


def stored(score: CreditScore) -> Credit:
    """Return a score as it was counted last."""
    return Credit(
        score=score.score,
        grade=CreditGrade(score.grade),
        services_grade=CreditGrade(score.services_grade),
        next_on=score.next_on,
        heals_on=score.heals_on,
        frozen_on=score.frozen_on,
    )


@transaction.atomic
def refresh_credit(
    *,
    subject: Subject,
    at: datetime | None = None,
    entry: CreditEntry | None = None,
    before: Credit | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> CreditChange:
    """
    Count the credit of a subject anew from its entries, and let services follow its grade.

    Public Account Provisions, art. 13 §1. The score is stored beside the entries that it comes from;
    the grade is written as a fact that everything else reads. Where credit is used up a finding is
    made for a person to look at: nothing is closed and nobody muted by a score.

    :raises MissingReason: if the reason is blank.
    """
    now = at or timezone.now()
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    subject = lock_subject(subject.pk)
    version = rule_in_force(now)
    found = CreditScore.objects.filter(subject=subject).first()
    if before is None:
        before = (
            stored(found) if found is not None else counted(Counted([], set()), version.terms, now)
        )
    after = counted(entries_of([subject.pk])[subject.pk], version.terms, now)
    wanted = columns_of(after, version)
    if found is None:
        found = audit.create(CreditScore(subject=subject, counted_at=now, **wanted), **grounds)
    elif any(getattr(found, name) != value for name, value in wanted.items()):
        audit.amend(found, "count", **grounds, counted_at=now, **wanted)
    follow(subject, found, after, version, now, grounds)
    if after.grade == CreditGrade.Z and before.grade != CreditGrade.Z:
        _find_used_up(subject, found, entry)
    return CreditChange(subject, found, before, after, entry)


def columns_of(credit: Credit, version: RuleInForce) -> dict[str, Any]:
    """Return the columns of a score that a count fills."""
    return {
        "score": credit.score,
        "grade": credit.grade.value,
        "services_grade": credit.services_grade.value,
        "rule": version.row,
        "next_on": credit.next_on,
        "heals_on": credit.heals_on,
        "frozen_on": credit.frozen_on,
    }


def follow(
    subject: Subject,
    score: CreditScore,
    credit: Credit,
    version: RuleInForce,
    now: datetime,
    grounds: Grounds,
) -> Standing:
    """Write the credit as the fact that services of accounts go by."""
    services = version.terms.services[credit.services_grade]
    present = Standing.objects.filter(subject=subject).first()
    is_same = present is not None and present.grade == credit.services_grade
    return set_standing(
        subject=subject,
        grade=credit.services_grade,
        score=hundredths(credit.score, version.terms),
        since=present.since if present is not None and is_same else now,
        reference=f"{REFERENCE}:{score.pk}",
        services_off=services.off,
        updates_a_day=services.updates_a_day,
        **grounds,
    )


def accounts_of(subject: Subject) -> Sequence[PublicAccount]:
    """Return the open accounts of a subject, which all go by its credit."""
    return list(
        PublicAccount.objects.filter(subject=subject, status=AccountStatus.ACTIVE)
        .select_related("subject")
        .order_by("pk")
    )


def _find_used_up(subject: Subject, score: CreditScore, entry: CreditEntry | None) -> None:
    accounts = accounts_of(subject)
    if not accounts:
        return
    named = [each for each in accounts if entry is not None and each.pk == entry.account_id]
    decision = Decision.objects.get(pk=entry.decision_id) if entry and entry.decision_id else None
    record_finding(
        FindingDraft(
            account=(named or accounts)[0],
            kind=FindingKind.CREDIT_ZERO,
            facts=_USED_UP,
            figures={
                "credit_score": score.score,
                **({"decision": decision.number} if decision is not None else {}),
            },
            ground_ref=f"{REFERENCE}:{score.pk}",
        ),
        actor=system_actor(),
        provision=Provision.PUBLIC_ACCOUNT_13_1,
        reason=_USED_UP_REASON,
    )
