"""
The public pages for whoever finds an account in their name that is not theirs.

The form answers everybody alike: it never says whether there is an account. The page by which a
claim is followed is opened by a code that was shown once.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource, IdType
from accounts.models import Repudiation
from accounts.repudiation_words import OPEN_REPUDIATIONS, RepudiationStatus
from accounts.services.repudiations import notices, review, submission
from accounts.services.repudiations.submission import TRACKING, Claim
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.uploads import (
    EvidenceUploadHandler,
    expect_files,
    upload_context,
    uploads_of,
)
from compliance.models import ResponseInvitation
from compliance.provisions import Provision
from compliance.public.pages import (
    PublicEntry,
    PublicPage,
    TooManyRequests,
    error_page,
    public_url,
    register_public_page,
)
from compliance.public.responding import UnknownCode, invitation_of
from compliance.refusals import refusals_logged
from compliance.responses import wrong_codes
from compliance.responses.codes import code_of
from compliance.staff import system_actor

# Kept as they are, whichever language a screen has.
_REASON: Final = "本人通过公开页面提出身份被冒用"
_WITHDRAWN: Final = "提出人通过查询页面撤回"
NOINDEX: Final = "noindex, nofollow, noarchive"


class RepudiatePage(PublicPage):
    """The form: who, by which document, what happened, and documents; nothing more."""

    title = gettext_lazy("Somebody registered an account in my name")
    template_name = "public/repudiate.html"
    _upload: EvidenceUploadHandler | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            # Whatever no service has received is gone with the request.
            if self._upload is not None:
                self._upload.discard_all()

    def prepare(self, request: HttpRequest) -> None:
        # Each claim asks a provider, and each counts like a wrong code: nobody tries identities out.
        address = wrong_codes.address_of(request)
        seconds = wrong_codes.seconds_to_wait(address)
        if seconds:
            request.POST = QueryDict()
            raise TooManyRequests(retry_after=seconds)
        self._upload = expect_files(request)
        wrong_codes.note_wrong(address)

    def get_context_data(self) -> dict[str, Any]:
        return {
            **super().get_context_data(),
            "is_private": True,
            "id_types": IdType.choices,
            "longest_words": submission.LONGEST_WORDS,
            "longest_name": submission.LONGEST_NAME,
            **upload_context(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor, posted = system_actor(), request.POST
        with refusals_logged(
            action="accounts.repudiation.create",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
        ):
            files = uploads_of(request, "files", is_needed=False)
            if posted.get("id_type") not in IdType.values:
                raise InvalidInput(_("Choose the kind of document."))
            claim = Claim(
                name=posted.get("name", ""),
                id_type=IdType(posted["id_type"]),
                id_number=posted.get("id_number", ""),
                mobile=posted.get("mobile", ""),
                words="\n".join(posted.get("words", "").strip().splitlines()),
                account_hint=posted.get("account_hint", ""),
            )
            _repudiation, tracking = submission.submit_repudiation(
                verified=submission.verify_claim(claim=claim),
                files=files,
                source=ApplicationSource.RESPONSE,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_8_1,
                reason=_REASON,
            )
        return HttpResponseRedirect(public_url("repudiation", code_of(tracking)))


class RepudiationStatePage(PublicPage):
    """How a claim stands, by the code that its claimant has."""

    template_name = "public/repudiation.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = super().dispatch(request, *args, **kwargs)
        except UnknownCode as refusal:
            response = error_page(request, 404, text=str(refusal))
        response["X-Robots-Tag"] = NOINDEX
        return response

    def show_refusal(self, refusal: ActionRefused) -> HttpResponse:
        if isinstance(refusal, UnknownCode):
            # A page for it would have to name the claim.
            raise refusal
        self.__dict__.pop("repudiation", None)
        return super().show_refusal(refusal)

    @cached_property
    def repudiation(self) -> Repudiation:
        """The claim that the address names by its code."""
        invitation = invitation_of(self.request, self.kwargs["code"])
        if invitation.kind != TRACKING:
            raise UnknownCode
        return Repudiation.objects.get(pk=invitation.about_id)

    def get_title(self) -> str:
        return _("Claim %(reference)s") % {"reference": self.repudiation.reference}

    def get_context_data(self) -> dict[str, Any]:
        repudiation = self.repudiation
        status = RepudiationStatus(repudiation.status)
        asked = (
            ResponseInvitation.objects.open()
            .about(repudiation)
            .filter(kind=notices.MATERIAL)
            .first()
        )
        is_open = status in OPEN_REPUDIATIONS
        return {
            **super().get_context_data(),
            "is_private": True,
            "reference": repudiation.reference,
            "received_at": date_format(localtime(repudiation.received_at), "Y-m-d H:i"),
            "is_open": is_open,
            "can_withdraw": is_open and status != RepudiationStatus.PROPOSED,
            "state": _state_in_words(status),
            "told": "" if is_open else repudiation.decision_reason,
            "answer_url": public_url("response", code_of(asked)) if asked is not None else "",
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        repudiation, actor = self.repudiation, system_actor()
        with refusals_logged(
            action="accounts.repudiation.withdraw",
            target=repudiation,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
        ):
            review.withdraw_repudiation(
                repudiation=repudiation,
                fence=None,
                expected_version=None,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=_WITHDRAWN,
            )
        return HttpResponseRedirect(public_url("repudiation", self.kwargs["code"]))


def _state_in_words(status: RepudiationStatus) -> str:
    """Return how a claim stands, in words that say nothing of any account."""
    if status == RepudiationStatus.WAITING_MATERIAL:
        return _("We need something from you.")
    if status in OPEN_REPUDIATIONS:
        return _("People are looking into it.")
    return str(status.label)


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_public_page(
        "repudiate/",
        RepudiatePage,
        name="repudiate",
        entry=PublicEntry(
            title=gettext_lazy("My identity was used"),
            text=gettext_lazy(
                "Somebody registered an account in your name: tell us, without a login, and follow "
                "what comes of it."
            ),
            order=25,
        ),
    )
    # Below “respond/”, so that the filter of codes in log lines knows it.
    register_public_page("repudiate/respond/<str:code>/", RepudiationStatePage, name="repudiation")
