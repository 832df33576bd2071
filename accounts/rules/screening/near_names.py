"""Whether a name comes close to a listed or a live one, why, and in which characters they differ."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from accounts.enums import ListedNameKind
from accounts.rules.names import Span, changed_by_folding, differences, origins_of
from accounts.rules.screening.keys import (
    ALIKE_WITHIN_FROM,
    EDIT_FROM,
    LONGEST,
    SOUND_FROM,
    SOUND_WITHIN_FROM,
    SOUNDS,
    AskedName,
)
from accounts.rules.screening.lookalikes import are_alike, shapes_of, skeleton_of
from accounts.rules.screening.sounds import sound_alike, sounds_of, syllable_count

LIVE: Final = "live"
# Who sees more than these is helped no further.
HITS_SHOWN: Final = 20


class Reason(StrEnum):
    """Why a name is taken for another one, in the order in which reasons are given."""

    SAME = "same"
    WIDTH = "width"
    CASE = "case"
    TRADITIONAL = "traditional"
    SEPARATOR = "separator"
    CONFUSABLE = "confusable"
    PINYIN = "pinyin"
    EDIT = "edit"
    CONTAINS = "contains"


_ORDER: Final = {reason: place for place, reason in enumerate(Reason)}


class Verdict(StrEnum):
    """What follows from the hits of a name."""

    CLEAR = "clear"
    REVIEW = "review"
    BARRED = "barred"


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name that others are compared with: barred, reserved or of a live account."""

    name: str
    folded: str
    kind: str
    owner: Hashable = None
    """Who runs the account of a live name."""
    platform_uid: str = ""


@dataclass(frozen=True, slots=True)
class NearHit:
    """A known name that a name comes close to."""

    known: KnownName
    why: tuple[Reason, ...]
    distance: int
    """Characters inserted, left out, replaced or swapped, after folding."""
    spans: tuple[Span, ...]
    """Where the name, as it was given, differs; an empty span is where something is missing."""
    is_exact: bool
    """Whether folding alone shows that the name equals or contains the known one."""


def verdict_of(hits: Iterable[NearHit]) -> Verdict:
    """
    Return what follows from the hits.

    Public Account Provisions, art. 8 §3: only who equals a barred name is turned away unseen; about
    whatever else is found a person decides.
    """
    verdict = Verdict.CLEAR
    for hit in hits:
        verdict = Verdict.REVIEW
        if hit.is_exact and hit.known.kind == ListedNameKind.BARRED:
            return Verdict.BARRED
    return verdict


def distance_between(one: str, other: str) -> int:
    """Return how many insertions, omissions, replacements and swaps of neighbours lie between."""
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def near_hits(asked: AskedName, known: Iterable[KnownName]) -> tuple[NearHit, ...]:
    """
    Return the names that a name comes close to, the closest first.

    Public Account Provisions, art. 8 §2 and §3. Where the name is itself a listed one it is no
    imitation of another that happens to be near.
    """
    hits = [hit for each in known if (hit := near_hit(asked, each)) is not None]
    if any(hit.is_exact and hit.known.folded == asked.folded for hit in hits):
        hits = [hit for hit in hits if hit.is_exact or hit.known.kind == LIVE]
    hits.sort(key=_closeness)
    return tuple(hits[:HITS_SHOWN])


def _closeness(hit: NearHit) -> tuple[bool, bool, int, int, str]:
    return (
        not hit.is_exact,
        hit.known.kind == LIVE,
        hit.distance,
        -len(hit.known.folded),
        hit.known.name,
    )


def near_hit(asked: AskedName, known: KnownName) -> NearHit | None:
    """Return why a name is taken for one known name, or None if it is not."""
    if asked.folded == known.folded:
        why = [Reason(each.value) for each in differences(asked.name, known.name)]
        return NearHit(known, tuple(why), 0, (), is_exact=True)
    whole = _reasons_of_whole(asked, known.folded, is_listed=known.kind != LIVE)
    if known.kind == ListedNameKind.RESERVED:
        at = asked.folded.find(known.folded)
        if at >= 0:
            return _contained(asked, known, at, whole)
    if whole:
        return _hit(asked, known, 0, len(asked.folded), whole, is_exact=False)
    if known.kind == ListedNameKind.RESERVED:
        return _contained_nearly(asked, known)
    return None


