"""The page on which the appeal of a complainant is heard, by somebody who had no part in the answer."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser, WorkItem
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Input
from compliance.ui.pages import ConsolePage, register_page
from compliance.work import Queue, register_queue
from enforcement.complaint_appeal_words import ComplaintAppealOutcome, ComplaintAppealStatus
from enforcement.models import ComplaintAppeal
from enforcement.pages.complaint_appeals.presentation import (
    PAGES,
    complaint_appeal_badge,
    complaint_appeal_facts,
    complaint_appeal_url,
    may_see_appeal,
)
from enforcement.pages.complaints.presentation import handling_context, target_context
from enforcement.pages.reason_templates import reason_templates
from enforcement.services.complaint_appeals import hearing, ruling
from enforcement.services.complaint_appeals.filing import PLATFORM_QUEUE, QUEUE
from enforcement.services.complaint_appeals.sides import (
    HANDLE_PLATFORM,
    HEAR,
    permission_to_hear,
)

_WORDS: Final = 4000
_PROVISION: Final = Provision.PUBLIC_ACCOUNT_20_2
S = ComplaintAppealStatus


def _words(label: Any) -> Input:
    return Input(name="text", label=label, rows=5, longest=_WORDS)


class ComplaintAppealPage(WorkItemPage):
    """One appeal: the answer that was told beside what its complainant says against it."""

    queue = QUEUE
    template_name = "enforcement/complaint_appeals/appeal.html"

    def has_permission(self, request: HttpRequest) -> bool:
        # Not by whoever assigns work alone: what is said about the platform is for few.
        return ConsolePage.has_permission(self, request) and may_see_appeal(
            self.record.complaint, staff_of(request)
        )

    def find_record(self, item: WorkItem) -> ComplaintAppeal:
        # Each question ends an item; the earlier ones still lead to the appeal.
        history = ComplaintAppeal.history.model.objects.filter(work_item_id=item.pk)
        found = (
            ComplaintAppeal.objects.filter(pk__in=history.values("id"))
            .select_related(
                "case",
                "complaint__account",
                "complaint__complainant__contact",
                "complaint__complainant__key",
                "decision_clock",
                "handler",
                "matter",
                "ruling__person",
                "work_item",
            )
            .first()
        )
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.record.work_item_id != self.item.pk:
            return redirect(complaint_appeal_url(self.record))
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return _("Appeal %(number)s about complaint %(complaint)s") % {
            "number": self.record.number,
            "complaint": self.record.complaint.number,
        }

    def open_question(self) -> Any:
        """Return the question whose answer is waited for, or None."""
        if self.record.status != S.WAITING:
            return None
        return self.record.questions.select_related("clock").order_by("-pk").first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        appeal, staff = self.record, staff_of(self.request)
        complaint = appeal.complaint
        return {
            "badge": complaint_appeal_badge(appeal),
            "facts": complaint_appeal_facts(appeal),
            "open_question": self.open_question(),
            "told": notice_rows([appeal], staff),
            "steps": timeline_of(appeal),
            "complaint_steps": timeline_of(complaint),
            **handling_context(complaint, staff),
            **target_context(complaint, staff),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != S.FILED:
            return []
        return [
            self.action(
                "confirm",
                _("Let the answer stand"),
                hint=_("The complainant is told why; nothing else changes."),
                inputs=[_words(_("Told to the complainant: why"))],
                reason_templates=reason_templates("decide_complaint_appeal"),
                tone="primary",
                key="c",
            ),
            self.action(
                "take_up_again",
                _("Take the complaint up again"),
                hint=_(
                    "The answer is taken back at once, and others than those who had a part in it "
                    "handle the complaint. Its time for the decision begins anew."
                ),
                inputs=[_words(_("Told to the complainant: why"))],
                reason_templates=reason_templates("decide_complaint_appeal"),
                tone="danger",
                key="v",
            ),
            self.action(
                "ask",
                _("Ask the complainant"),
                hint=_("The clock stands still until they answer."),
                inputs=[_words(_("Question to the complainant"))],
                reason_templates=reason_templates("ask_in_complaint_appeal"),
                key="m",
            ),
        ]

    def free_actions(self) -> list[AllowedAction]:
        question, staff = self.open_question(), staff_of(self.request)
        if (
            question is None
            or question.clock.due_at > timezone.now()
            or not staff.has_perm(permission_to_hear(self.record.complaint))
        ):
            return []
        return [
            self.action(
                "go_on",
                _("Go on without an answer"),
                hint=_("The time for the answer is over; the clock runs on."),
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=_PROVISION, reason=reason)
        if act == "go_on":
            hearing.go_on_with_complaint_appeal(appeal=self.record, **grounds)
            return _("The appeal is back in its queue; the clock runs on.")
        text = self.request.POST.get("text", "")
        on: dict[str, Any] = {
            "appeal": self.record,
            "fence": fence,
            "expected_version": version,
            **grounds,
        }
        if act == "ask":
            hearing.ask_in_complaint_appeal(**on, question=text)
            return _("Asked; the clock stands still until the complainant answers.")
        outcome = {
            "confirm": ComplaintAppealOutcome.CONFIRMED,
            "take_up_again": ComplaintAppealOutcome.TAKEN_UP,
        }[act]
        ruling.decide_complaint_appeal(**on, outcome=outcome, text=text)
        return _("On record, and the complainant is told: %(outcome)s.") % {
            "outcome": outcome.label
        }


class PlatformComplaintAppealPage(ComplaintAppealPage):
    """An appeal about a complaint about the platform, for compliance officers alone."""

    queue = PLATFORM_QUEUE


def complaint_appeals_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queues are about; never who complains."""
    found = ComplaintAppeal.objects.filter(work_item__in=items).select_related("complaint__account")
    return {
        each.work_item_id: " ".join(
            [
                each.number,
                each.complaint.number,
                each.complaint.account.name if each.complaint.account is not None else "",
                str(each.get_contested_display()),
            ]
        )
        for each in found
    }


def page_of_clock(clock: Clock) -> str:
    """Return the page of the appeal that a clock belongs to, or ""."""
    found = (
        ComplaintAppeal.objects.filter(decision_clock=clock).first()
        or ComplaintAppeal.objects.filter(questions__clock=clock).first()
    )
    return complaint_appeal_url(found) if found is not None else ""


# Address, page, label, permission, key and place on the desk of each queue.
_QUEUES: Final = (
    (
        QUEUE,
        "complaint-appeals/items",
        ComplaintAppealPage,
        gettext_lazy("Appeals of complainants"),
        HEAR,
        "n 7",
        35,
    ),
    (
        PLATFORM_QUEUE,
        "platform-complaint-appeals/items",
        PlatformComplaintAppealPage,
        gettext_lazy("Appeals of complainants about the platform"),
        HANDLE_PLATFORM,
        "n 8",
        36,
    ),
)


def register() -> None:
    """Give the pages their addresses and the queues their places; called when apps are ready."""
    for code, address, page, label, permission, key, order in _QUEUES:
        register_page(f"{address}/<int:pk>/", page, name=PAGES[code])
        register_queue(
            Queue(
                code=code,
                label=label,
                permission=permission,
                url_name=f"admin:{PAGES[code]}",
                key=key,
                describe=complaint_appeals_in_words,
            ),
            order=order,
        )
    register_clock_page(page_of_clock)
