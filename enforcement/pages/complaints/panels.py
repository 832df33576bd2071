"""What accounts and cases show of complaints, and how complaints are found; never who complains."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PublicAccount
from accounts.pages.histories import ACCOUNT
from compliance.models import StaffUser, WorkItem
from compliance.numbers import read_item_number, read_number
from compliance.pages.record import Panel, PanelRow, register_panel
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.search import Hit, register_search
from enforcement.models import Complaint, Infringement
from enforcement.models.complaints import COMPLAINT_PREFIX
from enforcement.pages.complaints.presentation import (
    SHOWN,
    VIEW,
    complaint_badge,
    complaint_url,
)

COMPLAINT = "enforcement.complaint"


def complaints_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the complaints about an account, the latest first; nothing where there are none."""
    if not staff.has_perm(VIEW):
        return None
    rows = [
        PanelRow(
            label=each.number,
            url=complaint_url(each),
            hint=str(each.get_kind_display()),
            badge=complaint_badge(each),
        )
        for each in account.complaints.order_by("-pk")[:SHOWN]
    ]
    return Panel(title=_("Complaints"), rows=rows) if rows else None


def _items_of(complaints: QuerySet) -> QuerySet:
    versions = Complaint.history.model.objects.filter(id__in=complaints.values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values("work_item_id"))


def _clocks_of(complaints: QuerySet) -> QuerySet:
    return complaints.values_list("acknowledgement_clock").union(
        complaints.values_list("acceptance_clock"),
        complaints.values_list("decision_clock"),
        complaints.filter(material_clock__isnull=False).values_list("material_clock"),
        complaints.filter(feedback_clock__isnull=False).values_list("feedback_clock"),
        *(
            _notices_of(complaints).filter(**{f"{name}__isnull": False}).values_list(name)
            for name in ("forward_clock", "counter_clock", "wait_clock")
        ),
    )


def _notices_of(complaints: QuerySet) -> QuerySet:
    return Infringement.objects.filter(complaint__in=complaints)


def _sources(found: Callable[[QuerySet], QuerySet]) -> list[TimelineSource]:
    label = gettext_lazy("Complaints")
    return [
        TimelineSource(
            kind="complaint",
            label=label,
            permission=VIEW,
            records=found,
            name=str,
            page=complaint_url,
        ),
        TimelineSource(
            kind="complaint",
            label=label,
            permission=VIEW,
            records=lambda roots: _items_of(found(roots)),
        ),
        TimelineSource(
            kind="complaint",
            label=label,
            permission=VIEW,
            records=lambda roots: _notices_of(found(roots)),
        ),
        *clock_sources(VIEW, lambda roots: _clocks_of(found(roots))),
    ]


def _of_accounts(accounts: QuerySet) -> QuerySet:
    return Complaint.objects.filter(account__in=accounts)


def _themselves(complaints: QuerySet) -> QuerySet:
    return complaints


def find_complaints(words: str) -> QuerySet | None:
    """Return the complaint of a number, or of a work item in which it waits or waited."""
    # Those about the platform are found by nobody but in their own list.
    found = Complaint.objects.about_accounts().select_related("account").order_by("pk")
    item = read_item_number(words)
    if item is not None:
        waited = Complaint.history.model.objects.filter(work_item_id=item)
        return found.filter(pk__in=waited.values("id"))
    number = read_number(COMPLAINT_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def complaint_hit(complaint: Complaint) -> Hit:
    """Return how a complaint is shown among what was found."""
    account = complaint.account
    return Hit(
        title=complaint.number,
        hint=account.name if account is not None else "",
        url=complaint_url(complaint),
        badge=complaint_badge(complaint),
    )


def register() -> None:
    """Add the panel, the search and the timelines; called when apps are ready."""
    register_panel(ACCOUNT, complaints_panel, order=15)
    for record_type, found in ((ACCOUNT, _of_accounts), (COMPLAINT, _themselves)):
        for source in _sources(found):
            register_timeline_source(record_type, source)
    register_search(
        "complaint",
        gettext_lazy("Complaints"),
        VIEW,
        find_complaints,
        hit=complaint_hit,
        by=gettext_lazy("TS and the number, or # and the number of the work item"),
        icon="feedback",
        order=35,
    )
