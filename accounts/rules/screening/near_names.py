"""Whether a name comes close to a listed or a live one, why, and in which characters they differ."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from accounts.enums import ListedNameKind
from accounts.rules.names import Span, changed_by_folding, differences
from accounts.rules.screening.keys import (
    ALIKE_WITHIN_FROM,
    EDIT_FROM,
    LONGEST,
    SOUND_FROM,
    SOUND_WITHIN_FROM,
    SOUNDS,
    SPELT_WITHIN_FROM,
    AskedName,
    AskedText,
)
from accounts.rules.screening.lookalikes import are_alike, shapes_of, skeleton_of
from accounts.rules.screening.parts import are_akin, is_made_of
from accounts.rules.screening.reasons import Reason
from accounts.rules.screening.sounds import (
    readings,
    slurred,
    sound_alike,
    sound_the_same,
    sounds_of,
    spelt_parts,
    syllable_count,
)

LIVE: Final = "live"
# Who sees more than these is helped no further.
HITS_SHOWN: Final = 20

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

    Public Account Provisions, art. 8 §2 and §3. Where the name is itself a listed one, or is one as
    soon as an addition is left out, it is no imitation of another that happens to be near.
    """
    hits = [hit for each in known if (hit := near_hit(asked, each)) is not None]
    meant = {text.folded for text in asked.texts}
    if any(hit.known.kind != LIVE and hit.known.folded in meant for hit in hits):
        hits = [
            hit
            for hit in hits
            if hit.is_exact or hit.known.kind == LIVE or hit.known.folded in meant
        ]
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
    """
    Return why a name is taken for one known name, or None if it is not.

    Of the spellings in which it may be meant the one counts in which least is changed.
    """
    best: NearHit | None = None
    for text in asked.texts:
        hit = _hit_of(text, known)
        if hit is not None and hit.is_exact:
            return hit
        if hit is not None and (best is None or hit.distance < best.distance):
            best = hit
    return best


def _hit_of(asked: AskedText, known: KnownName) -> NearHit | None:
    if known.kind == LIVE and not asked.is_whole:
        return None
    if asked.folded == known.folded:
        if asked.why:
            return _hit(asked, known, 0, len(asked.folded), set())
        why = [Reason(each.value) for each in differences(asked.name, known.name)]
        return NearHit(known, tuple(why), 0, (), is_exact=True)
    whole = _reasons_of_whole(asked, known.folded, is_listed=known.kind != LIVE)
    if known.kind == ListedNameKind.RESERVED:
        at = asked.folded.find(known.folded)
        if at >= 0:
            return _contained(asked, known, at, whole)
    if whole:
        return _hit(asked, known, 0, len(asked.folded), whole)
    if known.kind == ListedNameKind.RESERVED and asked.is_whole:
        return _contained_nearly(asked, known)
    return None


def _reasons_of_whole(asked: AskedText, listed: str, *, is_listed: bool) -> set[Reason]:
    why: set[Reason] = set()
    if _looks_like(asked, listed):
        why.add(Reason.CONFUSABLE)
    if not is_listed or max(len(asked.folded), len(listed)) > LONGEST + 1:
        return why
    if _sounds_like(asked.folded, listed):
        why.add(Reason.PINYIN)
    if len(listed) < EDIT_FROM:
        return why
    if _is_one_edit_away(asked.folded, listed):
        why.add(Reason.EDIT)
        if _is_replaced_by_akin(asked.folded, listed):
            why.add(Reason.CONFUSABLE)
    elif len(listed) > EDIT_FROM and _is_one_edit_away(asked.shapes, shapes_of(listed)):
        why |= {Reason.CONFUSABLE, Reason.EDIT}
    elif _is_written_apart(asked.folded, listed):
        why.add(Reason.CONFUSABLE)
    return why


def _is_one_edit_away(one: str, other: str) -> bool:
    return abs(len(one) - len(other)) <= 1 and distance_between(one, other) == 1


