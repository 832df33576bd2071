"""Files that operators sent with their answers: who may see them."""

from accounts.models import Correction
from accounts.pages.corrections.presentation import VIEW, correction_url, documents_of
from accounts.services.corrections.answers import OWNER_KIND
from compliance.evidence.access import Owner, register_owner
from compliance.models import EvidenceFile


def _correction(file: EvidenceFile) -> Correction:
    correction: Correction = file.correction_document.answer.correction
    return correction


def register() -> None:
    """Answer for the files; called when apps are ready."""
    register_owner(
        Owner(
            kind=OWNER_KIND,
            may_view=lambda file, staff: staff.has_perm(VIEW),
            url=lambda file: correction_url(_correction(file)),
            label=lambda file: _correction(file).reference,
            siblings=lambda file: [each.file for each in documents_of(_correction(file))],
        )
    )
