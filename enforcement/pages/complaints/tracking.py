"""
The public page by which a complaint is followed: opened by its code, sent with POST alone.

The code stands in no address. After it was typed a page stays open for half an hour by a seal that
names the complaint; nothing is kept in the browser.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from compliance.errors import ActionRefused, TransitionRefused
from compliance.evidence.uploads import (
    EvidenceUploadHandler,
    expect_files,
    upload_context,
    uploads_of,
)
from compliance.grounds import Grounds
from compliance.provisions import Provision
from compliance.public.pages import (
    PublicEntry,
    PublicPage,
    TooManyRequests,
    public_url,
    register_public_page,
)
from compliance.refusals import refusals_logged
from compliance.responses import wrong_codes
from compliance.staff import system_actor
from enforcement.complaint_words import SUPPLEMENTED, ComplaintMessageKind, ComplaintStatus
from enforcement.infringement_words import DISPUTED, InfringementStatus, SuitKind
from enforcement.models import Complaint
from enforcement.pages.complaints.contesting import state_of_appeal
from enforcement.pages.complaints.public import NOINDEX, count_one
from enforcement.services.complaints import promising, submission, tracking
from enforcement.services.complaints.notices import measures_in_words
from enforcement.services.complaints.sealing import words_of
from enforcement.services.infringements.filing import (
    counter_statement,
    infringement_of,
    passed_on,
    suit_in_words,
)
from enforcement.services.infringements.notices import day_of
from enforcement.services.infringements.proving import show_suit

# Longer than any code: what else is typed there is none.
LONGEST_CODE: Final = 100
# Kept as they are, whichever language a screen has.
_SUPPLEMENTED: Final = "投诉人通过查询页面补充"
_WITHDRAWN: Final = "投诉人通过查询页面撤回"
_SUIT: Final = "权利人通过查询页面提交已投诉或者起诉的证明"
_ACTS: Final = ("supplement", "withdraw", "suit")
S = ComplaintStatus


class TrackPage(PublicPage):
    """Asks for the code; shows the complaint that it opens."""

    title = gettext_lazy("Follow a complaint")
    template_name = "public/track.html"
    provision = Provision.PUBLIC_ACCOUNT_20_2

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = NOINDEX
        return response

    def get_context_data(self) -> dict[str, Any]:
        return {
            **super().get_context_data(),
            "is_private": True,
            "longest_code": LONGEST_CODE,
            "track_url": public_url("track"),
            "complain_url": public_url("complain"),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = request.POST.get("view", "")
        if token:
            return self.show_complaint(tracking.complaint_of_view(token))
        return self.show_complaint(self.complaint_of_code(request.POST.get("code", "")))

    def complaint_of_code(self, typed: str) -> Complaint:
        """
        Return the complaint of a code.

        :raises TooManyRequests: if too many wrong codes came from the same network.
        :raises UnknownTrackingCode: if it opens nothing; it is counted.
        """
        address = wrong_codes.address_of(self.request)
        seconds = wrong_codes.seconds_to_wait(address)
        if seconds:
            raise TooManyRequests(retry_after=seconds)
        found = tracking.find_complaint(typed[:LONGEST_CODE])
        if found is None:
            wrong_codes.note_wrong(address)
            raise tracking.UnknownTrackingCode
        return found

    def show_complaint(self, complaint: Complaint) -> HttpResponse:
        """Show how a complaint stands to whoever has its code."""
        return self.render({**self.get_context_data(), **state_of(complaint)})

    def show_refusal(self, refusal: ActionRefused) -> HttpResponse:
        # Whatever was typed is not shown again: one page for every code that opens nothing.
        context = {"refusal": str(refusal), **self.get_context_data()}
        return self.render(context, status=409)


class AnswerPage(TrackPage):
    """Takes what a complainant adds, or that they withdraw; then the state again."""

    _upload: EvidenceUploadHandler | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            if self._upload is not None:
                self._upload.discard_all()

    def prepare(self, request: HttpRequest) -> None:
        count_one(request)
        self._upload = expect_files(request)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        complaint = tracking.complaint_of_view(request.POST.get("view", ""))
        act = request.POST.get("action", "")
        act = act if act in _ACTS else "supplement"
        try:
            with refusals_logged(
                action=f"enforcement.complaint.{act}",
                target=complaint,
                actor=system_actor(),
                provision=self.provision,
            ):
                self.carry_out(act, complaint)
        except ActionRefused as refusal:
            return self.show_again(complaint, refusal)
        return self.show_complaint(complaint)

    def show_again(self, complaint: Complaint, refusal: ActionRefused) -> HttpResponse:
        """Show how the complaint stands, why nothing was done, and what was typed."""
        again = Complaint.objects.select_related("complainant__key").get(pk=complaint.pk)
        context = {**self.get_context_data(), **state_of(again), "posted": self.request.POST}
        return self.render({**context, "refusal": str(refusal)}, status=409)

    def carry_out(self, act: str, complaint: Complaint) -> None:
        """Do what the complainant wishes, by the service for it."""
        posted = self.request.POST
        grounds = Grounds(actor=system_actor(), provision=self.provision, reason=_SUPPLEMENTED)
        if act == "withdraw":
            grounds["reason"] = _WITHDRAWN
            tracking.withdraw_complaint(complaint=complaint, **grounds)
            return
        files = uploads_of(self.request, "files", is_needed=False)
        if act == "supplement":
            tracking.supplement_complaint(
                complaint=complaint, words=posted.get("words", ""), files=files, **grounds
            )
            return
        infringement = infringement_of(complaint)
        if infringement is None:
            raise TransitionRefused
        grounds["reason"], grounds["provision"] = _SUIT, Provision.CIVIL_CODE_1196
        show_suit(
            infringement=infringement,
            kind=posted.get("suit_kind", ""),
            words=posted.get("words", ""),
            files=files,
            **grounds,
        )


def infringement_state(complaint: Complaint) -> dict[str, Any]:
    """Return what whoever gave notice sees of it: what was passed on, what was answered, until when."""
    found = infringement_of(complaint)
    if found is None:
        return {}
    status, shown = InfringementStatus(found.status), passed_on(found)
    name, words = counter_statement(found) if status in DISPUTED else ("", "")
    return {
        "infringement": {
            "state": status.label,
            "right": found.get_right_display(),
            "content": complaint.content_ref,
            "shown": shown,
            "forwarded": found.forwarded_at is not None,
            "forward_by": day_of(found.forward_clock),
            "counter_by": day_of(found.counter_clock)
            if status == InfringementStatus.FORWARDED
            else "",
            "counter_name": name,
            "counter_words": words,
            "suit_by": day_of(found.wait_clock) if status == InfringementStatus.COUNTERED else "",
            "suit": suit_in_words(found),
            "told": found.told,
        },
        "may_show_suit": status == InfringementStatus.COUNTERED,
        "suit_kinds": SuitKind.choices,
    }


def state_of(complaint: Complaint) -> dict[str, Any]:
    """Return what a complainant sees of their complaint: state, dates, what was said, the outcome."""
    status = ComplaintStatus(complaint.status)
    is_told = status in (S.NOT_ACCEPTED, S.FED_BACK, S.CLOSED)
    may_return = status == S.WITHDRAWN and complaint.is_lapsed
    waiting = complaint.material_clock if status == S.WAITING_MATERIAL else None
    return {
        "complaint": {
            "number": complaint.number,
            "kind": complaint.get_kind_display(),
            "account": complaint.account,
            "received_at": date_format(localtime(complaint.received_at), "Y-m-d H:i"),
            # That it is decided is told with the outcome, not before.
            "state": (S.INVESTIGATING if status == S.DECIDED else status).label,
            "outcome": complaint.get_outcome_display() if is_told else "",
            "refusal": complaint.get_refusal_display() if is_told else "",
            "told": complaint.told if is_told else "",
            "measures": measures_in_words(complaint) if is_told and complaint.outcome else "",
        },
        "is_told": is_told,
        "is_over": may_return or status == S.WITHDRAWN,
        "may_return": may_return,
        "promises": [] if is_told or status == S.WITHDRAWN else promising.promises(complaint),
        "answer_by": promising.last_day_in_words(waiting.due_at) if waiting is not None else "",
        "said": [
            {
                "at": date_format(localtime(message.at), "Y-m-d H:i"),
                "label": message.get_kind_display(),
                "is_ours": message.kind == ComplaintMessageKind.QUESTION,
                "words": words,
            }
            for message, words in words_of(complaint)
        ],
        "may_supplement": status in SUPPLEMENTED or may_return,
        "may_withdraw": status in SUPPLEMENTED,
        "view": tracking.open_view(complaint),
        "answer_url": public_url("track_answer"),
        "longest_words": submission.LONGEST_WORDS,
        **state_of_appeal(complaint),
        **infringement_state(complaint),
        **upload_context(),
    }


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_public_page(
        "track/",
        TrackPage,
        name="track",
        entry=PublicEntry(
            title=gettext_lazy("Follow a complaint"),
            text=gettext_lazy(
                "See by your code how your complaint stands, answer a question, add to it or withdraw "
                "it."
            ),
            order=2,
        ),
    )
    register_public_page("track/answer/", AnswerPage, name="track_answer")
