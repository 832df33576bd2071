"""The floor's tables."""

from compliance.models.evidence import (
    CopyKind,
    EvidenceCopy,
    EvidenceFile,
    EvidenceKind,
    EvidenceRefusal,
    EvidenceStatus,
    EvidenceView,
    ScanResult,
    Sensitivity,
    ViewedPart,
)
from compliance.models.identity import BlindIndex, DataKey, IdentityField, IdentityValue, Reveal
from compliance.models.log import ActionLog, ActionOutcome
from compliance.models.matters import (
    Approval,
    ApprovalSlot,
    Matter,
    Participation,
    Proposal,
    ProposalOutcome,
    ProposalResult,
    Side,
    Verdict,
)
from compliance.models.rulebook import (
    Clause,
    DocumentKind,
    LimitUnit,
    RuleDocument,
    RuleVersion,
    TimeLimit,
)
from compliance.models.staff import Person, RoleAssignment, RoleExclusion, StaffUser
from compliance.models.work import Lease, Skip, WorkItem

__all__ = [
    "ActionLog",
    "ActionOutcome",
    "Approval",
    "ApprovalSlot",
    "BlindIndex",
    "Clause",
    "CopyKind",
    "DataKey",
    "DocumentKind",
    "EvidenceCopy",
    "EvidenceFile",
    "EvidenceKind",
    "EvidenceRefusal",
    "EvidenceStatus",
    "EvidenceView",
    "IdentityField",
    "IdentityValue",
    "Lease",
    "LimitUnit",
    "Matter",
    "Participation",
    "Person",
    "Proposal",
    "ProposalOutcome",
    "ProposalResult",
    "Reveal",
    "RoleAssignment",
    "RoleExclusion",
    "RuleDocument",
    "RuleVersion",
    "ScanResult",
    "Sensitivity",
    "Side",
    "Skip",
    "StaffUser",
    "TimeLimit",
    "Verdict",
    "ViewedPart",
    "WorkItem",
]
