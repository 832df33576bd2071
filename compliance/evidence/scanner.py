"""Asks a virus scanner (clamd) what it thinks of a file, over its socket and without a disk."""

import socket
import struct
from collections.abc import Callable
from contextlib import closing
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from compliance.evidence.storage import Pieces
from compliance.models import ScanResult

# Our choice; no article sets it.
PATIENCE_SECONDS: Final = 30
_PIECE: Final = 64 * 1024
_LONGEST_ANSWER: Final = 4096


class ScannerUnavailable(Exception):
    """A scanner is configured and gives no answer; nobody may take that for "clean"."""


def scan(read: Callable[[], Pieces]) -> ScanResult:
    """
    Return what the configured scanner says of a file; without one, that nobody has looked.

    `read` returns the file from its beginning; nobody calls it where nobody looks.

    :raises ScannerUnavailable: if it cannot be reached, or gives no verdict.
    """
    if not settings.CLAMD:
        return ScanResult.NOT_SCANNED
    try:
        with _connect() as line, closing(read()) as pieces:
            line.sendall(b"zINSTREAM\0")
            for piece in pieces:
                for start in range(0, len(piece), _PIECE):
                    part = piece[start : start + _PIECE]
                    line.sendall(struct.pack(">I", len(part)) + part)
            line.sendall(struct.pack(">I", 0))
            answer = _answer(line)
    except OSError as problem:
        raise ScannerUnavailable(str(problem)) from problem
    if answer.endswith(b"OK"):
        return ScanResult.CLEAN
    if answer.endswith(b"FOUND"):
        return ScanResult.INFECTED
    # Too large for its own limits, or out of order: no verdict is no "clean".
    raise ScannerUnavailable(answer.decode("utf-8", "replace"))


def _connect() -> socket.socket:
    sort, _colon, place = settings.CLAMD.partition(":")
    if sort == "tcp":
        host, _colon, port = place.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)
    if sort != "unix":
        raise ImproperlyConfigured("HEYAN_CLAMD is “unix:/path” or “tcp:host:port”.")
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(PATIENCE_SECONDS)
    try:
        line.connect(place)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> bytes:
    answer = b""
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
        more = line.recv(_LONGEST_ANSWER)
        if not more:
            break
        answer += more
    return answer.partition(b"\0")[0].strip()
