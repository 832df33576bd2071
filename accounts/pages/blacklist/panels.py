"""What the pages of accounts, subjects and applications show of the blacklist, and their timelines."""

from collections.abc import Callable
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.blacklist_words import EntryStatus
from accounts.models import (
    BlacklistEntry,
    BlacklistMatch,
    IdentityBar,
    ListedName,
    PublicAccount,
    Subject,
)
from accounts.pages.blacklist.presentation import (
    VIEW,
    VIEW_MATCH,
    entry_row,
    entry_url,
    match_url,
)
from accounts.pages.histories import ACCOUNT, SUBJECT
from accounts.pages.references import register_reference
from compliance.models import StaffUser, WorkItem
from compliance.pages.record import Panel, register_panel
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources

ENTRY = "accounts.blacklistentry"
SHOWN = 10

Entries = Callable[[Any], QuerySet]


def _panel(entries: QuerySet, staff: StaffUser) -> Panel | None:
    """Return the entries, for whoever may see them; nothing where there is none."""
    if not staff.has_perm(VIEW):
        return None
    found = list(entries.order_by("-pk")[:SHOWN])
    if not found:
        return None
    return Panel(
        title=_("Blacklist and bars"),
        rows=[entry_row(each, staff) for each in found],
        tone="danger" if any(each.status == EntryStatus.LISTED for each in found) else "",
    )


def account_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the entries that were decided about an account."""
    return _panel(account.blacklist_entries.all(), staff)


def subject_panel(subject: Subject, staff: StaffUser) -> Panel | None:
    """Return the entries on a subject."""
    return _panel(subject.blacklist_entries.all(), staff)


def _names_of(entries: QuerySet) -> QuerySet:
    references = entries.annotate(
        reference=Concat(
            F("ground_ref"), Value("/entry:"), Cast("id", CharField()), output_field=CharField()
        )
    )
    return ListedName.objects.filter(ground_ref__in=references.values("reference"))


def _items_of(entries: QuerySet) -> QuerySet:
    versions = BlacklistEntry.history.model.objects.filter(id__in=entries.values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values("review_item_id"))


def _match_items(entries: QuerySet) -> QuerySet:
    return WorkItem.objects.filter(blacklist_match__entry__in=entries)


def _clocks(entries: QuerySet) -> QuerySet:
    return _items_of(entries).values_list("clock").union(_match_items(entries).values_list("clock"))


def _register_timeline(record_type: str, entries_of: Entries) -> None:
    label = gettext_lazy("Blacklist")

    def source(records: Entries, permission: str = VIEW, **more: Any) -> TimelineSource:
        return TimelineSource(
            kind="blacklist",
            label=label,
            permission=permission,
            records=lambda roots: records(entries_of(roots)),
            **more,
        )

    sources = [
        source(lambda entries: entries, page=entry_url),
        source(lambda entries: IdentityBar.objects.filter(entry__in=entries)),
        source(_names_of, permission="accounts.view_listedname"),
        source(_items_of),
        source(_match_items, permission=VIEW_MATCH),
        source(
            lambda entries: BlacklistMatch.objects.filter(entry__in=entries),
            permission=VIEW_MATCH,
            page=match_url,
        ),
    ]
    for each in sources:
        register_timeline_source(record_type, each)
    for each in clock_sources(VIEW, lambda roots: _clocks(entries_of(roots))):
        register_timeline_source(record_type, each)


def _reference_url(key: str, staff: StaffUser) -> str:
    if not staff.has_perm(VIEW) or not key.isdecimal():
        return ""
    return reverse("admin:blacklist_entry", args=[key])


def register() -> None:
    """Give panels and sources their places; called when apps are ready."""
    register_reference(
        "blacklist", words=lambda key: BlacklistEntry(pk=int(key)).reference, url=_reference_url
    )
    register_panel(ACCOUNT, account_panel, order=25)
    register_panel(SUBJECT, subject_panel, order=25)
    _register_timeline(
        ACCOUNT, lambda accounts: BlacklistEntry.objects.filter(account__in=accounts)
    )
    _register_timeline(ENTRY, lambda entries: entries)
