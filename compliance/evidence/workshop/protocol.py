"""How the process that opens a file tells what it drew: frames of a JSON line and bytes."""

import json
import struct
from typing import Any, BinaryIO, Final

LENGTH: Final = struct.Struct(">I")
LONGEST_HEADER: Final = 4096


class Refused(Exception):
    """The file is not admitted; the argument is the code of the reason."""


def put(sink: BinaryIO, header: dict[str, Any], *parts: bytes) -> None:
    """Write one frame; the header tells how long each part is."""
    head = json.dumps({**header, "parts": [len(part) for part in parts]}).encode()
    sink.write(LENGTH.pack(len(head)))
    sink.write(head)
    for part in parts:
        sink.write(part)
    sink.flush()
