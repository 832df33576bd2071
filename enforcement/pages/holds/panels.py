"""Where pages of accounts lead on to emergency holds and hearings, and what happened to them."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import GroundKind
from accounts.models import PublicAccount
from accounts.pages.grounds import register_ground_page
from compliance.models import Proposal, StaffUser, WorkItem
from compliance.numbers import read_number
from compliance.pages.clock_panel import due_in_words
from compliance.pages.record import Panel, PanelRow, register_panel
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.search import Hit, register_search
from enforcement.models import EmergencyHold, Hearing
from enforcement.models.holds import HOLD_PREFIX
from enforcement.pages.hearings.presentation import VIEW as VIEW_HEARING
from enforcement.pages.hearings.presentation import hearing_url
from enforcement.pages.holds.presentation import SHOWN, VIEW, hold_url, state_badge
from enforcement.services.hearings.planning import decision_heard

ACCOUNT = "accounts.publicaccount"


def holds_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the emergency holds on an account, the latest first."""
    if not staff.has_perm(VIEW):
        return None
    found = list(account.emergency_holds.order_by("-pk")[:SHOWN])
    if not found:
        return None
    return Panel(
        title=_("Emergency holds"),
        rows=[
            PanelRow(
                label=each.number,
                url=hold_url(each),
                hint=each.get_scope_display(),
                value=due_in_words(each.in_force_until),
                badge=state_badge(each),
            )
            for each in found
        ],
    )


def page_of_ground(reference: str, staff: StaffUser) -> str:
    """Return the page of the hold that a restriction rests on."""
    number = read_number(HOLD_PREFIX, reference)
    if number is None or not staff.has_perm(VIEW):
        return ""
    return reverse("admin:emergency_hold", args=[number])


def _holds(accounts: QuerySet) -> QuerySet:
    return EmergencyHold.objects.filter(account__in=accounts)


def _hearings(accounts: QuerySet) -> QuerySet:
    return Hearing.objects.filter(account__in=accounts).prefetch_related("after", "decisions")


def _clocks(accounts: QuerySet) -> QuerySet:
    """Return the clocks of hearings and of holds, those too that were set anew."""
    versions = Hearing.history.model.objects.filter(id__in=_hearings(accounts).values("pk"))
    items = WorkItem.objects.filter(emergency_hold__account__in=accounts)
    longest = _holds(accounts).filter(clock__isnull=False)
    return items.values_list("clock").union(
        longest.values_list("clock"), versions.values_list("clock_id")
    )


def _sources() -> list[TimelineSource]:
    hold, hearing = gettext_lazy("Emergency holds"), gettext_lazy("Hearings before decisions")
    return [
        TimelineSource(
            kind="hearing",
            label=hearing,
            permission=VIEW_HEARING,
            records=_hearings,
            name=lambda record: decision_heard(record).number,
            page=hearing_url,
        ),
        TimelineSource(
            kind="emergency_hold", label=hold, permission=VIEW, records=_holds, page=hold_url
        ),
        TimelineSource(
            kind="emergency_hold",
            label=hold,
            permission=VIEW,
            records=lambda accounts: WorkItem.objects.filter(emergency_hold__account__in=accounts),
        ),
        TimelineSource(
            kind="emergency_hold",
            label=hold,
            permission=VIEW,
            records=lambda accounts: Proposal.objects.filter(
                emergency_hold__account__in=accounts
            ).select_related("emergency_hold"),
            name=lambda proposal: proposal.emergency_hold.number,
            page=lambda proposal: hold_url(proposal.emergency_hold),
        ),
        *clock_sources(VIEW, _clocks),
    ]


def find_holds(words: str) -> QuerySet | None:
    """Return the emergency hold of a number."""
    number = read_number(HOLD_PREFIX, words)
    found = EmergencyHold.objects.select_related("account").order_by("pk")
    return found.filter(pk=number) if number is not None else None


def hold_hit(hold: EmergencyHold) -> Hit:
    """Return how a hold is shown among what was found."""
    return Hit(
        title=f"{hold.number} {hold.account.name}",
        hint=str(hold.get_scope_display()),
        url=hold_url(hold),
        badge=state_badge(hold),
    )


def register() -> None:
    """Add panels, sources and the search; called when apps are ready."""
    register_panel(ACCOUNT, holds_panel, order=8)
    register_ground_page(GroundKind.EMERGENCY, page_of_ground)
    for source in _sources():
        register_timeline_source(ACCOUNT, source)
    register_search(
        "emergency_hold",
        gettext_lazy("Emergency holds"),
        VIEW,
        find_holds,
        hit=hold_hit,
        by=gettext_lazy("number of the hold"),
        icon="front_hand",
        order=55,
    )
