"""What complainants are promised, read from the very clocks by which colleagues work."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from compliance.clocks.calendar import stored_calendar
from compliance.clocks.limits import as_rule, limit_for
from compliance.clocks.projection import dates
from compliance.clocks.rules import last_day
from compliance.models import Clock
from enforcement.models import Complaint
from enforcement.services.complaints.submission import FEEDBACK, URGENT_ACTION, URGENT_DECISION


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Until which day something is done for the complainant; None once it was done."""

    step: str
    label: str
    until: datetime
    done_at: datetime | None = None

    @property
    def day(self) -> str:
        """Return the last day in words; of hours, the instant."""
        if self.step in (URGENT_ACTION, URGENT_DECISION):
            return date_format(timezone.localtime(self.until), "Y-m-d H:i")
        return last_day_in_words(self.until)


def last_day_in_words(until: datetime) -> str:
    """Return the last day of a time limit."""
    return date_format(last_day(until), "Y-m-d")


def promises(complaint: Complaint) -> list[Promise]:
    """
    Return what the complainant was promised, from the very clocks by which colleagues work.

    Public Account Provisions, art. 20 §2: the time limits are published and kept.
    """
    clocks = [
        complaint.acknowledgement_clock,
        complaint.acceptance_clock,
        complaint.decision_clock,
    ]
    found = [_promise(clock) for clock in clocks]
    if complaint.feedback_clock is not None:
        found.append(_promise(complaint.feedback_clock))
    else:
        limit = limit_for(FEEDBACK, complaint.decision_clock.started_at)
        latest = dates(complaint.decision_clock.due_at, as_rule(limit), stored_calendar())
        found.append(Promise(step=FEEDBACK, label=limit.step_label, until=latest.due_at))
    return found


def _promise(clock: Clock) -> Promise:
    return Promise(
        step=clock.step, label=clock.step_label, until=clock.due_at, done_at=clock.stopped_at
    )
