"""Draws a small square of a picture and says in 64 bits what it looks like, for comparison."""

import io
import math
from typing import BinaryIO, Final

from PIL import Image, ImageOps

from compliance.evidence.workshop.pictures import (
    MOST_PIXELS,
    flattened,
    opened,
    put_picture,
    turned_upright,
)
from compliance.evidence.workshop.protocol import Refused

# Our choices; no article sets them.
SIDE: Final = 256
# How much of the picture counts, from its middle: what was cropped still looks like the middle.
SHARES: Final = (1.0, 0.94, 0.88)
LOOK: Final = "look:"
_GRID: Final = 32
_WAVES: Final = 8
# Grey values of a picture that has no shape lie as close together as this.
_FLAT: Final = 3.0
_COSINES: Final = [
    [math.cos(math.pi * wave * (2 * place + 1) / (2 * _GRID)) for place in range(_GRID)]
    for wave in range(_WAVES)
]


def rehearse() -> None:
    """Do once what is to be done, so that all of the library is loaded before the door is shut."""
    Image.init()
    for sort in ("jpeg", "png", "gif", "webp"):
        body = io.BytesIO()
        Image.new("RGB", (2, 2)).save(body, sort.upper())
        draw(sort, body.getvalue(), io.BytesIO())


def draw(sort: str, data: bytes, sink: BinaryIO) -> list[str]:
    """
    Write the picture as a small square; return what it looks like, each as a remark.

    :raises Refused: if it is damaged or has more dots than may be opened.
    """
    with opened(sort, data) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused("too_many_pixels")
        picture.seek(0)
        square = ImageOps.fit(flattened(turned_upright(picture)), (SIDE, SIDE))
    put_picture("picture", 1, square, sink)
    return [f"{LOOK}{look:016x}" for share in SHARES if (look := look_of(square, share))]


def look_of(square: Image.Image, share: float) -> int:
    """
    Return the signs of the slow waves in the grey values of a picture, or 0 where there is no shape.

    They hold through another size, another compression, other brightness and a little less rim.
    """
    rim = round(square.width * (1 - share) / 2)
    middle = square.crop((rim, rim, square.width - rim, square.height - rim)).convert("L")
    grey = middle.resize((_GRID, _GRID), Image.Resampling.BOX)
    dots = list(grey.tobytes())
    mean = sum(dots) / len(dots)
    if math.sqrt(sum((dot - mean) ** 2 for dot in dots) / len(dots)) < _FLAT:
        return 0
    rows = [dots[start : start + _GRID] for start in range(0, len(dots), _GRID)]
    across = [
        [sum(dot * cosine for dot, cosine in zip(row, wave, strict=True)) for wave in _COSINES]
        for row in rows
    ]
    waves = [
        sum(row[column] * cosine for row, cosine in zip(across, wave, strict=True))
        for wave in _COSINES
        for column in range(_WAVES)
    ]
    # The first is the brightness of the whole, which tells nothing.
    middle_value = sorted(waves[1:])[len(waves) // 2 - 1]
    return sum(1 << place for place, wave in enumerate(waves) if place and wave > middle_value)
