"""How a clock stands: in time, nearly due, overdue; in words that pages and figures share."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.models import Clock, ClockState


class Standing(models.TextChoices):
    """How a clock stands at an instant."""

    OK = "ok", _("in time")
    WARNING = "warning", _("nearly due")
    OVERDUE = "overdue", _("overdue")
    PAUSED = "paused", _("standing still")
    LAPSED = "lapsed", _("time is over")
    DONE = "done", _("done in time")
    DONE_LATE = "done_late", _("done too late")
    CLOSED = "closed", _("no longer running")


TONES: dict[Standing, str] = {
    Standing.OK: "good",
    Standing.WARNING: "warning",
    Standing.OVERDUE: "danger",
    Standing.PAUSED: "info",
    Standing.LAPSED: "warning",
    Standing.DONE: "",
    Standing.DONE_LATE: "danger",
    Standing.CLOSED: "",
}


def clock_state(clock: Clock, now: datetime) -> Standing:
    """Return how a clock stands at `now`."""
    if clock.state == ClockState.STOPPED:
        if clock.is_window:
            return Standing.CLOSED
        return Standing.DONE_LATE if clock.is_stopped_late else Standing.DONE
    if clock.state == ClockState.PAUSED:
        return Standing.PAUSED
    if now > clock.due_at:
        return Standing.LAPSED if clock.is_window else Standing.OVERDUE
    if now >= clock.warn_at:
        return Standing.WARNING
    return Standing.OK
