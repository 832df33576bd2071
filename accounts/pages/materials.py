"""What an applicant supplied, on the pages of the application, and who may look at it."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Application
from accounts.pages.addresses import application_url
from accounts.pages.shown_files import files_context
from accounts.services import material
from compliance.evidence.access import Owner, register_owner
from compliance.models import EvidenceFile, StaffUser


def material_context(application: Application, staff: StaffUser) -> dict[str, Any]:
    """Return what the pages of an application show of its material."""
    supplied = []
    for each in material.materials_of(application):
        words = (
            _("Words of the applicant, %(receipt)s")
            if each.is_statement
            else _("File of the applicant, %(receipt)s")
        )
        supplied.append((words % {"receipt": each.receipt.number}, each.file))
    return files_context(supplied, staff)


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    application = file.application_material.application
    return [each.file for each in material.materials_of(application)]


def register() -> None:
    """Answer for the files of applicants; called when apps are ready."""
    register_owner(
        Owner(
            kind=material.OWNER_KIND,
            may_view=lambda file, staff: staff.has_perm("accounts.view_application"),
            url=lambda file: application_url(file.application_material.application_id),
            label=lambda file: file.application_material.application.platform_uid,
            siblings=_siblings,
        )
    )
