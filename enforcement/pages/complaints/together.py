"""The pages on which several complaints about one account are answered in one act, and that undone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages.presentation import instant
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction, Badge, Fact
from compliance.ui.pages import ConsolePage, Crumb, register_page
from enforcement.complaint_words import BatchStatus, ComplaintOutcome
from enforcement.models import Complaint, ComplaintBatch
from enforcement.pages.complaints.presentation import (
    VIEW,
    complaint_badge,
    complaint_url,
)
from enforcement.services.complaints import answers, together
from enforcement.services.complaints.review import HANDLE
from enforcement.services.complaints.together import BatchDraft, Candidate

_TONES = {BatchStatus.HELD: "warning", BatchStatus.TOLD: "good", BatchStatus.UNDONE: ""}


def together_url(complaint: Complaint) -> str:
    """Return the address of the page on which a complaint is answered with others."""
    return reverse("admin:answer_together", args=[complaint.pk])


class TogetherPage(ConsolePage):
    """Choose complaints about one account, see what each is told, confirm exactly that."""

    permission = HANDLE
    template_name = "enforcement/complaints/together.html"

    @cached_property
    def lead(self) -> Complaint:
        """The complaint from which the page was opened."""
        found = Complaint.objects.about_accounts().select_related("account", "case", "work_item")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Answer complaints together: %(account)s") % {
            "account": self.lead.account.name if self.lead.account is not None else ""
        }

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(self.lead.number, complaint_url(self.lead)),
            Crumb(_("Answer complaints together")),
        ]

    def draft(self) -> BatchDraft:
        """Return what was posted."""
        posted = self.request.POST
        outcome = posted.get("outcome", "")
        is_abusive = outcome == "abusive"
        return BatchDraft(
            lead=self.lead,
            numbers=frozenset(int(each) for each in posted.getlist("chosen") if each.isdigit()),
            outcome=ComplaintOutcome.NOT_UPHELD if is_abusive else outcome,
            is_abusive=is_abusive,
            told=posted.get("told", ""),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        posted = self.request.POST
        found = together.candidates(self.lead, staff_of(self.request))
        chosen = set(posted.getlist("chosen")) or {
            str(each.complaint.pk) for each in found if not each.why_not
        }
        return {
            "lead": self.lead,
            "rows": [(_row(each), str(each.complaint.pk) in chosen) for each in found],
            "outcomes": [*ComplaintOutcome.choices, ("abusive", _("Not upheld: made to harm"))],
            "answers": answers.answers_for(self.lead, answers.DECIDE),
            "posted": posted,
            "page_url": self.request.path,
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = staff_of(request)
        with refusals_logged(
            action="enforcement.complaintbatch.create",
            target=self.lead,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
        ):
            if request.POST.get("action") == "preview":
                preview = together.preview_batch(draft=self.draft(), actor=actor)
                return self.render_to_response(
                    {
                        **self.get_context_data(**kwargs),
                        "preview": preview,
                        "answered": [_row(each) for each in preview.answered],
                        "left_out": [_row(each) for each in preview.left_out],
                        "told": self.draft().told.strip(),
                        "minutes": together.HELD_FOR.seconds // 60,
                    }
                )
            batch = together.answer_together(
                draft=self.draft(),
                digest=request.POST.get("preview", ""),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=request.POST.get("reason", ""),
            )
        return self.redirect(
            reverse("admin:complaint_batch", args=[batch.pk]),
            _("Answered together; until %(time)s it can be undone.")
            % {"time": instant(batch.held_until)},
        )


def _row(candidate: Candidate) -> dict[str, Any]:
    complaint = candidate.complaint
    return {
        "number": complaint.number,
        "pk": complaint.pk,
        "url": complaint_url(complaint),
        "kind": complaint.get_kind_display(),
        "badge": complaint_badge(complaint),
        "received": instant(complaint.received_at),
        "by": str(
            complaint.complainant.get_contact_kind_display() or _("only by the tracking page")
        ),
        "why_not": candidate.why_not,
    }


class BatchPage(RecordPage):
    """What was answered together, whether anybody was told yet, and undoing it."""

    permission = VIEW
    template_name = "enforcement/complaints/batch.html"
    list_title = gettext_lazy("complaints")
    list_url_name = "admin:enforcement_complaint_changelist"
    provision = Provision.PUBLIC_ACCOUNT_20_2

    def find_record(self) -> ComplaintBatch:
        found = ComplaintBatch.objects.select_related("account", "made_by")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Complaints answered together %(number)s") % {"number": self.record.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.record
        status = BatchStatus(batch.status)
        complaints = [
            each.complaint for each in batch.items.select_related("complaint").order_by("complaint")
        ]
        return {
            "badge": Badge(text=status.label, tone=_TONES[status]),
            "facts": [
                Fact(_("Account"), batch.account.name, hint=batch.account.platform_uid),
                Fact(_("Outcome"), batch.get_outcome_display()),
                Fact(_("Told to the complainants"), batch.told),
                Fact(_("Answered"), instant(batch.made_at), hint=batch.made_by.name),
                Fact(_("Held until"), instant(batch.held_until)),
            ],
            "complaints": [
                (each, complaint_url(each), complaint_badge(each)) for each in complaints
            ],
            "timeline": timeline_page(
                batch,
                staff_of(self.request),
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        batch = self.record
        is_open = batch.status == BatchStatus.HELD and batch.held_until > timezone.now()
        if not is_open or not staff_of(self.request).has_perm(HANDLE):
            return []
        return [
            self.action(
                "undo",
                _("Undo: each is as it was"),
                hint=_("Nobody was told yet. Each complaint is due when it was due."),
                tone="danger",
                key="u",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        if act == "undo":
            together.undo_batch(
                batch=self.record,
                **Grounds(actor=actor, provision=self.provision, reason=reason),
            )
            return _("Undone; nobody was told.")
        return super().carry_out(act, actor, reason)


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("complaints/<int:pk>/together/", TogetherPage, name="answer_together")
    register_page("complaints/together/<int:pk>/", BatchPage, name="complaint_batch")
