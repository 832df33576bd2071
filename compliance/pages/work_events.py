"""What work on a matter adds to a timeline: dates that moved or were missed, who keeps out of it."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import ClockBreach, ClockEvent, ClockEventKind, Recusal
from compliance.models.limits import step_in_words
from compliance.pages.record_timeline import TimelineSource
from compliance.ui.kit import Text, TimelineStep

# Start and stop coincide with steps that are in the timeline anyway.
TOLD_EVENTS = (ClockEventKind.PAUSE, ClockEventKind.RESUME, ClockEventKind.EXTEND)

Finder = Callable[[QuerySet], QuerySet]


def clock_sources(permission: str, clocks: Finder) -> list[TimelineSource]:
    """Return the sources of what happened to clocks; `clocks` finds them for the records."""
    label = gettext_lazy("Time limits")
    return [
        TimelineSource(
            kind="time",
            label=label,
            permission=permission,
            records=lambda roots: ClockEvent.objects.filter(
                clock__in=clocks(roots), kind__in=TOLD_EVENTS
            ).select_related("clock", "person"),
            at="at",
            step=event_step,
        ),
        TimelineSource(
            kind="time",
            label=label,
            permission=permission,
            records=lambda roots: ClockBreach.objects.filter(
                clock__in=clocks(roots)
            ).select_related("clock"),
            at="at",
            step=breach_step,
        ),
    ]


def recusal_source(kind: str, label: Text, permission: str, matters: Finder) -> TimelineSource:
    """Return the source of those who keep out of matters; `matters` finds them for the records."""
    return TimelineSource(
        kind=kind,
        label=label,
        permission=permission,
        records=lambda roots: Recusal.objects.filter(matter__in=matters(roots)).select_related(
            "person"
        ),
        name=lambda recusal: recusal.person.name,
    )


def event_step(event: ClockEvent) -> TimelineStep:
    """Return that a clock stood still, went on, or was given more time."""
    due = date_format(localtime(event.due_at), "Y-m-d H:i")
    return TimelineStep(
        at=event.at,
        title=f"{step_in_words(event.clock.step)}: {event.get_kind_display()}",
        actor=event.person.name,
        provision=event.get_provision_display(),
        text=_("%(reason)s (due %(time)s)") % {"reason": event.reason, "time": due},
    )


def breach_step(breach: ClockBreach) -> TimelineStep:
    """Return that a step was not done when it was due."""
    due = date_format(localtime(breach.due_at), "Y-m-d H:i")
    return TimelineStep(
        at=breach.at,
        title=_("Due date missed: %(step)s") % {"step": step_in_words(breach.clock.step)},
        text=_("It was due at %(time)s.") % {"time": due},
        tone="danger",
    )
