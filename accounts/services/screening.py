"""Which names a batch of names comes close to: read from the tables of keys, never scanned."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from accounts.enums import AccountStatus, ListedNameKind
from accounts.models import ListedName, PublicAccount
from accounts.rules.names import fold
from accounts.rules.screening.keys import AskedName, live_key
from accounts.rules.screening.near_names import (
    LIVE,
    KnownName,
    NearHit,
    Verdict,
    near_hits,
    verdict_of,
)
from accounts.services.name_lookup import listed_lengths

# Many short names may share a key, and many accounts a name; more of them explain nothing more. What
# looks just like the name is never left out of the listed ones: it may be barred.
_LISTED_A_KEY: Final = 50
_LIVE_A_KEY: Final = 5

# One condition over all keys and no join: however little the planner knows of the tables, it reads
# an index or, of small ones, the table once.
_NUMBERS: Final = """
SELECT key, number FROM (
    SELECT key, {column} AS number, row_number() OVER (PARTITION BY key ORDER BY {column}) AS place
    FROM {table} WHERE key = ANY(%(keys)s::bigint[])
) AS found WHERE place <= %(limit)s OR key = ANY(%(own)s::bigint[])
"""
_LISTED: Final = _NUMBERS.format(table="accounts_listednamekey", column="listed_name_id")
_LIVE: Final = _NUMBERS.format(table="accounts_accountnamekey", column="account_id")


@dataclass(frozen=True)
class Screened:
    """A name, what it comes close to and what follows."""

    name: str
    verdict: Verdict
    hits: tuple[NearHit, ...]


class NearNames:
    """
    The known names that any name of a batch may come close to.

    At most five statements, whatever the number of names on either side; always what the tables
    hold now.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._asked = {name: asked for name in names if (asked := AskedName(name)).texts}
        lengths = listed_lengths(ListedNameKind.RESERVED)
        self._keys = {name: asked.listed_keys(lengths) for name, asked in self._asked.items()}
        by_look = frozenset[int]().union(*(each.look_keys for each in self._asked.values()))
        self._known: dict[int, list[KnownName]] = defaultdict(list)
        own = frozenset[int]().union(*(each.own_keys for each in self._asked.values()))
        every = frozenset[int]().union(*self._keys.values())
        self._read_listed(_numbers(_LISTED, every, limit=_LISTED_A_KEY, own=own))
        self._read_live(_numbers(_LIVE, by_look, limit=_LIVE_A_KEY))

    def _read_listed(self, keys_of: Mapping[int, Collection[int]]) -> None:
        rows = ListedName.objects.in_force().filter(pk__in=[*keys_of])
        for number, name, folded, kind in rows.values_list("pk", "name", "folded_name", "kind"):
            known = KnownName(name, folded, kind)
            for key in keys_of[number]:
                self._known[key].append(known)

    def _read_live(self, keys_of: Mapping[int, Collection[int]]) -> None:
        rows = PublicAccount.objects.filter(pk__in=[*keys_of], status=AccountStatus.ACTIVE)
        for number, name, folded, owner, uid in rows.values_list(
            "pk", "name", "folded_name", "subject_id", "platform_uid"
        ):
            known = KnownName(name, folded, LIVE, owner, uid)
            for key in keys_of[number]:
                self._known[key].append(known)

    def add_live(self, name: str, *, owner: Hashable, platform_uid: str) -> None:
        """Let the names after it be compared with that of an account opened meanwhile."""
        if folded := fold(name):
            known = KnownName(name.strip(), folded, LIVE, owner, platform_uid)
            self._known[live_key(folded)].append(known)

    def hits_of(self, name: str, *, own: Collection[Hashable] = ()) -> tuple[NearHit, ...]:
        """Return what a name of the batch comes close to; accounts of the owners in `own` apart."""
        asked = self._asked.get(name)
        if asked is None:
            return ()
        found: dict[KnownName, None] = {}
        for key in self._known.keys() & self._keys[name]:
            found.update(dict.fromkeys(self._known[key]))
        return near_hits(asked, [each for each in found if each.owner not in own])


def _numbers(
    statement: str, keys: Collection[int], *, limit: int, own: Collection[int] = ()
) -> dict[int, list[int]]:
    """Return the rows that stand under some keys, each with those keys."""
    keys_of: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"keys": sorted(keys), "limit": limit, "own": [*own]})
        for key, number in cursor.fetchall():
            keys_of[number].append(key)
    return keys_of


def screen_names(names: Sequence[str]) -> list[Screened]:
    """
    Screen names against barred, reserved and live ones.

    Public Account Provisions, art. 8 §2 and §3. At most five statements, whatever the number of
    names.
    """
    near = NearNames(names)
    return [
        Screened(name, verdict_of(hits), hits) for name in names for hits in [near.hits_of(name)]
    ]
