"""Accounts that are in use again: what was limited ends the same day."""

from collections.abc import Sequence
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from accounts.dormancy_words import OPEN_DORMANCY
from accounts.enums import AccountStatus
from accounts.models import Dormancy, PublicAccount, Restriction
from accounts.services.commands import RELEASE, command_states
from accounts.services.dormancy.notices import Told, tell_all
from accounts.services.dormancy.selection import lock_accounts
from compliance import audit
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.set_audit import change_rows, move_rows

HANDLE: Final = "accounts.handle_dormancy"
# Kept as it is in the log, whichever language a screen has.
IN_USE: Final = "账号已恢复登录或使用"

_USED_SINCE: Final = """
SELECT d.id FROM accounts_dormancy d
JOIN accounts_accountactivity t ON t.account_id = d.account_id
WHERE d.account_id = ANY(%s) AND d.status = ANY(%s)
  AND greatest(t.last_login_at, t.last_publish_at) > d.noticed_at
ORDER BY d.account_id
"""


def opened(numbers: Sequence[int]) -> list[Dormancy]:
    """Return the open ones among dormancies, with account and clause, by account."""
    return list(
        Dormancy.objects.open()
        .filter(pk__in=list(numbers))
        .select_related("account", "clause__rule_version__document")
        .order_by("account_id")
    )


@transaction.atomic
def resume_used(*, accounts: Sequence[int], actor: StaffUser) -> int:
    """
    Resume those accounts that were used since their operators were told; return how many.

    Public Account Provisions, art. 10 §2: who comes back is dormant no longer. Part of the
    transaction that takes the activity in, which has locked the activity of the accounts.
    """
    with connection.cursor() as cursor:
        cursor.execute(_USED_SINCE, [list(accounts), list(OPEN_DORMANCY)])
        numbers = [number for (number,) in cursor.fetchall()]
    if not numbers:
        return 0
    lock_accounts([each.account_id for each in opened(numbers)])
    # Read again: whoever held the locks before may have suspended or ended them.
    found = opened(numbers)
    end_dormancies(
        found, Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_10_2, reason=IN_USE)
    )
    return len(found)


@transaction.atomic
def resume_account(
    *,
    dormancy: Dormancy,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    End the dormancy of one account by hand, because it is in use or was never dormant.

    Public Account Provisions, art. 10 §2.

    :raises NotPermitted: if the actor may not handle dormancy.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if the dormancy has moved on.
    :raises TransitionRefused: if it has ended.
    """
    require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    lock_accounts([dormancy.account_id])
    audit.lock(dormancy, expected_version=expected_version)
    end_dormancies([dormancy], grounds)
    dormancy.refresh_from_db()


def end_dormancies(found: Sequence[Dormancy], grounds: Grounds) -> None:
    """End open dormancies whose accounts are locked, with their restrictions; tell the operators."""
    living = [each for each in found if each.account.status == AccountStatus.ACTIVE]
    gone = [each for each in found if each.account.status != AccountStatus.ACTIVE]
    now = timezone.now()
    for arrow, group in (("come_back", living), ("drop", gone)):
        move_rows(group, arrow, common={"ended_at": now, "batch": None}, grounds=grounds)
    limited = [each for each in found if each.restriction_id is not None]
    change_rows(
        Restriction,
        [each.restriction_id for each in limited if each.restriction_id is not None],
        "end",
        common={"ended_at": now},
        grounds=grounds,
    )
    released = [each for each in living if each.restriction_id is not None]
    accounts: list[PublicAccount] = [each.account for each in released]
    if accounts:
        command_states(
            accounts,
            kind=RELEASE,
            ground_refs=[each.ground_ref for each in released],
            grounds=grounds,
        )
    tell_all([Told.of(each) for each in living], actor=grounds["actor"])
