"""The one place that writes the keys by which near names are found."""

from collections.abc import Iterable

from django.db import connection

from accounts.models import AccountNameKey, ListedName, ListedNameKey, PublicAccount
from accounts.rules.screening.keys import listed_keys, live_key

_FORGET_LISTED = """
DELETE FROM accounts_listednamekey USING unnest(%s::bigint[], %s::bigint[]) AS gone(key, name)
WHERE accounts_listednamekey.key = gone.key AND listed_name_id = gone.name
"""
_FORGET_ACCOUNTS = """
DELETE FROM accounts_accountnamekey USING unnest(%s::bigint[], %s::bigint[]) AS gone(key, account)
WHERE accounts_accountnamekey.key = gone.key AND account_id = gone.account
"""

# A key and the number of the row that it leads to.
Pair = tuple[int, int]


def pairs_of_listed(names: Iterable[ListedName]) -> set[Pair]:
    """Return the keys that listed names in force have."""
    return {(key, each.pk) for each in names for key in listed_keys(each.folded_name)}


def pairs_of_accounts(accounts: Iterable[PublicAccount]) -> set[Pair]:
    """Return the keys that the names of active accounts have; one of symbols alone has none."""
    return {(live_key(each.folded_name), each.pk) for each in accounts if each.folded_name}


def add_listed_pairs(pairs: Iterable[Pair]) -> None:
    """Write keys of listed names; what is there stays."""
    ListedNameKey.objects.bulk_create(
        [ListedNameKey(key=key, listed_name_id=number) for key, number in sorted(pairs)],
        ignore_conflicts=True,
    )


def add_account_pairs(pairs: Iterable[Pair]) -> None:
    """Write keys of accounts' names; what is there stays."""
    AccountNameKey.objects.bulk_create(
        [AccountNameKey(key=key, account_id=number) for key, number in sorted(pairs)],
        ignore_conflicts=True,
    )


def remove_listed_pairs(pairs: Iterable[Pair]) -> None:
    """Take keys of listed names away."""
    _remove(_FORGET_LISTED, pairs)


def remove_account_pairs(pairs: Iterable[Pair]) -> None:
    """Take keys of accounts' names away."""
    _remove(_FORGET_ACCOUNTS, pairs)


def _remove(statement: str, pairs: Iterable[Pair]) -> None:
    gone = sorted(pairs)
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(statement, [[key for key, _row in gone], [row for _key, row in gone]])


def index_listed(names: Iterable[ListedName]) -> None:
    """Let names that were just listed be found by what comes close to them."""
    add_listed_pairs(pairs_of_listed(names))


def forget_listed(names: Iterable[ListedName]) -> None:
    """Let names that were just taken off a list no longer be found."""
    remove_listed_pairs(pairs_of_listed(names))


def index_accounts(accounts: Iterable[PublicAccount]) -> None:
    """Let the names of accounts that were just opened be found by what looks like them."""
    add_account_pairs(pairs_of_accounts(accounts))


def forget_accounts(accounts: Iterable[PublicAccount]) -> None:
    """Let the names of accounts that were just closed no longer be found."""
    remove_account_pairs(pairs_of_accounts(accounts))
