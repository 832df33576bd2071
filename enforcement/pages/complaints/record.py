"""The page of one complaint: read by many, its words by whoever handles it."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import register_page
from enforcement.complaint_appeal_words import OPEN_COMPLAINT_APPEALS
from enforcement.complaint_words import SUPPLEMENTED, ComplaintStatus
from enforcement.models import Complaint
from enforcement.pages.complaints.contesting import appeal_of
from enforcement.pages.complaints.presentation import (
    VIEW,
    VIEW_PLATFORM,
    complaint_badge,
    complaint_facts,
    handling_context,
    may_handle,
    may_see,
    target_context,
    told_about,
    work_url,
)
from enforcement.pages.complaints.writing_down import write_down_link
from enforcement.services.complaint_appeals.hearing import withdraw_complaint_appeal
from enforcement.services.complaints import review, submission, sweeping, tracking

S = ComplaintStatus


class ComplaintPage(RecordPage):
    """A complaint as it stands; what needs no work item is done here."""

    template_name = "enforcement/complaints/record.html"
    list_title = gettext_lazy("complaints")
    list_url_name = "admin:enforcement_complaint_changelist"
    provision = Provision.PUBLIC_ACCOUNT_20_2

    def has_permission(self, request: HttpRequest) -> bool:
        if not super().has_permission(request):
            return False
        staff = staff_of(request)
        if not staff.has_perm(VIEW) and not staff.has_perm(VIEW_PLATFORM):
            return False
        return may_see(self.record, staff)

    def find_record(self) -> Complaint:
        found = Complaint.objects.select_related(
            "account",
            "case",
            "complainant__contact",
            "complainant__key",
            "decided_by",
            "repudiation",
            "work_item__clock",
            "acceptance_clock",
            "decision_clock",
            "material_clock",
            "feedback_clock",
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Complaint %(number)s") % {"number": self.record.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        clocks = [
            record.acknowledgement_clock,
            record.acceptance_clock,
            record.decision_clock,
            record.material_clock,
            record.feedback_clock,
        ]
        is_open = record.work_item.closed_at is None
        return {
            "badge": complaint_badge(record),
            "facts": complaint_facts(record),
            "clocks": [clock_panel(each) for each in clocks if each is not None],
            "told": notice_rows(told_about(record), staff),
            "write_down": write_down_link(record, staff),
            "review_url": work_url(record) if is_open and may_handle(record, staff) else "",
            **handling_context(record, staff),
            **target_context(record, staff),
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        record, staff = self.record, staff_of(self.request)
        if not may_handle(record, staff):
            return []
        found = []
        if record.status == S.WAITING_MATERIAL:
            found.append(self.action("resume", _("Go on without waiting"), key="m"))
        if record.status in SUPPLEMENTED and staff.has_perm(submission.ENTER):
            found.append(self.action("withdraw", _("Withdrawn by the complainant"), key="w"))
        if record.status == S.FED_BACK:
            found.append(self.action("close", _("Close"), key="x"))
        appeal = appeal_of(record)
        is_heard = appeal is not None and appeal.status in OPEN_COMPLAINT_APPEALS
        if is_heard and staff.has_perm(submission.ENTER):
            label = _("Appeal withdrawn by the complainant")
            found.append(self.action("appeal_withdraw", label))
        return found

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        record = self.record
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        version = posted_number(self.request, "version")
        if act == "resume":
            review.resume_complaint(complaint=record, expected_version=version, **grounds)
            return _("The complaint is back in its queue.")
        if act == "withdraw":
            tracking.withdraw_complaint(complaint=record, expected_version=version, **grounds)
            return _("Withdrawn.")
        if act == "close":
            sweeping.close_complaint(complaint=record, **grounds)
            return _("Closed.")
        appeal = appeal_of(record)
        if act == "appeal_withdraw" and appeal is not None:
            withdraw_complaint_appeal(appeal=appeal, **grounds)
            return _("Withdrawn.")
        return super().carry_out(act, actor, reason)


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("complaints/<int:pk>/", ComplaintPage, name="complaint")
