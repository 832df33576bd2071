"""Files that a browser sends: encrypted as they come, never spooled in the clear or whole."""

from typing import Any, Final, NoReturn

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence import kinds, names
from compliance.evidence.incoming import IncomingFile
from compliance.evidence.kinds import FileNotTaken

# Our choice; no article sets it.
MOST_FILES: Final = 10
# Room for the words of the form beside the files.
_WORDS_BYTES: Final = 1024 * 1024
# The last field of every form with files: without it the upload was cut off on its way.
END_FIELD: Final = "complete"


class ReceivedUpload(UploadedFile):
    """What the form finds under the name of its field: a file that waits to be received."""

    def __init__(self, incoming: IncomingFile) -> None:
        super().__init__(
            name=incoming.name, content_type=incoming.declared_type, size=incoming.sink.size
        )
        self.incoming = incoming

    def close(self) -> None:
        """Leave nothing behind, unless the file was received."""
        self.incoming.discard()


class EvidenceUploadHandler(FileUploadHandler):
    """
    Encrypts each file into the store while it is read, and lets go of what is not taken.

    What is not taken is noted and read past, so that the words of the form are not lost; the page
    asks for the files through `uploads_of`, which refuses then.
    """

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.refusal: FileNotTaken | None = None
        self._current: IncomingFile | None = None
        self._all: list[IncomingFile] = []
        self._bytes = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if len(self._all) >= MOST_FILES:
            self._let_go(
                FileNotTaken(
                    _("At most %(count)s files are attached at once.") % {"count": MOST_FILES}
                )
            )
        self._current = IncomingFile(self.file_name or "", self.content_type or "")
        self._all.append(self._current)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._current is None:
            raise SkipFile
        self._bytes += len(raw_data)
        try:
            if self._bytes > kinds.request_limit():
                self._current.discard()
                raise FileNotTaken(_("All files of one upload together are too large."))
            self._current.write(raw_data)
        except FileNotTaken as refusal:
            self._let_go(refusal)

    def file_complete(self, file_size: int) -> ReceivedUpload | None:
        incoming, self._current = self._current, None
        if incoming is None:
            return None
        try:
            incoming.finish()
        except FileNotTaken as refusal:
            self._note(refusal)
            return None
        return ReceivedUpload(incoming)

    def upload_interrupted(self) -> None:
        self.discard_all()

    def _let_go(self, refusal: FileNotTaken) -> NoReturn:
        self._note(refusal)
        self._current = None
        raise SkipFile

    def _note(self, refusal: FileNotTaken) -> None:
        if self.refusal is None:
            self.refusal = FileNotTaken(
                _("“%(name)s” was not taken: %(why)s")
                % {"name": names.shown(self.file_name or ""), "why": refusal}
            )

    def discard_all(self) -> None:
        """Leave nothing behind of what was not received."""
        for incoming in self._all:
            incoming.discard()


def expect_files(request: HttpRequest) -> EvidenceUploadHandler:
    """
    Prepare a request for files, before anything of its body is read.

    :raises InvalidInput: if the body as a whole is too large; not one byte of it is read then.
    """
    limit = kinds.request_limit()
    length = request.META.get("CONTENT_LENGTH") or "0"
    if int(length) > limit + _WORDS_BYTES:
        # Whoever shows the refusal must not begin to read the body after all.
        request.POST = QueryDict()
        raise InvalidInput(
            _("All files of one upload together have at most %(limit)s MB. Nothing was kept.")
            % {"limit": limit // kinds.MEGABYTE}
        )
    handler = EvidenceUploadHandler(request)
    request.upload_handlers = [handler]
    return handler


def uploads_of(request: HttpRequest, field: str, *, is_needed: bool = True) -> list[IncomingFile]:
    """
    Return the files of a form's field, all of them taken.

    :raises FileNotTaken: if one of them is not taken.
    :raises ActionRefused: if there are none though they are needed, or the upload was cut off.
    """
    received = request.FILES.getlist(field)
    for handler in request.upload_handlers:
        if isinstance(handler, EvidenceUploadHandler) and handler.refusal is not None:
            raise handler.refusal
    if END_FIELD not in request.POST:
        raise ActionRefused(_("The upload was cut off. Nothing was kept; attach the files again."))
    if not received and is_needed:
        raise InvalidInput(_("Choose at least one file."))
    return [each.incoming for each in received if isinstance(each, ReceivedUpload)]


def upload_context() -> dict[str, Any]:
    """Return what a form says of the files that are taken, and the name of its last field."""
    return {
        "accepted": kinds.ACCEPTED,
        "most_files": MOST_FILES,
        "most_megabytes": kinds.request_limit() // kinds.MEGABYTE,
        "end_field": END_FIELD,
    }
