"""What pages show of a clock: when it is due, how it stands, and every start, pause and stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.clocks import clock_state, rules
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.limits import as_rule
from compliance.clocks.projection import pauses_of
from compliance.clocks.rules import Unit
from compliance.clocks.standing import TONES
from compliance.models import Clock, ClockEvent, ClockState, TimeLimit
from compliance.provisions import Provision
from compliance.ui.kit import Badge, Fact, TimelineStep


@dataclass(frozen=True, kw_only=True)
class ClockPanel:
    """One clock in words; `warning` says what is not certain about its date."""

    title: str
    badge: Badge
    due: str
    due_at: datetime
    facts: Sequence[Fact]
    steps: Sequence[TimelineStep]
    warning: str
    is_stopped: bool


def due_in_words(due_at: datetime) -> str:
    """Return an instant; the midnight that closes a day as the end of that day."""
    local = timezone.localtime(due_at)
    if local.time() == time.min:
        day = date_format(local - timedelta(days=1), "SHORT_DATE_FORMAT")
        return _("end of %(day)s") % {"day": day}
    return date_format(local, "SHORT_DATETIME_FORMAT")


def clock_badge(clock: Clock) -> Badge:
    """Return how a clock stands now as a word with a colour."""
    standing = clock_state(clock, timezone.now())
    return Badge(text=standing.label, tone=TONES[standing])


def clock_panel(clock: Clock) -> ClockPanel:
    """Return what the piece `ui/clock.html` shows of a clock."""
    events = list(clock.events.select_related("person").order_by("number"))
    return ClockPanel(
        title=clock.step_label,
        badge=clock_badge(clock),
        due=due_in_words(clock.due_at),
        due_at=clock.due_at,
        facts=_facts(clock, events),
        steps=_steps(events),
        warning=unknown_years_in_words(clock),
        is_stopped=clock.state == ClockState.STOPPED,
    )


def unknown_years_in_words(clock: Clock) -> str:
    """Return the sentence that a date reaches into a year whose notice is not entered, or ""."""
    limit = clock.extension or clock.limit
    if limit is None or clock.state == ClockState.STOPPED:
        return ""
    years = rules.unknown_years(clock.started_at, clock.due_at, as_rule(limit), stored_calendar())
    if not years:
        return ""
    return _(
        "The working days of %(years)s are not laid down yet; Monday to Friday are counted. The "
        "date may still move."
    ) % {"years": _(", ").join(str(year) for year in years)}


def _facts(clock: Clock, events: list[ClockEvent]) -> list[Fact]:
    limit = clock.extension or clock.limit
    if limit is None:
        facts = [Fact(_("Time limit"), _("a date set from outside"))]
    else:
        facts = [
            Fact(_("Time limit"), limit.amount_in_words, hint=limit.provision_label),
        ]
        if clock.extension is not None and clock.limit is not None:
            facts.append(Fact(_("Before it was extended"), clock.limit.amount_in_words))
        if limit.unit != Unit.HOUR and clock.state != ClockState.STOPPED:
            facts.append(Fact(_("Days used"), _days_used(clock, limit, events)))
    facts.append(Fact(_("Started"), _instant(clock.started_at)))
    if clock.stopped_at is not None:
        facts.append(Fact(_("Stopped"), _instant(clock.stopped_at)))
    pauses = len(pauses_of(events))
    if pauses:
        facts.append(
            Fact(
                _("Stood still"),
                ngettext("%(count)s time", "%(count)s times", pauses) % {"count": pauses},
            )
        )
    return facts


def _days_used(clock: Clock, limit: TimeLimit, events: list[ClockEvent]) -> str:
    last = events[-1]
    until = last.at if clock.state == ClockState.PAUSED else timezone.now()
    used = rules.days_used(
        clock.started_at, Unit(limit.unit), pauses_of(events), stored_calendar(), until=until
    )
    return _("%(used)s of %(amount)s") % {"used": used, "amount": limit.amount}


def _steps(events: list[ClockEvent]) -> list[TimelineStep]:
    steps = []
    before = events[0].due_at
    for event in events:
        moved = ""
        if event.due_at != before:
            moved = _("due: %(before)s → %(after)s") % {
                "before": due_in_words(before),
                "after": due_in_words(event.due_at),
            }
        steps.append(
            TimelineStep(
                at=event.at,
                title=event.get_kind_display(),
                actor=event.person.name,
                provision=str(dict(Provision.choices).get(event.provision, event.provision)),
                text=f"{event.reason} ({moved})" if moved else event.reason,
            )
        )
        before = event.due_at
    return steps[::-1]


def _instant(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
