"""What leaves of evidence: copies for the viewer, originals for those who give a reason."""

import json
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.context import record_language
from compliance.errors import ActionRefused
from compliance.evidence import access, names, viewing
from compliance.evidence.chunks import DamagedFile
from compliance.evidence.kinds import TAKEN
from compliance.evidence.services import name_of
from compliance.models import CopyKind, EvidenceCopy, EvidenceFile, EvidenceKind, EvidenceStatus
from compliance.pages.door import staff_of
from compliance.pages.evidence.presentation import file_facts
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import ConsolePage, Crumb

# Said at every byte that somebody else has made: it is data, not a page, and nobody's but ours.
SEALING_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def sealed(response: HttpResponseBase, name: str) -> HttpResponseBase:
    """Return an answer that browsers put aside as a file and never open as a page of ours."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    for header, value in SEALING_HEADERS.items():
        response[header] = value
    return response


class OwnedFilePage(ConsolePage):
    """A page about one file, for those who may see what it belongs to."""

    permission = access.LOOK

    @cached_property
    def file(self) -> EvidenceFile:
        """The file that the address names."""
        return get_object_or_404(
            EvidenceFile.objects.select_related("key", "attached_by", "erasure_proposal"),
            pk=self.kwargs["pk"],
        )

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and access.may_view(self.file, staff_of(request))

    def breadcrumbs(self) -> list[Crumb]:
        owner = access.owner_of(self.file)
        return [Crumb(owner.label(self.file), owner.url(self.file)), Crumb(self.get_title())]


class CopyPage(OwnedFilePage):
    """
    One copy for the viewer: got as it is or veiled, posted for as it is and on record.

    Answers are data for a program of ours; a refusal is a sentence in JSON.
    """

    http_method_names = ["get", "post"]

    @cached_property
    def copy(self) -> EvidenceCopy:
        """The copy that the address names."""
        found = get_object_or_404(EvidenceCopy, file=self.file, number=self.kwargs["number"])
        found.file = self.file
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer("look", is_shown=False)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer("show", is_shown=True)

    def answer(self, act: str, *, is_shown: bool) -> HttpResponse:
        """Return the copy, or why not."""
        actor = staff_of(self.request)
        try:
            with refusals_logged(
                action=f"compliance.evidencefile.{act}",
                target=self.file,
                actor=actor,
                provision=Provision.PIPL_51,
            ):
                if not is_shown:
                    return self.body(
                        viewing.look_at_copy(copy=self.copy, actor=actor),
                        is_veiled=self.file.is_sensitive,
                    )
                with record_language():
                    reason = _("Shown in the viewer")
                shown = viewing.show_copy(
                    copy=self.copy, actor=actor, provision=Provision.PIPL_51, reason=reason
                )
                return self.body(shown, is_veiled=False)
        except ActionRefused as refusal:
            return JsonResponse({"message": str(refusal)}, status=409)
        except DamagedFile:
            message = _("The store does not have this file as it was. Tell the administrator.")
            return JsonResponse({"message": message}, status=500)

    def body(self, body: bytes, *, is_veiled: bool) -> HttpResponse:
        """Return bytes as a file that nothing opens."""
        if self.copy.kind == CopyKind.TEXT:
            # Within JSON, and without one sign of markup, a text is nothing but a text.
            text = "" if is_veiled else body.decode()
            packed = json.dumps({"text": text, "is_veiled": is_veiled})
            for sign in "<>&":
                packed = packed.replace(sign, f"\\u{ord(sign):04x}")
            response = HttpResponse(packed, content_type="application/json")
        else:
            response = HttpResponse(body, content_type="image/jpeg")
        response["X-Veiled"] = "1" if is_veiled else "0"
        ending = "json" if self.copy.kind == CopyKind.TEXT else "jpg"
        sealed(response, f"{self.file.number}-{self.copy.number}.{ending}")
        return response


class OriginalPage(OwnedFilePage):
    """Asks for a reason, records it, and hands the original out as a file."""

    title = gettext_lazy("Take out the original")
    template_name = "evidence/original.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and request.user.has_perm(access.TAKE_OUT)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "file": self.file,
            "facts": file_facts(self.file),
            "back_url": reverse("admin:evidence_file", args=[self.file.pk]),
            "action": AllowedAction(
                code="take_out",
                label=_("Take out the original"),
                url=self.request.path,
                hint=_(
                    "Who took it out, when and why is put on record before it leaves. The original "
                    "is as the sender made it: open it only where it can do no harm."
                ),
                is_open=True,
                key="o",
            )
            if self.file.status == EvidenceStatus.AVAILABLE
            else None,
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = staff_of(request)
        file = self.file
        with refusals_logged(
            action="compliance.evidencefile.take_out",
            target=file,
            actor=actor,
            provision=Provision.PIPL_51,
        ):
            try:
                reading = viewing.take_out_original(
                    file=file,
                    actor=actor,
                    provision=Provision.PIPL_51,
                    reason=request.POST.get("reason", ""),
                )
            except DamagedFile as problem:
                raise ActionRefused(
                    _("The store does not have this file as it was. Tell the administrator.")
                ) from problem
        taken = TAKEN[EvidenceKind(file.kind)]
        response = StreamingHttpResponse(reading, content_type="application/octet-stream")
        # A browser then notices a file that ends too early.
        response["Content-Length"] = str(file.size)
        name = names.handed_out(file.number, name_of(file), taken.endings[0])
        return sealed(response, name)
