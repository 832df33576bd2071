"""
How else a name may be meant than folding takes it: our choice, no article.

Folding is a published rule and stays as it is. What it leaves in a name (marks, variation
selectors, digits of tones) or takes out though it is read (letters in boxes, radicals), and digits
that stand for letters, give further spellings, each compared like the name. Most names have none.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from accounts.rules.names import Span, fold
from accounts.rules.screening.reasons import Reason

# Radicals that have a code point of their own and no compatibility mapping: to folding they are
# symbols, to the eye they are the character.
_RADICALS: Final = """
⺠民 ⻓长 ⻔门 ⻅见 ⻉贝 ⻋车 ⻚页 ⻛风 ⻜飞 ⻢马 ⻥鱼 ⻦鸟 ⻳龟 ⻩黄 ⻬齐 ⻮齿 ⻰龙 ⻘青 ⻝食 ⻄西
⻁虎 ⻨麦 ⻣骨 ⻤鬼 ⻙韦 ⻐钅 ⻈讠 ⺓幺 ⺟母 ⺩王 ⺪疋 ⺬礻 ⺮竹 ⺶羊 ⺷羊 ⺸羊 ⺹老 ⺺聿 ⺼月 ⻂衤
⻃西 ⻆角 ⻇角 ⻏阝 ⻖阝 ⻗雨 ⻞食 ⻟食 ⻠饣 ⻡首 ⻪齐 ⻫齐 ⻭齿 ⻱龟 ⻲龟 ⺀冫 ⺁厂 ⺅亻 ⺇几 ⺈刀
⺉刂 ⺊卜 ⺋卩 ⺌小 ⺍小 ⺎尢 ⺏尢 ⺐尢 ⺒巳 ⺔彐 ⺕彐 ⺖忄 ⺗心 ⺘扌 ⺙攵 ⺛旡 ⺜日 ⺝月 ⺞歹 ⺡氵
⺢水 ⺣灬 ⺦丬 ⺧牛 ⺨犭 ⺭示 ⺾艹 ⺿艹 ⻀艹 ⻌辶 ⻍辶 ⻎辶
"""
# Letters of other alphabets that pass for a Latin one in this case of theirs, which is gone after
# folding: Ν is an N, ν a v.
_LETTERS: Final = """
ϲc ϹC νv υu γy ѵv ѴV ɑa αa ҽe ոn пn кk ηn ωw ѡw нh тt вb ьb ЬB ıi ȷj ɡg ʋv ΝN ΥY σo мm ƽ5 Ƨ2 Зe зe
"""
_MEANT: Final[Mapping[str, str]] = {
    pair[0]: pair[1].lower() for pair in (_RADICALS + _LETTERS).split()
}
_DRAWN_LETTER: Final = re.compile(
    r"(?:(?:NEGATIVE|REGIONAL) .* LETTER|LATIN LETTER SMALL CAPITAL|LATIN SMALL LETTER"
    r"|LATIN CAPITAL LETTER) ([A-Z])(?: WITH .*)?"
)
_LEFT_OUT: Final = frozenset({"Mn", "Me", "Cf"})
_DIGITS: Final = str.maketrans("345789@$!|", "eastbgasil")
_AS_LETTERS: Final = re.compile(r"[A-Za-z0-9@$!|]+")
_WITH_TONES: Final = re.compile(r"(?:[a-z]{1,6}[0-5]){2,}")
_TONE: Final = re.compile(r"[0-5]")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name as it may be meant, folded, and where each of its characters stands in the name."""

    folded: str
    origins: tuple[Span, ...]
    why: frozenset[Reason]


Piece = tuple[str, Span]


def spellings_of(name: str, folded: str) -> Iterator[Spelling]:
    """Yield how else a name may be meant, where that is another text than its folded one."""
    pieces, why = _bare(name)
    known = {folded}
    digits = list(_tones_left_out(pieces))
    for found, reasons in (
        (pieces, why),
        (digits, why | {Reason.PINYIN}),
        (list(_digits_as_letters(name)), frozenset({Reason.CONFUSABLE})),
    ):
        text = "".join(character for character, _span in found)
        if text and text not in known:
            known.add(text)
            yield Spelling(text, tuple(span for _character, span in found), reasons)


@cache
def _meant(character: str) -> tuple[str, Reason | None]:
    """Return what is read where a character stands, and why that is not what it is."""
    if character.isascii():
        return fold(character), None
    if unicodedata.category(character) in _LEFT_OUT:
        return "", Reason.SEPARATOR
    if character in _MEANT:
        return _MEANT[character], Reason.CONFUSABLE
    if drawn := _DRAWN_LETTER.fullmatch(unicodedata.name(character, "")):
        return drawn[1].lower(), Reason.CONFUSABLE
    folded = fold(character)
    plain = "".join(
        each
        for each in unicodedata.normalize("NFD", folded)
        if unicodedata.category(each) not in _LEFT_OUT
    )
    if folded.isalpha() and plain != folded and plain.isascii():
        return plain, Reason.CONFUSABLE
    return folded, None


def _bare(name: str) -> tuple[list[Piece], frozenset[Reason]]:
    pieces: list[Piece] = []
    why = set()
    for place, character in enumerate(name):
        meant, reason = _meant(character)
        pieces.extend((each, Span(place, place + 1)) for each in meant)
        if reason:
            why.add(reason)
    return pieces, frozenset(why)


def _tones_left_out(pieces: list[Piece]) -> Iterable[Piece]:
    text = "".join(character for character, _span in pieces)
    gone = {
        found.start() + tone.start()
        for found in _WITH_TONES.finditer(text)
        for tone in _TONE.finditer(found.group())
    }
    return [piece for place, piece in enumerate(pieces) if place not in gone] if gone else []


def _digits_as_letters(name: str) -> Iterable[Piece]:
    letters = list(name)
    for found in _AS_LETTERS.finditer(name):
        if any(each.isalpha() for each in found.group()):
            letters[found.start() : found.end()] = found.group().translate(_DIGITS)
    if letters == list(name):
        return
    for place, character in enumerate(letters):
        for each in _meant(character)[0]:
            yield each, Span(place, place + 1)
