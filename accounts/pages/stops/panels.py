"""What the page of an account shows of stops, how they are found, and what happened to them."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import GroundKind
from accounts.models import PublicAccount, Stop
from accounts.models.stops import STOP_PREFIX
from accounts.pages.grounds import register_ground_page
from accounts.pages.of_account import register_link_of_open
from accounts.pages.presentation import instant
from accounts.pages.references import reference_url, register_reference
from accounts.pages.stops.record import stop_badge, stop_url
from accounts.services.stops.wishing import SUBMIT
from compliance.models import StaffUser
from compliance.numbers import read_number, read_plain_number
from compliance.pages.record import (
    Panel,
    PanelRow,
    RecordLink,
    register_panel,
)
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.search import Hit, register_search

ACCOUNT = "accounts.publicaccount"
STOP = "accounts.stop"
VIEW = "accounts.view_stop"
SHOWN = 20


def stops_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return what the operator of an account wished of ending or pausing it, the latest first."""
    if not staff.has_perm(VIEW):
        return None
    rows = [
        PanelRow(
            label=_("%(reference)s: %(kind)s")
            % {"reference": each.reference, "kind": each.get_kind_display()},
            url=stop_url(each),
            value=instant(each.applied_at),
            badge=stop_badge(each),
        )
        for each in account.stops.order_by("-pk")[:SHOWN]
    ]
    if not rows:
        return None
    return Panel(title=_("Stops at the operator’s wish"), rows=rows)


def entering_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way to enter a stop, for whoever may."""
    if not staff.has_perm(SUBMIT):
        return None
    return RecordLink(
        label=gettext_lazy("Enter a stop at the operator’s wish"),
        url=reverse("admin:enter_stop", args=[account.pk]),
    )


def page_of_reference(key: str, staff: StaffUser) -> str:
    """Return the page of a stop by its key, for whoever may read it."""
    number = read_plain_number(key)
    if not staff.has_perm(VIEW) or number is None:
        return ""
    return reverse("admin:stop", args=[number])


def find_stops(words: str) -> QuerySet | None:
    """Return the stop of a number."""
    number = read_number(STOP_PREFIX, words)
    found = Stop.objects.select_related("account").order_by("pk")
    return found.filter(pk=number) if number is not None else None


def stop_hit(stop: Stop) -> Hit:
    """Return how a stop is shown among what was found."""
    return Hit(
        title=stop.reference, hint=stop.account.name, url=stop_url(stop), badge=stop_badge(stop)
    )


def _sources(found: Callable[[QuerySet], QuerySet]) -> list[TimelineSource]:
    return [
        TimelineSource(
            kind="stop",
            label=gettext_lazy("Stops at the operator’s wish"),
            permission=VIEW,
            records=found,
            name=str,
            page=stop_url,
        ),
        *clock_sources(
            VIEW, lambda roots: found(roots).filter(clock__isnull=False).values("clock")
        ),
    ]


def register() -> None:
    """Add the panel, the link, the search and the sources of timelines; called when apps are ready."""
    register_panel(ACCOUNT, stops_panel, order=21)
    register_link_of_open(entering_link)
    register_ground_page(GroundKind.STOP, reference_url)
    register_reference("stop", words=lambda key: f"{STOP_PREFIX}{key:0>8}", url=page_of_reference)
    register_search(
        "stop",
        gettext_lazy("Stops at the operator’s wish"),
        VIEW,
        find_stops,
        hit=stop_hit,
        by=gettext_lazy("TY and the number"),
        icon="power_settings_new",
        order=34,
    )
    for source in _sources(lambda accounts: Stop.objects.filter(account__in=accounts)):
        register_timeline_source(ACCOUNT, source)
    for source in _sources(lambda stops: stops):
        register_timeline_source(STOP, source)
