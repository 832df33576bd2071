"""Where a claim that came on paper or in person is entered, and who may see its files."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource, IdType
from accounts.pages.repudiations.presentation import repudiation_url
from accounts.services.repudiations import submission
from accounts.services.repudiations.submission import Claim
from compliance.evidence.access import Owner, register_owner
from compliance.evidence.uploads import upload_context, uploads_of
from compliance.models import EvidenceFile
from compliance.pages.door import staff_of
from compliance.pages.evidence import UploadPage
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import SelectWidget, TextareaWidget, TextInputWidget
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page


class ClaimForm(forms.Form):
    """What the claimant says."""

    name = forms.CharField(
        label=gettext_lazy("Name of the claimant"),
        max_length=submission.LONGEST_NAME,
        widget=TextInputWidget,
    )
    id_type = forms.ChoiceField(
        label=gettext_lazy("Document type"), choices=IdType.choices, widget=SelectWidget
    )
    id_number = forms.CharField(
        label=gettext_lazy("Document number"), max_length=100, widget=TextInputWidget
    )
    mobile = forms.CharField(
        label=gettext_lazy("Mobile number"), max_length=40, widget=TextInputWidget
    )
    account_hint = forms.CharField(
        label=gettext_lazy("Account, by its name or number, if it is known"),
        max_length=submission.LONGEST_NAME,
        required=False,
        widget=TextInputWidget,
    )
    words = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=submission.LONGEST_WORDS,
        widget=TextareaWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)


class EnterRepudiationPage(UploadPage):
    """Enters a claim with the documents that were shown."""

    title = gettext_lazy("Enter a claim")
    permission = submission.SUBMIT
    template_name = "accounts/repudiations/enter.html"

    def form(self) -> ClaimForm:
        """Return the form as it was posted, or an empty one."""
        return ClaimForm(self.request.POST if self.request.method == "POST" else None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"form": self.form(), **upload_context(), **super().get_context_data(**kwargs)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form(), staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        with refusals_logged(
            action="accounts.repudiation.create",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
        ):
            files = uploads_of(request, "files", is_needed=False)
            claim = Claim(**{**given, "id_type": IdType(given["id_type"])})
            repudiation, _tracking = submission.submit_repudiation(
                verified=submission.verify_claim(claim=claim),
                files=files,
                source=ApplicationSource.CONSOLE,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_8_1,
                reason=reason,
            )
        said = _("%(reference)s waits for its review.") % {"reference": repudiation.reference}
        return self.redirect(repudiation_url(repudiation), said)


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    repudiation = file.repudiation_material.repudiation
    return [each.file for each in submission.materials_of(repudiation)]


def register() -> None:
    """Give the page its address and answer for the files; called when apps are ready."""
    register_page("repudiations/enter/", EnterRepudiationPage, name="enter_repudiation")
    register_link(
        "accounts",
        gettext_lazy("Enter a claim of a used identity"),
        view="admin:enter_repudiation",
        permission=submission.SUBMIT,
        icon="person_alert",
        order=25,
    )
    register_owner(
        Owner(
            kind=submission.OWNER_KIND,
            may_view=lambda file, staff: (
                staff.has_perm("accounts.review_repudiation")
                or staff.has_perm("accounts.approve_repudiation")
            ),
            url=lambda file: repudiation_url(file.repudiation_material.repudiation),
            label=lambda file: file.repudiation_material.repudiation.reference,
            siblings=_siblings,
            matter=lambda file: file.repudiation_material.repudiation.matter,
        )
    )
