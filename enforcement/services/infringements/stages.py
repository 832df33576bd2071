"""What becomes of a notice of infringement when its complaint is accepted, asked about, or over."""

from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, responses
from compliance.clocks import finish_clock, pause_clock, resume_clock, start_clock
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import Clock, ClockState
from compliance.work import close_item
from enforcement.infringement_words import ENDED_INFRINGEMENTS, InfringementStatus
from enforcement.models import Complaint, Infringement
from enforcement.services.infringements import notices
from enforcement.services.infringements.filing import infringement_of

FORWARDING = "infringement_forwarding"
N = InfringementStatus


def lock_infringement(infringement: Infringement) -> None:
    """Lock a notice as everybody does: its complaint first."""
    audit.lock(infringement.complaint)
    audit.lock(infringement)


def start_forwarding(complaint: Complaint, grounds: Grounds) -> None:
    """Let the time run in which the notice of an accepted complaint is passed on."""
    found = infringement_of(complaint)
    if found is not None:
        clock = start_clock(step=FORWARDING, **grounds)
        audit.amend(found, "start_forwarding", **grounds, forward_clock=clock)


def clock_of_next_step(complaint: Complaint) -> Clock:
    """Return by which clock a complaint that is looked into is due: first its notice is passed on."""
    found = infringement_of(complaint)
    if found is not None and found.status == N.RECEIVED and found.forward_clock is not None:
        return found.forward_clock
    return complaint.decision_clock


def pause_forwarding(complaint: Complaint, grounds: Grounds) -> None:
    """Let the time for passing on stand still while the complainant is asked."""
    found = infringement_of(complaint)
    if found is not None and found.status == N.RECEIVED and found.forward_clock is not None:
        pause_clock(clock=found.forward_clock, **grounds)


def resume_forwarding(complaint: Complaint, grounds: Grounds) -> None:
    """Let the time for passing on run again."""
    found = infringement_of(complaint)
    clock = found.forward_clock if found is not None else None
    if clock is not None and clock.state == ClockState.PAUSED:
        resume_clock(clock=clock, **grounds)


def require_passed_on(complaint: Complaint) -> None:
    """
    Refuse to uphold a notice that the operator knows nothing of.

    Civil Code, art. 1195.

    :raises ActionRefused: if it was not passed on.
    """
    found = infringement_of(complaint)
    if found is not None and found.status == N.RECEIVED:
        raise ActionRefused(_("Pass the notice on to the operator first."))


def drop_infringement(complaint: Complaint, grounds: Grounds) -> None:
    """End a notice whose complaint is over without it; the operator is told if they knew of it."""
    found = infringement_of(complaint)
    if found is None or found.status in (*ENDED_INFRINGEMENTS, N.LIFTING):
        return
    audit.lock(found)
    was_known = found.status != N.RECEIVED
    item = found.work_item
    audit.move(found, "drop", **grounds, ended_at=timezone.now())
    for clock in (found.forward_clock, found.counter_clock, found.wait_clock):
        finish_clock(clock=clock, **grounds)
    if item is not None and item.closed_at is None:
        close_item(item)
        finish_clock(clock=item.clock, **grounds)
    responses.close_invitations(about=found, **grounds)
    if was_known:
        notices.tell_operator(found, notices.ENDED, actor=grounds["actor"])
