"""
The public form: choose a kind, say what happened, get a number and a code that is shown once.

No login, no cookie. What is sent is counted by network, so that nobody floods us; a platform may
ask for a proof of work besides, and then a script runs here.
"""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from compliance.evidence.uploads import (
    EvidenceUploadHandler,
    expect_files,
    upload_context,
    uploads_of,
)
from compliance.identity import vault
from compliance.provisions import Provision
from compliance.public import proof_of_work
from compliance.public.pages import (
    PublicEntry,
    PublicPage,
    TooManyRequests,
    allow_own_script,
    public_url,
    register_public_page,
)
from compliance.refusals import refusals_logged
from compliance.responses import wrong_codes
from compliance.staff import system_actor
from enforcement.complaint_words import (
    NOTICES,
    WITHOUT_ACCOUNT,
    ComplaintKind,
    ComplaintSource,
)
from enforcement.infringement_words import AssertedRight
from enforcement.services.complaints import promising, submission
from enforcement.services.complaints.sealing import LONGEST_CONTACT
from enforcement.services.complaints.submission import ComplaintDraft, Receipt
from enforcement.services.infringements import filing
from enforcement.services.infringements.filing import InfringementDraft

# Kept as they are, whichever language a screen has.
_REASON: Final = "投诉人通过公开页面提交投诉举报"
# Our choice, no article: enough for whoever has no script, too little for a flood.
MOST_WITHOUT_PROOF: Final = 2
NOINDEX: Final = "noindex, nofollow, noarchive"
K = ComplaintKind
# What helps to decide on a complaint of a kind.
HINTS: Final[dict[str, Promise]] = {
    K.COPYRIGHT: gettext_lazy(
        "A notice in the sense of the Civil Code (art. 1195): whoever runs the account gets it and may "
        "dispute it."
    ),
    K.DOXXING: gettext_lazy(
        "Name the content in which it stands. You need not repeat what was published about anybody."
    ),
    K.MINORS: gettext_lazy("Name the content. Do not attach pictures of a child."),
    K.FORCED_FOLLOW: gettext_lazy(
        "Say what you wanted to do, what you had to do for it, and when. A picture of the screen helps."
    ),
    K.FALSE_INFORMATION: gettext_lazy(
        "Say what is not true and by what one can know it: a notice of an authority, a document."
    ),
    K.PLATFORM: gettext_lazy(
        "Say what we did or did not do. Nobody who decides on accounts reads it; a compliance officer "
        "answers."
    ),
}
_HINT: Final = gettext_lazy("Say what happened, when, and what you expect of us.")


def mark_of(request: HttpRequest) -> bytes:
    """Return under what the complaints of a network are counted, apart from its wrong codes."""
    return vault.digest("complaints-from", wrong_codes.address_of(request).hex())


def count_one(request: HttpRequest) -> None:
    """
    Count what a network sends before any of it is read.

    :raises TooManyRequests: if that is too much within ten minutes.
    """
    mark = mark_of(request)
    seconds = wrong_codes.seconds_to_wait(mark)
    if seconds:
        request.POST = QueryDict()
        raise TooManyRequests(retry_after=seconds)
    wrong_codes.note_wrong(mark)


def infringement_words() -> dict[str, Any]:
    """Return what the form of a notice of infringement asks for besides."""
    return {
        "rights": AssertedRight.choices,
        "longest_holder": filing.LONGEST_HOLDER,
        "longest_work": filing.LONGEST_WORK,
        "longest_evidence": filing.LONGEST_EVIDENCE,
    }


def infringement_posted(posted: QueryDict) -> InfringementDraft:
    """Return what was posted of a right that is infringed."""
    return InfringementDraft(
        right=posted.get("right", ""),
        holder=posted.get("holder", ""),
        work=posted.get("work", ""),
        evidence=posted.get("evidence", ""),
        is_agent=posted.get("is_agent", "") == "1",
        agrees=posted.get("agrees", "") == "1",
    )


class NoProofOfWork(TooManyRequests):
    """A network sent more complaints without a proof of work than it may."""

    message = gettext_lazy(
        "Two complaints in ten minutes can be sent without the computation of your browser. Let this page "
        "run its script and send it again, or wait ten minutes."
    )


