"""Where a complaint that came by telephone or letter is entered, and who may see its files."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from compliance.evidence.access import Owner, register_owner
from compliance.evidence.uploads import upload_context, uploads_of
from compliance.models import EvidenceFile, NoticeLanguage
from compliance.pages.door import staff_of
from compliance.pages.evidence import UploadPage
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import SelectWidget, TextareaWidget, TextInputWidget
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page
from enforcement.complaint_words import ComplaintKind, ComplaintSource
from enforcement.infringement_words import AssertedRight
from enforcement.pages.complaints.presentation import (
    complaint_url,
    may_handle,
    may_read,
    work_url,
)
from enforcement.services.complaints import promising, submission
from enforcement.services.complaints.sealing import LONGEST_CONTACT
from enforcement.services.complaints.submission import ComplaintDraft
from enforcement.services.infringements import filing
from enforcement.services.infringements.filing import InfringementDraft

_ASSERTED = ("right", "holder", "work", "evidence", "is_agent", "agrees")
_SOURCES = (ComplaintSource.PHONE, ComplaintSource.LETTER)


class ComplaintForm(forms.Form):
    """What the complainant says."""

    source = forms.ChoiceField(
        label=gettext_lazy("Source"),
        choices=[(each.value, each.label) for each in _SOURCES],
        widget=SelectWidget,
    )
    source_ref = forms.CharField(
        label=gettext_lazy("Number under which the letter is kept"),
        max_length=submission.LONGEST_SOURCE,
        required=False,
        widget=TextInputWidget,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is about"), choices=ComplaintKind.choices, widget=SelectWidget
    )
    target = forms.CharField(
        label=gettext_lazy("Account: its number, name or address"),
        max_length=submission.LONGEST_REFERENCE,
        required=False,
        widget=TextInputWidget,
    )
    content_ref = forms.CharField(
        label=gettext_lazy("Content: its number or address, if it is about one"),
        max_length=submission.LONGEST_REFERENCE,
        required=False,
        widget=TextInputWidget,
    )
    words = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=submission.LONGEST_WORDS,
        widget=TextareaWidget,
    )
    contact = forms.CharField(
        label=gettext_lazy("Mobile number or e-mail address"),
        max_length=LONGEST_CONTACT,
        required=False,
        widget=TextInputWidget,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the answer"),
        choices=NoticeLanguage.choices,
        widget=SelectWidget,
    )
    right = forms.ChoiceField(
        label=gettext_lazy("Notice of infringement: which right"),
        choices=[("", gettext_lazy("none")), *AssertedRight.choices],
        required=False,
        widget=SelectWidget,
        help_text=gettext_lazy(
            "Only for a notice of infringement: what follows is passed on to the operator."
        ),
    )
    holder = forms.CharField(
        label=gettext_lazy("Holder of the right"),
        max_length=filing.LONGEST_HOLDER,
        required=False,
        widget=TextInputWidget,
    )
    work = forms.CharField(
        label=gettext_lazy("Work or mark, and where it was first published or registered"),
        max_length=filing.LONGEST_WORK,
        required=False,
        widget=TextInputWidget,
    )
    evidence = forms.CharField(
        label=gettext_lazy("First evidence"),
        max_length=filing.LONGEST_EVIDENCE,
        required=False,
        widget=TextareaWidget,
    )
    is_agent = forms.BooleanField(
        label=gettext_lazy("Acts for the holder of the right"), required=False
    )
    agrees = forms.BooleanField(
        label=gettext_lazy("The complainant knows what is passed on to the operator"),
        required=False,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)


class EnterComplaintPage(UploadPage):
    """Enters a complaint and shows number and code once, to be handed over or posted."""

    title = gettext_lazy("Enter a complaint")
    permission = submission.ENTER
    template_name = "enforcement/complaints/enter.html"

    def form(self) -> ComplaintForm:
        """Return the form as it was posted, or an empty one."""
        return ComplaintForm(self.request.POST if self.request.method == "POST" else None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"form": self.form(), **upload_context(), **super().get_context_data(**kwargs)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form(), staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        asserted = InfringementDraft(**{name: given.pop(name) for name in _ASSERTED})
        with refusals_logged(
            action="enforcement.complaint.create",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
        ):
            receipt = submission.submit_complaint(
                draft=ComplaintDraft(**given, infringement=asserted),
                files=uploads_of(request, "files", is_needed=False),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=reason,
            )
        # Not read with GET: the code is shown this once.
        self.template_name = "enforcement/complaints/receipt.html"
        complaint = receipt.complaint
        handles = may_handle(complaint, actor)
        answer = self.render_to_response(
            {
                **super().get_context_data(**kwargs),
                "complaint": complaint,
                "code": receipt.code,
                "promises": promising.promises(complaint),
                "page_url": work_url(complaint) if handles else "",
            }
        )
        answer["Cache-Control"] = "no-store"
        return answer


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    files = file.complaint_file.complaint.files.select_related("file")
    return [each.file for each in files.order_by("pk")]


def register() -> None:
    """Give the page its address and answer for the files; called when apps are ready."""
    register_page("complaints/enter/", EnterComplaintPage, name="enter_complaint")
    register_link(
        "enforcement",
        gettext_lazy("Enter a complaint"),
        view="admin:enter_complaint",
        permission=submission.ENTER,
        icon="record_voice_over",
        order=35,
    )
    register_owner(
        Owner(
            kind=submission.OWNER_KIND,
            may_view=lambda file, staff: may_read(file.complaint_file.complaint, staff),
            url=lambda file: complaint_url(file.complaint_file.complaint),
            label=lambda file: file.complaint_file.complaint.number,
            siblings=_siblings,
            matter=lambda file: file.complaint_file.complaint.matter,
        )
    )
