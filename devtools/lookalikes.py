"""Compute which characters look alike: `python -m devtools.lookalikes`, writes accounts/data/.

Every character is drawn with an open font, blurred a little and compared as a picture; nobody's
table is copied. Only characters that folding leaves as they are take part, because names are
folded before they are compared. Needs numpy, which the product does not, and the fonts
fonts-noto-cjk 1:20220127 (Noto Sans CJK SC 2.004) and fonts-dejavu-core 2.37 of Debian. The same
fonts give the same file. How the thresholds were chosen is in docs/decisions/0029.
"""

import csv
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from accounts.rules.names import fold

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "accounts" / "data" / "lookalikes.csv"
BY_HAND = Path(__file__).resolve().parent / "lookalikes_by_hand.csv"
HAN_FONT = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "Noto Sans CJK SC")
LETTER_FONT = ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "DejaVu Sans")

EM = 48
SIDE = 28
BLUR = 1.5
# From here on two characters are written for each other at a glance: one class, one skeleton.
SAME = 0.93
# The nearest of each character that reach this are confused with it where one alone is changed in a
# name. Where glyphs are drawn to one size (口 and 囗) more must agree, for size told them apart.
SIMILAR = 0.66
SIMILAR_RESIZED = 0.84
NEIGHBOURS = 10
# What has the same right part (纱, 沙) differs in a radical, which a quick eye passes over.
SIMILAR_RIGHT = 0.8
RIGHT_FROM = 25
# A character that nobody writes is in a name to pass for another: only near ones are of interest.
SIMILAR_RARE = 0.86
SAME_LETTER = 0.95
SIMILAR_LETTER = 0.93

Pairs = dict[frozenset[str], float]


class Pen:
    """Draws characters of one font as vectors that can be compared."""

    def __init__(self, path: str, family: str) -> None:
        for index in range(16):
            font = ImageFont.truetype(path, EM, index=index)
            if font.getname()[0] == family:
                self._font = font
                return
        sys.exit(f"{path} has no {family}")

    def drawn(self, text: str) -> Image.Image:
        """Return the character where a line of text has it."""
        picture = Image.new("L", (EM + 8, EM + 8), 0)
        place = ((EM + 8) / 2, EM - 2)
        ImageDraw.Draw(picture).text(place, text, font=self._font, fill=255, anchor="ms")
        return picture

    def has(self, text: str) -> bool:
        """Return whether the font has the character and it leaves ink."""
        missing = self._font.getmask("\U0010fffe")
        mask = self._font.getmask(text)
        return mask.getbbox() is not None and bytes(mask) != bytes(missing)

    def vectors(
        self, texts: Sequence[str], *, is_resized: bool, first_column: int = 0
    ) -> numpy.ndarray:
        """Return one normalised row a character, of it or of what stands right of a column."""
        box = (first_column, 0, EM + 8, EM + 8)
        return numpy.stack([_vector(self.drawn(text).crop(box), is_resized) for text in texts])


def _vector(picture: Image.Image, is_resized: bool) -> numpy.ndarray:
    if is_resized and picture.getbbox() is not None:
        picture = picture.crop(picture.getbbox()).resize((EM, EM), Image.Resampling.BOX)
        picture = _framed(picture)
    soft = picture.filter(ImageFilter.GaussianBlur(BLUR))
    cells = numpy.asarray(soft.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=numpy.float32)
    row = cells.ravel() - cells.mean()
    return row / (numpy.linalg.norm(row) or 1)


def _framed(picture: Image.Image) -> Image.Image:
    frame = Image.new("L", (EM + 8, EM + 8), 0)
    frame.paste(picture, (4, 4))
    return frame


def _ranges(*bounds: tuple[int, int]) -> Iterator[str]:
    for first, last in bounds:
        for code in range(first, last + 1):
            yield chr(code)


def _folds_to_itself(character: str) -> bool:
    return fold(character) == character