def _reasons_of_whole(asked: AskedName, listed: str, *, is_listed: bool) -> set[Reason]:
    why: set[Reason] = set()
    if _looks_like(asked, listed):
        why.add(Reason.CONFUSABLE)
    if not is_listed or max(len(asked.folded), len(listed)) > LONGEST + 1:
        return why
    if _sounds_like(asked.folded, listed):
        why.add(Reason.PINYIN)
    if len(listed) >= EDIT_FROM and _is_one_edit_away(asked.folded, listed):
        why.add(Reason.EDIT)
    elif len(listed) > EDIT_FROM and _is_one_edit_away(asked.shapes, shapes_of(listed)):
        why |= {Reason.CONFUSABLE, Reason.EDIT}
    return why


def _is_one_edit_away(one: str, other: str) -> bool:
    return abs(len(one) - len(other)) <= 1 and distance_between(one, other) == 1


def _looks_like(asked: AskedName, listed: str) -> bool:
    if asked.skeleton == skeleton_of(shapes_of(listed)):
        return True
    if len(asked.folded) != len(listed):
        return False
    pairs = zip(asked.shapes, shapes_of(listed), strict=True)
    unlike = [pair for pair in pairs if pair[0] != pair[1]]
    return len(unlike) == 1 and are_alike(*unlike[0])


def _sounds_like(given: str, listed: str) -> bool:
    syllables = syllable_count(listed)
    if syllables < SOUND_FROM:
        return False
    if len(given) == len(listed):
        # Two syllables are common; two characters of which one is another are not.
        is_near = syllables > SOUND_FROM or distance_between(given, listed) == 1
        return is_near and all(map(sound_alike, given, listed))
    # Spelt out in letters, in whole or in part.
    return syllables > SOUND_FROM and not set(sounds_of(given, SOUNDS)).isdisjoint(
        sounds_of(listed, SOUNDS)
    )


def _contained(asked: AskedName, known: KnownName, at: int, whole: set[Reason]) -> NearHit:
    size = len(known.folded)
    written = differences(_given_part(asked, at, size), known.name)
    why = {*whole, *(Reason(each.value) for each in written), Reason.CONTAINS} - {Reason.SAME}
    return _hit(asked, known, at, size, why, is_exact=True)


def _contained_nearly(asked: AskedName, known: KnownName) -> NearHit | None:
    size = len(known.folded)
    if len(asked.folded) > size >= ALIKE_WITHIN_FROM:
        for start, found in _parts_like(asked, known.folded):
            return _hit(asked, known, start, size, {*found, Reason.CONTAINS}, is_exact=False)
    return None


def _parts_like(asked: AskedName, listed: str) -> Iterator[tuple[int, set[Reason]]]:
    size = len(listed)
    shapes = shapes_of(listed)
    is_heard = syllable_count(listed) >= SOUND_WITHIN_FROM and len(asked.folded) <= LONGEST
    for start in range(len(asked.folded) - size + 1):
        why = set()
        if asked.shapes[start : start + size] == shapes:
            why.add(Reason.CONFUSABLE)
        part = asked.folded[start : start + size]
        if is_heard and all(map(sound_alike, part, listed)):
            why.add(Reason.PINYIN)
        if why:
            yield start, why


def _given_part(asked: AskedName, start: int, size: int) -> str:
    origins = origins_of(asked.name, asked.folded)
    return asked.name[origins[start].start : origins[start + size - 1].end]


def _hit(
    asked: AskedName,
    known: KnownName,
    start: int,
    size: int,
    why: set[Reason],
    *,
    is_exact: bool,
) -> NearHit:
    origins = origins_of(asked.name, asked.folded)
    part = asked.folded[start : start + size]
    spans: list[Span] = []
    blocks = SequenceMatcher(None, part, known.folded, autojunk=False)
    for what, first, last, _first, _last in blocks.get_opcodes():
        if what == "equal":
            continue
        begun = origins[start + first].start if start + first < len(origins) else len(asked.name)
        ended = origins[start + last - 1].end if last > first else begun
        spans.append(Span(begun, ended))
    written = changed_by_folding(_given_part(asked, start, size))
    also = {Reason(each.value) for each in written - changed_by_folding(known.name)}
    return NearHit(
        known,
        tuple(sorted(why | also, key=_ORDER.__getitem__)),
        distance_between(part, known.folded),
        tuple(spans),
        is_exact=is_exact,
    )
