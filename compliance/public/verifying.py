"""
The page on which a letter is verified: by its number and check code, typed or from its QR code.

A file that somebody holds beside the paper is read for its digest and let go at once.
"""

import hashlib
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import ActionRefused, InvalidInput
from compliance.letters import rendering, verifying
from compliance.letters.verifying import UnknownLetter, Verified
from compliance.public.pages import (
    PublicEntry,
    PublicPage,
    TooManyRequests,
    public_url,
    register_public_page,
)
from compliance.public.use import require_allowance
from compliance.responses import wrong_codes

FILE: Final = "file"
# Our choice, no article: no letter of ours comes near it.
MOST_BYTES: Final = 8 * 1024 * 1024
_WORDS_BYTES: Final = 64 * 1024


class DigestedFile(UploadedFile):
    """What the form finds under the name of its field: the digest of a file, and nothing of it."""

    def __init__(self, sha256: str, size: int) -> None:
        super().__init__(name="file", size=size)
        self.sha256 = sha256


class DigestUploadHandler(FileUploadHandler):
    """Reads a file for its SHA-256 and keeps nothing of it, neither in memory nor on disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.field_name != FILE:
            raise SkipFile
        self._digest = hashlib.sha256()
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._digest.update(raw_data)

    def file_complete(self, file_size: int) -> DigestedFile:
        return DigestedFile(self._digest.hexdigest(), file_size)


class VerifyPage(PublicPage):
    """Asks for number and check code of a letter; tells whether it is ours and how it stands."""

    title = gettext_lazy("Verify a letter")
    template_name = "public/verify.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    def get_context_data(self) -> dict[str, Any]:
        return {
            **super().get_context_data(),
            "is_private": True,
            "longest": verifying.LONGEST,
            "most_megabytes": MOST_BYTES // (1024 * 1024),
            "verify_url": public_url("verify"),
        }

    def prepare(self, request: HttpRequest) -> None:
        try:
            require_allowance(request)
            if int(request.META.get("CONTENT_LENGTH") or "0") > MOST_BYTES + _WORDS_BYTES:
                raise InvalidInput(
                    _("No letter of ours is as large as this file: at most %(count)s MB.")
                    % {"count": MOST_BYTES // (1024 * 1024)}
                )
        except ActionRefused:
            # Whoever shows the refusal must not begin to read the body after all.
            request.POST = QueryDict()
            raise
        request.upload_handlers = [DigestUploadHandler(request)]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.verified(request.POST.get("number", ""), request.POST.get("code", ""))
        held = request.FILES.get(FILE)
        return self.show(found, held.sha256 if isinstance(held, DigestedFile) else "")

    def verified(self, number: str, code: str) -> Verified:
        """
        Return what is told of a letter.

        :raises TooManyRequests: if too many wrong codes came from the same network.
        :raises UnknownLetter: if number and code name none; it is counted.
        """
        address = wrong_codes.address_of(self.request)
        seconds = wrong_codes.seconds_to_wait(address)
        if seconds:
            raise TooManyRequests(retry_after=seconds)
        try:
            return verifying.verify_letter(number, code)
        except UnknownLetter:
            wrong_codes.note_wrong(address)
            raise

    def show(self, found: Verified, held: str = "") -> HttpResponse:
        """Show what is told of a letter, and whether a file that somebody holds is the same."""
        digests = rendering.digests_of(found.letter)
        return self.render(
            {
                **self.get_context_data(),
                "found": found,
                "digests": digests,
                "has_file": bool(held),
                "is_same": held in digests,
            }
        )

    def show_refusal(self, refusal: ActionRefused) -> HttpResponse:
        # Whatever was typed is not shown again: one page for every pair that names no letter.
        return self.render({"refusal": str(refusal), **self.get_context_data()}, status=409)


class VerifyLetterPage(VerifyPage):
    """What the QR code of a letter opens: number and check code stand in the address."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_allowance(request)
        return self.show(self.verified(self.kwargs["number"], self.kwargs["code"]))


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_public_page(
        "verify/",
        VerifyPage,
        name="verify",
        entry=PublicEntry(
            title=gettext_lazy("Verify a letter"),
            text=gettext_lazy(
                "By the number and the check code on a letter of ours: whether it is genuine, and "
                "whether what it says still stands."
            ),
            order=7,
        ),
    )
    register_public_page("verify/<str:number>/<str:code>/", VerifyLetterPage, name="verify_letter")
