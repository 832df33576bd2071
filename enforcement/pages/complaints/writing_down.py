"""The page on which a colleague writes down what a complainant says by letter or telephone."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from compliance.errors import InvalidInput
from compliance.evidence.uploads import upload_context, uploads_of
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.pages.evidence import UploadPage
from compliance.pages.record import RecordLink
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.pages import Crumb, register_page
from enforcement.complaint_appeal_words import OPEN_COMPLAINT_APPEALS, ComplaintAppealStatus
from enforcement.complaint_words import SUPPLEMENTED, ComplaintStatus
from enforcement.models import Complaint
from enforcement.pages.complaints.contesting import appeal_of
from enforcement.pages.complaints.presentation import complaint_url, may_handle, said_about
from enforcement.pages.typed_days import arrived_on
from enforcement.services.complaint_appeals import hearing
from enforcement.services.complaint_appeals.filing import (
    complaint_appeal_possible,
    file_complaint_appeal,
)
from enforcement.services.complaints import submission, tracking

SUPPLEMENT, FILE, ADD = "supplement", "appeal_file", "appeal_add"


@dataclass(frozen=True)
class Entry:
    """What can be written down now: the act, and what it is called."""

    act: str
    label: str


def entry_for(complaint: Complaint) -> Entry | None:
    """Return what a complainant can say as their complaint stands, or nothing."""
    supplement, answer = _("Write down a supplement"), _("Write down the answer")
    if tracking.may_supplement(complaint):
        is_asked = complaint.status not in SUPPLEMENTED - {ComplaintStatus.WAITING_MATERIAL}
        return Entry(SUPPLEMENT, answer if is_asked else supplement)
    appeal = appeal_of(complaint)
    if appeal is not None and appeal.status in OPEN_COMPLAINT_APPEALS:
        is_asked = appeal.status == ComplaintAppealStatus.WAITING
        return Entry(ADD, answer if is_asked else supplement)
    if complaint_appeal_possible(complaint, timezone.now()).why_not:
        return None
    return Entry(FILE, pgettext("complaint", "Write down an appeal"))


class WriteDownPage(UploadPage):
    """Takes an answer, a supplement or an appeal of a complainant, with the papers that came along."""

    permission = submission.ENTER
    template_name = "enforcement/complaints/write_down.html"

    @cached_property
    def complaint(self) -> Complaint:
        """The complaint that the address names."""
        found = Complaint.objects.select_related("complainant__key", "appeal_clock")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    @cached_property
    def entry(self) -> Entry | None:
        """What can be written down now."""
        return entry_for(self.complaint)

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and may_handle(self.complaint, staff_of(request))

    def get_title(self) -> str:
        if self.entry is None:
            return _("Write down what the complainant says")
        return self.entry.label

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(self.complaint.number, complaint_url(self.complaint)),
            Crumb(self.get_title()),
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.entry is None:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        act = self.entry.act if self.entry is not None else self.request.POST.get("act", "")
        return {
            "said": said_about(self.complaint),
            "complaint_url": complaint_url(self.complaint),
            "act": act,
            "is_appeal": act == FILE,
            "today": timezone.localdate().isoformat(),
            "longest_words": submission.LONGEST_WORDS,
            **upload_context(),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act", "")
        if act not in (SUPPLEMENT, FILE, ADD):
            raise InvalidInput(_("This page does not offer that act."))
        actor = staff_of(request)
        with refusals_logged(
            action=f"enforcement.complaint.{act}",
            target=self.complaint,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
        ):
            said = self.write_down(act, actor)
        return self.redirect(complaint_url(self.complaint), said)

    def write_down(self, act: str, actor: StaffUser) -> str:
        """Call the one service that the act stands for and return what to say about it."""
        complaint, posted = self.complaint, self.request.POST
        grounds = Grounds(
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
            reason=posted.get("reason", ""),
        )
        words, files = posted.get("words", ""), uploads_of(self.request, "files", is_needed=False)
        if act == FILE:
            appeal = file_complaint_appeal(
                complaint=complaint,
                words=words,
                files=files,
                filed_at=arrived_on(posted.get("arrived_on", "")),
                **grounds,
            )
            return _("%(number)s is on record; the appellant is told.") % {"number": appeal.number}
        if act == SUPPLEMENT:
            tracking.supplement_complaint(complaint=complaint, words=words, files=files, **grounds)
            return _("On record with the complaint.")
        heard = appeal_of(complaint)
        if heard is None:
            raise InvalidInput(_("There is no appeal yet."))
        hearing.supplement_complaint_appeal(appeal=heard, words=words, files=files, **grounds)
        return _("On record with the appeal.")


def write_down_link(complaint: Complaint, staff: StaffUser) -> RecordLink | None:
    """Offer to write down what a complainant says, where they can say something now."""
    if not staff.has_perm(submission.ENTER) or not may_handle(complaint, staff):
        return None
    entry = entry_for(complaint)
    if entry is None:
        return None
    url = reverse("admin:write_down_for_complainant", args=[complaint.pk])
    return RecordLink(label=entry.label, url=url)


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("complaints/<int:pk>/written/", WriteDownPage, name="write_down_for_complainant")
