"""
The public response page: whoever is asked for something answers here by the code in their notice.

The code stands in the address: nothing of it is passed on (no referrer, nothing kept), and no log
line of ours holds it.
"""

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext

from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.evidence.incoming import IncomingFile
from compliance.evidence.uploads import (
    EvidenceUploadHandler,
    expect_files,
    upload_context,
    uploads_of,
)
from compliance.models import InvitationStatus, ResponseInvitation, ResponseReceipt
from compliance.public.pages import (
    PublicEntry,
    PublicPage,
    TooManyRequests,
    error_page,
    public_url,
    register_public_page,
)
from compliance.refusals import refusals_logged
from compliance.responses import services, wrong_codes
from compliance.responses.codes import find_invitation, read_code
from compliance.responses.kinds import Asked, ChoiceField, FilesField, response_kind
from compliance.staff import system_actor

# Longer than any code: what else is typed there is none.
LONGEST_CODE: Final = 100


class UnknownCode(ActionRefused):
    """No invitation has the code."""

    message = gettext_lazy(
        "No request has this code. Copy the code or the link from the notice once more, whole."
    )


def invitation_of(request: HttpRequest, typed: str) -> ResponseInvitation:
    """
    Return the invitation of a code.

    :raises TooManyRequests: if too many wrong codes came from the same address.
    :raises UnknownCode: if nobody has the code; it is counted.
    """
    address = wrong_codes.address_of(request)
    seconds = wrong_codes.seconds_to_wait(address)
    if seconds:
        raise TooManyRequests(retry_after=seconds)
    found = find_invitation(typed[:LONGEST_CODE])
    if found is None:
        wrong_codes.note_wrong(address)
        raise UnknownCode
    return found


class CodePage(PublicPage):
    """Asks for the code and leads on to the page that it opens."""

    title = gettext_lazy("Answer a request")
    template_name = "public/respond.html"

    def get_context_data(self) -> dict[str, Any]:
        return {**super().get_context_data(), "longest_code": LONGEST_CODE}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = request.POST.get("code", "")
        invitation_of(request, typed)
        return HttpResponseRedirect(public_url("response", read_code(typed)))


class ResponsePage(PublicPage):
    """One request: what is asked and until when, the form, and the receipt once it was answered."""

    template_name = "public/response.html"
    _upload: EvidenceUploadHandler | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = super().dispatch(request, *args, **kwargs)
        except UnknownCode as refusal:
            response = error_page(request, 404, text=str(refusal))
        finally:
            # Whatever no service has received is gone with the request.
            if self._upload is not None:
                self._upload.discard_all()
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    def show_refusal(self, refusal: ActionRefused) -> HttpResponse:
        if isinstance(refusal, UnknownCode):
            # A page for it would have to name the invitation.
            raise refusal
        # What was read before the refusal may be what made it: read again.
        self.__dict__.pop("invitation", None)
        return super().show_refusal(refusal)

    @cached_property
    def invitation(self) -> ResponseInvitation:
        """The invitation that the address names by its code."""
        return invitation_of(self.request, self.kwargs["code"])

    @cached_property
    def asked(self) -> Asked:
        """What is asked, in the language of the page."""
        return response_kind(self.invitation.kind).ask(self.invitation)

    def get_title(self) -> Any:
        return self.asked.title

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        elsewhere = response_kind(self.invitation.kind).page
        if elsewhere:
            return HttpResponseRedirect(public_url(elsewhere, self.kwargs["code"]))
        return super().get(request, *args, **kwargs)

    def prepare(self, request: HttpRequest) -> None:
        # Nobody sends us a file without an open invitation: not one byte is read then.
        try:
            with self.refusals_on_record():
                services.require_open(self.invitation)
                if self.asked.takes_files:
                    self._upload = expect_files(request)
        except ActionRefused:
            request.POST = QueryDict()
            raise

    def refusals_on_record(self) -> Any:
        """Return the context in which a refusal is put on record, without the code."""
        return refusals_logged(
            action="compliance.responseinvitation.answer",
            target=self.invitation,
            actor=system_actor(),
            provision=response_kind(self.invitation.kind).provision,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with self.refusals_on_record():
            files: dict[str, list[IncomingFile]] = {
                field.name: uploads_of(request, field.name, is_needed=field.is_needed)
                for field in self.asked.fields
                if isinstance(field, FilesField)
            }
            services.submit_response(
                invitation=self.invitation,
                words={name: str(value) for name, value in request.POST.items()},
                files=files,
                actor=system_actor(),
            )
        # Read with GET, so that sending again shows the receipt and nothing else.
        return HttpResponseRedirect(public_url("response", self.kwargs["code"]))

    def get_context_data(self) -> dict[str, Any]:
        invitation, asked = self.invitation, self.asked
        receipt: ResponseReceipt | None = getattr(invitation, "receipt", None)
        return {
            **super().get_context_data(),
            "is_private": True,
            "asked": asked,
            "until": last_day(invitation.until),
            "is_open": is_open(invitation, timezone.now()),
            "state": state_in_words(invitation),
            "receipt": receipt,
            "receipt_rows": receipt_rows(receipt, asked) if receipt is not None else [],
            "received_at": (
                date_format(timezone.localtime(receipt.received_at), "Y-m-d H:i") if receipt else ""
            ),
            **upload_context(),
        }


def is_open(invitation: ResponseInvitation, now: datetime) -> bool:
    """Return whether an answer is taken at `now`."""
    return invitation.status == InvitationStatus.OPEN and now < invitation.until


def state_in_words(invitation: ResponseInvitation) -> str:
    """Return why nothing can be sent, or nothing while something can."""
    try:
        services.require_open(invitation)
    except services.NotOpen as refusal:
        return str(refusal)
    return ""


def receipt_rows(receipt: ResponseReceipt, asked: Asked) -> list[tuple[Any, list[str]]]:
    """Return what was received: for each field its label and what came in it."""
    fields = {field.name: field for field in asked.fields}
    rows: list[tuple[Any, list[str]]] = []
    for part in receipt.received:
        field = fields.get(part["field"])
        label = field.label if field is not None else part["field"]
        if "files" in part:
            lines = [f"SHA-256 {each['sha256']}" for each in part["files"]]
            count = len(lines)
            head = ngettext("%(count)s file", "%(count)s files", count) % {"count": count}
            rows.append((label, [head, *lines]))
        elif "choice" in part:
            labels = dict(field.choices) if isinstance(field, ChoiceField) else {}
            rows.append((label, [str(labels.get(part["choice"], part["choice"]))]))
        else:
            count = part["characters"]
            words = ngettext("%(count)s character", "%(count)s characters", count)
            rows.append((label, [words % {"count": count}]))
    return rows


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_public_page(
        "respond/",
        CodePage,
        name="respond",
        entry=PublicEntry(
            title=gettext_lazy("Answer a request"),
            text=gettext_lazy(
                "Supply what a notice of ours asks for: with the code in the notice, without a "
                "login."
            ),
            order=30,
        ),
    )
    register_public_page("respond/<str:code>/", ResponsePage, name="response")
