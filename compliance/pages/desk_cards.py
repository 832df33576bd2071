"""The cards of the desk: what a person holds, takes next, has to approve, gets back."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.desk import stuck, waiting
from compliance.models import Absence, Lease, StaffUser, WorkItem
from compliance.pages.clock_panel import due_in_words
from compliance.pages.desk_rows import (
    instant,
    item_rows,
    item_url,
    proposal_rows,
    time_left,
    titles_of,
)
from compliance.pages.door import staff_of
from compliance.roles import approval_in_words, delegable
from compliance.ui.desk import CardData, CardRow, Frame, Shortcut, register_card, register_frame
from compliance.work import queues

# Our choice; more lines than this are not read on a desk. The rest is behind "Show all".
LINES = 6


def counts_for(request: HttpRequest) -> waiting.Counts:
    """Return how much waits for the person at the screen, asked once for a page."""
    known: waiting.Counts | None = getattr(request, "_waiting_counts", None)
    if known is None:
        is_staff = isinstance(request.user, StaffUser) and request.user.is_active
        known = (
            waiting.counts_of(staff_of(request), timezone.now()) if is_staff else waiting.Counts()
        )
        request._waiting_counts = known  # type: ignore[attr-defined]
    return known


def list_url(show: str, queue: str = "") -> str:
    """Return the address of a full list of work items."""
    chosen = f"&queue={queue}" if queue else ""
    return f"{reverse('admin:work_list')}?show={show}{chosen}"


def proposals_url(show: str) -> str:
    """Return the address of a full list of proposals."""
    return f"{reverse('admin:proposal_list')}?show={show}"


def _first(items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    return items.select_related("lease__holder").order_by("due_at", "-weight", "id")[:LINES]


def _rows(items: QuerySet[WorkItem], staff: StaffUser, now: datetime) -> list[CardRow]:
    return [
        CardRow(
            label=row.title,
            url=row.url,
            value=row.due,
            hint=f"{row.queue} · {row.state}",
            tone="danger" if row.is_overdue else "",
        )
        for row in item_rows(_first(items), staff, now)
    ]


def my_work(request: HttpRequest) -> CardData | None:
    """Return what the person holds, with what is left of each lease."""
    staff, now = staff_of(request), timezone.now()
    if not waiting.own_queues(staff):
        return None
    items = waiting.held_items(staff, now)
    return CardData(
        title=_("My work"),
        value=items.count(),
        hint=_("in hand"),
        rows=_rows(items, staff, now),
        empty=_("You hold nothing. Take the next item of a queue: its key stands beside it."),
        link_url=list_url("mine"),
        icon="front_hand",
    )


def next_in_queues(request: HttpRequest) -> CardData | None:
    """Return for each queue of the person what they would be given next, with a key for it."""
    staff, now = staff_of(request), timezone.now()
    states = waiting.queue_states(staff, now)
    if not states:
        return None
    takes = [state for state in states if state.mine_to_take and state.next_due is not None]
    first = min(takes, key=lambda state: state.next_due or now, default=None)
    rows = []
    for state in states:
        parts = [
            ngettext("%(count)s waits", "%(count)s wait", state.open) % {"count": state.open},
        ]
        if state.held:
            parts.append(
                ngettext("%(count)s held", "%(count)s held", state.held) % {"count": state.held}
            )
        if state.overdue:
            parts.append(
                ngettext("%(count)s overdue", "%(count)s overdue", state.overdue)
                % {"count": state.overdue}
            )
        if state.next_due is not None:
            parts.append(_("next due %(time)s") % {"time": due_in_words(state.next_due)})
        elif state.open:
            parts.append(_("none of them is for you"))
        rows.append(
            CardRow(
                label=state.queue.label,
                url=list_url("all", state.queue.code),
                hint=" · ".join(parts),
                value=state.mine_to_take,
                tone="danger" if state.overdue else "",
                post_url=(
                    reverse("admin:claim_next", args=[state.queue.code])
                    if state.mine_to_take
                    else ""
                ),
                post_label=_("Take the next"),
                key=state.queue.key,
                is_first=state is first,
            )
        )
    return CardData(
        title=_("Next in each queue"),
        value=sum(state.mine_to_take for state in states),
        hint=_("that you could take now"),
        rows=rows,
        link_url=list_url("free"),
        icon="move_to_inbox",
        is_wide=True,
    )


def handed_to_me(request: HttpRequest) -> CardData | None:
    """Return what colleagues handed to the person; nothing where nothing was."""
    staff, now = staff_of(request), timezone.now()
    count = counts_for(request).handed
    if not count:
        return None
    items = list(
        waiting.handed_items(staff, now)
        .select_related("lease")
        .prefetch_related("hand_overs__giver")
        .order_by("due_at", "-weight", "id")[:LINES]
    )
    titles = titles_of(items)
    rows = []
    for item in items:
        given = next(each for each in item.hand_overs.all() if each.fence == item.lease.fence)
        rows.append(
            CardRow(
                label=titles.get(item.pk, f"#{item.pk}"),
                url=item_url(item),
                value=due_in_words(item.due_at),
                hint=_("%(name)s: %(reason)s (open it within %(time)s)")
                % {
                    "name": given.giver.name,
                    "reason": given.reason,
                    "time": time_left(item.lease.until, now),
                },
                tone="danger" if item.due_at < now else "",
            )
        )
    return CardData(
        title=_("Handed to me"),
        value=count,
        hint=_("accepted by opening"),
        rows=rows,
        link_url=list_url("handed"),
        tone="warning",
        icon="handshake",
    )


def awaiting_my_approval(request: HttpRequest) -> CardData | None:
    """Return the proposals of every kind on which the person can give a verdict."""
    staff, now = staff_of(request), timezone.now()
    count = counts_for(request).awaiting
    approves = any(staff.has_perm(permission) for permission in delegable())
    if not count and not approves:
        return None
    proposals = waiting.awaiting_approval(staff, now).select_related("proposer").order_by("pk")
    return CardData(
        title=_("Awaiting my approval"),
        value=count,
        hint=_("proposals"),
        rows=[
            CardRow(label=row.words.title, url=row.words.url, hint=f"{row.kind} · {row.proposed}")
            for row in proposal_rows(proposals[:LINES])
        ],
        empty=_("Nothing waits for your approval. What you proposed, others approve."),
        link_url=proposals_url("awaiting"),
        tone="info" if count else "",
        icon="how_to_vote",
    )


def returned_to_me(request: HttpRequest) -> CardData | None:
    """Return the person's proposals that came back, with the suggestion and the next step."""
    staff = staff_of(request)
    count = counts_for(request).returned
    has_proposed = count or staff.person.proposals.exists()
    if not has_proposed:
        return None
    proposals = waiting.returned_proposals(staff).select_related("proposer").order_by("pk")
    return CardData(
        title=_("Returned to me"),
        value=count,
        hint=ngettext("proposal to write anew", "proposals to write anew", count),
        rows=[
            CardRow(
                label=row.words.title,
                url=row.words.url,
                hint=_("%(name)s: %(reason)s") % {"name": row.said_by, "reason": row.said},
                value=row.words.next_step,
            )
            for row in proposal_rows(proposals[:LINES])
        ],
        empty=_("Nothing came back."),
        link_url=proposals_url("returned"),
        tone="warning" if count else "",
        icon="undo",
    )


