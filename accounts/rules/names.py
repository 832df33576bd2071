"""How names are folded and compared with barred and reserved ones; which lists exist is data."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, Protocol

from opencc import OpenCC

from accounts.rules.name_variants import VARIANTS

_UNSAFE: Final = re.compile(
    "["
    "\u0000-\u001f\u007f-\u009f"  # control characters
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"  # private use
    "\U000e0000-\U000e007f"  # tags
    "\ud800-\udfff"  # halves of a pair are no characters; JSON can smuggle them in
    "]"
)
# Characters that join the one before them in normalisation, besides those with a combining class.
_JOINING: Final = re.compile("[\u1161-\u11ff\u3099-\u309c\uff9e\uff9f]")
_FOLDING_ROUNDS: Final = 8


class Difference(StrEnum):
    """In what a name differs from the listed one that it equals after folding."""

    SAME = "same"
    WIDTH = "width"
    CASE = "case"
    TRADITIONAL = "traditional"
    SEPARATOR = "separator"


@dataclass(frozen=True, slots=True)
class UnsafeCharacter:
    """A character that a name may not hold, and where it stands."""

    position: int
    code_point: int

    @property
    def label(self) -> str:
        """Return the usual notation, as in U+200B."""
        return f"U+{self.code_point:04X}"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the name as it was given: from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NameHit:
    """A listed name found in a name, where it stands and how the two differ."""

    listed: str
    spans: tuple[Span, ...]
    why: tuple[Difference, ...]


class NameLookup(Protocol):
    """Whatever can say which folded names are listed: an index in memory or a table."""

    @property
    def lengths(self) -> Collection[int]:
        """Return the lengths that folded listed names have."""

    def find(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return for each folded key that is listed the names as they were listed."""


@cache
def _converters() -> tuple[Callable[[str], str], ...]:
    return tuple(OpenCC(name).convert for name in ("t2s", "jp2t", "hk2t", "tw2t"))


