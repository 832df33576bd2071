"""Rights that end because their account may no longer earn, and those that come back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.enums import AccountStatus, RestrictionKind
from accounts.models import (
    EarningApplication,
    PublicAccount,
    RealNameVerification,
    Restriction,
    Standing,
    ViolationFact,
)
from accounts.powers_words import EarningBehaviour, EarningStatus
from accounts.rules.earning import Found, Obstacle, obstacles, possible_from
from accounts.services.earning.facts import MONETISE, RuleInForce, earning_rule, facts_of
from accounts.services.earning.telling import command_all, tell
from accounts.services.earning.words import as_kept
from compliance import audit, bulk_audit
from compliance.bulk_audit import Move
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision

# Our choice: a batch holds its locks for less than a second.
BATCH: Final = 500
# Kept as they are in the log, whichever language a screen has.
_NO_LONGER: Final = "不再符合营利条件"
# A month is never longer, so that nobody is left out of the first, coarse choice.
_LONGEST_MONTH: Final = timedelta(days=31)


def sweep_rights(*, now: datetime, actor: StaffUser) -> int:
    """
    End every right whose account may no longer earn by it at `now`; return how many there were.

    Public Account Provisions, art. 14 §1. The database finds whose rights have to be looked at, in
    one question for all; the rule decides on each, so that the reasons are the same as for whoever
    applies. Again only on a new application: who may earn has to want it then, too.
    """
    version = earning_rule(now)
    ended, after = 0, 0
    while True:
        with transaction.atomic():
            numbers = list(
                doubtful(version, now)
                .filter(account__gt=after)
                .order_by("account")
                .values_list("account", flat=True)
                .distinct()[:BATCH]
            )
            if not numbers:
                return ended
            ended += _end_those_lost(numbers, version, now, actor, by="")
            after = numbers[-1]


def doubtful(version: RuleInForce, now: datetime) -> QuerySet[EarningApplication]:
    """Return the rights in force against which something could stand; the rule has the last word."""
    rule = version.rule
    since = now - _LONGEST_MONTH * (rule.clean_months + 1)
    stops = Restriction.objects.in_force(now).filter(
        Q(functions__contains=[MONETISE])
        | Q(
            kind__in=[
                RestrictionKind.SUSPEND_UPDATES,
                RestrictionKind.SUSPEND_SERVICE,
                RestrictionKind.STOP_ADVERTISING,
            ]
        ),
        account=OuterRef("account"),
    )
    violations = ViolationFact.objects.standing().filter(
        account=OuterRef("account"), decided_at__gt=since
    )
    poor = Standing.objects.filter(subject=OuterRef("account__subject")).exclude(
        grade__in=[each.value for each in rule.credit_to_keep]
    )
    rights = EarningApplication.objects.in_force()
    condition = (
        ~Q(account__status=AccountStatus.ACTIVE)
        # Whoever runs the account now did not apply.
        | ~Q(subject=F("account__subject"))
        | Q(account__registered_at__gt=since)
        | Exists(stops)
        | Exists(violations)
        | Exists(poor)
    )
    if rule.needs_verified:
        verified = RealNameVerification.objects.filter(
            subject=OuterRef("account__subject"), is_verified=True
        )
        return rights.filter(condition | ~Exists(verified))
    return rights.filter(condition)


def lose_rights_of(account: PublicAccount, *, by: str, actor: StaffUser) -> int:
    """End the rights of one account that it has no longer, because of what `by` refers to."""
    if not account.earning_applications.in_force().exists():
        return 0
    now = timezone.now()
    return _end_those_lost([account.pk], earning_rule(now), now, actor, by=by)


def _locked(accounts: Sequence[int]) -> list[PublicAccount]:
    found = PublicAccount.objects.filter(pk__in=accounts).order_by("pk")
    return list(found.select_for_update(no_key=True, of=("self",)))


def _end_those_lost(
    numbers: Sequence[int], version: RuleInForce, now: datetime, actor: StaffUser, *, by: str
) -> int:
    accounts = _locked(numbers)
    facts = facts_of(accounts, now)
    today = timezone.localdate(now)
    moves: list[Move[EarningApplication]] = []
    rights = EarningApplication.objects.in_force().filter(account__in=accounts).order_by("pk")
    for right in rights.select_for_update(no_key=True, of=("self",)).select_related("account"):
        found = obstacles(
            facts[right.account_id],
            version.rule,
            today,
            EarningBehaviour(right.behaviour),
            has_right=True,
        )
        if right.subject_id != right.account.subject_id:
            # Whoever applied no longer runs the account.
            found.append(Found(Obstacle.TRANSFERRED))
        if found:
            lost = {
                "obstacles": as_kept(found),
                "possible_from": possible_from(found),
                "lost_by": by,
                "ended_at": now,
                "rule": version.row,
            }
            moves.append(Move(right, "lose", lost))
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_14_1, reason=_NO_LONGER)
    bulk_audit.move_many(moves, **grounds)
    _tell_all([each.row for each in moves], grounds, ground=by)
    return len(moves)


def _tell_all(rights: Sequence[EarningApplication], grounds: Grounds, *, ground: str) -> None:
    if not rights:
        return
    accounts = {right.account_id: right.account for right in rights}
    command_all(list(accounts.values()), ground=ground, grounds=grounds)
    tell(rights, actor=grounds["actor"])


def restore_rights(account: PublicAccount, *, lost_by: str, grounds: Grounds) -> int:
    """
    Give back what was lost by a decision alone, now that it is undone; return how many rights.

    Public Account Provisions, art. 20 §2: what an appeal revokes is undone exactly. What stands
    against it on another ground, or was applied for anew meanwhile, stays as it is.
    """
    lost = EarningApplication.objects.filter(
        account=account, status=EarningStatus.LOST, lost_by=lost_by
    )
    if not lost.exists():
        return 0
    (locked,) = _locked([account.pk])
    now = timezone.now()
    version = earning_rule(now)
    facts = facts_of([locked], now)[locked.pk]
    held = set(locked.earning_applications.in_force().values_list("behaviour", flat=True))
    back = []
    for right in lost.order_by("pk"):
        found = obstacles(
            facts,
            version.rule,
            timezone.localdate(now),
            EarningBehaviour(right.behaviour),
            has_right=True,
        )
        if found or right.behaviour in held or right.subject_id != locked.subject_id:
            continue
        held.add(right.behaviour)
        right.account = locked
        audit.move(
            right,
            "restore",
            **grounds,
            obstacles=[],
            possible_from=None,
            lost_by="",
            ended_at=None,
            rule=version.row,
        )
        back.append(right)
    _tell_all(back, grounds, ground=lost_by)
    return len(back)
