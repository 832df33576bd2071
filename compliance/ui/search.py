"""Search by number, name or code: what packages let be found, and by whom."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from compliance.ui.kit import Badge
from compliance.ui.pagination import Position, Slice, slice_from, total_order

Text = str | Promise

# Our choices; no article sets them. Names of accounts have at most 200 characters.
LONGEST = 200
FIRST_HITS = 8
HITS_A_PAGE = 25

_FILLING: Final = re.compile(r"[\s\-]+")
# "uid:…" says that a number is that of an account.
_UID: Final = re.compile(r"uid:\s*\S+", re.IGNORECASE)
# Part of a longer number or word they are something else.
_ALONE: Final = (r"(?<![0-9A-Za-z_-])", r"(?![0-9A-Za-z_-])")
_IDENTITY: Final = re.compile(
    "|".join(
        (
            rf"{_ALONE[0]}(?:\+?86)?1[3-9][0-9]{{9}}{_ALONE[1]}",
            rf"{_ALONE[0]}[0-9]{{6}}(?:19|20)[0-9]{{9}}[0-9Xx]{_ALONE[1]}",
            r"[^\s@]+@[^\s@]+\.[^\s@]+",
        )
    )
)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A record that was found, and the way to it."""

    title: Text
    url: str
    hint: Text = ""
    badge: Badge | None = None


# What is typed becomes a query of records in an order that an index has; None where the words
# cannot name any record of the kind.
Finder = Callable[[str], QuerySet | None]


@dataclass(frozen=True, kw_only=True)
class SearchKind:
    """A kind of record that can be found, by whom, and by what."""

    code: str
    label: Text
    permission: str
    finder: Finder
    hit: Callable[[Any], Hit]
    by: Text
    icon: str
    order: int


_kinds: dict[str, SearchKind] = {}


def register_search(
    kind: str,
    label: Text,
    permission: str,
    finder: Finder,
    *,
    hit: Callable[[Any], Hit],
    by: Text,
    icon: str = "search",
    order: int = 100,
) -> SearchKind:
    """
    Let records of a kind be found by whoever holds the permission; called when apps are ready.

    `finder` turns words into a query that an index answers, ordered by own columns that are never
    null and end with a unique one; `hit` words what it returns; `by` says what may be typed.

    :raises ValueError: if another kind has the code.
    """
    entry = SearchKind(
        code=kind,
        label=label,
        permission=permission,
        finder=finder,
        hit=hit,
        by=by,
        icon=icon,
        order=order,
    )
    if _kinds.setdefault(kind, entry) != entry:
        raise ValueError(f"A kind of search named {kind!r} is already registered.")
    return entry


def kinds_for(request: HttpRequest) -> tuple[list[SearchKind], list[SearchKind]]:
    """Return the kinds that the person at the screen may search, and those that they may not."""
    ordered = sorted(_kinds.values(), key=lambda kind: kind.order)
    allowed = [kind for kind in ordered if request.user.has_perm(kind.permission)]
    return allowed, [kind for kind in ordered if kind not in allowed]


def tidy(words: str) -> str:
    """Return what was typed without what nobody sees around it, or "" where it cannot be looked up."""
    stripped = words.strip()
    return "" if "\x00" in stripped or len(stripped) > LONGEST else stripped


def is_identity(words: str) -> bool:
    """
    Return whether words hold a mobile number, a personal number or an e-mail address.

    What is searched here stands in the address and in the logs of servers on the way: such a value
    belongs to the identity search. A number of an account that looks like one is found as
    "uid:13800000000". static/ui/search-guard.js holds to the same, before anything is sent.
    """
    written = unicodedata.normalize("NFKC", words).strip()
    if _UID.fullmatch(written):
        return False
    return bool(_IDENTITY.search(written) or _IDENTITY.fullmatch(_FILLING.sub("", written)))


@dataclass(frozen=True, kw_only=True)
class Group:
    """What was found of one kind: some hits, and the places before and after them."""

    kind: SearchKind
    hits: Sequence[Hit]
    newer: str = ""
    older: str = ""


def find_all(kinds: Sequence[SearchKind], words: str, *, size: int = FIRST_HITS) -> list[Group]:
    """Return the first hits of each kind; kinds without any are left out."""
    groups = (find(kind, words, size=size) for kind in kinds)
    return [group for group in groups if group is not None and group.hits]


def find(
    kind: SearchKind, words: str, *, position: str = "", size: int = HITS_A_PAGE
) -> Group | None:
    """Return one page of the hits of a kind, or None where the words name nothing of it."""
    rows = kind.finder(words)
    if rows is None:
        return None
    orders = total_order(rows)
    place = Position.unseal(position, length=len(orders)) if position else None
    found: Slice = slice_from(rows, orders, position=place, size=size)
    return Group(
        kind=kind,
        hits=[kind.hit(row) for row in found.rows],
        newer=found.previous,
        older=found.following,
    )
