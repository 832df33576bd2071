"""The page of one complaint: read by many, its words by whoever handles it."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Input
from compliance.ui.pages import register_page
from enforcement.complaint_words import SUPPLEMENTED, ComplaintStatus
from enforcement.models import Complaint
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
from enforcement.pages.typed_days import arrived_on
from enforcement.services.complaint_appeals.filing import (
    complaint_appeal_possible,
    file_complaint_appeal,
)
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
        if staff.has_perm(submission.ENTER):
            found += self.written_down()
        return found

    def written_down(self) -> list[AllowedAction]:
        """Return what is written down for a complainant who writes a letter or calls."""
        record = self.record
        words = Input(
            name="words",
            label=_("What the complainant says"),
            rows=5,
            longest=submission.LONGEST_WORDS,
        )
        if tracking.may_supplement(record):
            is_answer = record.status not in SUPPLEMENTED or record.status == S.WAITING_MATERIAL
            label = _("Write down the answer") if is_answer else _("Write down a supplement")
            return [self.action("supplement", label, inputs=[words])]
        if complaint_appeal_possible(record, timezone.now()).why_not:
            return []
        return [
            self.action(
                "appeal",
                pgettext("complaint", "Write down an appeal"),
                hint=_("Once, against what was told. It counts from the day on which it arrived."),
                inputs=[words, Input(name="arrived_on", label=_("Arrived on"), is_day=True)],
            )
        ]

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
        words = self.request.POST.get("words", "")
        if act == "supplement":
            tracking.supplement_complaint(complaint=record, words=words, **grounds)
            return _("On record with the complaint.")
        if act == "appeal":
            appeal = file_complaint_appeal(
                complaint=record,
                words=words,
                filed_at=arrived_on(self.request.POST.get("arrived_on", "")),
                **grounds,
            )
            return _("%(number)s is on record; the appellant is told.") % {"number": appeal.number}
        return super().carry_out(act, actor, reason)


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("complaints/<int:pk>/", ComplaintPage, name="complaint")
