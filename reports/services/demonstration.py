"""That the records of this database are a demonstration is on record too."""

from typing import Any

from compliance import audit
from compliance.models import ActionLog, ActionOutcome, StaffUser
from compliance.provisions import Provision

_ACTION = "reports.demo.load"


def record_demo(*, actor: StaffUser, counts: dict[str, Any]) -> None:
    """
    Record that everything before this entry was made up for a demonstration.

    Public Account Provisions, art. 19 §2: whoever reads the log must not take it for real.
    """
    audit.record(
        action=_ACTION,
        target=actor,
        actor=actor,
        provision=Provision.PUBLIC_ACCOUNT_19_2,
        reason="演示数据：此前的全部记录均为虚构",
        changes=counts,
    )


def is_demo_recorded() -> bool:
    """Return whether the demo was loaded to its end."""
    # A load that was refused is on record by the same name.
    return ActionLog.objects.filter(action=_ACTION, outcome=ActionOutcome.DONE).exists()
