"""Whether the keys of names are in step with the names, and putting them in step."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from accounts.enums import AccountStatus
from accounts.models import AccountNameKey, ListedName, ListedNameKey, PublicAccount
from accounts.services import name_keys
from accounts.services.name_keys import Pair

# Names a transaction: short enough that nobody who closes an account waits for it.
BATCH = 1000


@dataclass(frozen=True)
class _Index:
    """One table of keys and the names that it is for."""

    label: str
    names: QuerySet[Any]
    keys: type[Model]
    column: str
    pairs_of: Callable[[Iterable[Any]], set[Pair]]
    add: Callable[[Iterable[Pair]], None]
    remove: Callable[[Iterable[Pair]], None]


def _indexes() -> tuple[_Index, _Index]:
    return (
        _Index(
            "listed",
            # Those whose time is over keep their keys until that is on record.
            ListedName.objects.kept(),
            ListedNameKey,
            "listed_name_id",
            name_keys.pairs_of_listed,
            name_keys.add_listed_pairs,
            name_keys.remove_listed_pairs,
        ),
        _Index(
            "live",
            PublicAccount.objects.filter(status=AccountStatus.ACTIVE),
            AccountNameKey,
            "account_id",
            name_keys.pairs_of_accounts,
            name_keys.add_account_pairs,
            name_keys.remove_account_pairs,
        ),
    )


@dataclass
class Compared:
    """How one table of keys compares with its names."""

    label: str
    names: int = 0
    keys: int = 0
    """So many the names should have."""
    missing: int = 0
    surplus: int = 0

    @property
    def is_in_step(self) -> bool:
        """Whether every key is there and no other."""
        return not self.missing and not self.surplus


def check_name_index() -> list[Compared]:
    """
    Compare both tables of keys with the names, as of one instant, and change nothing.

    Our choice, no article: whoever relies on screening can see that nothing is left out.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return [_compare(index, is_repaired=False) for index in _indexes()]


def rebuild_name_index() -> list[Compared]:
    """
    Put both tables of keys in step with the names, a batch a transaction, while others work.

    Our choice, no article. For after a change of the look-alikes, of the readings or of folding.
    """
    return [_compare(index, is_repaired=True) for index in _indexes()]


def _compare(index: _Index, *, is_repaired: bool) -> Compared:
    found = Compared(index.label)
    last = 0
    while True:
        with transaction.atomic():
            rows = index.names.filter(pk__gt=last).order_by("pk")
            if is_repaired:
                # Who is closed or taken off the list meanwhile comes after us or before us.
                rows = rows.select_for_update(no_key=True)
            batch = list(rows[:BATCH])
            if not batch:
                break
            last = batch[-1].pk
            wanted = index.pairs_of(batch)
            missing = wanted - _present(index, wanted)
            if is_repaired:
                index.add(missing)
        found.names += len(batch)
        found.keys += len(wanted)
        found.missing += len(missing)
    there = index.keys._default_manager.count()
    if there != found.keys - (0 if is_repaired else found.missing):
        found.surplus = _surplus(index, is_repaired=is_repaired)
    return found


def _present(index: _Index, pairs: set[Pair]) -> set[Pair]:
    asked = sorted(pairs)
    with connection.cursor() as cursor:
        # Only names of our own tables are put into the statement.
        cursor.execute(
            f"SELECT there.key, there.{index.column} FROM {index.keys._meta.db_table} there "  # noqa: S608
            "JOIN unnest(%s::bigint[], %s::bigint[]) AS asked(key, number) "
            f"ON there.key = asked.key AND there.{index.column} = asked.number",
            [[key for key, _number in asked], [number for _key, number in asked]],
        )
        return set(cursor.fetchall())


def _surplus(index: _Index, *, is_repaired: bool) -> int:
    count = 0
    pairs = index.keys._default_manager.values_list("key", index.column)
    for batch in _batches(pairs.order_by("key", index.column).iterator(chunk_size=BATCH)):
        with transaction.atomic():
            rows = index.names.filter(pk__in={number for _key, number in batch})
            if is_repaired:
                rows = rows.select_for_update(no_key=True)
            gone = set(batch) - index.pairs_of(rows.order_by("pk"))
            count += len(gone)
            if is_repaired:
                index.remove(gone)
    return count


def _batches(pairs: Iterator[Pair]) -> Iterator[list[Pair]]:
    while batch := list(islice(pairs, BATCH)):
        yield batch
