"""The page on which a colleague writes down an appeal that came by letter or telephone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import InvalidInput
from compliance.evidence.access import Owner, register_owner
from compliance.evidence.uploads import upload_context, uploads_of
from compliance.models import EvidenceFile, StaffUser
from compliance.pages.door import staff_of
from compliance.pages.evidence import UploadPage
from compliance.pages.record import RecordLink
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.pages import Crumb, register_page
from enforcement.appeal_words import WRITTEN_DOWN, AppealChannel, AppealGround
from enforcement.models import AppealDocument, Decision
from enforcement.pages.appeals.presentation import VIEW, appeal_url
from enforcement.pages.presentation import decision_url
from enforcement.pages.typed_days import arrived_on
from enforcement.services.appeals.filing import FILE, appeal_possible, file_appeal
from enforcement.services.appeals.material import LONGEST_WORDS, OWNER_KIND


class WriteDownAppealPage(UploadPage):
    """Takes an appeal against one decision, with the letter and its papers."""

    title = gettext_lazy("Write down an appeal")
    permission = FILE
    template_name = "enforcement/appeals/intake.html"

    @cached_property
    def decision(self) -> Decision:
        """The decision that the address names."""
        found = Decision.objects.select_related(
            "account", "appeal_clock", "proposal__matter", "case"
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(self.decision.number, decision_url(self.decision)),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "decision": self.decision,
            "decision_url": decision_url(self.decision),
            "until": self.decision.appealable_until,
            "today": timezone.localdate().isoformat(),
            "channels": [
                (code, label) for code, label in AppealChannel.choices if code in WRITTEN_DOWN
            ],
            "grounds": AppealGround.choices,
            "longest_words": LONGEST_WORDS,
            **upload_context(),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = staff_of(request)
        with refusals_logged(
            action="enforcement.appeal.write_down",
            target=self.decision,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
        ):
            channel = request.POST.get("channel", "")
            if channel not in WRITTEN_DOWN:
                raise InvalidInput(_("Say how the appeal came in."))
            appeal = file_appeal(
                decision=self.decision,
                ground=request.POST.get("ground", ""),
                words=request.POST.get("words", ""),
                files=uploads_of(request, "files", is_needed=False),
                channel=channel,
                filed_at=arrived_on(request.POST.get("arrived_on", "")),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=request.POST.get("reason", ""),
            )
        said = _("%(number)s is on record; the appellant is told.") % {"number": appeal.number}
        return self.redirect(appeal_url(appeal), said)


def write_down_link(decision: Decision, staff: StaffUser) -> RecordLink | None:
    """Offer to write down an appeal against a decision, where one is possible."""
    if not staff.has_perm(FILE) or appeal_possible(decision, timezone.now()).why_not:
        return None
    return RecordLink(
        label=_("Write down an appeal"), url=reverse("admin:write_down_appeal", args=[decision.pk])
    )


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    appeal = file.appeal_document.statement.appeal
    documents = AppealDocument.objects.filter(statement__appeal=appeal)
    return [
        each.file
        for each in documents.select_related("file__key", "file__attached_by").order_by("pk")
    ]


def register() -> None:
    """Give the page its address and answer for the files; called when apps are ready."""
    register_page("decisions/<int:pk>/appeal/", WriteDownAppealPage, name="write_down_appeal")
    register_owner(
        Owner(
            kind=OWNER_KIND,
            may_view=lambda file, staff: staff.has_perm(VIEW),
            url=lambda file: appeal_url(file.appeal_document.statement.appeal),
            label=lambda file: file.appeal_document.statement.appeal.number,
            siblings=_siblings,
        )
    )
