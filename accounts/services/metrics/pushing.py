"""Daily figures, as the platform's systems push them: one statement, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AccountActivity, PublicAccount
from accounts.services.metrics.evaluation import rule_in_force
from compliance.errors import InvalidInput
from compliance.models import StaffUser
from compliance.roles import require_permission

RECORD: Final = "accounts.add_dailymetric"
# Our choices; no article sets them.
MOST_AT_ONCE: Final = 10_000
OLDEST: Final = timedelta(days=400)
# More than any account has, and less than a column holds.
LARGEST: Final = 10**15
_RATE: Final = Decimal("0.000001")

_STORE: Final = """
WITH kept AS (
    INSERT INTO accounts_dailymetric AS m
        (account_id, day, followers, views, click_rate, reposts, comments, revision)
    SELECT p.*, 1 FROM unnest(
        %(accounts)s::bigint[], %(days)s::date[], %(followers)s::bigint[], %(views)s::bigint[],
        %(click_rates)s::numeric[], %(reposts)s::bigint[], %(comments)s::bigint[]) AS p
    ON CONFLICT (account_id, day) DO UPDATE SET
        followers = excluded.followers, views = excluded.views, click_rate = excluded.click_rate,
        reposts = excluded.reposts, comments = excluded.comments,
        revision = least(m.revision + 1, 32767),
        received_at = statement_timestamp(), evaluated_at = NULL
    WHERE (m.followers, m.views, m.click_rate, m.reposts, m.comments) IS DISTINCT FROM
        (excluded.followers, excluded.views, excluded.click_rate, excluded.reposts,
         excluded.comments)
    RETURNING account_id, day, revision
)
SELECT account_id, min(day), max(day),
    count(*) FILTER (WHERE revision = 1), count(*) FILTER (WHERE revision > 1)
FROM kept GROUP BY account_id ORDER BY account_id
"""
# A day is compared with those before it: where one of them is new or other than it was, the days
# that were evaluated already are evaluated once more.
_EVALUATE_AGAIN: Final = """
UPDATE accounts_dailymetric AS m SET evaluated_at = NULL
FROM unnest(%(accounts)s::bigint[], %(first)s::date[], %(last)s::date[])
    AS p (account_id, first_day, last_day)
WHERE m.account_id = p.account_id AND m.day > p.first_day
    AND m.day <= p.last_day + %(window)s::int AND m.day >= %(oldest)s
    AND m.evaluated_at IS NOT NULL
"""
# What the account shows is the figure of the latest day there is.
_SHOW: Final = """
UPDATE accounts_accountactivity AS a SET followers = newest.followers
FROM (
    SELECT DISTINCT ON (account_id) account_id, followers FROM accounts_dailymetric
    WHERE account_id = ANY(%(accounts)s) AND day > %(since)s
    ORDER BY account_id, day DESC
) AS newest
WHERE a.account_id = newest.account_id AND a.followers <> newest.followers
"""


@dataclass(frozen=True)
class DayFigures:
    """The figures of one account on one day."""

    platform_uid: str
    day: date
    followers: int
    views: int
    reposts: int
    comments: int
    click_rate: Decimal | None = None


@dataclass(frozen=True)
class Taken:
    """What became of a push: new days, days with other figures, days known before, no such account."""

    new: int
    changed: int
    known: int
    unknown: tuple[str, ...]


@transaction.atomic
def record_metrics(*, days: Sequence[DayFigures], actor: StaffUser) -> Taken:
    """
    Take in the figures of many accounts and days at once; each day counts once, the last word wins.

    Public Account Provisions, art. 12 §1: monitoring against false numbers. These are counts that
    the platform pushes all the time: neither audited nor versioned; what was found unusual freezes
    its series. Days after one that came late are evaluated once more.

    :raises NotPermitted: if the actor may not record figures.
    :raises InvalidInput: if a day or a figure cannot be; nothing is recorded then.
    """
    require_permission(actor, RECORD)
    if len(days) > MOST_AT_ONCE:
        raise InvalidInput(_("At most %(count)s days are taken at once.") % {"count": MOST_AT_ONCE})
    today = timezone.localdate()
    for each in days:
        _check(each, today)
    numbers = dict(
        PublicAccount.objects.filter(
            platform_uid__in={each.platform_uid for each in days}
        ).values_list("platform_uid", "pk")
    )
    named = [each for each in days if each.platform_uid in numbers]
    latest = {(numbers[each.platform_uid], each.day): each for each in named}
    # In one order, so that two pushes never wait for each other in a circle.
    rows = [(key, latest[key]) for key in sorted(latest)]
    accounts = sorted({account for account, _day in latest})
    list(
        AccountActivity.objects.select_for_update(no_key=True)
        .filter(account__in=accounts)
        .order_by("account")
        .values_list("pk")
    )
    new, changed = _store(rows, accounts, today)
    return Taken(
        new=new,
        changed=changed,
        known=len(named) - new - changed,
        unknown=tuple(sorted({each.platform_uid for each in days} - set(numbers))),
    )


def _store(
    rows: Sequence[tuple[tuple[int, date], DayFigures]], accounts: list[int], today: date
) -> tuple[int, int]:
    if not rows:
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            {
                "accounts": [account for (account, _day), _each in rows],
                "days": [day for (_account, day), _each in rows],
                "followers": [each.followers for _key, each in rows],
                "views": [each.views for _key, each in rows],
                "click_rates": [_rate(each) for _key, each in rows],
                "reposts": [each.reposts for _key, each in rows],
                "comments": [each.comments for _key, each in rows],
            },
        )
        kept = cursor.fetchall()
        cursor.execute(_SHOW, {"accounts": accounts, "since": today - OLDEST})
        _mark_days_after(cursor, kept, today)
    return sum(row[3] for row in kept), sum(row[4] for row in kept)


def _mark_days_after(
    cursor: CursorWrapper, kept: Sequence[tuple[int, date, date, int, int]], today: date
) -> None:
    """Have the days after what came late evaluated again, within the window that compares them."""
    late = [row for row in kept if row[1] < today]
    if not late:
        return
    limits = rule_in_force(timezone.now()).limits
    cursor.execute(
        _EVALUATE_AGAIN,
        {
            "accounts": [row[0] for row in late],
            "first": [row[1] for row in late],
            "last": [row[2] for row in late],
            # Followers are compared by what a day gained, so that the day before counts too.
            "window": limits.window_days + 1,
            "oldest": today - timedelta(days=limits.late_days),
        },
    )


def _rate(each: DayFigures) -> Decimal | None:
    # As the column keeps it, so that the same figure sent again is the same.
    return each.click_rate.quantize(_RATE) if each.click_rate is not None else None


def _check(each: DayFigures, today: date) -> None:
    said = {"uid": each.platform_uid, "day": each.day.isoformat()}
    if not today - OLDEST <= each.day <= today:
        raise InvalidInput(
            _("%(uid)s: %(day)s lies in the future or more than 400 days back.") % said
        )
    counts = (each.followers, each.views, each.reposts, each.comments)
    if any(not 0 <= count <= LARGEST for count in counts):
        raise InvalidInput(_("%(uid)s: a figure of %(day)s cannot be.") % said)
    if each.click_rate is not None and not 0 <= each.click_rate <= 1:
        raise InvalidInput(_("%(uid)s: the click rate of %(day)s is no share from 0 to 1.") % said)
