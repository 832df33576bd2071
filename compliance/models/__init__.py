"""The floor's tables."""

from compliance.models.eligibility import LONGEST_DEPUTY, Absence, Deputy, Recusal
from compliance.models.identity import BlindIndex, DataKey, IdentityField, IdentityValue, Reveal
from compliance.models.log import ActionLog, ActionOutcome
from compliance.models.matters import (
    Approval,
    ApprovalSlot,
    Matter,
    OpenProposal,
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
from compliance.models.work import HandOver, Lease, Skip, WorkItem

__all__ = [
    "LONGEST_DEPUTY",
    "Absence",
    "ActionLog",
    "ActionOutcome",
    "Approval",
    "ApprovalSlot",
    "BlindIndex",
    "Clause",
    "DataKey",
    "Deputy",
    "DocumentKind",
    "HandOver",
    "IdentityField",
    "IdentityValue",
    "Lease",
    "LimitUnit",
    "Matter",
    "OpenProposal",
    "Participation",
    "Person",
    "Proposal",
    "ProposalOutcome",
    "ProposalResult",
    "Recusal",
    "Reveal",
    "RoleAssignment",
    "RoleExclusion",
    "RuleDocument",
    "RuleVersion",
    "Side",
    "Skip",
    "StaffUser",
    "TimeLimit",
    "Verdict",
    "WorkItem",
]
