"""What account and case pages show of rumours, and how rumours are found."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PublicAccount
from accounts.pages.histories import ACCOUNT
from accounts.pages.of_account import register_link_of_open
from compliance.models import StaffUser, WorkItem
from compliance.numbers import read_item_number, read_number
from compliance.pages.record import (
    Panel,
    PanelRow,
    RecordLink,
    register_panel,
)
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.search import Hit, register_search
from enforcement.models import Rumour, RumourAccount, RumourReview
from enforcement.models.refutations import REFUTATION_PREFIX
from enforcement.models.rumours import RUMOUR_PREFIX
from enforcement.pages.rumours.presentation import (
    SHOWN,
    VIEW,
    review_url,
    rumour_badge,
    rumour_url,
)
from enforcement.services.rumours.opening import HANDLE


def rumours_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the rumours that stand in an account, the latest first."""
    if not staff.has_perm(VIEW):
        return None
    found = list(account.rumour_accounts.select_related("rumour").order_by("-pk")[:SHOWN])
    if not found:
        return None
    return Panel(
        title=_("Rumours"),
        rows=[
            PanelRow(
                label=each.rumour.number,
                url=rumour_url(each.rumour),
                hint=each.rumour.claim[:200],
                value=str(each.get_conclusion_display()),
                badge=rumour_badge(each.rumour),
            )
            for each in found
        ],
    )


def open_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Offer to open a rumour that stands in the account, to whoever may."""
    if not staff.has_perm(HANDLE):
        return None
    return RecordLink(
        label=_("Open a rumour"),
        url=reverse("admin:open_rumour", query={"uid": account.platform_uid}),
    )


def _rumours(accounts: QuerySet) -> QuerySet:
    return Rumour.objects.filter(accounts__account__in=accounts).distinct()


def _concerned(accounts: QuerySet) -> QuerySet:
    return RumourAccount.objects.filter(account__in=accounts).select_related("rumour")


def _reviews(accounts: QuerySet) -> QuerySet:
    return RumourReview.objects.filter(decision__account__in=accounts)


def _clocks(accounts: QuerySet) -> QuerySet:
    versions = Rumour.history.model.objects.filter(id__in=_rumours(accounts).values("pk"))
    steps = WorkItem.objects.filter(pk__in=versions.values("work_item_id"))
    reviews = WorkItem.objects.filter(rumour_review__decision__account__in=accounts)
    return steps.values_list("clock").union(reviews.values_list("clock"))


def _sources() -> list[TimelineSource]:
    label = gettext_lazy("Rumours")
    return [
        TimelineSource(
            kind="rumour", label=label, permission=VIEW, records=_rumours, page=rumour_url
        ),
        TimelineSource(
            kind="rumour",
            label=label,
            permission=VIEW,
            records=_concerned,
            name=lambda each: each.rumour.number,
            page=lambda each: rumour_url(each.rumour),
        ),
        TimelineSource(
            kind="rumour", label=label, permission=VIEW, records=_reviews, page=review_url
        ),
        *clock_sources(VIEW, _clocks),
    ]


def find_rumours(words: str) -> QuerySet | None:
    """Return the rumour of a number, of its refutation, or of a work item in which it waits or waited."""
    found = Rumour.objects.order_by("pk")
    item = read_item_number(words)
    if item is not None:
        waited = Rumour.history.model.objects.filter(work_item_id=item)
        return found.filter(pk__in=waited.values("id"))
    refuted = read_number(REFUTATION_PREFIX, words)
    if refuted is not None:
        return found.filter(refutations=refuted)
    number = read_number(RUMOUR_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def rumour_hit(rumour: Rumour) -> Hit:
    """Return how a rumour is shown among what was found."""
    return Hit(
        title=rumour.number,
        hint=rumour.claim[:80],
        url=rumour_url(rumour),
        badge=rumour_badge(rumour),
    )


def register() -> None:
    """Add panel, link, sources and the search; called when apps are ready."""
    register_panel(ACCOUNT, rumours_panel, order=14)
    register_link_of_open(open_link)
    for source in _sources():
        register_timeline_source(ACCOUNT, source)
    register_search(
        "rumour",
        gettext_lazy("Rumours"),
        VIEW,
        find_rumours,
        hit=rumour_hit,
        by=gettext_lazy("number of the rumour or refutation, or # and that of the work item"),
        icon="campaign",
        order=57,
    )
