"""A file on its way in: limited, told by its first bytes and encrypted while it comes."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from compliance.evidence import kinds, names
from compliance.evidence.kinds import FileNotTaken
from compliance.evidence.storage import ORIGINAL, Sink
from compliance.identity import vault
from compliance.models import EvidenceKind


class IncomingFile:
    """
    What somebody hands in, before it is anybody's evidence.

    `write` refuses as early as the bytes allow; whoever stops calls `discard`. After `finish`
    the encrypted file waits for `compliance.evidence.services.receive_file`.
    """

    def __init__(self, name: str, declared_type: str = "") -> None:
        self.name = names.cleaned(name)
        self.declared_type = declared_type[:100]
        self.kind: EvidenceKind | None = None
        self.key, self.plain_key = vault.draft_key()
        self._head = b""
        self.sink = Sink(self.key.algorithm, self.plain_key, ORIGINAL)

    def write(self, piece: bytes) -> None:
        """
        Take more of the file.

        :raises FileNotTaken: if kind or size are not taken; nothing of the file is kept then.
        """
        try:
            if self.kind is None:
                self._head += piece
                if len(self._head) >= kinds.HEAD_BYTES:
                    self.kind = kinds.require_kind(self._head[: kinds.HEAD_BYTES], self.name)
            self._require_size(len(piece))
        except FileNotTaken:
            self.discard()
            raise
        self.sink.write(piece)

    def finish(self) -> None:
        """
        End the file.

        :raises FileNotTaken: if it is empty, or only now shows what it is.
        """
        try:
            if not self.sink.size:
                raise FileNotTaken(_("The file is empty."))
            if self.kind is None:
                self.kind = kinds.require_kind(self._head, self.name)
                self._require_size(0)
        except FileNotTaken:
            self.discard()
            raise
        self.sink.finish()

    def discard(self) -> None:
        """Leave nothing behind, unless the file was received."""
        self.sink.discard()

    def _require_size(self, more: int) -> None:
        limit = kinds.limit_of(self.kind) if self.kind is not None else kinds.request_limit()
        if self.sink.size + more > limit:
            raise FileNotTaken(
                _("The file is larger than %(limit)s MB, the most that is taken of its kind.")
                % {"limit": limit // kinds.MEGABYTE}
            )


def take_in(name: str, pieces: Iterable[bytes], declared_type: str = "") -> IncomingFile:
    """
    Return a file that is handed over by a program, ready to be received.

    :raises FileNotTaken: if it is of a kind or size that is not taken.
    """
    incoming = IncomingFile(name, declared_type)
    try:
        for piece in pieces:
            incoming.write(piece)
        incoming.finish()
    except BaseException:
        incoming.discard()
        raise
    return incoming
