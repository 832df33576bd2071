"""Compares what every clock that is not stopped says with what it has to say, and repairs it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from compliance.clocks.calendar import stored_calendar
from compliance.clocks.reprojection import Moved, moved_by, reproject, unstopped_clocks
from compliance.grounds import Grounds
from compliance.models import Clock, ClockState, StaffUser, WorkItem
from compliance.provisions import Provision

# Kept as it is on record, whichever language a screen has.
REPAIRED = "例行核对：按事件、时限与工作日历重新计算"


@dataclass(frozen=True)
class Difference:
    """A clock that said something else than it had to."""

    clock: int
    step: str
    was_due_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Reconciliation:
    """What was compared, what differed and was repaired, and what somebody has to look at."""

    compared: int
    differences: list[Difference]
    # Items that are open although their clock was stopped, or that show another date.
    items: list[int]

    @property
    def is_clean(self) -> bool:
        """Whether everything was as it had to be."""
        return not self.differences and not self.items


def reconcile_clocks(*, actor: StaffUser) -> Reconciliation:
    """
    Compute every running clock anew; where it differs, repair it by an event and say so.

    Public Account Provisions, art. 20 §2: the limits that are published are the ones that count.
    """
    calendar = stored_calendar()
    compared = unstopped_clocks().count()
    suspects = [moved.clock.pk for moved in moved_by(calendar, unstopped_clocks())]
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=REPAIRED)
    with transaction.atomic():
        repaired = reproject(calendar, Clock.objects.filter(pk__in=suspects), grounds)
    return Reconciliation(
        compared=compared,
        differences=[_difference(moved) for moved in repaired],
        items=_items_that_differ(),
    )


def _difference(moved: Moved) -> Difference:
    return Difference(
        clock=moved.clock.pk,
        step=moved.clock.step,
        was_due_at=moved.before.due_at,
        due_at=moved.after.due_at,
    )


def _items_that_differ() -> list[int]:
    other_date = WorkItem.objects.open().exclude(due_at=F("clock__due_at"))
    stopped = WorkItem.objects.open().filter(clock__state=ClockState.STOPPED)
    numbers = other_date.values_list("pk", flat=True).union(stopped.values_list("pk", flat=True))
    return sorted(numbers)
