"""What the page of a subject shows of its applications for more accounts, and how they are found."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AccountAllowance, Subject
from accounts.models.allowances import ALLOWANCE_PREFIX
from accounts.pages.allowances.presentation import allowance_badge, allowance_url
from accounts.services.allowances.submission import SUBMIT, present_cap
from compliance.models import StaffUser, WorkItem
from compliance.numbers import read_item_number, read_number
from compliance.pages.record import (
    Panel,
    PanelRow,
    RecordLink,
    register_panel,
    register_record_link,
)
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.search import Hit, register_search

SUBJECT = "accounts.subject"
ALLOWANCE = "accounts.accountallowance"
VIEW = "accounts.view_accountallowance"
SHOWN = 20


def allowances_panel(subject: Subject, staff: StaffUser) -> Panel | None:
    """Return the applications of a subject for more accounts, the latest first."""
    if not staff.has_perm(VIEW):
        return None
    rows = [
        PanelRow(
            label=each.reference,
            url=allowance_url(each),
            hint=_("%(wanted)s accounts asked for") % {"wanted": each.wanted},
            badge=allowance_badge(each),
        )
        for each in subject.allowances.order_by("-pk")[:SHOWN]
    ]
    return Panel(
        title=_("More accounts"),
        hint=_("May run now: %(cap)s") % {"cap": present_cap(subject)},
        rows=rows,
        empty=_("It has not applied for more accounts."),
    )


def entering_link(subject: Subject, staff: StaffUser) -> RecordLink | None:
    """Return the way to enter an application that came on paper, for whoever may."""
    if not staff.has_perm(SUBMIT):
        return None
    return RecordLink(
        label=gettext_lazy("Enter an application for more accounts"),
        url=reverse("admin:enter_allowance", args=[subject.pk]),
        key="e",
    )


def _items_of(allowances: QuerySet) -> QuerySet:
    versions = AccountAllowance.history.model.objects.filter(id__in=allowances.values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values("work_item_id"))


def _clocks_of(allowances: QuerySet) -> QuerySet:
    reviews = _items_of(allowances).values_list("clock")
    material = allowances.filter(material_clock__isnull=False).values_list("material_clock")
    return reviews.union(material)


def _sources(found: Callable[[QuerySet], QuerySet]) -> list[TimelineSource]:
    """Return the sources of what happened to applications; `found` returns them for the records."""
    label = gettext_lazy("Applications for more accounts")
    return [
        TimelineSource(
            kind="allowance",
            label=label,
            permission=VIEW,
            records=found,
            name=lambda each: each.reference,
            page=allowance_url,
        ),
        TimelineSource(
            kind="allowance",
            label=label,
            permission=VIEW,
            records=lambda roots: _items_of(found(roots)),
        ),
        *clock_sources(VIEW, lambda roots: _clocks_of(found(roots))),
    ]


def _of_subjects(subjects: QuerySet) -> QuerySet:
    return AccountAllowance.objects.filter(subject__in=subjects)


def _themselves(allowances: QuerySet) -> QuerySet:
    return allowances


def find_allowances(words: str) -> QuerySet | None:
    """Return the application of a number, or of the work item in which it waits."""
    found = AccountAllowance.objects.select_related("subject__name").order_by("pk")
    item = read_item_number(words)
    if item is not None:
        return found.filter(work_item_id=item)
    number = read_number(ALLOWANCE_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def allowance_hit(allowance: AccountAllowance) -> Hit:
    """Return how an application is shown among what was found."""
    return Hit(
        title=allowance.reference,
        hint=str(allowance.subject),
        url=allowance_url(allowance),
        badge=allowance_badge(allowance),
    )


def register() -> None:
    """Add the panel, the link, the search and the timelines; called when apps are ready."""
    register_panel(SUBJECT, allowances_panel, order=10)
    register_record_link(SUBJECT, entering_link)
    for record_type, found in ((SUBJECT, _of_subjects), (ALLOWANCE, _themselves)):
        for source in _sources(found):
            register_timeline_source(record_type, source)
    register_search(
        "allowance",
        gettext_lazy("Applications for more accounts"),
        VIEW,
        find_allowances,
        hit=allowance_hit,
        by=gettext_lazy("DH and the number, or # and the number of the work item"),
        icon="library_add",
        order=32,
    )
