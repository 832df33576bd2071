"""The figures of a month: how many steps were answered, and how long from warning to elimination."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from enforcement.models import RumourStep
from enforcement.rumour_words import STEPS, RumourStepCode, StepOutcome


@dataclass(frozen=True)
class MonthFigures:
    """What was done in a month of the platform's time; each figure counts rows of its own list."""

    month: date
    done: dict[str, int]
    not_applicable: dict[str, int]
    # From the warning to the elimination, of what was eliminated in the month.
    median_time: timedelta | None

    @property
    def from_(self) -> date:
        """The first day."""
        return self.month

    @property
    def until(self) -> date:
        """The last day."""
        return next_month(self.month) - timedelta(days=1)


def next_month(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_figures(*, months: int) -> list[MonthFigures]:
    """
    Return the figures of the latest months, the present one first.

    Public Account Provisions, art. 13 §2. Counted by when a step was done, of every round.
    """
    first = timezone.localdate().replace(day=1)
    wanted = [first]
    while len(wanted) < months:
        wanted.append((wanted[-1] - timedelta(days=1)).replace(day=1))
    start = timezone.make_aware(datetime.combine(wanted[-1], datetime.min.time()))
    counted = (
        RumourStep.objects.filter(done_at__gte=start)
        .annotate(month=TruncMonth("done_at", tzinfo=timezone.get_default_timezone()))
        .values("month", "step")
        .annotate(
            done=Count("pk", filter=Q(outcome=StepOutcome.DONE)),
            without=Count("pk", filter=Q(outcome=StepOutcome.NOT_APPLICABLE)),
        )
    )
    by_month = {
        (timezone.localdate(each["month"]), each["step"]): (each["done"], each["without"])
        for each in counted
    }
    times = _times(start)
    return [
        MonthFigures(
            month=month,
            done={step: by_month.get((month, step), (0, 0))[0] for step in STEPS},
            not_applicable={step: by_month.get((month, step), (0, 0))[1] for step in STEPS},
            median_time=_median(times.get(month, [])),
        )
        for month in wanted
    ]


def _median(times: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(each.total_seconds() for each in times)) if times else None


def _times(start: datetime) -> dict[date, list[timedelta]]:
    ended = RumourStep.objects.filter(
        step=RumourStepCode.ELIMINATION, outcome=StepOutcome.DONE, done_at__gte=start
    ).values_list("rumour", "done_at")
    warned = dict(
        RumourStep.objects.filter(
            step=RumourStepCode.WARNING, rumour__in=[rumour for rumour, _at in ended]
        ).values_list("rumour", "done_at")
    )
    times: dict[date, list[timedelta]] = {}
    for rumour, at in ended:
        month = timezone.localdate(at).replace(day=1)
        times.setdefault(month, []).append(at - warned[rumour])
    return times
