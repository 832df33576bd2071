"""Material of a rumour: attaching it to a step, and who may see it."""

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
from compliance.pages.evidence import UploadPage
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.pages import Crumb, register_page
from enforcement.models import Rumour
from enforcement.pages.rumours.presentation import VIEW, next_step, rumour_url
from enforcement.rumour_words import RumourStatus, RumourStepCode
from enforcement.services.rumours import material
from enforcement.services.rumours.opening import HANDLE


def attach_context(rumour: Rumour, staff: StaffUser) -> dict[str, Any]:
    """Return where material is attached, for whoever may."""
    may = rumour.status != RumourStatus.CLOSED and staff.has_perm(HANDLE)
    return {"attach_url": reverse("admin:attach_rumour_material", args=[rumour.pk]) if may else ""}


class AttachMaterialPage(UploadPage):
    """Takes files for a step of a rumour."""

    title = gettext_lazy("Attach material")
    permission = HANDLE
    template_name = "enforcement/rumours/attach.html"

    @cached_property
    def rumour(self) -> Rumour:
        """The rumour that the address names."""
        return get_object_or_404(Rumour, pk=self.kwargs["pk"])

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(self.rumour.number, rumour_url(self.rumour)), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "rumour": self.rumour,
            "rumour_url": rumour_url(self.rumour),
            "step_choices": RumourStepCode.choices,
            "chosen_step": next_step(self.rumour) or RumourStepCode.ELIMINATION,
            "sensitivities": Sensitivity.choices,
            "longest_words": material.LONGEST_WORDS,
            **upload_context(),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = staff_of(request)
        with refusals_logged(
            action="enforcement.rumour.attach_material",
            target=self.rumour,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_13_2,
        ):
            attached = material.attach_material(
                rumour=self.rumour,
                step=request.POST.get("step", ""),
                files=uploads_of(request, "files"),
                shows=request.POST.get("shows", ""),
                sensitivity=request.POST.get("sensitivity", ""),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_13_2,
                reason=request.POST.get("reason", ""),
            )
        numbers = _(", ").join(each.file.number for each in attached)
        said = _("%(numbers)s came in and is being checked.") % {"numbers": numbers}
        return self.redirect(rumour_url(self.rumour), said)


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    return [each.file for each in material.materials_of(file.rumour_material.rumour)]


def register() -> None:
    """Give the page its address and answer for the files; called when apps are ready."""
    register_page("rumours/<int:pk>/material/", AttachMaterialPage, name="attach_rumour_material")
    register_owner(
        Owner(
            kind=material.OWNER_KIND,
            may_view=lambda file, staff: staff.has_perm(VIEW),
            url=lambda file: rumour_url(file.rumour_material.rumour),
            label=lambda file: file.rumour_material.rumour.number,
            siblings=_siblings,
        )
    )