def overdue(request: HttpRequest) -> CardData | None:
    """Return what is past its due instant in the queues that the person sees."""
    staff, now = staff_of(request), timezone.now()
    if not waiting.seen_queues(staff):
        return None
    count = counts_for(request).overdue
    return CardData(
        title=_("Overdue"),
        value=count,
        rows=_rows(waiting.overdue_items(staff, now), staff, now),
        empty=_("Nothing is overdue."),
        link_url=list_url("overdue"),
        tone="danger" if count else "",
        icon="alarm",
    )


def due_today(request: HttpRequest) -> CardData | None:
    """Return what is due before the day ends in the queues that the person sees."""
    staff, now = staff_of(request), timezone.now()
    if not waiting.seen_queues(staff):
        return None
    items = waiting.items_due_today(staff, now)
    count = items.count()
    return CardData(
        title=_("Due today"),
        value=count,
        rows=_rows(items, staff, now),
        empty=_("Nothing more is due today."),
        link_url=list_url("today"),
        tone="warning" if count else "",
        icon="today",
    )


def nobody_eligible(request: HttpRequest) -> CardData | None:
    """Return what nobody can do, for those who can name a deputy; nothing where all goes on."""
    staff, now = staff_of(request), timezone.now()
    if not staff.has_perm("compliance.delegate_approval"):
        return None
    proposals = stuck.stuck_proposals(now)
    items = stuck.stuck_items(now, limit=LINES)
    if not proposals and not items.number:
        return None
    rows = [
        CardRow(
            label=row.words.title,
            url=row.words.url,
            value=_("back %(time)s") % {"time": instant(each.back_at)}
            if each.back_at
            else _("nobody"),
            hint=_("missing: %(approval)s") % {"approval": approval_in_words(each.permission)},
            tone="danger",
        )
        for each, row in zip(
            proposals[:LINES],
            proposal_rows([each.proposal for each in proposals[:LINES]]),
            strict=True,
        )
    ]
    titles = titles_of(items.items)
    rows += [
        CardRow(
            label=titles.get(item.pk, f"#{item.pk}"),
            url=item_url(item),
            value=_("nobody"),
            hint=_("nobody who is here may take it"),
            tone="danger",
        )
        for item in items.items
    ]
    return CardData(
        title=_("Nobody eligible"),
        value=len(proposals) + items.number,
        hint=_("name a deputy for an approval, give a colleague the role for an item"),
        rows=rows,
        link_url=reverse("admin:deputies"),
        link_label=_("Name a deputy"),
        tone="danger",
        icon="person_off",
    )