def count_without_proof(request: HttpRequest) -> None:
    """
    Count what a network sends without a proof of work.

    :raises NoProofOfWork: if that is too much within ten minutes.
    """
    mark = vault.digest("complaints-without-proof", wrong_codes.address_of(request).hex())
    seconds = wrong_codes.seconds_to_wait(mark, most=MOST_WITHOUT_PROOF)
    if seconds:
        request.POST = QueryDict()
        raise NoProofOfWork(retry_after=seconds)
    wrong_codes.note_wrong(mark)


class ChooseKindPage(PublicPage):
    """The kinds of complaints, each with the way to its form."""

    title = gettext_lazy("Complain or report")
    template_name = "public/complain.html"
    is_cacheable = True

    def get_context_data(self) -> dict[str, Any]:
        return {
            **super().get_context_data(),
            "kinds": [
                {"label": label, "url": public_url("complaint_form", code)}
                for code, label in ComplaintKind.choices
            ],
            "repudiate_url": public_url("repudiate"),
            "track_url": public_url("track"),
            "limits_url": public_url("time_limits"),
        }


class ComplaintFormPage(PublicPage):
    """The form of one kind, and what somebody gets who sent it."""

    template_name = "public/complaint_form.html"
    _upload: EvidenceUploadHandler | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = super().dispatch(request, *args, **kwargs)
        finally:
            # Whatever no service has received is gone with the request.
            if self._upload is not None:
                self._upload.discard_all()
        response["X-Robots-Tag"] = NOINDEX
        if proof_of_work.is_wanted():
            allow_own_script(response)
        return response

    @property
    def kind(self) -> ComplaintKind:
        """The kind that the address names."""
        if self.kwargs["kind"] not in ComplaintKind.values:
            raise Http404
        return ComplaintKind(self.kwargs["kind"])

    def get_title(self) -> Any:
        return self.kind.label

    def prepare(self, request: HttpRequest) -> None:
        count_one(request)
        if proof_of_work.is_wanted():
            stamp = request.GET.get(proof_of_work.PARAMETER, "")
            if not proof_of_work.spend(stamp, address=request.path):
                count_without_proof(request)
        self._upload = expect_files(request)

    def get_context_data(self) -> dict[str, Any]:
        kind = self.kind
        return {
            **super().get_context_data(),
            "is_private": True,
            "is_about_account": kind not in WITHOUT_ACCOUNT,
            "is_notice": kind in NOTICES,
            **infringement_words(),
            "hint": HINTS.get(kind, _HINT),
            "target": self.request.GET.get("account", "")[:200],
            "accounts_url": public_url("accounts"),
            "kinds_url": public_url("complain"),
            "longest_words": submission.LONGEST_WORDS,
            "longest_reference": submission.LONGEST_REFERENCE,
            "longest_contact": LONGEST_CONTACT,
            **upload_context(),
            "proof": proof_of_work.words_for_script() if proof_of_work.is_wanted() else None,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind, actor, posted = self.kind, system_actor(), request.POST
        with refusals_logged(
            action="enforcement.complaint.create",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
        ):
            receipt = submission.submit_complaint(
                draft=ComplaintDraft(
                    kind=kind,
                    target=posted.get("target", ""),
                    words=posted.get("words", ""),
                    contact=posted.get("contact", ""),
                    content_ref=posted.get("content_ref", ""),
                    language=translation.get_language() or "",
                    source=ComplaintSource.PUBLIC,
                    origin=wrong_codes.address_of(request),
                    infringement=infringement_posted(posted),
                ),
                files=uploads_of(request, "files", is_needed=False),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=_REASON,
            )
        return self.show_receipt(receipt)

    def show_receipt(self, receipt: Receipt) -> HttpResponse:
        """Show number, code and dates, this once: nothing that is kept can show the code again."""
        self.template_name = "public/complaint_receipt.html"  # type: ignore[misc]
        complaint = receipt.complaint
        return self.render(
            {
                **super().get_context_data(),
                "is_private": True,
                "number": complaint.number,
                "code": receipt.code,
                "promises": promising.promises(complaint),
                "track_url": public_url("track"),
                "has_contact": complaint.complainant.contact_id is not None,
            }
        )


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_public_page(
        "complain/",
        ChooseKindPage,
        name="complain",
        entry=PublicEntry(
            title=gettext_lazy("Complain or report"),
            text=gettext_lazy(
                "Something is wrong with an account, or with what we do: tell us without a login, and "
                "know by when you are answered."
            ),
            order=1,
        ),
    )
    register_public_page("complain/<slug:kind>/", ComplaintFormPage, name="complaint_form")
