"""
The keys by which names that come close find each other in an index.

A listed name is indexed by its look, by its sounds, and by its look with each one character left
out; a live name by its look alone. Two texts that are one edit apart share one of them with one
character left out, or are one another's. A key is a number of 64 bits: whoever finds one compares
the names themselves.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Final

from accounts.rules.names import Span, fold, origins_of
from accounts.rules.screening.affixes import cores_of
from accounts.rules.screening.lookalikes import shapes_of, similar_shapes, skeleton_of
from accounts.rules.screening.reasons import Reason
from accounts.rules.screening.sounds import slurred, sounds_of, spelt_parts, syllable_count
from accounts.rules.screening.spellings import spellings_of

# Our choices, measured: docs/decisions/0029.
EDIT_FROM: Final = 3
"""Shorter listed names are not searched for by edits: every other short name is one away."""
ALIKE_WITHIN_FROM: Final = 3
"""Shorter reserved names are not searched for by look within a name."""
SOUND_FROM: Final = 2
SOUND_WITHIN_FROM: Final = 4
"""Shorter reserved names are not searched for within a name by sound or with one look-alike."""
LONGEST: Final = 40
"""Of longer names only look and parts are compared; nobody reads them at a glance."""
SPELT_WITHIN_FROM: Final = 3
"""Shorter reserved names are not searched for within a name where they are spelt out in letters."""
SOUNDS: Final = 12
SOUNDS_WITHIN: Final = 4

_LOOK = b"look:"
_SOUND = b"sound:"
_SHORTER = b"shorter:"


def _key(kind: bytes, text: str) -> int:
    digest = blake2b(kind + text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def shorter_by_one(text: str) -> tuple[str, ...]:
    """Return the texts that are left when one character is left out."""
    return tuple(dict.fromkeys(text[:place] + text[place + 1 :] for place in range(len(text))))


def live_key(folded: str) -> int:
    """Return the key of a live name: its look."""
    return _key(_LOOK, skeleton_of(shapes_of(folded)))


def listed_keys(folded: str) -> frozenset[int]:
    """Return the keys of a barred or reserved name."""
    shapes = shapes_of(folded)
    keys = {_key(_LOOK, shapes), _key(_LOOK, skeleton_of(shapes))}
    if len(folded) <= LONGEST:
        if len(folded) >= EDIT_FROM:
            keys.update(_key(_SHORTER, text) for text in shorter_by_one(shapes))
        if syllable_count(folded) >= SOUND_FROM:
            keys.update(_key(_SOUND, slurred(sound)) for sound in sounds_of(folded, SOUNDS))
    return frozenset(keys)


@dataclass(frozen=True)
class AskedText:
    """A name that is screened in one spelling, with the keys of names that it may come close to."""

    name: str
    folded: str
    why: frozenset[Reason] = frozenset()
    """Why it may be meant so; nothing for the name as folding takes it."""
    spelt_origins: tuple[Span, ...] = ()

    @cached_property
    def origins(self) -> Sequence[Span]:
        """Where each character of the text stands in the name as it was given."""
        return self.spelt_origins or origins_of(self.name, self.folded)

    @cached_property
    def shapes(self) -> str:
        """The look of each character."""
        return shapes_of(self.folded)

    @cached_property
    def skeleton(self) -> str:
        """What stands for all names that look like this one."""
        return skeleton_of(self.shapes)

    @cached_property
    def own_keys(self) -> frozenset[int]:
        """The keys under which names stand that look just like this one, itself included."""
        return frozenset((_key(_LOOK, self.shapes), _key(_LOOK, self.skeleton)))

    @cached_property
    def look_keys(self) -> frozenset[int]:
        """The keys of names that look like this one, or do so but for one confusable character."""
        return self.own_keys | {_key(_LOOK, text) for text in self._looks()}

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out that is read."""
        return Reason.CONTAINS not in self.why

    def cores(self) -> Iterator["AskedText"]:
        """Yield what is left without words that say no more than that the name is the real one."""
        for start, end in cores_of(self.folded, shortest=ALIKE_WITHIN_FROM):
            why, origins = self.why | {Reason.CONTAINS}, tuple(self.origins[start:end])
            yield AskedText(self.name, self.folded[start:end], why, origins)

    def _looks(self) -> Iterator[str]:
        if len(self.shapes) > LONGEST:
            return
        for place, shape in enumerate(self.shapes):
            for similar in similar_shapes(shape):
                yield skeleton_of(self.shapes[:place] + similar + self.shapes[place + 1 :])

    def listed_keys(self, lengths: Collection[int]) -> frozenset[int]:
        """Return the keys of barred and reserved names; `lengths` are those of reserved ones."""
        return self.look_keys | {
            *self._keys_of_edits(),
            *self._keys_of_sounds(),
            *(self._keys_within(lengths) if self.is_whole else ()),
        }

    def _keys_of_edits(self) -> Iterator[int]:
        # A listed name of EDIT_FROM characters may have lost one, and a longest one gained one.
        if not EDIT_FROM - 1 <= len(self.shapes) <= LONGEST + 1:
            return
        yield _key(_SHORTER, self.shapes)
        for text in shorter_by_one(self.shapes):
            yield _key(_SHORTER, text)
            yield _key(_LOOK, text)
        if len(self.shapes) > EDIT_FROM:
            # Two that were written for one.
            for place in range(len(self.shapes) - 1):
                yield _key(_SHORTER, self.shapes[:place] + self.shapes[place + 2 :])

    def _keys_of_sounds(self) -> Iterator[int]:
        if len(self.folded) <= LONGEST:
            for sound in sounds_of(self.folded, SOUNDS):
                yield _key(_SOUND, slurred(sound))

    def _keys_within(self, lengths: Collection[int]) -> Iterator[int]:
        size = len(self.shapes)
        for length in lengths:
            for start in range(size - length + 1):
                if length == size:
                    break
                shapes = self.shapes[start : start + length]
                yield _key(_LOOK, shapes)
                if length >= SOUND_WITHIN_FROM and size <= LONGEST:
                    part = self.folded[start : start + length]
                    for sound in sounds_of(part, SOUNDS_WITHIN):
                        yield _key(_SOUND, slurred(sound))
                    for text in shorter_by_one(shapes):
                        yield _key(_SHORTER, text)
        if size <= LONGEST:
            spelt = [each for each in lengths if each >= SPELT_WITHIN_FROM]
            for _start, _end, sound in spelt_parts(self.folded, spelt):
                yield _key(_SOUND, slurred(sound))


