"""How long steps took and how often they were late, counted from the rows of record."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Q

from compliance.clocks.projection import pauses_of
from compliance.models import Clock, ClockBreach, ClockEvent, ClockState
from compliance.models.limits import step_in_words


@dataclass(frozen=True)
class StepFigures:
    """One step in a period: how many were started and done, how long it took, how many were late."""

    step: str
    started: int
    done: int
    overdue: int
    median_time: timedelta | None

    @property
    def step_label(self) -> str:
        """Return the step in words."""
        return step_in_words(self.step)


def step_figures(start: datetime, until: datetime, *, step: str = "") -> list[StepFigures]:
    """
    Return the figures of each step from `start` to before `until`, without windows of others.

    A step counts as overdue in the period in which it was due, by the breaches on record and by
    nothing that could be edited. Its time is that in which its clock ran, of what was done.
    """
    period = Q(started_at__gte=start, started_at__lt=until)
    done = Q(state=ClockState.STOPPED, stopped_at__gte=start, stopped_at__lt=until)
    clocks = Clock.objects.filter(is_window=False)
    breaches = ClockBreach.objects.filter(due_at__gte=start, due_at__lt=until)
    if step:
        clocks, breaches = clocks.filter(step=step), breaches.filter(clock__step=step)
    counts = {
        row["step"]: row
        for row in clocks.filter(period | done)
        .values("step")
        .annotate(started=Count("pk", filter=period), done=Count("pk", filter=done))
    }
    overdue = dict(breaches.values_list("clock__step").annotate(late=Count("clock", distinct=True)))
    return [
        StepFigures(
            step=code,
            started=counts[code]["started"] if code in counts else 0,
            done=counts[code]["done"] if code in counts else 0,
            overdue=overdue.get(code, 0),
            median_time=_median_time(list(clocks.filter(done, step=code))),
        )
        for code in sorted(counts.keys() | overdue.keys())
    ]


def _median_time(clocks: list[Clock]) -> timedelta | None:
    if not clocks:
        return None
    paused: dict[int, list[ClockEvent]] = {}
    for event in ClockEvent.objects.filter(clock__in=clocks).order_by("clock_id", "number"):
        paused.setdefault(event.clock_id, []).append(event)
    times = [running_time(clock, paused[clock.pk]).total_seconds() for clock in clocks]
    return timedelta(seconds=median(times))


def running_time(clock: Clock, events: list[ClockEvent]) -> timedelta:
    """Return for how long a stopped clock ran."""
    assert clock.stopped_at is not None
    stood_still = sum((each.until - each.start for each in pauses_of(events)), timedelta())
    return clock.stopped_at - clock.started_at - stood_still
