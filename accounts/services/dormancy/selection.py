"""Which accounts a sweep looks at, and what it has to know of them: set-based, by ranges of keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from accounts.dormancy_words import OPEN_DORMANCY, DormancyKind, LeftOut
from accounts.enums import AccountStatus, GroundKind
from accounts.models import DormancyRule, PublicAccount
from accounts.rules.dormancy import kind_of, months_before, reason_to_leave
from accounts.services.dormancy.policy import AllowingClauses
from compliance.models import Clause

# Our choices: a range is read in some milliseconds, a batch holds its locks for about a second.
RANGE: Final = 50_000
BATCH: Final = 2_000

# Greater than any instant that nobody has; NULL passes no comparison.
_LAST_USE: Final = "greatest(t.last_login_at, t.last_publish_at, a.registered_at)"
_IN_OPEN: Final = ", ".join(f"'{status}'" for status in OPEN_DORMANCY)

_IDLE: Final = f"""
SELECT a.id FROM accounts_publicaccount a
LEFT JOIN accounts_accountactivity t ON t.account_id = a.id
WHERE a.id BETWEEN %(first)s AND %(last)s AND a.status = '{AccountStatus.ACTIVE}'
  AND a.registered_at < %(before)s AND {_LAST_USE} < %(before)s
  AND NOT EXISTS (SELECT FROM accounts_dormancy d
                  WHERE d.account_id = a.id AND d.status IN ({_IN_OPEN}))
ORDER BY a.id
"""  # noqa: S608
# Activity first, then accounts, each in one order: so does whoever pushes activity.
_LOCK_ACTIVITY: Final = """
SELECT FROM accounts_accountactivity WHERE account_id = ANY(%(accounts)s)
ORDER BY account_id FOR NO KEY UPDATE
"""
_LOCK_ACCOUNTS: Final = """
SELECT FROM accounts_publicaccount WHERE id = ANY(%(accounts)s) ORDER BY id FOR NO KEY UPDATE
"""
_FACTS: Final = f"""
SELECT a.id, a.platform_uid, a.name, {_LAST_USE}, t.last_publish_at IS NOT NULL,
       t.agreed_version_id, s.nature = ANY(%(exempt)s),
       EXISTS (SELECT FROM accounts_accountmark m WHERE m.account_id = a.id
               AND m.ended_at IS NULL AND m.in_force_from <= %(now)s
               AND (m.in_force_until IS NULL OR m.in_force_until > %(now)s)),
       EXISTS (SELECT FROM accounts_hold h
               WHERE h.account_id = a.id AND h.released_at IS NULL),
       EXISTS (SELECT FROM accounts_restriction r WHERE r.account_id = a.id
               AND r.ground_kind NOT IN ('{GroundKind.DORMANCY}', '{GroundKind.QUALIFICATION}')
               AND r.ended_at IS NULL AND r.in_force_from <= %(now)s
               AND (r.in_force_until IS NULL OR r.in_force_until > %(now)s))
FROM accounts_publicaccount a
JOIN accounts_subject s ON s.id = a.subject_id
LEFT JOIN accounts_accountactivity t ON t.account_id = a.id
WHERE a.id = ANY(%(accounts)s) AND a.status = '{AccountStatus.ACTIVE}'
  AND NOT (%(is_new)s AND EXISTS (SELECT FROM accounts_dormancy d
                                  WHERE d.account_id = a.id AND d.status IN ({_IN_OPEN})))
ORDER BY a.id
"""  # noqa: S608


@dataclass(frozen=True)
class Found:
    """One account as a sweep finds it under its lock."""

    account: int
    platform_uid: str
    name: str
    last_use: datetime
    kind: DormancyKind | None
    left_out: LeftOut | None
    clause: Clause | None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """By what a sweep measures: the day, the rule, and the clauses that allow it."""

    as_of: date
    now: datetime
    rule: DormancyRule
    clauses: AllowingClauses

    @property
    def unused_before(self) -> datetime:
        """The instant before which the last use of a dormant account lies."""
        return _midnight(months_before(self.as_of, self.rule.months))

    @property
    def shell_before(self) -> datetime:
        """The same for one that never published."""
        return _midnight(months_before(self.as_of, self.rule.shell_months))

    @property
    def over_before(self) -> datetime:
        """The instant up to which terms are over on the day: its end, or now if that is earlier."""
        return min(self.now, timezone.make_aware(datetime.combine(self.as_of, time.max)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def idle_accounts(measure: Measure) -> Iterator[list[int]]:
    """Yield the keys of accounts that nobody used, in batches, by ranges of keys from the first on."""
    before = max(measure.unused_before, measure.shell_before)
    first = PublicAccount.objects.order_by("pk").values_list("pk", flat=True).first()
    last = PublicAccount.objects.order_by("pk").values_list("pk", flat=True).last()
    if first is None or last is None:
        return
    for start in range(first, last + 1, RANGE):
        with connection.cursor() as cursor:
            cursor.execute(
                _IDLE,
                {"first": start, "last": min(start + RANGE - 1, last), "before": before},
            )
            found = [number for (number,) in cursor.fetchall()]
        yield from in_batches(found)


def in_batches(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Yield numbers in batches whose locks are held for a short time."""
    for first in range(0, len(numbers), BATCH):
        yield list(numbers[first : first + BATCH])


def lock_accounts(accounts: Sequence[int]) -> None:
    """Lock accounts and their activity for this transaction, in the order that all keep to."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_ACTIVITY, {"accounts": list(accounts)})
        cursor.execute(_LOCK_ACCOUNTS, {"accounts": list(accounts)})


def look_at(accounts: Sequence[int], measure: Measure, *, is_new: bool = False) -> list[Found]:
    """
    Return the active ones among the accounts as they are now, with what speaks against acting.

    `is_new` leaves those away that have an open dormancy. The caller has locked them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTS,
            {
                "accounts": list(accounts),
                "exempt": list(measure.rule.exempt_natures),
                "now": measure.now,
                "is_new": is_new,
            },
        )
        rows = cursor.fetchall()
    unused_before, shell_before = measure.unused_before, measure.shell_before
    return [_found(row, measure, unused_before, shell_before) for row in rows]


def _found(
    row: Sequence[Any], measure: Measure, unused_before: datetime, shell_before: datetime
) -> Found:
    account, uid, name, last_use, has_published, agreed, is_exempt, is_marked, held, limited = row
    clause = measure.clauses.by_version.get(agreed)
    return Found(
        account=account,
        platform_uid=uid,
        name=name,
        last_use=last_use,
        kind=kind_of(
            last_use=last_use,
            has_published=has_published,
            unused_before=unused_before,
            shell_before=shell_before,
        ),
        left_out=reason_to_leave(
            is_exempt=is_exempt,
            is_marked=is_marked and measure.rule.exempts_marked,
            is_held=held,
            is_restricted=limited,
            has_clause=clause is not None,
        ),
        clause=clause,
    )
