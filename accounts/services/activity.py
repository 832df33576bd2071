"""When accounts were logged in to and used, as the platform's systems push it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.catalogue_files import catalogue
from accounts.models import PublicAccount
from accounts.rules.provinces import province_of
from accounts.services.dormancy.returning import resume_used
from compliance.errors import InvalidInput
from compliance.models import StaffUser
from compliance.roles import require_permission

RECORD: Final = "accounts.change_accountactivity"
# Our choice; no article sets it.
MOST_AT_ONCE: Final = 10_000
LONGEST_REGION: Final = 40
# What stands between the letters in names of countries.
_BETWEEN: Final = frozenset(" ·.'’()（）-")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

_LOCK: Final = """
SELECT FROM accounts_accountactivity WHERE account_id = ANY(%s)
ORDER BY account_id FOR NO KEY UPDATE
"""
# Only ever forward: what arrives late takes nothing back.
_STORE: Final = """
INSERT INTO accounts_accountactivity AS t
    (account_id, last_login_at, last_publish_at, ip_region, followers, grade)
SELECT p.*, 0, ''
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::text[]) AS p
ON CONFLICT (account_id) DO UPDATE SET
    last_login_at = greatest(t.last_login_at, excluded.last_login_at),
    last_publish_at = greatest(t.last_publish_at, excluded.last_publish_at),
    ip_region = CASE WHEN excluded.ip_region <> ''
        AND greatest(excluded.last_login_at, excluded.last_publish_at, '-infinity')
            >= greatest(t.last_login_at, t.last_publish_at, '-infinity')
        THEN excluded.ip_region ELSE t.ip_region END
WHERE excluded.last_login_at > coalesce(t.last_login_at, '-infinity')
   OR excluded.last_publish_at > coalesce(t.last_publish_at, '-infinity')
   OR excluded.ip_region NOT IN ('', t.ip_region)
       AND greatest(excluded.last_login_at, excluded.last_publish_at, '-infinity')
           >= greatest(t.last_login_at, t.last_publish_at, '-infinity')
"""


@dataclass(frozen=True)
class Use:
    """
    When an account was last logged in to, and when it last published; None says nothing.

    `ip_region` is the province, or the country abroad, from which that was; blank says nothing.
    """

    platform_uid: str
    last_login_at: datetime | None = None
    last_publish_at: datetime | None = None
    ip_region: str = ""

    @property
    def latest(self) -> datetime:
        """When the account was used last, as far as this says."""
        return _later(self.last_login_at, self.last_publish_at) or _NEVER


@dataclass(frozen=True)
class UsesTaken:
    """What became of a push: accounts with later use, accounts in use again, no such account."""

    changed: int
    resumed: int
    unknown: tuple[str, ...]


@transaction.atomic
def record_activity(*, uses: Sequence[Use], actor: StaffUser) -> UsesTaken:
    """
    Take in when many accounts were last used; those suspended for dormancy go on at once.

    Public Account Provisions, art. 10 §2. The later of what is known and what is pushed counts;
    neither audited nor versioned, unlike what follows from it.

    :raises NotPermitted: if the actor may not record activity.
    :raises InvalidInput: if an instant lies in the future, a region is none or too many are sent;
        nothing is recorded.
    """
    require_permission(actor, RECORD)
    if len(uses) > MOST_AT_ONCE:
        raise InvalidInput(
            _("At most %(count)s accounts are taken at once.") % {"count": MOST_AT_ONCE}
        )
    now = timezone.now()
    for each in uses:
        if any(at is not None and at > now for at in (each.last_login_at, each.last_publish_at)):
            raise InvalidInput(
                _("%(uid)s: a login or publication lies in the future.")
                % {"uid": each.platform_uid}
            )
    numbers = dict(
        PublicAccount.objects.filter(
            platform_uid__in={each.platform_uid for each in uses}
        ).values_list("platform_uid", "pk")
    )
    latest: dict[int, Use] = {}
    for each in uses:
        if each.platform_uid in numbers:
            account = numbers[each.platform_uid]
            latest[account] = _together(latest.get(account), each)
    accounts = sorted(latest)
    return UsesTaken(
        changed=_store(accounts, latest),
        resumed=resume_used(accounts=accounts, actor=actor),
        unknown=tuple(sorted({each.platform_uid for each in uses} - set(numbers))),
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [at for at in (one, other) if at is not None]
    return max(known) if known else None


def _together(known: Use | None, pushed: Use) -> Use:
    """Return what two pushes about one account say together: the later of each."""
    region = region_in_words(pushed.ip_region)
    if known is None:
        return replace(pushed, ip_region=region)
    is_later = region and pushed.latest >= known.latest
    return Use(
        pushed.platform_uid,
        _later(known.last_login_at, pushed.last_login_at),
        _later(known.last_publish_at, pushed.last_publish_at),
        region if is_later or not known.ip_region else known.ip_region,
    )


def region_in_words(region: str) -> str:
    """
    Return a region as it is shown: a province by its full name, a country abroad as it is called.

    Public Account Provisions, art. 9 §2: nobody's address of the network is kept.

    :raises InvalidInput: if it is no name of a region.
    """
    text = region.strip()
    is_name = all(each.isalpha() or each in _BETWEEN for each in text) and (
        not text or any(map(str.isalpha, text))
    )
    if len(text) > LONGEST_REGION or not is_name:
        raise InvalidInput(
            _("An IP region is the name of a province or a country, without digits: %(region)s")
            % {"region": text[:LONGEST_REGION]}
        )
    return province_of(text, catalogue("provinces")) or text


def _store(accounts: list[int], latest: dict[int, Use]) -> int:
    if not accounts:
        return 0
    with connection.cursor() as cursor:
        # In one order, so that two pushes never wait for each other in a circle.
        cursor.execute(_LOCK, [accounts])
        cursor.execute(
            _STORE,
            [
                accounts,
                [latest[account].last_login_at for account in accounts],
                [latest[account].last_publish_at for account in accounts],
                [latest[account].ip_region for account in accounts],
            ],
        )
        return int(cursor.rowcount)
