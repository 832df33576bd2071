"""The floor's tables."""

from compliance.models.calendar import CalendarDay, CalendarNotice, CalendarSource
from compliance.models.clocks import (
    Clock,
    ClockBreach,
    ClockEscalation,
    ClockEvent,
    ClockEventKind,
    ClockExtension,
    ClockState,
    ClockWarning,
    EscalationLevel,
    EscalationTakeover,
)
from compliance.models.eligibility import LONGEST_DEPUTY, Absence, Deputy, Recusal
from compliance.models.identity import BlindIndex, DataKey, IdentityField, IdentityValue, Reveal
from compliance.models.limits import LimitUnit, TimeLimit
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
    RuleDocument,
    RuleVersion,
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
    "CalendarDay",
    "CalendarNotice",
    "CalendarSource",
    "Clause",
    "Clock",
    "ClockBreach",
    "ClockEscalation",
    "ClockEvent",
    "ClockEventKind",
    "ClockExtension",
    "ClockState",
    "ClockWarning",
    "DataKey",
    "Deputy",
    "DocumentKind",
    "EscalationLevel",
    "EscalationTakeover",
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
