"""Papers of a transfer: attaching them, and who may see them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Transfer
from accounts.pages.transfers.presentation import papers_of, transfer_url
from accounts.services.transfers import materials
from accounts.services.transfers.materials import Paper
from accounts.transfer_words import TransferPaper
from compliance.errors import InvalidInput
from compliance.evidence.access import Owner, register_owner
from compliance.evidence.uploads import upload_context, uploads_of
from compliance.models import EvidenceFile, StaffUser
from compliance.pages.door import staff_of
from compliance.pages.evidence import UploadPage
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.pages import Crumb, register_page


class AttachPapersPage(UploadPage):
    """Takes papers for a transfer that is not decided."""

    title = gettext_lazy("Attach papers")
    permission = materials.ATTACH
    template_name = "accounts/transfers/attach.html"

    @cached_property
    def transfer(self) -> Transfer:
        """The transfer that the address names."""
        found = Transfer.objects.select_related("account", "work_item__clock", "material_clock")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(self.transfer), transfer_url(self.transfer)), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "transfer": self.transfer,
            "page_url": transfer_url(self.transfer),
            "choices": [each for each in TransferPaper if each != TransferPaper.STATEMENT],
            "papers": papers_of(self.transfer, staff_of(self.request)),
            **upload_context(),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record, actor = self.transfer, staff_of(request)
        with refusals_logged(
            action="accounts.transfer.attach_papers",
            target=record,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_11_2,
        ):
            paper = request.POST.get("paper", "")
            if paper not in TransferPaper.values:
                raise InvalidInput(_("Say what the files are."))
            materials.attach_papers(
                transfer=record,
                papers=[Paper(TransferPaper(paper), each) for each in uploads_of(request, "files")],
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_11_2,
                reason=request.POST.get("reason", ""),
            )
        return self.redirect(f"{transfer_url(record)}#papers", _("The papers are with it."))


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    transfer = file.transfer_material.transfer
    found = transfer.materials.select_related("file__key", "file__attached_by").order_by("pk")
    return [each.file for each in found]


def _may_view(file: EvidenceFile, staff: StaffUser) -> bool:
    return staff.has_perm("accounts.view_transfer")


def register() -> None:
    """Give the page its address and answer for the files; called when apps are ready."""
    register_page("transfers/<int:pk>/papers/", AttachPapersPage, name="attach_transfer_papers")
    register_owner(
        Owner(
            kind=materials.OWNER_KIND,
            may_view=_may_view,
            url=lambda file: transfer_url(file.transfer_material.transfer),
            label=lambda file: file.transfer_material.transfer.reference,
            siblings=_siblings,
            matter=lambda file: file.transfer_material.transfer.matter,
        )
    )
