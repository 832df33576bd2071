"""Authenticated encryption of a stream, piece by piece, so that no file is ever whole in memory."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from compliance.identity import cipher

MARK: Final = b"HYE1"
PIECE_BYTES: Final = 1024 * 1024
_SEALED_PIECE: Final = cipher.NONCE_BYTES + PIECE_BYTES + cipher.TAG_BYTES


class DamagedFile(Exception):
    """What is stored is not what was stored."""


def _place(role: str, number: int, *, is_last: bool) -> bytes:
    # Bound to its role, its turn and the end, so that pieces can be neither swapped nor cut off.
    return f"evidence:{role}:{number}:{'end' if is_last else 'more'}".encode()


class Sealer:
    """Encrypts a stream that is handed over piece by piece."""

    def __init__(self, algorithm: str, key: bytes, role: str) -> None:
        self._algorithm, self._key, self._role = algorithm, key, role
        self._waiting = bytearray()
        self._number = 0
        self._is_begun = False

    def feed(self, plain: bytes) -> Iterator[bytes]:
        """Yield what can be written once `plain` has come."""
        if not self._is_begun:
            self._is_begun = True
            yield MARK
        self._waiting += plain
        # One byte more than a piece: only then is it known that this piece is not the last.
        while len(self._waiting) > PIECE_BYTES:
            piece = bytes(self._waiting[:PIECE_BYTES])
            del self._waiting[:PIECE_BYTES]
            yield self._seal(piece, is_last=False)

    def end(self) -> Iterator[bytes]:
        """Yield the last piece; after it nothing can be added unseen."""
        yield from self.feed(b"")
        yield self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, plain: bytes, *, is_last: bool) -> bytes:
        place = _place(self._role, self._number, is_last=is_last)
        self._number += 1
        return cipher.encrypt(self._algorithm, self._key, plain, place)


def opened(algorithm: str, key: bytes, role: str, source: BinaryIO) -> Iterator[bytes]:
    """
    Yield what was sealed, piece by piece; each is verified before it is handed on.

    :raises DamagedFile: if anything was changed, swapped or cut off.
    """
    if source.read(len(MARK)) != MARK:
        raise DamagedFile
    number = 0
    piece = source.read(_SEALED_PIECE)
    while True:
        following = source.read(_SEALED_PIECE)
        place = _place(role, number, is_last=not following)
        try:
            yield cipher.decrypt(algorithm, key, piece, place)
        except cipher.CipherError as problem:
            raise DamagedFile from problem
        if not following:
            return
        piece, number = following, number + 1
