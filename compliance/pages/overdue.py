"""The page of what is late: laid before whom, taken over by whom, and the figures of each step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import proposals
from compliance.clocks.alarms import open_escalations, take_over_breach
from compliance.clocks.extensions import (
    EXTENSION_KIND,
    approve_extension,
    due_if_extended,
    return_extension,
)
from compliance.clocks.statistics import StepFigures, step_figures
from compliance.desk.kinds import ProposalKind, ProposalWords, register_kind
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import (
    Clock,
    ClockEscalation,
    ClockExtension,
    ClockState,
    EscalationTakeover,
    Proposal,
    StaffUser,
    WorkItem,
)
from compliance.pages.approving import ApprovingPage
from compliance.pages.clock_panel import clock_badge, due_in_words
from compliance.pages.desk_rows import item_url, titles_of
from compliance.pages.door import posted_number, staff_of
from compliance.pages.limits import verdicts
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.roles import role_label
from compliance.ui.desk import CardData, CardRow, register_card
from compliance.ui.kit import AllowedAction
from compliance.ui.links import may_open
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page

VIEW = "compliance.view_clock"
TAKE_OVER = "compliance.take_over_breach"
# Our choices; no article sets them.
PERIOD = timedelta(days=30)
LINES = 50

# What a clock without a work item belongs to; packages above the floor say so.
Finder = Callable[[Clock], str]
_finders: list[Finder] = []


def register_clock_page(finder: Finder) -> None:
    """Let a package say which page a clock belongs to ("" for none); called when apps are ready."""
    if finder not in _finders:
        _finders.append(finder)


@dataclass(frozen=True)
class ClockPlace:
    """What a step is about and where it is done; each "" where nobody knows or may not go."""

    title: str
    url: str


def places_of(clocks: Sequence[Clock], request: HttpRequest) -> dict[int, ClockPlace]:
    """Return what the steps of clocks are about, and where the person at the screen may do them."""
    items = {
        each.clock_id: each for each in WorkItem.objects.filter(clock__in=clocks).order_by("pk")
    }
    titles = titles_of(list(items.values()))
    places = {}
    for clock in clocks:
        item = items.get(clock.pk)
        if item is not None:
            title, url = titles.get(item.pk, f"#{item.pk}"), item_url(item)
        else:
            title, url = "", next((found for finder in _finders if (found := finder(clock))), "")
        places[clock.pk] = ClockPlace(title, url if url and may_open(url, request) else "")
    return places


class OverduePage(ApprovingPage):
    """What is late now with who takes it over, requests for more time, and figures of a month."""

    title = gettext_lazy("Deadlines")
    permission = VIEW
    template_name = "clocks/overdue.html"

    def proposals_here(self) -> Q:
        return Q(kind=EXTENSION_KIND)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff, now = staff_of(self.request), timezone.now()
        late = Clock.objects.filter(state=ClockState.RUNNING, is_window=False, due_at__lt=now)
        shown = list(late.order_by("due_at")[:LINES])
        # Whoever may take over sees what was laid before them, everybody else all of it.
        wanted = sorted(roles_of(staff)) if staff.has_perm(TAKE_OVER) else None
        escalations = list(open_escalations(wanted)[:LINES])
        extensions = open_extensions(self.request.GET.get("proposal", ""))
        places = places_of(
            [
                *(each.breach.clock for each in escalations),
                *(each.clock for each in extensions),
                *shown,
            ],
            self.request,
        )
        return {
            "escalations": [
                self.row_of(each, places[each.breach.clock_id], staff) for each in escalations
            ],
            "late": [
                {
                    "clock": clock,
                    "badge": clock_badge(clock),
                    "due": due_in_words(clock.due_at),
                    "place": places[clock.pk],
                    "taken_over": EscalationTakeover.objects.filter(escalation__breach__clock=clock)
                    .select_related("person")
                    .order_by("-at"),
                }
                for clock in shown
            ],
            "late_count": late.count(),
            "extensions": [
                {
                    "extension": each,
                    "due": due_in_words(each.clock.due_at),
                    "due_then": due_in_words(due_if_extended(each.clock, each.limit)),
                    "place": places[each.clock_id],
                    "actions": extension_verdicts(each, staff, self.request.path),
                }
                for each in extensions
            ],
            "figures": figures_in_words(step_figures(now - PERIOD, now)),
            **super().get_context_data(**kwargs),
        }

    def row_of(
        self, escalation: ClockEscalation, place: ClockPlace, staff: StaffUser
    ) -> dict[str, Any]:
        """Return one escalation with what the person at the screen may do about it."""
        clock = escalation.breach.clock
        is_mine = staff.has_perm(TAKE_OVER) and escalation.role in roles_of(staff)
        action = AllowedAction(
            code="take_over",
            label=_("Take over"),
            url=self.request.path,
            hidden={"escalation": escalation.pk},
            reason_label=_("What is done about it"),
        )
        return {
            "clock": clock,
            "role": role_label(escalation.role),
            "due": due_in_words(escalation.breach.due_at),
            "place": place,
            "actions": [action] if is_mine else [],
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        with refusals_logged(
            action=f"compliance.clock.{act or 'unknown'}",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_6_1,
        ):
            said = self.carry_out(act, actor)
        return self.redirect(request.path, said)

    def carry_out(self, act: str, actor: StaffUser) -> str:
        """
        Call the one service that the button stands for and return what to say about it.

        :raises InvalidInput: if the form names something that this page does not offer.
        """
        grounds = Grounds(
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_6_1,
            reason=self.request.POST.get("reason", ""),
        )
        if act == "take_over":
            number = posted_number(self.request, "escalation")
            escalation = get_object_or_404(
                ClockEscalation.objects.select_related("breach"), pk=number
            )
            take_over_breach(escalation=escalation, **grounds)
            return _("You have taken it over.")
        return decide_extension(self.request, act, grounds)


def decide_extension(request: HttpRequest, act: str, grounds: Grounds) -> str:
    """
    Approve, return or withdraw the request for more time that a form names; say what was done.

    :raises InvalidInput: if the act is none of these.
    """
    extension = get_object_or_404(
        ClockExtension.objects.select_related("clock", "limit", "proposal"),
        proposal=posted_number(request, "proposal"),
    )
    if act == "approve":
        event = approve_extension(extension=extension, **grounds)
        return _("Extended; due now: %(due)s.") % {"due": due_in_words(event.due_at)}
    if act == "return":
        return_extension(extension=extension, **grounds)
        return _("Returned to the proposer.")
    if act == "withdraw":
        proposals.withdraw_proposal(proposal=extension.proposal, **grounds)
        return _("Withdrawn.")
    raise InvalidInput(_("This page does not offer that act."))


def extension_verdicts(
    extension: ClockExtension, staff: StaffUser, url: str
) -> list[AllowedAction]:
    """Return what the person at the screen may do about a request; of what is done, only end it."""
    is_done = extension.clock.state == ClockState.STOPPED
    found = verdicts(extension.proposal, staff, url)
    return [each for each in found if each.code != "approve" or not is_done]


def open_extensions(named: str = "") -> Sequence[ClockExtension]:
    """Return the requests for more time on which nobody has decided, a named one before all."""
    number = int(named) if named.isascii() and named.isdigit() and len(named) < 19 else 0
    waiting = ClockExtension.objects.filter(proposal__outcome__isnull=True)
    place = Case(When(proposal=number, then=Value(0)), default=Value(1))
    return list(
        waiting.select_related("clock__limit", "limit", "proposal__proposer").order_by(place, "pk")[
            :LINES
        ]
    )


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return for which step of what more time is asked, and where it is answered."""
    asked = ClockExtension.objects.filter(proposal__in=found).select_related("clock")
    items = {
        each.clock_id: each
        for each in WorkItem.objects.filter(clock__extensions_asked__in=asked).order_by("pk")
    }
    titles = titles_of(list(items.values()))
    answered = reverse("admin:overdue")
    words = {}
    for each in asked:
        item, number = items.get(each.clock_id), each.proposal_id
        about = titles.get(item.pk, "") if item is not None else ""
        words[number] = ProposalWords(
            f"{each.clock.step_label} {about}".strip(),
            f"{answered}?proposal={number}#proposal-{number}",
            _("decide in time, or ask again before it is due"),
        )
    return words


