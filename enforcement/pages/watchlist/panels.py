"""What account pages and the desk show of the watch list, to those alone who may see it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import PublicAccount
from accounts.pages.histories import ACCOUNT
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.pages.record import (
    Panel,
    PanelRow,
    RecordLink,
    register_panel,
    register_record_link,
)
from compliance.ui.desk import CardData, CardRow, register_card
from enforcement.models import WatchEntry
from enforcement.pages.watchlist.presentation import watch_badge, watch_url
from enforcement.services.watchlist import looks, watching
from enforcement.watch_words import WatchPlace

SHOWN = 10
LINES = 6


def watch_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the entries about an account; what is shown is on record as looked at."""
    if not staff.has_perm(watching.VIEW):
        return None
    found = list(account.watch_entries.order_by("-pk")[:SHOWN])
    if not found:
        return None
    looks.note_look(place=WatchPlace.ACCOUNT, actor=staff, entries=found)
    return Panel(
        title=_("Watch list"),
        hint=_("Not a sanction: nothing about the account is limited by it."),
        rows=[
            PanelRow(
                label=f"{each.reference} {each.get_basis_display()}",
                url=watch_url(each),
                hint=_("until %(day)s") % {"day": each.expires_on.isoformat()},
                badge=watch_badge(each),
            )
            for each in found
        ],
    )


def propose_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Offer to propose the account for the watch list, to whoever may."""
    if account.status != AccountStatus.ACTIVE or not staff.has_perm(watching.PROPOSE):
        return None
    return RecordLink(
        label=_("Propose for the watch list"),
        url=f"{reverse('admin:add_watch_entry')}?account={account.platform_uid}",
    )


def due_card(request: HttpRequest) -> CardData | None:
    """Return the entries whose review is due, for those who may see the watch list."""
    staff = staff_of(request)
    if not staff.has_perm(watching.PROPOSE):
        return None
    due = WatchEntry.objects.due_for_review(timezone.localdate())
    count = due.count()
    if not count:
        return None
    found = list(due.select_related("account").order_by("review_date", "pk")[:LINES])
    looks.note_look(place=WatchPlace.DESK, actor=staff, entries=found)
    return CardData(
        title=_("Watch list: reviews due"),
        value=count,
        rows=[
            CardRow(
                label=f"{each.reference} {each.account.name}",
                url=watch_url(each),
                value=each.review_date.isoformat(),
            )
            for each in found
        ],
        link_url=reverse("admin:enforcement_watchentry_changelist"),
        tone="warning",
        icon="visibility",
    )


def register() -> None:
    """
    Give panel, link and card their places; called when apps are ready.

    Nothing goes into the timeline of the account: it says how much of it somebody may not see.
    """
    register_panel(ACCOUNT, watch_panel, order=90)
    register_record_link(ACCOUNT, propose_link)
    register_card(due_card, order=60)
