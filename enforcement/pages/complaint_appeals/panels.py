"""How appeals of complainants are found, and what timelines show of them."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy

from accounts.pages.histories import ACCOUNT
from compliance.models import WorkItem
from compliance.numbers import read_item_number, read_number
from compliance.pages.door import staff_of
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.pages import ConsolePage, register_page
from compliance.ui.search import Hit, register_search
from enforcement.models import ComplaintAppeal
from enforcement.models.complaint_appeals import COMPLAINT_APPEAL_PREFIX
from enforcement.pages.complaint_appeals.presentation import (
    VIEW,
    complaint_appeal_badge,
    complaint_appeal_url,
    may_see_appeal,
)
from enforcement.pages.complaints.panels import COMPLAINT
from enforcement.pages.complaints.presentation import VIEW_PLATFORM


class ComplaintAppealDoor(ConsolePage):
    """Leads from the number of an appeal to the page on which it is heard now."""

    def has_permission(self, request: HttpRequest) -> bool:
        if not super().has_permission(request):
            return False
        staff = staff_of(request)
        return (staff.has_perm(VIEW) or staff.has_perm(VIEW_PLATFORM)) and may_see_appeal(
            self.record.complaint, staff
        )

    @property
    def record(self) -> ComplaintAppeal:
        """The appeal that the address names."""
        found = ComplaintAppeal.objects.select_related("complaint", "work_item")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return redirect(complaint_appeal_url(self.record))


def _of_accounts(accounts: QuerySet) -> QuerySet:
    return ComplaintAppeal.objects.filter(complaint__account__in=accounts)


def _of_complaints(complaints: QuerySet) -> QuerySet:
    return ComplaintAppeal.objects.filter(complaint__in=complaints)


def _items_of(appeals: QuerySet) -> QuerySet:
    versions = ComplaintAppeal.history.model.objects.filter(id__in=appeals.values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values("work_item_id"))


def _clocks_of(appeals: QuerySet) -> QuerySet:
    return appeals.values_list("decision_clock").union(
        appeals.filter(questions__isnull=False).values_list("questions__clock")
    )


def _sources(found: Callable[[QuerySet], QuerySet]) -> list[TimelineSource]:
    label = gettext_lazy("Appeals of complainants")
    return [
        TimelineSource(
            kind="complaint_appeal",
            label=label,
            permission=VIEW,
            records=found,
            name=str,
            page=complaint_appeal_url,
        ),
        TimelineSource(
            kind="complaint_appeal",
            label=label,
            permission=VIEW,
            records=lambda roots: _items_of(found(roots)),
        ),
        *clock_sources(VIEW, lambda roots: _clocks_of(found(roots))),
    ]


def find_complaint_appeals(words: str) -> QuerySet | None:
    """Return the appeal of a number, or of a work item in which it waits or waited."""
    # Those about the platform are found by nobody but in their own list.
    found = (
        ComplaintAppeal.objects.about_accounts()
        .select_related("complaint__account", "decision_clock", "ruling", "work_item")
        .order_by("pk")
    )
    item = read_item_number(words)
    if item is not None:
        waited = ComplaintAppeal.history.model.objects.filter(work_item_id=item)
        return found.filter(pk__in=waited.values("id"))
    number = read_number(COMPLAINT_APPEAL_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def complaint_appeal_hit(appeal: ComplaintAppeal) -> Hit:
    """Return how an appeal of a complainant is shown among what was found."""
    return Hit(
        title=appeal.number,
        hint=appeal.complaint.number,
        url=complaint_appeal_url(appeal),
        badge=complaint_appeal_badge(appeal),
    )


def register() -> None:
    """Add sources, door and search; called when apps are ready."""
    register_page("complaint-appeals/<int:pk>/", ComplaintAppealDoor, name="complaint_appeal")
    for record_type, found in ((ACCOUNT, _of_accounts), (COMPLAINT, _of_complaints)):
        for source in _sources(found):
            register_timeline_source(record_type, source)
    register_search(
        "complaint_appeal",
        gettext_lazy("Appeals of complainants"),
        VIEW,
        find_complaint_appeals,
        hit=complaint_appeal_hit,
        by=gettext_lazy("FH and the number, or # and the number of the work item"),
        icon="balance",
        order=36,
    )