def absent_colleagues(request: HttpRequest) -> CardData | None:
    """Return who is away and holds work, for those who can give it to others."""
    staff, now = staff_of(request), timezone.now()
    if not staff.has_perm(waiting.OVERSEE):
        return None
    absences = {
        each.person_id: each
        for each in Absence.objects.running(now).select_related("person").order_by("absent_until")
    }
    held: dict[int, int] = {}
    for number in Lease.objects.filter(
        holder__in=absences, until__gt=now, work_item__closed_at=None
    ).values_list("holder", flat=True):
        held[number] = held.get(number, 0) + 1
    if not held:
        return None
    return CardData(
        title=_("Absent and holding work"),
        value=sum(held.values()),
        hint=_("items that wait for somebody who is away"),
        rows=[
            CardRow(
                label=absences[number].person.name,
                url=reverse("admin:work_of", args=[number]),
                value=held[number],
                hint=_("absent until %(time)s") % {"time": instant(absences[number].absent_until)},
            )
            for number in held
        ],
        tone="warning",
        icon="beach_access",
    )


def frame_of(request: HttpRequest) -> Frame:
    """Return what stands around every page: the figure in the title, and the keys for queues."""
    if not isinstance(request.user, StaffUser) or not request.user.is_active:
        return Frame()
    staff = staff_of(request)
    return Frame(
        total=counts_for(request).for_me,
        counts_url=reverse("admin:work_counts"),
        shortcuts=[
            Shortcut(
                url=reverse("admin:claim_next", args=[queue.code]),
                key=queue.key,
                label=_("Take the next: %(queue)s") % {"queue": queue.label},
            )
            for queue in queues()
            if queue.key and staff.has_perm(queue.permission)
        ],
    )


def register() -> None:
    """Put the cards on the desk; called when apps are ready."""
    for order, card in enumerate(
        (
            next_in_queues,
            my_work,
            handed_to_me,
            awaiting_my_approval,
            returned_to_me,
            overdue,
            due_today,
            nobody_eligible,
            absent_colleagues,
        ),
        start=1,
    ):
        register_card(card, order=order)
    register_frame(frame_of)
