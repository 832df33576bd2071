"""Documents of a qualification: attaching them, and who may see them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Qualification
from accounts.pages.qualifications.presentation import documents_context, qualification_url
from accounts.services.qualifications import submission
from accounts.services.qualifications.cover import provision_of
from compliance.evidence.access import Owner, register_owner
from compliance.evidence.uploads import upload_context, uploads_of
from compliance.models import EvidenceFile, StaffUser
from compliance.pages.door import staff_of
from compliance.pages.evidence import UploadPage
from compliance.refusals import refusals_logged
from compliance.ui.pages import Crumb, register_page


class AttachDocumentsPage(UploadPage):
    """Takes documents for a qualification that is under review, or verified."""

    title = gettext_lazy("Attach documents")
    permission = submission.SUBMIT
    template_name = "accounts/qualifications/attach.html"

    @cached_property
    def qualification(self) -> Qualification:
        """The qualification that the address names."""
        found = Qualification.objects.with_identity()
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def breadcrumbs(self) -> list[Crumb]:
        record = self.qualification
        return [Crumb(str(record), qualification_url(record)), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "qualification": self.qualification,
            "page_url": qualification_url(self.qualification),
            **documents_context(self.qualification, staff_of(self.request)),
            "longest_words": submission.LONGEST_WORDS,
            **upload_context(),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record, actor = self.qualification, staff_of(request)
        provision = provision_of(record.field)
        with refusals_logged(
            action="accounts.qualification.attach_evidence",
            target=record,
            actor=actor,
            provision=provision,
        ):
            attached = submission.attach_documents(
                qualification=record,
                files=uploads_of(request, "files"),
                shows=request.POST.get("shows", ""),
                actor=actor,
                provision=provision,
                reason=request.POST.get("reason", ""),
            )
        numbers = _(", ").join(each.file.number for each in attached)
        said = _("%(numbers)s came in and is being checked.") % {"numbers": numbers}
        return self.redirect(f"{qualification_url(record)}#evidence", said)


def _may_view(file: EvidenceFile, staff: StaffUser) -> bool:
    return staff.has_perm("accounts.view_qualification")


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    qualification = file.qualification_document.qualification
    return [each.file for each in submission.documents_of(qualification)]


def register() -> None:
    """Give the page its address and answer for the files; called when apps are ready."""
    register_page(
        "qualifications/<int:pk>/documents/",
        AttachDocumentsPage,
        name="attach_qualification_documents",
    )
    register_owner(
        Owner(
            kind=submission.OWNER_KIND,
            may_view=_may_view,
            url=lambda file: qualification_url(file.qualification_document.qualification),
            label=lambda file: file.qualification_document.qualification.reference,
            siblings=_siblings,
        )
    )
