"""How names sound: toneless readings of characters, with those that have several."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import combinations, islice, product
from typing import Final

_SLURRED: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("v", "u"))
_LETTERS: Final = re.compile("[a-z]{2}")
_LONGEST_SYLLABLE: Final = 6
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


def slurred(sound: str) -> str:
    """Return a sound without what many speakers do not tell apart: zh and z, l and n, ing and in."""
    for clear, blurred in _SLURRED:
        sound = sound.replace(clear, blurred)
    return sound


@cache
def _slurred_readings(character: str) -> tuple[str, ...]:
    return tuple(map(slurred, readings(character)))


def sound_alike(one: str, other: str) -> bool:
    """
    Return whether two characters are the same or may sound the same, even to a careless ear.

    One of them in its usual reading: that each has some rare one in common is nobody's trick.
    """
    return one == other or _share_a_reading(_slurred_readings(one), _slurred_readings(other))


def sound_the_same(one: str, other: str) -> bool:
    """Return whether two characters are the same or may sound the same but for the tone."""
    return one == other or _share_a_reading(readings(one), readings(other))


def _share_a_reading(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    return bool(left and right) and (left[0] in right or right[0] in left)


@cache
def _syllables() -> frozenset[str]:
    """Return every syllable that a character of GB 2312 has."""
    every = bytes(
        byte for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF) for byte in (high, low)
    ).decode("gb2312", "ignore")
    return frozenset(sound for character in every for sound in readings(character))


def spelt_parts(text: str, counts: Collection[int]) -> Iterator[tuple[int, int, str]]:
    """
    Yield where a part of a folded name has so many syllables, one of them in letters, and its sound.

    Characters are taken in their usual reading.
    """
    if not counts or not _LETTERS.search(text):
        return
    last = max(counts)
    for start in range(len(text)):
        ends = {start: False}
        for count in range(1, last + 1):
            reached: dict[int, bool] = {}
            for end, has_letters in ends.items():
                for after, is_letters in _next_syllables(text, end):
                    reached[after] = reached.get(after, False) or has_letters or is_letters
            ends = reached
            if count in counts:
                for end, has_letters in ends.items():
                    if has_letters:
                        yield start, end, _said(text[start:end])


def _next_syllables(text: str, at: int) -> Iterator[tuple[int, bool]]:
    if at < len(text):
        if text[at].isascii():
            for end in range(at + 1, min(at + _LONGEST_SYLLABLE, len(text)) + 1):
                if text[at:end] in _syllables():
                    yield end, True
        elif readings(text[at]):
            yield at + 1, False


def _said(text: str) -> str:
    return "".join(each if each.isascii() else readings(each)[0] for each in text)


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
