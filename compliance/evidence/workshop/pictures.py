"""Draws a picture anew: its dots and nothing else of the file."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final

from PIL import Image, ImageFilter, ImageOps

from compliance.evidence.workshop.protocol import Refused, put

# Our choice; no article sets it.
MOST_PIXELS: Final = 25_000_000
# A JPEG is drawn at half size while it is read, so four times as many are no more work.
MOST_PIXELS_JPEG: Final = 4 * MOST_PIXELS
MOST_FRAME_PIXELS: Final = 4 * MOST_PIXELS
MOST_FRAMES: Final = 500
SHOWN_FRAMES: Final = 8
QUALITY: Final = 88
VEIL_SIDE: Final = 20
STRIP_ROWS: Final = 256


def rehearse() -> None:
    """Do once what is to be done, so that all of the library is loaded before the door is shut."""
    Image.init()
    for sort in ("jpeg", "png", "gif", "webp"):
        body = io.BytesIO()
        Image.new("RGB", (2, 2)).save(body, sort.upper())
        draw(sort, body.getvalue(), io.BytesIO())


def draw(sort: str, data: bytes, sink: BinaryIO) -> list[str]:
    """
    Write a picture, or some frames of an animation, drawn anew; return the remarks.

    :raises Refused: if it is damaged, or has more dots or frames than may be opened.
    """
    with opened(sort, data) as picture:
        return _draw(picture, sink)


@contextmanager
def opened(sort: str, data: bytes) -> Iterator[Image.Image]:
    """
    Give the picture that some bytes are, of the sort that was told.

    :raises Refused: if it has more dots than may be opened.
    """
    # Pillow itself only warns of some bombs.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS_JPEG
    try:
        with Image.open(io.BytesIO(data), formats=[sort.upper()]) as picture:
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refused("too_many_pixels") from bomb


def _draw(picture: Image.Image, sink: BinaryIO) -> list[str]:
    width, height = picture.size
    is_jpeg = picture.format in ("JPEG", "MPO")
    # One that comes in layers is whole in memory before it can be made smaller.
    is_drawn_small = is_jpeg and not picture.info.get("progressive")
    if width * height > (MOST_PIXELS_JPEG if is_drawn_small else MOST_PIXELS):
        raise Refused("too_many_pixels")
    frames = 1 if is_jpeg else getattr(picture, "n_frames", 1)
    if frames > MOST_FRAMES or (frames > 1 and frames * width * height > MOST_FRAME_PIXELS):
        raise Refused("too_many_frames")
    remarks = ["drawn_anew"]
    if is_jpeg and width * height > MOST_PIXELS:
        picture.draft("RGB", (width // 2, height // 2))
        remarks.append("half_size")
    shown = min(frames, SHOWN_FRAMES)
    if frames > shown:
        remarks.append("some_frames")
    for number in range(shown):
        if frames > 1:
            picture.seek(number * frames // shown)
        flat = flattened(turned_upright(picture))
        put_picture("picture", number + 1, flat, sink)
    return remarks


def turned_upright(picture: Image.Image) -> Image.Image:
    """Return a picture as it is meant to be seen, whichever way the camera was held."""
    # What a camera has noted of its position would be lost with everything else it has noted.
    picture.load()
    # What cannot be read there turns nothing.
    with suppress(KeyError, ValueError, TypeError, SyntaxError, OverflowError):
        ImageOps.exif_transpose(picture, in_place=True)
    return picture


def flattened(picture: Image.Image) -> Image.Image:
    """Return the dots in plain colours on white; strip by strip, for the sake of memory."""
    if picture.mode == "RGB" and "transparency" not in picture.info:
        return picture
    width, height = picture.size
    flat = Image.new("RGB", (width, height), "white")
    for top in range(0, height, STRIP_ROWS):
        box = (0, top, width, min(top + STRIP_ROWS, height))
        strip = picture.crop(box)
        if strip.mode.startswith("I;16"):
            strip = strip.point(lambda value: value / 256).convert("L")
        strip = strip.convert("RGBA")
        flat.paste(strip, box, strip.getchannel("A"))
    return flat


def put_picture(kind: str, number: int, flat: Image.Image, sink: BinaryIO) -> None:
    """Write one picture in plain colours, with its veil."""
    width, height = flat.size
    body = io.BytesIO()
    # Only the dots are handed to the writer: no profile, no comment, no thumbnail, no position.
    flat.info.clear()
    flat.save(body, "JPEG", quality=QUALITY, subsampling=0, exif=b"", icc_profile=None, comment=b"")
    header = {"copy": kind, "number": number, "width": width, "height": height}
    put(sink, header, body.getvalue(), _veil(flat))


def _veil(flat: Image.Image) -> bytes:
    """Return a few grey dots that let nobody see what the picture shows."""
    scale = VEIL_SIDE / max(flat.size)
    size = (max(1, round(flat.width * scale)), max(1, round(flat.height * scale)))
    small = flat.resize(size, Image.Resampling.BOX, reducing_gap=1.0).convert("L")
    body = io.BytesIO()
    small.filter(ImageFilter.GaussianBlur(2)).save(body, "JPEG", quality=40)
    return body.getvalue()
