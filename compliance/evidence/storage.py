"""The folder in which evidence lies: encrypted, under names that tell nothing, written once."""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from django.conf import settings

from compliance.evidence.chunks import PIECE_BYTES, DamagedFile, Sealer, opened
from compliance.identity import vault
from compliance.models import DataKey, EvidenceCopy, EvidenceFile

ORIGINAL: Final = "original"
_INCOMING: Final = "incoming"
_NAME: Final = re.compile(r"[0-9a-f]{64}")


class Pieces(Protocol):
    """A stream that can be let go of before its end."""

    def __iter__(self) -> Iterator[bytes]:
        """Return the pieces in their order."""

    def close(self) -> None:
        """Let go of it."""


class FileMissing(DamagedFile):
    """A row names a file that is not in the store."""


class Sink:
    """A stream on its way into the store: encrypted as it comes, under a name of its own."""

    def __init__(self, algorithm: str, key: bytes, role: str) -> None:
        folder = root() / _INCOMING
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / f"{secrets.token_hex(16)}.part"
        # Closed by `finish` or `discard`: it outlives this call.
        self._file: BinaryIO | None = open(self._path, "xb", opener=_private)  # noqa: SIM115
        self._sealer = Sealer(algorithm, key, role)
        self._stored_digest = hashlib.sha256()
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """The SHA-256 of what came, unencrypted."""
        return self._digest.hexdigest()

    @property
    def stored_as(self) -> str:
        """The SHA-256 of what was written, which becomes its name."""
        return self._stored_digest.hexdigest()

    def write(self, plain: bytes) -> None:
        """Take more of the stream."""
        self.size += len(plain)
        self._digest.update(plain)
        for piece in self._sealer.feed(plain):
            self._put(piece)

    def finish(self) -> None:
        """Write the end, and make sure that it is on the disk; it has no name in the store yet."""
        for piece in self._sealer.end():
            self._put(piece)
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None

    def place(self) -> None:
        """Give what was finished its name in the store; a row may refer to it now."""
        target = path_of(self.stored_as)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.rename(target)
        _sync_folder(target.parent)

    def discard(self) -> None:
        """Leave nothing behind, unless it was placed."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._path.unlink(missing_ok=True)

    def _put(self, piece: bytes) -> None:
        assert self._file is not None
        self._stored_digest.update(piece)
        self._file.write(piece)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def root() -> Path:
    """Return the folder of the store."""
    return Path(settings.EVIDENCE_ROOT)


def path_of(stored_as: str) -> Path:
    """Return where a stored file lies."""
    if not _NAME.fullmatch(stored_as):
        raise FileMissing
    return root() / stored_as[:2] / stored_as[2:4] / stored_as


def role_of(copy: EvidenceCopy) -> str:
    """Return what the bytes of a copy are bound to besides the key."""
    return f"copy:{copy.number}"


class Reading(Iterator[bytes]):
    """
    What lies in the store, unencrypted and piece by piece; each piece is verified before it comes.

    The first piece is read at once, so that what is missing or damaged is found before anything is
    handed out. Whoever does not read to the end calls `close`.
    """

    def __init__(self, stored_as: str, key: DataKey, role: str) -> None:
        plain_key = vault.open_key(key)
        try:
            # Closed at the end of the reading, or by `close`.
            self._source = path_of(stored_as).open("rb")
        except FileNotFoundError as problem:
            raise FileMissing from problem
        self._pieces = opened(key.algorithm, plain_key, role, self._source)
        try:
            self._ahead: bytes | None = next(self._pieces)
        except BaseException:
            self.close()
            raise

    def __next__(self) -> bytes:
        piece = self._ahead
        if piece is None:
            raise StopIteration
        try:
            self._ahead = next(self._pieces, None)
        except BaseException:
            self.close()
            raise
        if self._ahead is None:
            self.close()
        return piece

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()


def read_original(file: EvidenceFile) -> Reading:
    """
    Return the original of a file, to be read piece by piece.

    :raises FileMissing: if the store has no such file.
    :raises DamagedFile: if it was changed.
    :raises IdentityErased: if its key was destroyed.
    """
    return Reading(file.stored_as, file.key, ORIGINAL)


def read_copy(copy: EvidenceCopy) -> bytes:
    """
    Return a copy, which is small.

    :raises FileMissing: if the store has no such file.
    :raises DamagedFile: if it was changed.
    :raises IdentityErased: if its key was destroyed.
    """
    return b"".join(Reading(copy.stored_as, copy.file.key, role_of(copy)))


def is_present(stored_as: str) -> bool:
    """Return whether the store has the file."""
    return path_of(stored_as).is_file()


def is_intact(stored_as: str) -> bool:
    """Return whether the bytes of a stored file still have the digest that is its name."""
    digest = hashlib.sha256()
    try:
        with path_of(stored_as).open("rb") as source:
            while piece := source.read(PIECE_BYTES):
                digest.update(piece)
    except FileNotFoundError:
        return False
    return digest.hexdigest() == stored_as


def remove(stored_as: str) -> None:
    """Remove a stored file; the bytes without their key are nothing to anybody."""
    path_of(stored_as).unlink(missing_ok=True)


def stored_files(*, older_than: float) -> Iterator[Path]:
    """Yield what lies in the store, unfinished uploads too, that is older than so many seconds."""
    limit = time.time() - older_than
    for path in root().rglob("*"):
        try:
            if path.is_file() and path.stat().st_mtime <= limit:
                yield path
        except FileNotFoundError:
            continue
