"""Services that erase evidence: proposed by one person, approved by two others, on record."""

import json
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.errors import ActionRefused
from compliance.evidence import access, storage
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import (
    EvidenceFile,
    EvidenceStatus,
    Proposal,
    Side,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.roles import require_permission

ERASURE_KIND = "compliance.erase_evidence"
ERASURE_SLOTS = ("compliance.approve_erasure", "compliance.approve_erasure_as_officer")


def open_proposal(file: EvidenceFile) -> Proposal | None:
    """Return the proposal to erase a file that still waits, if there is one."""
    proposal = file.erasure_proposal
    return proposal if proposal is not None and proposals.is_open(proposal) else None


@transaction.atomic
def propose_erasure(
    *,
    file: EvidenceFile,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
) -> Proposal:
    """
    Propose that a file is erased, for two others to approve.

    Public Account Provisions, art. 19 §2: records are kept, so that evidence goes only when a
    supervisor and a compliance officer have both said so.

    :raises NotPermitted: if the actor may not propose it, or may not see the file.
    :raises ActionRefused: if a proposal waits, or the file is still being checked or gone.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, "compliance.propose_erasure")
    access.require_view(file, actor)
    audit.lock(file, expected_version=expected_version)
    if file.status not in (EvidenceStatus.AVAILABLE, EvidenceStatus.REFUSED):
        raise ActionRefused(_("Only a file that was checked and is still there can be erased."))
    if open_proposal(file) is not None:
        raise ActionRefused(_("It was proposed already that this file is erased."))
    proposal = proposals.submit_proposal(
        matter=proposals.open_matter("evidence_erasure"),
        kind=ERASURE_KIND,
        content={"file": file.number, "sha256": file.sha256, "size": file.size},
        slots=ERASURE_SLOTS,
        proposer_side=Side.REQUESTER,
        approver_side=Side.RELEASER,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    audit.amend(
        file,
        "propose_erasure",
        actor=actor,
        provision=provision,
        reason=reason,
        erasure_proposal=proposal,
    )
    return proposal


@transaction.atomic
def approve_erasure(
    *, file: EvidenceFile, actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Approve that a file is erased; with the second approval it is. Return whether it was.

    Public Account Provisions, art. 19 §2; Personal Information Protection Law, art. 51. The key is
    destroyed, so that original, copies and name can be read by nobody any more; that the file was
    there, its digest and every act on it stay on record.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises SamePerson: if the actor proposed it or approved it before.
    :raises ActionRefused: if nothing waits for approval.
    """
    audit.lock(file)
    proposal = _require_open(file)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    if not proposals.approve_proposal(proposal=proposal, **grounds):
        return False
    audit.move(
        file,
        "erase",
        **grounds,
        erasure_result=proposal.outcome.result,
        erasure_approvals=proposal.approvals_needed,
    )
    vault.erase(key=file.key, **grounds)
    stored = [file.stored_as, *file.copies.values_list("stored_as", flat=True)]
    # The bytes go after the record is safe; what stays behind is found by the sweep.
    transaction.on_commit(partial(remove_all, stored))
    return True


@transaction.atomic
def return_erasure(
    *, file: EvidenceFile, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Refuse that a file is erased; it stays as it is.

    Public Account Provisions, art. 19 §2: records are kept.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises SamePerson: if the actor proposed it or approved it before.
    :raises ActionRefused: if nothing waits for approval.
    """
    audit.lock(file)
    proposals.return_proposal(
        proposal=_require_open(file), actor=actor, provision=provision, reason=reason
    )


def _require_open(file: EvidenceFile) -> Proposal:
    proposal = open_proposal(file)
    if proposal is None:
        raise ActionRefused(_("No erasure of this file waits for approval."))
    if json.loads(proposal.content)["sha256"] != file.sha256:
        raise ActionRefused(_("What was proposed is about another file."))
    return proposal


def remove_all(stored: list[str]) -> None:
    """Remove stored files whose key is gone."""
    for name in stored:
        storage.remove(name)
