"""Documents of an agreement with an agency: attaching them, and who may see them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AgencyContract
from accounts.pages.agencies.presentation import contract_documents_context, contract_url
from accounts.services.agencies import submission
from compliance.evidence.access import Owner, register_owner
from compliance.evidence.uploads import upload_context, uploads_of
from compliance.models import EvidenceFile, StaffUser
from compliance.pages.door import staff_of
from compliance.pages.evidence import UploadPage
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.pages import Crumb, register_page


class AttachContractDocumentsPage(UploadPage):
    """Takes files of an agreement that is under review, or in force."""

    title = gettext_lazy("Attach documents")
    permission = submission.SUBMIT
    template_name = "accounts/agencies/attach.html"

    @cached_property
    def contract(self) -> AgencyContract:
        """The agreement that the address names."""
        return get_object_or_404(AgencyContract.objects.with_all(), pk=self.kwargs["pk"])

    def breadcrumbs(self) -> list[Crumb]:
        record = self.contract
        return [Crumb(str(record), contract_url(record)), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "contract": self.contract,
            "page_url": contract_url(self.contract),
            **contract_documents_context(self.contract, staff_of(self.request)),
            "longest_words": submission.LONGEST_WORDS,
            **upload_context(),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record, actor = self.contract, staff_of(request)
        with refusals_logged(
            action="accounts.agencycontract.attach_evidence",
            target=record,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_16_4,
        ):
            attached = submission.attach_contract_documents(
                contract=record,
                files=uploads_of(request, "files"),
                shows=request.POST.get("shows", ""),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_16_4,
                reason=request.POST.get("reason", ""),
            )
        numbers = _(", ").join(each.file.number for each in attached)
        said = _("%(numbers)s came in and is being checked.") % {"numbers": numbers}
        return self.redirect(f"{contract_url(record)}#evidence", said)


def _may_view(file: EvidenceFile, staff: StaffUser) -> bool:
    return staff.has_perm("accounts.view_agencycontract")


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    return [each.file for each in submission.documents_of(file.contract_document.contract)]


def register() -> None:
    """Give the page its address and answer for the files; called when apps are ready."""
    register_page(
        "agency-contracts/<int:pk>/documents/",
        AttachContractDocumentsPage,
        name="attach_contract_documents",
    )
    register_owner(
        Owner(
            kind=submission.OWNER_KIND,
            may_view=_may_view,
            url=lambda file: contract_url(file.contract_document.contract),
            label=lambda file: file.contract_document.contract.reference,
            siblings=_siblings,
        )
    )