def common_characters() -> list[str]:
    """Return the characters of GB 2312, the most used first."""
    found = []
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.append(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return [each for each in found if _folds_to_itself(each)]


def rare_characters(common: Iterable[str]) -> list[str]:
    """Return everything else that has the look of a Chinese character."""
    known = set(common)
    ranges = _ranges(
        (0x2E80, 0x2FDF),  # radicals
        (0x3005, 0x3007),
        (0x3041, 0x30FF),  # kana
        (0x3105, 0x312F),  # bopomofo
        (0x3131, 0x318E),  # hangul letters
        (0x31A0, 0x31BF),
        (0x31C0, 0x31EF),  # strokes
        (0x3400, 0x4DBF),
        (0x4E00, 0x9FFF),
    )
    return [each for each in ranges if each not in known and _folds_to_itself(each)]


def letters() -> list[str]:
    """Return digits and small letters of the alphabets that are mixed with Latin."""
    ranges = _ranges(
        (0x30, 0x39),
        (0x61, 0x7A),
        (0xDF, 0x24F),  # Latin
        (0x250, 0x2AF),  # phonetic
        (0x370, 0x3FF),  # Greek
        (0x400, 0x52F),  # Cyrillic
        (0x561, 0x586),  # Armenian
        (0x1D00, 0x1D25),  # small capitals
    )
    # What is a letter with a mark on it is compared without the mark.
    return [
        each
        for each in ranges
        if each.isalnum() and _folds_to_itself(each) and not unicodedata.decomposition(each)
    ]


def han_pairs(pen: Pen) -> Pairs:
    """Return the pairs of characters that look alike, with how much."""
    common = [each for each in common_characters() if pen.has(each)]
    rare = [each for each in rare_characters(common) if pen.has(each)]
    characters = common + rare
    pairs: Pairs = {}
    for is_resized, similar in ((False, SIMILAR), (True, SIMILAR_RESIZED)):
        vectors = pen.vectors(characters, is_resized=is_resized)
        _compare(pairs, characters, vectors, len(common), similar)
    right: Pairs = {}
    vectors = pen.vectors(common, is_resized=True, first_column=RIGHT_FROM)
    _compare(right, common, vectors, len(common), SIMILAR_RIGHT)
    # Of whole characters little is said by that: never more than confusable.
    return {**dict.fromkeys(right, SIMILAR), **pairs}


def _compare(
    pairs: Pairs, characters: Sequence[str], vectors: numpy.ndarray, common: int, similar: float
) -> None:
    for start in range(0, common, 500):
        scores = vectors[start : min(start + 500, common)] @ vectors.T
        for row, of_one in enumerate(scores):
            _keep_nearest(pairs, characters, start + row, of_one, common, similar)


def _keep_nearest(
    pairs: Pairs,
    characters: Sequence[str],
    own: int,
    scores: numpy.ndarray,
    common: int,
    similar: float,
) -> None:
    scores[own] = -1
    near = numpy.argsort(-scores[:common])[:NEIGHBOURS]
    rare = common + numpy.flatnonzero(scores[common:] >= SIMILAR_RARE)
    for other in (*near, *rare):
        score = float(scores[other])
        if score >= similar:
            key = frozenset((characters[own], characters[int(other)]))
            pairs[key] = max(pairs.get(key, 0), score)


def letter_pairs(pen: Pen) -> Pairs:
    """Return the pairs of letters and digits that look alike in some case of theirs."""
    faces: dict[str, str] = {}
    for letter in letters():
        for face in (letter, letter.upper()):
            if len(face) == 1 and pen.has(face):
                faces.setdefault(face, letter)
    drawn = list(faces)
    vectors = pen.vectors(drawn, is_resized=False)
    scores = vectors @ vectors.T
    pairs: Pairs = {}
    for row, column in numpy.argwhere(scores >= SIMILAR_LETTER):
        one, other = faces[drawn[row]], faces[drawn[column]]
        if one != other:
            key = frozenset((one, other))
            pairs[key] = max(pairs.get(key, 0), float(scores[row, column]))
    return pairs


def apply_by_hand(pairs: Pairs) -> set[frozenset[str]]:
    """Add and remove what a person decided; return the pairs that are of one class by decision."""
    joined = set()
    with BY_HAND.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = frozenset((row["one"], row["other"]))
            if len(key) != 2 or not all(map(_folds_to_itself, key)):
                sys.exit(f"{BY_HAND.name}: {row} is no pair of folded characters")
            if row["verdict"] == "none":
                pairs.pop(key, None)
            else:
                pairs[key] = max(pairs.get(key, 0), SIMILAR)
            if row["verdict"] == "same":
                joined.add(key)
    return joined


def _rank(character: str) -> tuple[int, int]:
    """Return the order in which characters stand for their class: ASCII, common ones, the rest."""
    if character.isascii():
        return (0, -ord(character))
    code = int.from_bytes(character.encode("gb2312", "ignore"))
    # In GB 2312 Chinese characters come in the order of their use, after signs and other scripts.
    return (1, code) if code >= 0xB0A1 else (2, ord(character))


def classes_of(same: Pairs, joined: set[frozenset[str]]) -> dict[str, str]:
    """
    Return for each character the one that stands for its class.

    In a class each is like each, so that no chain joins what nobody would confuse; only a person
    joins classes beyond that.
    """
    members: dict[str, list[str]] = {}
    in_order = sorted(same, key=lambda key: (-same[key], sorted(key)))
    for key in (*in_order, *sorted(joined, key=sorted)):
        one, other = sorted(key)
        left, right = members.get(one, [one]), members.get(other, [other])
        if left is right:
            continue
        if key in joined or all(frozenset((a, b)) in same for a in left for b in right):
            group = left + right
            for each in group:
                members[each] = group
    return {each: min(group, key=_rank) for each, group in members.items()}


def main() -> None:
    """Compute the table and write it."""
    of_letters = letter_pairs(Pen(*LETTER_FONT))
    pairs = {**han_pairs(Pen(*HAN_FONT)), **of_letters}
    joined = apply_by_hand(pairs)
    same = {
        key: score
        for key, score in pairs.items()
        if score >= (SAME_LETTER if key in of_letters else SAME)
    }
    classes = classes_of(same, joined)
    similar: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for key, score in pairs.items():
        one, other = sorted(key)
        if classes.get(one, one) != classes.get(other, other):
            similar[one].append((-score, other))
            similar[other].append((-score, one))
    OUTPUT.parent.mkdir(exist_ok=True)
    with OUTPUT.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["character", "stands_for", "similar"])
        for character in sorted({*classes, *similar}):
            stands_for = classes.get(character, character)
            # Each pair once, at the character that comes first.
            others = [other for _score, other in sorted(similar[character]) if other > character]
            if stands_for != character or others:
                shown = stands_for if stands_for != character else ""
                lines.writerow([character, shown, "".join(others)])
    sys.stdout.write(f"{len(pairs)} pairs, {len(set(classes.values()))} classes: {OUTPUT}\n")


if __name__ == "__main__":
    main()
