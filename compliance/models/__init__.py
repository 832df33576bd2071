"""The floor's tables."""

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
    CITED_KINDS,
    FILED_KINDS,
    MANAGEMENT_SYSTEMS,
    Clause,
    DocumentKind,
    LimitUnit,
    RuleDocument,
    RuleVersion,
    TimeLimit,
)
from compliance.models.rulebook_changes import (
    ChangeKind,
    RuleChange,
    RuleFiling,
    RuleFilingReceipt,
    RuleWithdrawal,
)
from compliance.models.staff import Person, RoleAssignment, RoleExclusion, StaffUser
from compliance.models.work import Lease, Skip, WorkItem

__all__ = [
    "CITED_KINDS",
    "FILED_KINDS",
    "MANAGEMENT_SYSTEMS",
    "ActionLog",
    "ActionOutcome",
    "Approval",
    "ApprovalSlot",
    "BlindIndex",
    "ChangeKind",
    "Clause",
    "DataKey",
    "DocumentKind",
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
    "RuleChange",
    "RuleDocument",
    "RuleFiling",
    "RuleFilingReceipt",
    "RuleVersion",
    "RuleWithdrawal",
    "Side",
    "Skip",
    "StaffUser",
    "TimeLimit",
    "Verdict",
    "WorkItem",
]
