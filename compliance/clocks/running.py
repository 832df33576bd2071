"""Services for clocks: start, pause, resume, stop, and compute anew what is due when."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.limits import as_rule, limit_for
from compliance.clocks.projection import Dates, dates, fixed_limit, project
from compliance.clocks.rules import WorkingDays
from compliance.errors import TransitionRefused
from compliance.grounds import Grounds
from compliance.models import (
    Clock,
    ClockBreach,
    ClockEvent,
    ClockEventKind,
    ClockState,
    Proposal,
    ProposalResult,
    StaffUser,
    TimeLimit,
    WorkItem,
)
from compliance.models.limits import WINDOWS
from compliance.provisions import Provision


def start_clock(
    *,
    step: str,
    at: datetime | None = None,
    due_at: datetime | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Clock:
    """
    Start the clock of a step, by the limit in force at its start.

    Public Account Provisions, art. 20 §2: time limits are laid down and kept. A date that somebody
    else has set, as in an authority's letter, is given as `due_at` and stands instead of a limit.

    :raises MissingReason: if the reason is blank.
    """
    (clock,) = start_clocks(
        step=step, count=1, at=at, due_at=due_at, actor=actor, provision=provision, reason=reason
    )
    return clock


@transaction.atomic
def start_clocks(
    *,
    step: str,
    count: int,
    at: datetime | None = None,
    due_at: datetime | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[Clock]:
    """
    Start so many clocks of one step at once, in a few statements whatever their number.

    Public Account Provisions, art. 20 §2.

    :raises MissingReason: if the reason is blank.
    """
    if not count:
        return []
    reason = audit.require_reason(reason)
    start = at or timezone.now()
    limit = limit_for(step, start) if due_at is None else None
    rule = as_rule(limit) if limit is not None else fixed_limit(start, due_at or start)
    found = dates(start, rule, stored_calendar())
    clocks = [
        Clock(
            step=step,
            limit=limit,
            is_window=step in WINDOWS,
            started_at=start,
            due_at=found.due_at,
            warn_at=found.warn_at,
            state=ClockState.RUNNING,
        )
        for _number in range(count)
    ]
    Clock.objects.bulk_create(clocks)
    ClockEvent.objects.bulk_create(
        ClockEvent(
            clock=clock,
            number=1,
            kind=ClockEventKind.START,
            at=start,
            state=ClockState.RUNNING,
            due_at=clock.due_at,
            warn_at=clock.warn_at,
            person=actor.person,
            provision=provision,
            reason=reason,
        )
        for clock in clocks
    )
    return clocks


@transaction.atomic
def pause_clock(*, clock: Clock, actor: StaffUser, provision: Provision, reason: str) -> ClockEvent:
    """
    Let a clock stand still, because somebody outside has to act first.

    Our choice, no article: a limit binds for the time in which we can act.

    :raises TransitionRefused: if it does not run.
    :raises MissingReason: if the reason is blank.
    """
    return _change(
        clock, ClockEventKind.PAUSE, Grounds(actor=actor, provision=provision, reason=reason)
    )


@transaction.atomic
def resume_clock(
    *, clock: Clock, actor: StaffUser, provision: Provision, reason: str
) -> ClockEvent:
    """
    Let a clock run on with the rest of its time.

    Our choice, no article.

    :raises TransitionRefused: if it does not stand still.
    :raises MissingReason: if the reason is blank.
    """
    return _change(
        clock, ClockEventKind.RESUME, Grounds(actor=actor, provision=provision, reason=reason)
    )


@transaction.atomic
def stop_clock(*, clock: Clock, actor: StaffUser, provision: Provision, reason: str) -> ClockEvent:
    """
    Stop a clock for good because its step is done; if that is late, the breach is written with it.

    Public Account Provisions, art. 20 §2.

    :raises TransitionRefused: if it was stopped before.
    :raises MissingReason: if the reason is blank.
    """
    return _change(
        clock, ClockEventKind.STOP, Grounds(actor=actor, provision=provision, reason=reason)
    )


def finish_clock(
    *, clock: Clock | None, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Stop the clock of a step that is over, unless there is none or it was stopped before.

    Public Account Provisions, art. 20 §2.

    :raises MissingReason: if the reason is blank.
    """
    if clock is not None and clock.state != ClockState.STOPPED:
        stop_clock(clock=clock, actor=actor, provision=provision, reason=reason)


