"""Clocks for tests: with a date of their own, or of a step."""

from datetime import datetime

from compliance.clocks import start_clock
from compliance.models import Clock
from compliance.provisions import Provision
from compliance.staff import system_actor


def clock_due(due_at: datetime, *, step: str = "application_review") -> Clock:
    """A running clock that is due at that instant."""
    return start_clock(
        step=step,
        due_at=due_at,
        actor=system_actor(),
        provision=Provision.PUBLIC_ACCOUNT_6_1,
        reason="测试数据",
    )