def roles_of(staff: StaffUser) -> set[str]:
    """Return the codes of the roles that a login holds now."""
    held = staff.role_assignments.filter(ended_at__isnull=True)
    return set(held.values_list("role__name", flat=True))


def figures_in_words(figures: Sequence[StepFigures]) -> list[dict[str, Any]]:
    """Return the figures of each step with its median time in hours."""
    return [
        {
            "step": each.step_label,
            "started": each.started,
            "done": each.done,
            "overdue": each.overdue,
            "median_hours": None
            if each.median_time is None
            else round(each.median_time.total_seconds() / 3600, 1),
        }
        for each in figures
    ]


def escalation_card(request: HttpRequest) -> CardData | None:
    """Return what is late and was laid before a role of the person at the screen."""
    staff = staff_of(request)
    if not staff.has_perm(TAKE_OVER):
        return None
    waiting = open_escalations(sorted(roles_of(staff)))
    count = waiting.count()
    shown = list(waiting[:6])
    places = places_of([each.breach.clock for each in shown], request)
    rows = [
        CardRow(
            label=f"{each.breach.clock.step_label} {places[each.breach.clock_id].title}".strip(),
            url=places[each.breach.clock_id].url,
            value=due_in_words(each.breach.due_at),
            hint=_("due"),
            tone="danger",
        )
        for each in shown
    ]
    return CardData(
        title=_("Late, to be taken over"),
        value=count,
        rows=rows,
        empty=_("Nothing is late."),
        link_url=reverse("admin:overdue"),
        tone="danger" if count else "",
        icon="alarm",
    )


def register() -> None:
    """Give the page its address and its places; called when apps are ready."""
    register_page("deadlines/", OverduePage, name="overdue")
    register_link(
        "desk",
        gettext_lazy("Deadlines"),
        view="admin:overdue",
        permission=VIEW,
        icon="alarm",
        order=20,
    )
    register_card(escalation_card, order=5)
    asked_again = ClockExtension.objects.filter(
        clock=OuterRef("clock_extension__clock"), pk__gt=OuterRef("clock_extension__pk")
    )
    register_kind(
        ProposalKind(
            code=EXTENSION_KIND,
            label=gettext_lazy("more time on a step"),
            # As long as it could be asked for again.
            still_waits=Q(
                ~Q(clock_extension__clock__state=ClockState.STOPPED),
                ~Exists(asked_again),
                clock_extension__clock__due_at__gt=Now(),
            ),
            describe=words_of,
        )
    )
