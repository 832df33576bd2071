"""The full lists behind the desk: work items of one or all queues, and proposals."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from compliance.desk import stuck, waiting
from compliance.models import Proposal, StaffUser, WorkItem
from compliance.models.work import WorkItemQuerySet
from compliance.pages.desk_cards import counts_for
from compliance.pages.desk_rows import item_rows, proposal_rows
from compliance.pages.door import staff_of
from compliance.ui.kit import Choice
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page
from compliance.ui.pagination import Position, Slice, slice_from, tally_rows, total_order

# Our choice, as in the lists of records.
ROWS = 25

SHOWN = {
    "all": gettext_lazy("all open items"),
    "free": gettext_lazy("free to take"),
    "mine": gettext_lazy("in my hands"),
    "handed": gettext_lazy("handed to me"),
    "today": gettext_lazy("due today"),
    "overdue": gettext_lazy("overdue"),
    "held": gettext_lazy("held by colleagues"),
}
EMPTY = {
    "all": gettext_lazy("Nothing waits here."),
    "free": gettext_lazy("Everything is in somebody's hands, or nothing waits."),
    "mine": gettext_lazy("You hold nothing. On the desk each queue has its key."),
    "handed": gettext_lazy("Nobody handed anything to you."),
    "today": gettext_lazy("Nothing more is due today."),
    "overdue": gettext_lazy("Nothing is overdue."),
    "held": gettext_lazy("No colleague holds anything now."),
}


class LongListPage(ConsolePage, ABC):
    """A list walked from row to row: no page costs more than the first."""

    @abstractmethod
    def rows(self) -> QuerySet:
        """Return the rows in an order in which places can be told apart."""

    @abstractmethod
    def chosen(self) -> dict[str, str]:
        """Return what the address chooses, without the place in the list."""

    def slice(self, rows: QuerySet) -> Slice:
        """Return the rows of the page that the address asks for."""
        orders = total_order(rows)
        text = self.request.GET.get("at", "")
        position = Position.unseal(text, length=len(orders)) if text else None
        if text and position is None:
            raise Http404
        return slice_from(rows, orders, position=position, size=ROWS)

    def turn(self, place: str) -> str:
        """Return the address of another page of the same list, or nothing."""
        query = urlencode({**self.chosen(), "at": place})
        return f"{self.request.path}?{query}" if place else ""

    def paging(self, found: Slice, rows: QuerySet) -> dict[str, Any]:
        """Return what the template of the pages needs."""
        return {
            "tally": tally_rows(rows),
            "first_url": f"{self.request.path}?{urlencode(self.chosen())}"
            if self.request.GET.get("at")
            else "",
            "previous_url": self.turn(found.previous),
            "following_url": self.turn(found.following),
        }


class WorkListPage(LongListPage):
    """Open work items, by queue and by what they wait for."""

    title = gettext_lazy("Work items")
    template_name = "work/list.html"

    def chosen(self) -> dict[str, str]:
        show, queue = self.request.GET.get("show", "all"), self.request.GET.get("queue", "")
        if show not in SHOWN:
            raise Http404
        return {"show": show, **({"queue": queue} if queue else {})}

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and sees_queues(request)

    def rows(self) -> QuerySet[WorkItem]:
        staff, now, chosen = staff_of(self.request), timezone.now(), self.chosen()
        rows = items_shown(chosen["show"], staff, now)
        if "queue" in chosen:
            if all(queue.code != chosen["queue"] for queue in waiting.seen_queues(staff)):
                raise Http404
            rows = rows.filter(queue=chosen["queue"])
        return rows.select_related("lease__holder").order_by("due_at", "-weight", "id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff, chosen = staff_of(self.request), self.chosen()
        rows = self.rows()
        found = self.slice(rows)
        return {
            "rows": item_rows(found.rows, staff, timezone.now()),
            "shown": [Choice(code, label) for code, label in SHOWN.items()],
            "queues": [Choice(queue.code, queue.label) for queue in waiting.seen_queues(staff)],
            "chosen": chosen,
            "empty": EMPTY[chosen["show"]],
            **self.paging(found, rows),
            **super().get_context_data(**kwargs),
        }


def sees_queues(request: HttpRequest) -> bool:
    """Return whether there is a queue whose items the person at the screen may see."""
    return bool(waiting.seen_queues(staff_of(request)))


def items_shown(show: str, staff: StaffUser, now: datetime) -> WorkItemQuerySet:
    """Return the open items that one choice of the list stands for."""
    seen = waiting.seen_items(staff)
    choices: dict[str, WorkItemQuerySet] = {
        "all": seen,
        "free": seen.free(now),
        "mine": waiting.held_items(staff, now),
        "handed": waiting.handed_items(staff, now),
        "today": waiting.items_due_today(staff, now),
        "overdue": waiting.overdue_items(staff, now),
        "held": seen.filter(lease__until__gt=now).exclude(lease__holder=staff.person_id),
    }
    return choices[show]


PROPOSALS_SHOWN = {
    "awaiting": gettext_lazy("awaiting my approval"),
    "returned": gettext_lazy("returned to me"),
    "stuck": gettext_lazy("nobody eligible"),
}


class ProposalListPage(LongListPage):
    """Proposals that wait for the person, came back to them, or cannot be approved by anybody."""

    title = gettext_lazy("Proposals")
    template_name = "work/proposals.html"

    def chosen(self) -> dict[str, str]:
        show = self.request.GET.get("show", "awaiting")
        if show not in self.shown():
            raise Http404
        return {"show": show}

    def shown(self) -> list[str]:
        """Return the choices of the person at the screen."""
        can_name = self.request.user.has_perm("compliance.delegate_approval")
        return [code for code in PROPOSALS_SHOWN if code != "stuck" or can_name]

    def rows(self) -> QuerySet[Proposal]:
        staff, now = staff_of(self.request), timezone.now()
        show = self.chosen()["show"]
        if show == "awaiting":
            rows = waiting.awaiting_approval(staff, now)
        elif show == "returned":
            rows = waiting.returned_proposals(staff)
        else:
            numbers = [each.proposal.pk for each in stuck.stuck_proposals(now)]
            rows = Proposal.objects.filter(pk__in=numbers)
        return rows.select_related("proposer").order_by("id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.rows()
        found = self.slice(rows)
        return {
            "rows": proposal_rows(found.rows),
            "shown": [Choice(code, PROPOSALS_SHOWN[code]) for code in self.shown()],
            "chosen": self.chosen(),
            "deputies_url": reverse("admin:deputies"),
            **self.paging(found, rows),
            **super().get_context_data(**kwargs),
        }


def register() -> None:
    """Give the lists their addresses and their lines in the sidebar; called when apps are ready."""
    register_page("work/", WorkListPage, name="work_list")
    register_page("proposals/", ProposalListPage, name="proposal_list")
    lines = (
        ("admin:proposal_list", "awaiting", _AWAITING, "how_to_vote", "g a"),
        ("admin:proposal_list", "returned", _RETURNED, "undo", "g r"),
        ("admin:work_list", "handed", _HANDED, "handshake", "g h"),
        ("admin:work_list", "overdue", _OVERDUE, "alarm", "g v"),
    )
    for order, (view, show, title, icon, key) in enumerate(lines, start=1):
        register_link(
            "desk",
            title,
            view=view,
            query=f"?show={show}",
            icon=icon,
            key=key,
            order=order,
            badge=_badge(show),
            count=show,
            opens_to=sees_queues if view == "admin:work_list" else None,
        )
    register_link(
        "desk",
        gettext_lazy("My work"),
        view="admin:work_list",
        query="?show=mine",
        opens_to=sees_queues,
        icon="front_hand",
        key="g m",
        order=5,
    )
    register_link(
        "desk",
        gettext_lazy("All work items"),
        view="admin:work_list",
        query="?show=all",
        opens_to=sees_queues,
        icon="list_alt",
        key="g w",
        order=6,
    )


_AWAITING = gettext_lazy("Awaiting my approval")
_RETURNED = gettext_lazy("Returned to me")
_HANDED = gettext_lazy("Handed to me")
_OVERDUE = gettext_lazy("Overdue")


def _badge(count: str) -> Any:
    def badge(request: HttpRequest) -> int | None:
        return getattr(counts_for(request), count) or None

    return badge
