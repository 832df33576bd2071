"""Services for what is nearly due or late: warn, put breaches on record, lay them before somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from compliance import audit
from compliance.clocks import rules
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.rules import Limit, Unit
from compliance.clocks.running import note_breaches, stop_clock
from compliance.errors import ActionRefused, NotPermitted, TransitionRefused
from compliance.models import (
    Clock,
    ClockBreach,
    ClockEscalation,
    ClockEvent,
    ClockState,
    ClockWarning,
    EscalationLevel,
    EscalationTakeover,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.roles import require_permission

# Kept as they are on record, whichever language a screen has.
TIME_IS_OVER = "期限届满"
# So many clocks at a time; what is left over is met by the next run.
BATCH = 1000


@dataclass(frozen=True)
class AlarmCount:
    """How many warnings, breaches and escalations were written, and windows closed."""

    warnings: int
    breaches: int
    escalations: int
    windows: int


def raise_alarms(*, now: datetime, actor: StaffUser) -> AlarmCount:
    """
    Write what `now` makes true of running clocks; a run that was missed is made up by the next.

    Public Account Provisions, art. 20 §2: time limits are kept, and it is seen where they are not.
    """
    return AlarmCount(
        warnings=_warn(now),
        breaches=_note_breaches(now),
        escalations=_escalate(now),
        windows=_close_windows(now, actor),
    )


def _running() -> "QuerySet[Clock]":
    return Clock.objects.filter(state=ClockState.RUNNING)


@transaction.atomic
def _warn(now: datetime) -> int:
    warned = ClockWarning.objects.filter(clock=OuterRef("pk"), due_at=OuterRef("due_at"))
    clocks = _running().filter(~Exists(warned), is_window=False, warn_at__lte=now, due_at__gte=now)
    written = ClockWarning.objects.bulk_create(
        [ClockWarning(clock=clock, due_at=clock.due_at) for clock in clocks[:BATCH]],
        ignore_conflicts=True,
    )
    return len(written)


@transaction.atomic
def _note_breaches(now: datetime) -> int:
    known = ClockBreach.objects.filter(clock=OuterRef("pk"), due_at=OuterRef("due_at"))
    late = _running().filter(~Exists(known), is_window=False, due_at__lt=now)
    # Locked, so that a date which moves at this moment is not taken for a missed one.
    clocks = {each.pk: each for each in late.select_for_update(no_key=True)[:BATCH]}
    newest = ClockEvent.objects.filter(clock__in=clocks).order_by("clock_id", "-number")
    lasts = [(clocks[each.clock_id], each) for each in newest.distinct("clock_id")]
    return note_breaches(lasts, at=now)


@transaction.atomic
def _escalate(now: datetime) -> int:
    written = 0
    for level in levels_in_force(now):
        before = ClockEscalation.objects.filter(breach=OuterRef("pk"), role=level.role)
        standing = ClockBreach.objects.filter(
            ~Exists(before), clock__state=ClockState.RUNNING, clock__due_at=F("due_at")
        )
        due = [each for each in standing.order_by("due_at")[:BATCH] if _is_laid(each, level, now)]
        ClockEscalation.objects.bulk_create(
            [ClockEscalation(breach=each, level=level, role=level.role) for each in due],
            ignore_conflicts=True,
        )
        written += len(due)
    return written


def levels_in_force(now: datetime) -> list[EscalationLevel]:
    """Return the newest version of each escalation level."""
    newest = EscalationLevel.objects.filter(effective_from__lte=now)
    return list(newest.order_by("number", "-effective_from").distinct("number"))


def _is_laid(breach: ClockBreach, level: EscalationLevel, now: datetime) -> bool:
    if not level.delay:
        return True
    # From the last moment in which it could have been done, so that the day after counts.
    start = breach.due_at - timedelta(microseconds=1)
    limit = Limit(level.delay, Unit(level.unit))
    return now >= rules.due_at(start, limit, (), stored_calendar())


def _close_windows(now: datetime, actor: StaffUser) -> int:
    closed = 0
    for clock in _running().filter(is_window=True, due_at__lt=now).order_by("due_at")[:BATCH]:
        try:
            stop_clock(
                clock=clock,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=TIME_IS_OVER,
            )
        except TransitionRefused:
            # Somebody was quicker: what it waited for has come.
            continue
        closed += 1
    return closed


@transaction.atomic
def take_over_breach(
    *, escalation: ClockEscalation, actor: StaffUser, provision: Provision, reason: str
) -> EscalationTakeover:
    """
    Take over what was not done in time, saying what is done about it.

    Public Account Provisions, art. 6 §1: staff answers for what is due.

    :raises NotPermitted: if it was laid before a role that the actor does not hold.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if somebody else has taken it over.
    """
    require_permission(actor, "compliance.take_over_breach")
    held = actor.role_assignments.filter(role__name=escalation.role, ended_at__isnull=True)
    if not held.exists():
        raise NotPermitted
    takeover = EscalationTakeover(
        escalation=escalation, person=actor.person, reason=audit.require_reason(reason)
    )
    # The breach's clock is the lock under which two at once see each other.
    Clock.objects.select_for_update(no_key=True).get(pk=escalation.breach.clock_id)
    taken = EscalationTakeover.objects.filter(escalation=escalation).select_related("person")
    if (other := taken.first()) is not None:
        raise ActionRefused(_("%(name)s has taken it over already.") % {"name": other.person.name})
    takeover.save(force_insert=True)
    audit.record(
        action="compliance.clockescalation.take_over",
        target=escalation,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    return takeover


def open_escalations(roles: "list[str] | None" = None) -> "QuerySet[ClockEscalation]":
    """Return what nobody took over yet and is still not done, in the order of the due dates."""
    waiting = ClockEscalation.objects.filter(takeover__isnull=True).exclude(
        breach__clock__state=ClockState.STOPPED
    )
    if roles is not None:
        waiting = waiting.filter(role__in=roles)
    return waiting.select_related("breach__clock").order_by("breach__due_at", "pk")
