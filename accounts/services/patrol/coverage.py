"""What became of the patrol of a month, class by class and point by point."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from accounts.models import PatrolCheck, PatrolPoint, PatrolRun
from accounts.patrol_words import PatrolItem, PatrolStatus, PointResult, RiskClass


@dataclass(frozen=True)
class Coverage:
    """One class of a patrol in numbers."""

    risk_class: RiskClass
    population: int
    due: int
    sampled: int
    planned: int
    checked: int
    failed: int
    overdue: int
    not_covered: int

    @property
    def percent(self) -> float:
        """How much of what was due or drawn was checked."""
        wanted = self.planned + self.not_covered
        return 100 * self.checked / wanted if wanted else 100.0


_DONE = (PatrolStatus.PASSED, PatrolStatus.FAILED)


def coverage_of(run: PatrolRun, now: datetime) -> list[Coverage]:
    """
    Return the patrol of a month by class: what was planned, frozen, and what became of it.

    Public Account Provisions, art. 9 §3.
    """
    late = Q(status=PatrolStatus.OPEN, work_item__due_at__lt=now)
    counted = {
        row[0]: row[1:]
        for row in PatrolCheck.objects.filter(run=run)
        .values_list("risk_class")
        .annotate(
            planned=Count("pk", filter=~Q(status=PatrolStatus.NOT_COVERED)),
            checked=Count("pk", filter=Q(status__in=_DONE)),
            failed=Count("pk", filter=Q(status=PatrolStatus.FAILED)),
            overdue=Count("pk", filter=late),
            not_covered=Count("pk", filter=Q(status=PatrolStatus.NOT_COVERED)),
        )
        .order_by("risk_class")
    }
    names = ("planned", "checked", "failed", "overdue", "not_covered")
    nothing = (0,) * len(names)
    return [
        Coverage(
            risk_class=each,
            **run.figures[each],
            **dict(zip(names, counted.get(each.value, nothing), strict=True)),
        )
        for each in RiskClass
    ]


def failed_points(run: PatrolRun) -> Mapping[PatrolItem, int]:
    """Return in how many checks of a patrol each point was not in order."""
    found = dict(
        PatrolPoint.objects.filter(check_of__run=run, result=PointResult.FAIL)
        .values_list("item")
        .annotate(n=Count("pk"))
        .order_by("item")
    )
    return {item: found.get(item, 0) for item in PatrolItem}
