"""Setting the powers of accounts over comments: set-based, and only where something changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AccountPowers, CommentPowerRule, PublicAccount, Standing
from accounts.powers_words import UNRATED, CreditGrade, FormulaCode
from accounts.rules.comment_powers import PowerTable, powers_of
from accounts.services.comment_powers.telling import tell_fewer
from accounts.services.earning.telling import command_all
from accounts.services.formulas.kinds import formula_row_in_force
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision

BATCH: Final = 1_000
# Kept as it is in the log, whichever language a screen has.
_REASON: Final = "按主体性质和信用等级设置评论管理权限"

# Which accounts have other powers than the table gives them: one question for all. What another
# worker has in hand is left to it.
_DIFFERENT: Final = """
SELECT a.id, s.nature, coalesce(c.grade, %(unrated)s), c.grade IS NULL, t.powers,
    coalesce(present.powers::text[], '{}') <@ t.powers
FROM accounts_publicaccount AS a
JOIN accounts_subject AS s ON s.id = a.subject_id
LEFT JOIN accounts_standing AS c ON c.subject_id = s.id
JOIN (
    SELECT nature, credit, string_to_array(powers, ' ') AS powers
    FROM unnest(%(natures)s::text[], %(credits)s::text[], %(powers)s::text[])
        AS cells (nature, credit, powers)
) AS t ON t.nature = coalesce(nullif(s.nature, ''), 'natural_person')
    AND t.credit = coalesce(c.grade, %(unrated)s)
LEFT JOIN LATERAL (
    SELECT p.powers FROM accounts_accountpowers AS p
    WHERE p.account_id = a.id ORDER BY p.id DESC LIMIT 1
) AS present ON true
WHERE a.status = 'active' AND a.id > %(after)s
    AND (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s::bigint[]))
    AND present.powers::text[] IS DISTINCT FROM t.powers
ORDER BY a.id LIMIT %(batch)s
FOR NO KEY UPDATE OF a SKIP LOCKED
"""


@dataclass(frozen=True)
class TableInForce:
    """A version of the table, as its row and as what the rules read."""

    row: CommentPowerRule
    table: PowerTable


def table_in_force(at: datetime) -> TableInForce:
    """
    Return the table of powers over comments at `at`.

    Public Account Provisions, art. 17 §2.

    :raises ActionRefused: if no version is in force then.
    """
    row = formula_row_in_force(FormulaCode.COMMENTS, at)
    assert isinstance(row, CommentPowerRule)
    return TableInForce(row, PowerTable.from_catalogue(row.content))


@dataclass(frozen=True)
class Present:
    """What an account may do with comments by the table in force, and why."""

    powers: Sequence[str]
    nature: str
    credit: CreditGrade
    is_unrated: bool
    rule: CommentPowerRule


def present_powers(account: PublicAccount, now: datetime) -> Present:
    """
    Return what an account may do with comments as of `now`, computed from the facts alone.

    Public Account Provisions, art. 17 §2.
    """
    version = table_in_force(now)
    rated = Standing.objects.filter(subject=account.subject_id).first()
    credit = CreditGrade(rated.grade) if rated is not None else UNRATED
    nature = account.subject.nature
    powers = powers_of(version.table, nature, credit)
    return Present([each.value for each in powers], nature, credit, rated is None, version.row)


def sweep_powers(*, now: datetime, actor: StaffUser) -> int:
    """
    Set the powers of every open account that has others than the table gives it; return how many.

    Public Account Provisions, art. 17 §2. A new table, a new credit and a new account come to the
    same: whoever differs is told to the platform, a batch at a time.
    """
    return _set_those_that_differ(None, now, actor)


def set_powers(accounts: Sequence[int], *, actor: StaffUser) -> int:
    """Set the powers of some accounts, as `sweep_powers` does for all."""
    return _set_those_that_differ(list(accounts), timezone.now(), actor) if accounts else 0


def _set_those_that_differ(accounts: list[int] | None, now: datetime, actor: StaffUser) -> int:
    version = table_in_force(now)
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_17_2, reason=_REASON)
    changed, after = 0, 0
    while True:
        with transaction.atomic():
            found = _different(version, accounts, now, after)
            if not found:
                return changed
            rows = [row for row, _has_all in found]
            AccountPowers.objects.bulk_create(rows)
            in_hand = PublicAccount.objects.in_bulk([each.account_id for each in rows])
            command_all(
                list(in_hand.values()), ground=f"comments:{version.row.label}", grounds=grounds
            )
            tell_fewer([row for row, has_all in found if not has_all], in_hand, actor=actor)
            changed += len(rows)
            after = rows[-1].account_id


def _different(
    version: TableInForce, accounts: list[int] | None, now: datetime, after: int
) -> list[tuple[AccountPowers, bool]]:
    """Return the rows to be written, each with whether it has all that the account had before."""
    cells = version.table.cells
    with connection.cursor() as cursor:
        cursor.execute(
            _DIFFERENT,
            {
                "unrated": UNRATED.value,
                "natures": [nature.value for nature, _credit in cells],
                "credits": [credit.value for _nature, credit in cells],
                "powers": [" ".join(each.value for each in powers) for powers in cells.values()],
                "after": after,
                "accounts": accounts,
                "batch": BATCH,
            },
        )
        return [
            (
                AccountPowers(
                    account_id=account,
                    nature=nature,
                    credit=credit,
                    is_unrated=is_unrated,
                    powers=powers,
                    rule=version.row,
                    set_at=now,
                ),
                has_all,
            )
            for account, nature, credit, is_unrated, powers, has_all in cursor.fetchall()
        ]
