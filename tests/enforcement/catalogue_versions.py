"""Another version of the catalogue, brought into force by those who may."""

from datetime import timedelta
from typing import Any

import time_machine
from django.utils import timezone

from compliance.models import Proposal, StaffUser
from compliance.provisions import Provision
from enforcement.models import CatalogueVersion
from enforcement.services.catalogue import changes, drafts
from enforcement.services.catalogue.contents import Changes, Row, content_of, patched
from tests.enforcement.conftest import Staff

REASON = "按公布的标准调整目录"


def grounds(actor: StaffUser) -> dict[str, Any]:
    """Why something is done about the catalogue."""
    return {"actor": actor, "provision": Provision.OPINIONS_2, "reason": REASON}


def changed(table: str, name: str, **columns: Any) -> Changes:
    """Return the change of one row."""
    row: Row = columns
    return {table: {name: row}}


def draft(officer: StaffUser, change: Changes, version: int = 0) -> None:
    """Keep a change in somebody's draft."""
    mine = drafts.draft_of(officer)
    present = drafts.content_of_draft(mine) if mine else content_of(drafts.newest_version())
    drafts.save_draft(content=patched(present, change), version=version, **grounds(officer))


def propose(officer: StaffUser, change: Changes) -> Proposal:
    """Propose a version with one change."""
    draft(officer, change)
    return changes.propose_catalogue(not_before=timezone.localdate(), **grounds(officer))


def put_in_force(staff: Staff, change: Changes, second_officer: StaffUser) -> CatalogueVersion:
    """Return a version that was announced so long ago that it is in force."""
    with time_machine.travel(timezone.now() - timedelta(days=10)):
        proposal = propose(staff.officer, change)
        for approver in (staff.supervisor, second_officer):
            version = changes.approve_catalogue(proposal=proposal, **grounds(approver))
    assert version is not None
    return version