@dataclass(frozen=True)
class AskedName:
    """A name that is screened, in each spelling in which it may be meant."""

    name: str

    @cached_property
    def folded(self) -> str:
        """The name as it is compared."""
        return fold(self.name)

    @cached_property
    def texts(self) -> tuple[AskedText, ...]:
        """The name as folding takes it, as it may be meant, and what is left without an affix."""
        whole = [AskedText(self.name, self.folded)] if self.folded else []
        whole += [
            AskedText(self.name, each.folded, each.why, each.origins)
            for each in spellings_of(self.name, self.folded)
        ]
        return (*whole, *(core for text in whole for core in text.cores()))

    @cached_property
    def own_keys(self) -> frozenset[int]:
        """The keys under which names stand that look just like this one, itself included."""
        return frozenset[int]().union(*(text.own_keys for text in self.texts))

    @cached_property
    def look_keys(self) -> frozenset[int]:
        """The keys of names that look like this one, or do so but for one confusable character."""
        return frozenset[int]().union(*(text.look_keys for text in self.texts if text.is_whole))

    def listed_keys(self, lengths: Collection[int]) -> frozenset[int]:
        """Return the keys of barred and reserved names; `lengths` are those of reserved ones."""
        return frozenset[int]().union(*(text.listed_keys(lengths) for text in self.texts))
