"""Where proposed decisions wait for the approval that comes next."""

from datetime import datetime
from typing import Final

from compliance import work
from compliance.clocks import start_clock, stop_clock
from compliance.grounds import Grounds
from compliance.models import Proposal, WorkItem

APPROVALS: Final = "approvals"
APPROVALS_OFFICER: Final = "approvals_officer"
_QUEUE_OF: Final = {
    "enforcement.approve_decision": APPROVALS,
    "enforcement.approve_decision_as_officer": APPROVALS_OFFICER,
}


def queue_of(permission: str) -> str:
    """Return the queue of those who hold a permission to approve."""
    return _QUEUE_OF.get(permission, APPROVALS)


def open_approval_item(
    permission: str,
    proposal: Proposal,
    *,
    weight: int,
    grounds: Grounds,
    step: str = "proposal_approval",
    at: datetime | None = None,
) -> WorkItem:
    """Put a proposed decision before those who give the next approval, with its clock."""
    return work.open_item(
        queue=queue_of(permission),
        clock=start_clock(step=step, at=at, **grounds),
        weight=weight,
        proposal=proposal,
    )


def close_approval_item(item: WorkItem, grounds: Grounds) -> None:
    """Take a decision from before its approvers and stop the clock."""
    work.close_item(item)
    stop_clock(clock=item.clock, **grounds)
