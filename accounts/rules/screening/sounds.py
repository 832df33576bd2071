"""How names sound: toneless readings of characters, with those that have several."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, islice, product
from typing import Final

# Our choice: what has more readings than this in everyday texts does not occur in names.
_READINGS: Final = 3
_DIGITS: Final[Mapping[str, str]] = dict(
    zip(
        "0123456789", ["ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"], strict=True
    )
)


@cache
def _dictionary() -> Mapping[int, str]:
    # Only whoever screens names pays for loading it.
    from pypinyin.constants import PINYIN_DICT

    return PINYIN_DICT


def _without_tone(syllable: str) -> str:
    plain = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())


@cache
def readings(character: str) -> tuple[str, ...]:
    """Return the toneless readings of a character, the usual one first; none if it has no sound."""
    if character in _DIGITS:
        return (_DIGITS[character],)
    written = _dictionary().get(ord(character), "")
    found = dict.fromkeys(_without_tone(syllable) for syllable in written.split(","))
    found.pop("", None)
    return tuple(found)[:_READINGS]


def sound_alike(one: str, other: str) -> bool:
    """
    Return whether two characters are the same or may sound the same.

    One of them in its usual reading: that each has some rare one in common is nobody's trick.
    """
    if one == other:
        return True
    left, right = readings(one), readings(other)
    return bool(left and right) and (left[0] in right or right[0] in left)


def syllable_count(folded: str) -> int:
    """Return how many characters of a folded name have a sound of their own."""
    return sum(bool(readings(character)) for character in folded)


def _choices(options: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield the name in its usual reading, then with one other reading, then with two."""
    usual = [option[0] for option in options]
    yield "".join(usual)
    several = [place for place, option in enumerate(options) if len(option) > 1]
    for count in (1, 2):
        for places in combinations(several, count):
            for others in product(*(options[place][1:] for place in places)):
                read = list(usual)
                for place, other in zip(places, others, strict=True):
                    read[place] = other
                yield "".join(read)


def sounds_of(folded: str, limit: int) -> tuple[str, ...]:
    """
    Return how a folded name may sound, at most `limit` ways, the usual one first.

    Syllables are joined, so that a name spelt out in letters sounds like the characters. What has
    no sound stands for itself.
    """
    options = [readings(character) or (character,) for character in folded]
    return tuple(dict.fromkeys(islice(_choices(options), limit)))
