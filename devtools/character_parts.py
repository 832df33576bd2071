"""Compute of what characters are made and which share a part: `python -m devtools.character_parts`.

Writes accounts/data/character_parts.csv. As in `devtools.lookalikes` (same fonts, numpy) every
character is drawn and compared as a picture, and nobody's table is copied. *first* and *second* are
the characters that come nearest to its left or upper and to its right or lower part; *akin* are
those with which it shares the whole or a part. All three confirm what keys have found (一 written
as two characters, a replaced character that resembles); nothing is searched for by them.
"""

import csv
import sys
from collections import defaultdict

import numpy
from PIL import Image, ImageFilter

from devtools.lookalikes import BLUR, EM, HAN_FONT, ROOT, SIDE, Pen, common_characters

OUTPUT = ROOT / "accounts" / "data" / "character_parts.csv"
SERIF_FONT = ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC")
PARTS = 8
# Of random pairs of everyday characters so many are akin in each way of looking; see 0029.
CHANCE = 0.002
AKIN = 40
# The first level of GB 2312: of a pair that is akin one is of it.
EVERYDAY = 3755
_FIRST = [(0, 0, each, EM) for each in (14, 17, 20, 24, 28, 32)] + [
    (0, 0, EM, each) for each in (12, 16, 20, 24, 28, 32)
]
_SECOND = [(each, 0, EM, EM) for each in (14, 17, 20, 24, 28, 32)] + [
    (0, each, EM, EM) for each in (12, 16, 20, 24, 28, 32)
]
# What stands within 门 or 囗 is written after it.
_SECOND += [(10, 14, EM - 10, EM), (9, 9, EM - 9, EM - 9)]


def _cells(picture: Image.Image) -> numpy.ndarray:
    soft = picture.filter(ImageFilter.GaussianBlur(BLUR))
    return numpy.asarray(soft.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=numpy.float32)


def _normalised(cells: list[numpy.ndarray]) -> numpy.ndarray:
    rows = numpy.stack(cells).reshape(len(cells), -1)
    rows = rows - rows.mean(1, keepdims=True)
    return rows / numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def _filling(picture: Image.Image) -> Image.Image:
    """Return what is drawn, stretched to the square."""
    ink = picture.point(lambda value: 255 if value > 90 else 0).getbbox()
    return (picture.crop(ink) if ink else picture).resize((EM, EM), Image.Resampling.BOX)


def nearest_parts(pen: Pen, characters: list[str]) -> dict[str, tuple[str, str]]:
    """Return for each character those nearest to its first and those nearest to its second part."""
    tight = [_filling(pen.drawn(each)) for each in characters]
    whole = _normalised([_cells(each) for each in tight])
    found = []
    for boxes in (_FIRST, _SECOND):
        best = numpy.full((len(characters), len(characters)), -1, dtype=numpy.float32)
        for box in boxes:
            part = _normalised([_cells(_filling(each.crop(box))) for each in tight])
            numpy.maximum(best, part @ whole.T, out=best)
        numpy.fill_diagonal(best, -1)
        nearest = numpy.argsort(-best, axis=1)[:, :PARTS]
        found.append(["".join(characters[place] for place in row) for row in nearest])
    return dict(zip(characters, zip(*found, strict=True), strict=True))


def akin_characters(characters: list[str]) -> dict[str, str]:
    """Return for each character those that resemble it as a whole or in a part, nearest first."""
    sans, serif = Pen(*HAN_FONT), Pen(*SERIF_FONT)
    side, middle = EM + 8, EM // 2 + 2
    views = [
        (sans, (0, 0, side, side), False),
        (sans, (0, 0, side, side), True),
        (serif, (0, 0, side, side), False),
        (sans, (middle - 1, 0, side, side), True),
        (sans, (0, 0, middle - 2, side), True),
        (sans, (0, middle, side, side), True),
        (sans, (0, 0, side, middle), True),
    ]
    akin: dict[int, dict[int, float]] = defaultdict(dict)
    for pen, box, is_resized in views:
        rows = _normalised([_boxed(pen, each, box, is_resized) for each in characters])
        limit = _limit(rows)
        for start in range(0, EVERYDAY, 500):
            scores = rows[start : min(start + 500, EVERYDAY)] @ rows.T
            for row, column in numpy.argwhere(scores >= limit):
                one, other = start + int(row), int(column)
                # How far beyond chance, so that ways of looking can be compared.
                beyond = float((scores[row, column] - limit) / (1 - limit))
                if one != other:
                    akin[one][other] = max(akin[one].get(other, 0), beyond)
    return {
        characters[one]: "".join(
            characters[other] for other in sorted(others, key=lambda o: -others[o])[:AKIN]
        )
        for one, others in akin.items()
    }


def _boxed(
    pen: Pen, character: str, box: tuple[int, int, int, int], is_resized: bool
) -> numpy.ndarray:
    picture = pen.drawn(character).crop(box)
    if is_resized and picture.getbbox() is not None:
        framed = Image.new("L", (EM + 8, EM + 8), 0)
        stretched = picture.crop(picture.getbbox()).resize((EM, EM), Image.Resampling.BOX)
        framed.paste(stretched, (4, 4))
        picture = framed
    return _cells(picture)


def _limit(rows: numpy.ndarray) -> float:
    """Return the score that only a small share of random pairs reaches."""
    random = numpy.random.default_rng(2021)
    one, other = random.integers(0, EVERYDAY, (2, 40000))
    pairs = one != other
    return float(numpy.quantile((rows[one] * rows[other]).sum(1)[pairs], 1 - CHANCE))


def main() -> None:
    """Compute the table and write it."""
    characters = common_characters()
    parts = nearest_parts(Pen(*HAN_FONT), characters)
    akin = akin_characters(characters)
    with OUTPUT.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["character", "first", "second", "akin"])
        for each in sorted(characters):
            lines.writerow([each, *parts[each], akin.get(each, "")])
    sys.stdout.write(f"{len(characters)} characters: {OUTPUT}\n")


if __name__ == "__main__":
    main()