def resume_or_start_clock(
    *, clock: Clock | None, step: str, actor: StaffUser, provision: Provision, reason: str
) -> Clock:
    """
    Let a clock that stands still run on, or start that of the step anew where none does.

    Our choice, no article.

    :raises MissingReason: if the reason is blank.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    if clock is not None and clock.state == ClockState.PAUSED:
        resume_clock(clock=clock, **grounds)
        return clock
    return start_clock(step=step, **grounds)


@transaction.atomic
def extend_clock(
    *,
    clock: Clock,
    extension: TimeLimit,
    proposal: Proposal,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ClockEvent:
    """
    Give a clock its longer limit, counted from the same start, on an approved proposal.

    Our choice, no article: once, with a reason and a second person's approval.

    :raises TransitionRefused: if it was stopped or extended before.
    :raises MissingReason: if the reason is blank.
    """
    return _change(
        clock,
        ClockEventKind.EXTEND,
        Grounds(actor=actor, provision=provision, reason=reason),
        extension=extension,
        proposal=proposal,
    )


# From which states each of them is possible, and the state after it.
_STEPS: dict[ClockEventKind, tuple[set[ClockState], ClockState | None]] = {
    ClockEventKind.PAUSE: ({ClockState.RUNNING}, ClockState.PAUSED),
    ClockEventKind.RESUME: ({ClockState.PAUSED}, ClockState.RUNNING),
    ClockEventKind.STOP: ({ClockState.RUNNING, ClockState.PAUSED}, ClockState.STOPPED),
    ClockEventKind.EXTEND: ({ClockState.RUNNING, ClockState.PAUSED}, None),
    ClockEventKind.REPROJECT: ({ClockState.RUNNING, ClockState.PAUSED}, None),
}


def lock_clock(clock: Clock) -> None:
    """Lock a clock for this transaction and load its present values into `clock`."""
    # Items before their clock, as whoever holds an item comes: a new date is carried to them.
    items = WorkItem.objects.filter(clock=clock).order_by("pk")
    list(items.select_for_update(no_key=True).values_list("pk", flat=True))
    clock.refresh_from_db(from_queryset=Clock.objects.select_for_update())


def _change(
    clock: Clock,
    kind: ClockEventKind,
    grounds: Grounds,
    *,
    extension: TimeLimit | None = None,
    proposal: Proposal | None = None,
) -> ClockEvent:
    audit.require_reason(grounds["reason"])
    lock_clock(clock)
    sources, _target = _STEPS[kind]
    if clock.state not in sources:
        raise TransitionRefused(
            _("The clock of “%(step)s” is %(state)s: “%(act)s” is not possible.")
            % {
                "step": clock.step_label,
                "state": clock.get_state_display(),
                "act": ClockEventKind(kind).label,
            }
        )
    if extension is not None:
        if clock.extension_id is not None:
            raise TransitionRefused(_("This time limit was extended already."))
        clock.extension = extension
    events = list(clock.events.order_by("number"))
    event = draft_event(clock, kind, events, stored_calendar(), grounds, proposal=proposal)
    note_breaches([(clock, events[-1])], at=event.at)
    event.save(force_insert=True)
    apply_event(clock, event)
    clock.save(update_fields=["state", "due_at", "warn_at", "extension", "stopped_at"])
    return event


def draft_event(
    clock: Clock,
    kind: ClockEventKind,
    events: Sequence[ClockEvent],
    calendar: WorkingDays,
    grounds: Grounds,
    *,
    proposal: Proposal | None = None,
) -> ClockEvent:
    """Return the unsaved next event of a locked clock, with the dates that follow from it."""
    last = events[-1]
    # Not before the last one, should the clocks of two machines differ.
    at = max(timezone.now(), last.at)
    state = _STEPS[kind][1] or ClockState(last.state)
    event = ClockEvent(
        clock=clock,
        number=last.number + 1,
        kind=kind,
        at=at,
        previous=last.number,
        previous_state=last.state,
        previous_at=last.at,
        state=state,
        extension=clock.extension,
        stopped_at=at if state == ClockState.STOPPED else None,
        person=grounds["actor"].person,
        provision=grounds["provision"],
        reason=audit.require_reason(grounds["reason"]),
        proposal=proposal,
        approved_result=ProposalResult.APPROVED if proposal is not None else None,
    )
    keeps_dates = last.state == ClockState.RUNNING and kind in (
        ClockEventKind.PAUSE,
        ClockEventKind.STOP,
    )
    found = (
        Dates(last.due_at, last.warn_at)
        if keeps_dates
        else project(clock, [*events, event], calendar)
    )
    event.due_at, event.warn_at = found.due_at, found.warn_at
    return event


def apply_event(clock: Clock, event: ClockEvent) -> None:
    """Let a clock say what its newest event says."""
    clock.state = event.state
    clock.due_at, clock.warn_at = event.due_at, event.warn_at
    clock.stopped_at = event.stopped_at


def note_breaches(lasts: Iterable[tuple[Clock, ClockEvent]], *, at: datetime) -> int:
    """
    Put on record which clocks ran past their due date at `at`, once for each date, and count them.

    Each comes with its newest event: what that says is what was promised.
    """
    late = [
        ClockBreach(clock=clock, due_at=last.due_at, at=at)
        for clock, last in lasts
        if last.state == ClockState.RUNNING and not clock.is_window and last.due_at < at
    ]
    ClockBreach.objects.bulk_create(late, ignore_conflicts=True)
    return len(late)
