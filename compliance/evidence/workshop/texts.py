"""Reads a text in the encodings that are in use, and writes it in one."""

import codecs
from typing import BinaryIO, Final

from compliance.evidence.workshop.protocol import Refused, put

ENCODINGS: Final = ("utf-8-sig", "gb18030")
WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def rehearse() -> None:
    """Load the encodings: once the door is shut nothing can be read from the disk."""
    for encoding in (*ENCODINGS, "utf-16"):
        codecs.lookup(encoding)


def draw(data: bytes, sink: BinaryIO) -> list[str]:
    """
    Write the text in UTF-8 without what nobody sees; return the remarks.

    :raises Refused: if it is no text.
    """
    encodings = ("utf-16",) if data.startswith(WIDE_MARKS) else ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in set(text)):
            raise Refused("not_text")
        # Halves of letters can be written in UTF-16 and nowhere else.
        body = text.replace("\r\n", "\n").encode("utf-8", "replace")
        put(sink, {"copy": "text", "number": 1, "width": 0, "height": 0}, body, b"")
        return [] if encoding == "utf-8-sig" else ["encoding_changed"]
    raise Refused("not_text")