def _is_current(character: str) -> bool:
    """Return whether GB 2312 has the character, so that it is a simplified one in its own right."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def simplified(character: str) -> str:
    """
    Return the simplified form of one traditional or variant character, by itself.

    Phrases are not looked at: in a name that tries to get past a list they are no guide.
    """
    if character.isascii():
        return character
    to_simplified, *regional = _converters()
    plain = to_simplified(character)
    if plain == character and not _is_current(character):
        # Japanese, Hong Kong and Taiwan shapes reach the simplified one by way of the traditional.
        # Only for characters outside GB 2312: 芸 or 予 are words of their own in simplified text.
        for convert in regional:
            plain = to_simplified(convert(character))
            if plain != character:
                break
    return VARIANTS.get(plain, plain)


def unsafe_characters(name: str) -> tuple[UnsafeCharacter, ...]:
    """Return the characters of an untrimmed name that are invisible or change its reading."""
    return tuple(
        UnsafeCharacter(found.start(), ord(found.group())) for found in _UNSAFE.finditer(name)
    )


def _without_unsafe(text: str) -> str:
    return _UNSAFE.sub("", text)


def _normalised_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _without_separators(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] not in "ZPS")


def _all_simplified(text: str) -> str:
    return "".join(map(simplified, text))


# The order is part of the published rule.
_STAGES: Final[tuple[tuple[Difference, Callable[[str], str]], ...]] = (
    (Difference.SEPARATOR, _without_unsafe),
    (Difference.WIDTH, _normalised_width),
    (Difference.CASE, str.casefold),
    (Difference.SEPARATOR, _without_separators),
    (Difference.TRADITIONAL, _all_simplified),
)


def _folded(text: str, leaving_out: Difference | None = None) -> str:
    # Once is enough for almost every name. Where one stage uncovers work for an earlier one (a
    # combining mark behind a removed hyphen) a second round keeps equal names equal.
    for _round in range(_FOLDING_ROUNDS):
        before = text
        for difference, stage in _STAGES:
            if difference != leaving_out:
                text = stage(text)
        if text == before:
            break
    return text


def fold(name: str) -> str:
    """
    Return the form in which names are compared.

    Unsafe characters removed, NFKC, case folded, punctuation, symbols and separators removed, each
    character by itself made simplified. Folding a folded name changes nothing.
    """
    return _folded(name)


def substrings(folded: str, lengths: Collection[int]) -> frozenset[str]:
    """Return the parts of a folded name that are as long as some listed name."""
    return frozenset(
        folded[start : start + length]
        for length in lengths
        if 0 < length <= len(folded)
        for start in range(len(folded) - length + 1)
    )


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Listed names by their folded form, with the lengths that occur."""

    listed: Mapping[str, tuple[str, ...]]
    lengths: frozenset[int]

    @classmethod
    def built_from(cls, names: Iterable[str]) -> "NameIndex":
        """Return an index of names; one that folds to nothing is left out, it would hit all."""
        listed: dict[str, tuple[str, ...]] = {}
        for name in names:
            key = fold(name)
            if key and name not in listed.get(key, ()):
                listed[key] = (*listed.get(key, ()), name)
        return cls(listed, frozenset(map(len, listed)))

    def find(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return for each folded key that is listed the names as they were listed."""
        return {key: self.listed[key] for key in keys if key in self.listed}


def _clusters(name: str) -> list[Span]:
    """Return the name cut where normalisation cannot reach across."""
    starts = [
        index
        for index, character in enumerate(name)
        if index == 0
        or not (unicodedata.category(character).startswith("M") or _JOINING.fullmatch(character))
    ]
    return [Span(a, b) for a, b in zip(starts, [*starts[1:], len(name)], strict=True)]


def origins_of(name: str, folded: str) -> list[Span]:
    """Return for each character of the folded name the stretch of the name it came from."""
    origins: list[Span] = []
    pieces: list[str] = []
    for cluster in _clusters(name):
        piece = _folded(name[cluster.start : cluster.end])
        pieces.append(piece)
        origins.extend([cluster] * len(piece))
    if "".join(pieces) != folded:
        return [Span(0, len(name))] * len(folded)
    return origins


def _occurrences(folded: str, key: str) -> list[int]:
    found = []
    at = folded.find(key)
    while at >= 0:
        found.append(at)
        at = folded.find(key, at + 1)
    return found


def differences(given: str, listed: str) -> tuple[Difference, ...]:
    """
    Return in what two names that fold alike differ.

    A stage of folding is named if the two would not be equal without it.
    """
    if given == listed:
        return (Difference.SAME,)
    order = (Difference.WIDTH, Difference.CASE, Difference.TRADITIONAL, Difference.SEPARATOR)
    needed = tuple(d for d in order if _folded(given, d) != _folded(listed, d))
    if needed:
        return needed
    # Two stages can each do the same work (a full-width space): then each that did some is named.
    return tuple(
        {d: None for d, stage in _STAGES if stage(given) != given or stage(listed) != listed}
    )


def changed_by_folding(text: str) -> frozenset[Difference]:
    """Return which stages of folding change a text."""
    return frozenset(difference for difference, stage in _STAGES if stage(text) != text)


def _hit(name: str, key: str, listed: str, spans: tuple[Span, ...]) -> NameHit:
    why: dict[Difference, None] = {}
    for span in spans:
        why.update(dict.fromkeys(differences(name[span.start : span.end], listed)))
    return NameHit(listed, spans, tuple(why))


def _hits(name: str, folded: str, found: Mapping[str, Collection[str]]) -> tuple[NameHit, ...]:
    if not found:
        return ()
    origins = origins_of(name, folded)
    hits: list[NameHit] = []
    for key in found:
        starts = _occurrences(folded, key)
        spans = tuple(
            dict.fromkeys(Span(origins[at].start, origins[at + len(key) - 1].end) for at in starts)
        )
        hits.extend(_hit(name, key, listed, spans) for listed in found[key])
    return tuple(sorted(hits, key=lambda hit: (hit.spans[0].start, -len(hit.listed), hit.listed)))


def barred_hit(name: str, barred: NameLookup) -> NameHit | None:
    """
    Return the barred name that this name equals after folding, or None.

    Public Account Provisions, art. 8 §3: an account that was closed is not registered again under
    the same name.
    """
    folded = fold(name)
    if not folded:
        return None
    hits = _hits(name, folded, barred.find((folded,)))
    return (
        min(hits, key=lambda hit: (len(hit.why), hit.why != (Difference.SAME,))) if hits else None
    )


def reserved_hits(name: str, reserved: NameLookup) -> tuple[NameHit, ...]:
    """
    Return the reserved names that this name contains after folding, in the order they stand in it.

    Public Account Provisions, art. 8 §2: names that pass for organs, organisations or media are
    held back. The cost depends on the length of the name and not on how many names are listed.
    """
    folded = fold(name)
    return _hits(name, folded, reserved.find(substrings(folded, reserved.lengths)))