def _is_replaced_by_akin(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    unlike = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(unlike) == 1 and are_akin(*unlike[0])


def _is_written_apart(given: str, listed: str) -> bool:
    """Return whether one character of the listed name was given as the two that it is made of."""
    return len(given) == len(listed) + 1 and any(
        given[:place] == listed[:place]
        and given[place + 2 :] == listed[place + 1 :]
        and is_made_of(character, given[place], given[place + 1])
        for place, character in enumerate(listed)
    )


def _looks_like(asked: AskedText, listed: str) -> bool:
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
        if len(listed) > SOUND_FROM:
            return all(map(sound_alike, given, listed))
        return distance_between(given, listed) == 1 and all(map(sound_the_same, given, listed))
    # Spelt out in letters, in whole or in part.
    said, called = sounds_of(given, SOUNDS), sounds_of(listed, SOUNDS)
    if syllables == SOUND_FROM:
        return not set(said).isdisjoint(called) and all(
            character in listed for character in given if readings(character)
        )
    return not set(map(slurred, said)).isdisjoint(map(slurred, called))


def _contained(asked: AskedText, known: KnownName, at: int, whole: set[Reason]) -> NearHit:
    size = len(known.folded)
    written = () if asked.why else differences(_given_part(asked, at, size), known.name)
    why = {*whole, *(Reason(each.value) for each in written), Reason.CONTAINS} - {Reason.SAME}
    return _hit(asked, known, at, size, why, is_exact=not asked.why)


def _contained_nearly(asked: AskedText, known: KnownName) -> NearHit | None:
    size = len(known.folded)
    if len(asked.folded) > size >= ALIKE_WITHIN_FROM:
        for start, length, found in _parts_like(asked, known.folded):
            return _hit(asked, known, start, length, {*found, Reason.CONTAINS})
    return None


def _parts_like(asked: AskedText, listed: str) -> Iterator[tuple[int, int, set[Reason]]]:
    size = len(listed)
    shapes = shapes_of(listed)
    is_short = len(asked.folded) <= LONGEST
    is_seen = is_short and size >= SOUND_WITHIN_FROM
    is_heard = is_seen and syllable_count(listed) >= SOUND_FROM
    for start in range(len(asked.folded) - size + 1):
        why = set()
        part, look = asked.folded[start : start + size], asked.shapes[start : start + size]
        if look == shapes or (is_seen and _is_one_look_away(part, look, listed, shapes)):
            why.add(Reason.CONFUSABLE)
        if is_heard and all(map(sound_alike, part, listed)):
            why.add(Reason.PINYIN)
        if why:
            yield start, size, why
    if is_short and size >= SPELT_WITHIN_FROM and syllable_count(listed) == size:
        called = {slurred(sound) for sound in sounds_of(listed, SOUNDS)}
        for start, end, sound in spelt_parts(asked.folded, (size,)):
            if slurred(sound) in called:
                yield start, end - start, {Reason.PINYIN}


def _is_one_look_away(part: str, look: str, listed: str, shapes: str) -> bool:
    places = [place for place in range(len(listed)) if look[place] != shapes[place]]
    return len(places) == 1 and (
        are_alike(part[places[0]], listed[places[0]])
        or are_akin(part[places[0]], listed[places[0]])
    )


def _given_part(asked: AskedText, start: int, size: int) -> str:
    origins = asked.origins
    return asked.name[origins[start].start : origins[start + size - 1].end]


def _hit(
    asked: AskedText,
    known: KnownName,
    start: int,
    size: int,
    why: set[Reason],
    *,
    is_exact: bool = False,
) -> NearHit:
    origins = asked.origins
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
        tuple(sorted(why | also | asked.why, key=_ORDER.__getitem__)),
        distance_between(part, known.folded),
        tuple(spans),
        is_exact=is_exact,
    )
