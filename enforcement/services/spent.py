"""When a decision ends because none of its measures is in force any more."""

from datetime import datetime

from compliance import audit
from compliance.models import StaffUser
from compliance.provisions import Provision
from enforcement.enums import MeasureStatus
from enforcement.models import Decision


def end_if_spent(
    decision: Decision,
    arrow: str,
    *,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> bool:
    """
    End a decision none of whose measures is in force any more; return whether it ended.

    Public Account Provisions, art. 19 §2: the record says from when to when it held. A warning
    has no end of its own, so that a decision with one stays in force.
    """
    if decision.measures.filter(status=MeasureStatus.IN_FORCE).exists():
        return False
    audit.move(
        decision,
        arrow,
        actor=actor,
        provision=provision,
        reason=reason,
        ended_at=at,
        ended_reason=reason.strip(),
    )
    return True
