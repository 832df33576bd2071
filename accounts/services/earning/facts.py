"""What is known of accounts when it is asked whether they may earn: a few questions for many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from accounts.enums import AccountFunction, AccountStatus, GroundKind, RestrictionKind
from accounts.models import (
    EligibilityRule,
    PublicAccount,
    RealNameVerification,
    Restriction,
    Standing,
    ViolationFact,
)
from accounts.powers_words import UNRATED, CreditGrade, EarningBehaviour, FormulaCode
from accounts.rules.earning import (
    EarningFacts,
    EarningRule,
    EarningStop,
    Found,
    Obstacle,
    obstacles,
    possible_from,
)
from accounts.services.formulas.kinds import formula_row_in_force

_MUTES: Final = (RestrictionKind.SUSPEND_UPDATES, RestrictionKind.SUSPEND_SERVICE)
MONETISE: Final = AccountFunction.MONETISE.value


@dataclass(frozen=True)
class RuleInForce:
    """A version of who may earn, as its row and as what the rules read."""

    row: EligibilityRule
    rule: EarningRule


def earning_rule(at: datetime) -> RuleInForce:
    """
    Return who may earn at `at`.

    Public Account Provisions, art. 14 §1.

    :raises ActionRefused: if no version is in force then.
    """
    row = formula_row_in_force(FormulaCode.EARNING, at)
    assert isinstance(row, EligibilityRule)
    return RuleInForce(row, EarningRule.from_catalogue(row.content))


def facts_of(accounts: Sequence[PublicAccount], now: datetime) -> dict[int, EarningFacts]:
    """Return what is known of each account, by its key."""
    subjects = {account.subject_id for account in accounts}
    verified = set(
        RealNameVerification.objects.filter(subject__in=subjects, is_verified=True).values_list(
            "subject_id", flat=True
        )
    )
    violations = {
        each.account_id: each
        for each in ViolationFact.objects.standing()
        .filter(account__in=accounts)
        .order_by("account_id", "-decided_at")
        .distinct("account_id")
    }
    credit = dict(Standing.objects.filter(subject__in=subjects).values_list("subject_id", "grade"))
    stops: dict[int, list[EarningStop]] = {account.pk: [] for account in accounts}
    for each in Restriction.objects.in_force(now).filter(account__in=accounts).order_by("pk"):
        obstacle = obstacle_of(each)
        if obstacle is not None:
            stops[each.account_id].append(EarningStop(obstacle, _until(each), each.ground_ref))
    found = {}
    for account in accounts:
        last = violations.get(account.pk)
        found[account.pk] = EarningFacts(
            is_open=account.status == AccountStatus.ACTIVE,
            is_verified=account.subject_id in verified,
            registered_on=timezone.localdate(account.registered_at),
            last_violation_on=timezone.localdate(last.decided_at) if last is not None else None,
            last_violation=last.reference if last is not None else "",
            credit=CreditGrade(credit.get(account.subject_id, UNRATED)),
            stops=tuple(stops[account.pk]),
        )
    return found


def obstacle_of(restriction: Restriction) -> Obstacle | None:
    """Return how a restriction stands against earning, if it does."""
    if restriction.kind in _MUTES:
        return Obstacle.MUTED
    if restriction.kind == RestrictionKind.STOP_ADVERTISING:
        return Obstacle.NO_ADVERTISING
    if MONETISE not in restriction.functions:
        return None
    if restriction.ground_kind == GroundKind.TRANSFER:
        return Obstacle.TRANSFERRED
    return Obstacle.OFF


def _until(restriction: Restriction) -> date | None:
    ends = [each for each in (restriction.in_force_until, restriction.ended_at) if each is not None]
    return timezone.localdate(min(ends)) if ends else None


@dataclass(frozen=True)
class Outlook:
    """Whether an account may earn by one behaviour: what stands against it, and until when."""

    behaviour: EarningBehaviour
    found: Sequence[Found]

    @property
    def is_possible(self) -> bool:
        """Return whether nothing stands against it."""
        return not self.found

    @property
    def possible_from(self) -> date | None:
        """Return the first day on which nothing that is known now stands against it."""
        return possible_from(self.found)


def outlook_of(account: PublicAccount, now: datetime) -> list[Outlook]:
    """
    Return for each behaviour whether an account may earn by it, as of `now`.

    Public Account Provisions, art. 14 §1.
    """
    rule, facts = earning_rule(now).rule, facts_of([account], now)[account.pk]
    held = _held([account])[account.pk]
    return [
        Outlook(
            behaviour,
            obstacles(facts, rule, timezone.localdate(now), behaviour, has_right=behaviour in held),
        )
        for behaviour in EarningBehaviour
    ]


def _held(accounts: Iterable[PublicAccount]) -> dict[int, set[str]]:
    return {
        account.pk: set(account.earning_applications.in_force().values_list("behaviour", flat=True))
        for account in accounts
    }
