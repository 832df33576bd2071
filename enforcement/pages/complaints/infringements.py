"""The page on which the proof of a lawsuit is looked at, or the lifting of a measure is seen to."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.evidence.access import Owner, register_owner
from compliance.grounds import Grounds
from compliance.models import EvidenceFile, StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue
from enforcement.infringement_words import InfringementStatus
from enforcement.models import Infringement
from enforcement.pages.complaints.presentation import (
    complaint_badge,
    complaint_facts,
    complaint_url,
    handling_context,
    may_handle,
    target_context,
)
from enforcement.pages.presentation import decision_url
from enforcement.services.complaints import review
from enforcement.services.infringements import countering, lifting, proving

N = InfringementStatus


class InfringementReviewPage(WorkItemPage):
    """A disputed notice of infringement: its proof of a lawsuit, or what is left to be lifted."""

    queue = proving.QUEUE
    template_name = "enforcement/complaints/infringement.html"

    def find_record(self, item: WorkItem) -> Infringement:
        # Each proof has an item of its own; the earlier ones still lead to the notice.
        earlier = Infringement.history.filter(work_item_id=item.pk).values("id")
        return get_object_or_404(
            Infringement.objects.select_related(
                "account",
                "complaint__account",
                "complaint__case",
                "complaint__complainant__contact",
                "complaint__complainant__key",
                "complaint__decided_by",
                "complaint__matter",
                "complaint__work_item__clock",
                "wait_clock",
                "work_item__clock",
            ),
            pk__in=earlier,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.record.work_item_id != self.item.pk:
            return redirect(complaint_url(self.record.complaint))
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return _("Notice of infringement %(number)s") % {"number": self.record.complaint.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        complaint = record.complaint
        context = {
            "badge": complaint_badge(complaint),
            "page_url": complaint_url(complaint),
            "facts": complaint_facts(complaint),
            "steps": timeline_of(record),
            "left": [
                (each.decision.number, decision_url(each.decision))
                for each in lifting.measures_of(record)
            ],
            "is_lifting": record.status == N.LIFTING,
            **handling_context(complaint, staff),
            **target_context(complaint, staff),
            **super().get_context_data(**kwargs),
        }
        # What is shown beside it is the complaint; the acts are the notice's.
        return {**context, "record": complaint}

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status == N.PROOF:
            return [
                self.action(
                    "accept_suit",
                    _("It is before a court or an authority"),
                    reason_label=_("Reason told to both sides"),
                    hint=_("What was done about the content stays."),
                    tone="primary",
                    key="a",
                ),
                self.action(
                    "refuse_suit",
                    _("It shows no lawsuit"),
                    reason_label=_("Reason told to the complainant"),
                    hint=_("What was left of the fifteen days runs on."),
                    tone="danger",
                    key="r",
                ),
            ]
        if self.record.status == N.LIFTING:
            return [
                self.action(
                    "note_lifted",
                    _("All is lifted"),
                    reason_label=_("Reason told to both sides"),
                    hint=_("Possible once nothing about the content is in force."),
                    tone="primary",
                    key="a",
                )
            ]
        return []

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        services = {
            "accept_suit": (proving.accept_suit, _("Both sides are told.")),
            "refuse_suit": (proving.refuse_suit, _("The complainant is told.")),
            "note_lifted": (lifting.note_lifted, _("Both sides are told.")),
        }
        service, said = services[act]
        service(
            infringement=self.record,
            told=reason,
            fence=fence,
            expected_version=version,
            **Grounds(actor=actor, provision=Provision.CIVIL_CODE_1196, reason=reason),
        )
        return said


def infringements_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about; never who gave notice."""
    found = Infringement.objects.filter(work_item__in=items).select_related("account", "complaint")
    return {
        each.work_item_id: f"{each.complaint.number} {each.account.name} {each.get_status_display()}"
        for each in found
        if each.work_item_id is not None
    }


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    files = file.infringement_file.infringement.files.select_related("file")
    return [each.file for each in files.order_by("pk")]


def _may_view(file: EvidenceFile, staff: StaffUser) -> bool:
    return may_handle(file.infringement_file.infringement.complaint, staff)


def register() -> None:
    """Give the page its address and queue, and answer for the files; called when apps are ready."""
    register_page(
        "infringements/<int:pk>/work/", InfringementReviewPage, name="review_infringement"
    )
    register_queue(
        Queue(
            code=proving.QUEUE,
            label=gettext_lazy("Disputed notices of infringement"),
            permission=review.HANDLE,
            url_name="admin:review_infringement",
            key="n 6",
            describe=infringements_in_words,
        ),
        order=35,
    )
    register_owner(
        Owner(
            kind=countering.OWNER_KIND,
            may_view=_may_view,
            url=lambda file: complaint_url(file.infringement_file.infringement.complaint),
            label=lambda file: file.infringement_file.infringement.complaint.number,
            siblings=_siblings,
            matter=lambda file: file.infringement_file.infringement.complaint.matter,
        )
    )
