"""The files of a filing, handed out one at a time, on record."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.pages import ConsolePage
from reports.enums import ChunkKind, OutputFormat
from reports.exports.folder import MANIFEST
from reports.exports.frozen import manifest_of
from reports.exports.handover import handover_manifest
from reports.exports.outputs import CONTENT_TYPES, OUTPUTS, file_name
from reports.models import Filing
from reports.pages.filing import VIEW
from reports.pages.presentation import filing_url
from reports.services.filings import record_export

MANIFEST_FORMAT: Final = "manifest"


class DownloadFilingPage(ConsolePage):
    """Streams one file of a filing; whoever asks is on record before the first byte goes out."""

    permission = VIEW
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, format: str) -> HttpResponseBase:
        filing = get_object_or_404(Filing.objects.select_related("manifest"), pk=pk)
        actor = staff_of(request)
        try:
            with refusals_logged(action="reports.filing.export", target=filing, actor=actor):
                return self.hand_out(filing, format, actor)
        except ActionRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(filing_url(filing))

    def hand_out(self, filing: Filing, format: str, actor: StaffUser) -> HttpResponseBase:
        """
        Return the answer that holds the file.

        :raises InvalidInput: if there is no such format.
        :raises ActionRefused: if there are no rows, or the first of them are damaged.
        """
        if format not in (*OutputFormat.values, MANIFEST_FORMAT):
            raise InvalidInput
        # The manifest goes with the CSV that it lists.
        rendered = OutputFormat.CSV if format == MANIFEST_FORMAT else OutputFormat(format)
        response = _answer(filing, format)
        # Only what can be rendered was handed out; nothing of it has been sent yet.
        with record_language():
            reason = _("Download of %(format)s from the console") % {"format": format}
        record_export(
            filing=filing,
            format=rendered,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_19_2,
            reason=reason,
        )
        return response


def _answer(filing: Filing, format: str) -> HttpResponseBase:
    if format == MANIFEST_FORMAT:
        body = manifest_of(filing)["body"][ChunkKind.CSV]
        listed = {
            "name": file_name(filing, OutputFormat.CSV),
            "bytes": body["bytes"],
            "sha256": body["sha256"],
        }
        content = handover_manifest(filing, [listed])
        return _sealed(HttpResponse(content, content_type="application/json"), MANIFEST)
    rendered = OutputFormat(format)
    pieces = OUTPUTS[rendered](filing)
    # What is damaged at the first piece is told on the page, not by a broken file.
    first = next(pieces)
    response = StreamingHttpResponse(_all(first, pieces), content_type=CONTENT_TYPES[rendered])
    if rendered == OutputFormat.CSV:
        # A browser then notices a file that ends too early.
        response["Content-Length"] = manifest_of(filing)["body"][ChunkKind.CSV]["bytes"]
    return _sealed(response, file_name(filing, rendered))


def _all(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    return chain([first], rest)


def _sealed(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
