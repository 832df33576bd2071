"""Evidence of a case on the screen: the list, attaching files, and who may see them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.evidence.access import Owner, register_owner
from compliance.evidence.uploads import upload_context, uploads_of
from compliance.models import EvidenceFile, Sensitivity, StaffUser
from compliance.pages.door import staff_of
from compliance.pages.evidence import UploadPage, file_row
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.pages import ConsolePage, Crumb, register_page
from enforcement.enums import CaseStatus
from enforcement.models import Case
from enforcement.pages.presentation import case_url
from enforcement.services import evidence
from enforcement.services.rumours.material import carried_over


def evidence_context(case: Case, staff: StaffUser) -> dict[str, Any]:
    """Return what the pages of a case and its decisions show of its evidence."""
    attached = evidence.evidence_of(case)
    rows = [(each.shows, file_row(each.file, staff)) for each in attached]
    rows += [
        (f"{each.rumour.number}: {each.shows}", file_row(each.file, staff))
        for each in carried_over(case)
    ]
    return {
        "evidence": rows,
        "evidence_list_url": reverse("admin:case_evidence_list", args=[case.pk]),
        "is_evidence_waiting": any(row.is_waiting for _shows, row in rows),
    }


def attach_context(case: Case, staff: StaffUser) -> dict[str, Any]:
    """Return what the form for attaching needs, or nothing for whoever may not."""
    if case.status == CaseStatus.CLOSED or not staff.has_perm(evidence.ATTACH):
        return {}
    return {
        "attach": {
            "url": reverse("admin:attach_evidence", args=[case.pk]),
            "longest_words": evidence.LONGEST_WORDS,
            "sensitivities": Sensitivity.choices,
            **upload_context(),
        }
    }


class AttachEvidencePage(UploadPage):
    """Takes files for a case; the form itself stands on the case's page too."""

    title = gettext_lazy("Attach evidence")
    permission = evidence.ATTACH
    template_name = "enforcement/attach_evidence.html"

    @cached_property
    def case(self) -> Case:
        """The case that the address names."""
        return get_object_or_404(
            Case.objects.select_related("account", "matter"), pk=self.kwargs["pk"]
        )

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(self.case.number, case_url(self.case)), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff = staff_of(self.request)
        return {
            "case": self.case,
            "case_url": case_url(self.case),
            "is_open": True,
            **evidence_context(self.case, staff),
            **attach_context(self.case, staff),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = staff_of(request)
        with refusals_logged(
            action="enforcement.case.attach_evidence", target=self.case, actor=actor
        ):
            attached = evidence.attach_evidence(
                case=self.case,
                files=uploads_of(request, "files"),
                shows=request.POST.get("shows", ""),
                sensitivity=request.POST.get("sensitivity", ""),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_19_2,
                reason=request.POST.get("reason", ""),
            )
        numbers = _(", ").join(each.file.number for each in attached)
        said = _("%(numbers)s came in and is being checked.") % {"numbers": numbers}
        return self.redirect(f"{case_url(self.case)}#evidence", said)


class EvidenceListPage(ConsolePage):
    """The list alone, drawn again while files are being checked."""

    permission = "enforcement.view_case"
    template_name = "evidence/list.html"
    http_method_names = ["get"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = get_object_or_404(Case, pk=self.kwargs["pk"])
        return evidence_context(case, staff_of(self.request))


def _may_view(file: EvidenceFile, staff: StaffUser) -> bool:
    return staff.has_perm("enforcement.view_case")


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    return [each.file for each in evidence.evidence_of(file.case_evidence.case)]


def register() -> None:
    """Give the pages their addresses and answer for the files; called when apps are ready."""
    register_page("cases/<int:pk>/evidence/", AttachEvidencePage, name="attach_evidence")
    register_page("cases/<int:pk>/evidence/list/", EvidenceListPage, name="case_evidence_list")
    register_owner(
        Owner(
            kind=evidence.OWNER_KIND,
            may_view=_may_view,
            url=lambda file: case_url(file.case_evidence.case),
            label=lambda file: file.case_evidence.case.number,
            siblings=_siblings,
            before_taking_out=evidence.take_part_in_case,
        )
    )
