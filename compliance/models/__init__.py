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
from compliance.models.identity import BlindIndex, DataKey, IdentityField, IdentityValue, Reveal
from compliance.models.limits import LimitUnit, TimeLimit
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
    RuleDocument,
    RuleVersion,
)
from compliance.models.staff import Person, RoleAssignment, RoleExclusion, StaffUser
from compliance.models.work import Lease, Skip, WorkItem

__all__ = [
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
    "DocumentKind",
    "EscalationLevel",
    "EscalationTakeover",
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
    "Side",
    "Skip",
    "StaffUser",
    "TimeLimit",
    "Verdict",
    "WorkItem",
]
