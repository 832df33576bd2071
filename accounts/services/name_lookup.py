"""Which listed names a batch of names could hit: read from the table's index, never scanned."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import connection

from accounts.enums import ListedNameKind
from accounts.models import ListedName
from accounts.rules.names import NameIndex, fold, substrings

# Steps from one length to the next in the index on (kind, length), so that its cost is the number
# of lengths that occur and not the number of names.
_LENGTHS = """
WITH RECURSIVE step(length) AS (
    (SELECT length(folded_name) FROM accounts_listedname
     WHERE kind = %(kind)s AND removed_at IS NULL ORDER BY length(folded_name) LIMIT 1)
    UNION ALL
    SELECT (SELECT length(folded_name) FROM accounts_listedname
            WHERE kind = %(kind)s AND removed_at IS NULL AND length(folded_name) > step.length
            ORDER BY length(folded_name) LIMIT 1)
    FROM step WHERE step.length IS NOT NULL
)
SELECT length FROM step WHERE length IS NOT NULL
"""


def listed_lengths(kind: ListedNameKind) -> frozenset[int]:
    """Return the lengths that folded names of a kind have now."""
    with connection.cursor() as cursor:
        cursor.execute(_LENGTHS, {"kind": kind.value})
        return frozenset(row[0] for row in cursor.fetchall())


def _index_of(kind: ListedNameKind, keys: Collection[str]) -> NameIndex:
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    if keys:
        rows = (
            ListedName.objects.in_force()
            .filter(kind=kind, folded_name__in=list(keys))
            .order_by("id")
            .values_list("folded_name", "name")
        )
        for folded, name in rows:
            if name not in found[folded]:
                found[folded] = (*found[folded], name)
    return NameIndex(dict(found), frozenset(map(len, found)))


def barred_index(names: Iterable[str]) -> NameIndex:
    """
    Return the barred names that equal one of `names` after folding.

    Public Account Provisions, art. 8 §3. One statement, whatever the number of names on either
    side; always what the table holds now, in every process.
    """
    return _index_of(ListedNameKind.BARRED, {fold(name) for name in names} - {""})


def reserved_index(names: Iterable[str]) -> NameIndex:
    """
    Return the reserved names that one of `names` contains after folding.

    Public Account Provisions, art. 8 §2. Two statements, whatever the number of names.
    """
    folded = {fold(name) for name in names} - {""}
    if not folded:
        return _index_of(ListedNameKind.RESERVED, ())
    lengths = listed_lengths(ListedNameKind.RESERVED)
    keys = frozenset[str]().union(*(substrings(name, lengths) for name in folded))
    return _index_of(ListedNameKind.RESERVED, keys)
