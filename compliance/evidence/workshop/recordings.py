"""Looks at the outer form of a recording; nothing of it is decoded, nothing drawn."""

import struct
from typing import BinaryIO, Final

from compliance.evidence.workshop.protocol import Refused

_MOST_BOXES: Final = 4096
_BOX_LETTERS: Final = frozenset(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -\xa9"
)
_SKIPPED: Final = 256 * 1024
# Elements of the outermost level: head, segment, and what may stand between.
_EBML_TOP: Final = frozenset({0x1A45DFA3, 0x18538067, 0xEC, 0xBF})


def rehearse() -> None:
    """Nothing is loaded later."""


def check(kind: str, source: BinaryIO) -> list[str]:
    """
    Read a recording's container to its end; return the remarks.

    :raises Refused: if the container is not whole.
    """
    {"mp4": _check_mp4, "webm": _check_webm, "mp3": _check_mp3, "wav": _check_wav}[kind](source)
    return ["container_only"]


def _exactly(source: BinaryIO, count: int) -> bytes:
    found = source.read(count)
    if len(found) != count:
        raise Refused("damaged")
    return found


def _skip(source: BinaryIO, count: int) -> None:
    while count > 0:
        found = source.read(min(count, _SKIPPED))
        if not found:
            raise Refused("damaged")
        count -= len(found)


def _drain(source: BinaryIO) -> None:
    while source.read(_SKIPPED):
        pass


def _check_mp4(source: BinaryIO) -> None:
    found: set[bytes] = set()
    for _number in range(_MOST_BOXES):
        head = source.read(8)
        if not head:
            if not {b"ftyp", b"moov"} <= found:
                raise Refused("damaged")
            return
        if len(head) != 8 or not set(head[4:]) <= _BOX_LETTERS:
            raise Refused("damaged")
        size, header = struct.unpack(">I", head[:4])[0], 8
        if size == 1:
            size, header = struct.unpack(">Q", _exactly(source, 8))[0], 16
        found.add(head[4:])
        if size == 0:
            _drain(source)
            continue
        if size < header:
            raise Refused("damaged")
        _skip(source, size - header)
    raise Refused("damaged")


def _vint(source: BinaryIO, *, keeps_mark: bool) -> tuple[int, bool]:
    """Return a number of variable length, and whether it says "unknown"."""
    first = _exactly(source, 1)[0]
    length = 9 - first.bit_length()
    if length > 8:
        raise Refused("damaged")
    rest = _exactly(source, length - 1)
    value = first if keeps_mark else first & (0xFF >> length)
    for byte in rest:
        value = value << 8 | byte
    return value, value == (1 << 7 * length) - 1


def _check_webm(source: BinaryIO) -> None:
    found: set[int] = set()
    for _number in range(_MOST_BOXES):
        ahead = source.peek(1)[:1] if hasattr(source, "peek") else b"\x00"
        if not ahead:
            break
        element, _unknown = _vint(source, keeps_mark=True)
        size, is_unknown = _vint(source, keeps_mark=False)
        if element not in _EBML_TOP:
            raise Refused("damaged")
        found.add(element)
        if is_unknown:
            _drain(source)
        else:
            _skip(source, size)
    if not {0x1A45DFA3, 0x18538067} <= found:
        raise Refused("damaged")


def _check_wav(source: BinaryIO) -> None:
    head = _exactly(source, 12)
    left = struct.unpack("<I", head[4:8])[0] - 4
    found: set[bytes] = set()
    while left >= 8:
        name, size = struct.unpack("<4sI", _exactly(source, 8))
        found.add(name)
        padded = size + size % 2
        if padded > left - 8 + 1:
            raise Refused("damaged")
        _skip(source, min(padded, left - 8))
        left -= 8 + padded
    if source.read(1) or not {b"fmt ", b"data"} <= found:
        raise Refused("damaged")


def _check_mp3(source: BinaryIO) -> None:
    head = _exactly(source, 4)
    if head.startswith(b"ID3"):
        head += _exactly(source, 6)
        size = 0
        for byte in head[6:10]:
            if byte > 0x7F:
                raise Refused("damaged")
            size = size << 7 | byte
        _skip(source, size)
        head = _exactly(source, 4)
    # Three frames, each where the one before ends.
    for _number in range(3):
        length = _frame_length(head)
        _skip(source, length - 4)
        head = source.read(4)
        if not head:
            return
        if head.startswith(b"TAG"):
            break
        if len(head) != 4:
            raise Refused("damaged")
    _drain(source)


_RATES: Final = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
    0: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
_SAMPLES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _frame_length(head: bytes) -> int:
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or layer != 1 or version == 1:
        raise Refused("damaged")
    rate, sample = _RATES[version][head[2] >> 4], head[2] >> 2 & 3
    if not rate or sample == 3:
        raise Refused("damaged")
    factor = 144 if version == 3 else 72
    return factor * rate * 1000 // _SAMPLES[version][sample] + (head[2] >> 1 & 1)
