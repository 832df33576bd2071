"""Evidence of a case on the screen: the list, attaching files, and who may see them."""

from compliance.evidence.access import Owner, register_owner
from compliance.models import EvidenceFile, StaffUser
from enforcement.pages.presentation import case_url
from enforcement.services import evidence


def _may_view(file: EvidenceFile, staff: StaffUser) -> bool:
    return staff.has_perm("enforcement.view_case")


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    return [each.file for each in evidence.evidence_of(file.case_evidence.case)]


def register() -> None:
    """Tell the floor who answers for the files of cases; called when apps are ready."""
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
