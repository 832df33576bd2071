"""The appeal form of the tracking page: behind the same code, for the same half hour."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.uploads import uploads_of
from compliance.grounds import Grounds
from compliance.public.pages import register_public_page
from compliance.refusals import refusals_logged
from compliance.staff import system_actor
from enforcement.models import Complaint
from enforcement.pages.complaints.contesting import appeal_of
from enforcement.pages.complaints.tracking import AnswerPage
from enforcement.services.complaint_appeals import filing, hearing
from enforcement.services.complaints import tracking

FILE: Final = "file"
ADD: Final = "add"
WITHDRAW: Final = "withdraw"
# Kept as they are, whichever language a screen has.
_REASONS: Final = {
    FILE: "投诉人通过查询页面申请复核",
    ADD: "投诉人通过查询页面补充复核材料",
    WITHDRAW: "投诉人通过查询页面撤回复核申请",
}


class TrackAppealPage(AnswerPage):
    """Takes the appeal of a complainant, what they add to it, or that they take it back."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        complaint = tracking.complaint_of_view(request.POST.get("view", ""))
        act = request.POST.get("action", "")
        actor = system_actor()
        try:
            with refusals_logged(
                action=f"enforcement.complaint.appeal_{act if act in _REASONS else 'unknown'}",
                target=complaint,
                actor=actor,
                provision=self.provision,
            ):
                self.carry_out(act, complaint)
        except ActionRefused as refusal:
            return self.show_again(complaint, refusal)
        return self.show_complaint(complaint)

    def carry_out(self, act: str, complaint: Complaint) -> None:
        """Call the one service that the form stands for."""
        if act not in _REASONS:
            raise InvalidInput(_("This page does not offer that act."))
        posted = self.request.POST
        grounds = Grounds(actor=system_actor(), provision=self.provision, reason=_REASONS[act])
        if act == FILE:
            filing.file_complaint_appeal(
                complaint=complaint,
                words=posted.get("appeal_words", ""),
                files=uploads_of(self.request, "files", is_needed=False),
                **grounds,
            )
            return
        appeal = appeal_of(complaint)
        if appeal is None:
            raise InvalidInput(_("There is no appeal yet."))
        if act == WITHDRAW:
            hearing.withdraw_complaint_appeal(appeal=appeal, **grounds)
            return
        hearing.supplement_complaint_appeal(
            appeal=appeal,
            words=posted.get("appeal_words", ""),
            files=uploads_of(self.request, "files", is_needed=False),
            **grounds,
        )


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_public_page("track/appeal/", TrackAppealPage, name="track_appeal")
