"""Entries of the blacklist, what matched them, and the watch list. All are read only."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import BlacklistEntry, BlacklistMatch
from accounts.models.blacklist import ENTRY_PREFIX, MATCH_PREFIX
from compliance.numbers import read_number
from compliance.pages.door import staff_of
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    PageConsoleAdmin,
    RangeDateFilter,
    RangeDateTimeFilter,
    display,
)
from enforcement.models import WatchEntry, WatchLook
from enforcement.models.watchlist import WATCH_PREFIX
from enforcement.services.watchlist import looks
from enforcement.watch_words import WatchPlace


@admin.register(BlacklistEntry)
class BlacklistEntryAdmin(PageConsoleAdmin):
    """Who is on the blacklist or barred, by which decision, and until when that is looked at."""

    page_name = "admin:blacklist_entry"
    section = "enforcement"
    section_order = 32
    icon = "block"
    list_display = [
        "shown_reference",
        "kind",
        "subject",
        "account",
        "ground_ref",
        "status",
        "review_date",
        "listed_at",
    ]
    list_select_related = ["subject__name", "account"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("review_date", RangeDateFilter),
        ("listed_at", RangeDateTimeFilter),
    ]
    search_fields = ["=id", "=account__platform_uid", "=ground_ref"]
    ordering = ["-id"]
    fields = ["kind", "subject", "account", "ground_ref", "status", "review_date"]

    def spelled(self, path: str, typed: str) -> Collection[str]:
        if path != "id":
            return super().spelled(path, typed)
        number = read_number(ENTRY_PREFIX, typed)
        return {str(number)} if number is not None else set()

    @display(description=_("number"))
    def shown_reference(self, obj: BlacklistEntry) -> str:
        """Return the number by which people call it."""
        return obj.reference


@admin.register(BlacklistMatch)
class BlacklistMatchAdmin(PageConsoleAdmin):
    """Who met an entry, and what a person said of it."""

    page_name = "admin:blacklist_match"
    section = "enforcement"
    section_order = 34
    icon = "compare_arrows"
    list_display = [
        "shown_reference",
        "entry",
        "application",
        "transfer",
        "shown_fields",
        "status",
        "found_at",
        "decided_by",
    ]
    list_select_related = ["entry", "application", "transfer__account", "decided_by"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("found_at", RangeDateTimeFilter),
    ]
    search_fields = ["=id", "=application__platform_uid"]
    ordering = ["-id"]
    fields = ["entry", "application", "transfer", "status", "found_at"]

    def spelled(self, path: str, typed: str) -> Collection[str]:
        if path != "id":
            return super().spelled(path, typed)
        number = read_number(MATCH_PREFIX, typed)
        return {str(number)} if number is not None else set()

    @display(description=_("number"))
    def shown_reference(self, obj: BlacklistMatch) -> str:
        """Return the number by which people call it."""
        return obj.reference

    @display(description=_("equal"))
    def shown_fields(self, obj: BlacklistMatch) -> str:
        """Return what is equal, never the value."""
        return obj.shown_fields


@admin.register(WatchEntry)
class WatchEntryAdmin(PageConsoleAdmin):
    """Accounts that are looked at more closely; who opens the list is on record."""

    page_name = "admin:watch_entry"
    section = "enforcement"
    section_order = 36
    icon = "visibility"
    list_display = [
        "shown_reference",
        "account",
        "basis",
        "owner",
        "status",
        "review_date",
        "expires_on",
    ]
    list_select_related = ["account", "owner"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("basis", ChoicesDropdownFilter),
        ("review_date", RangeDateFilter),
        ("expires_on", RangeDateFilter),
    ]
    search_fields = ["=id", "=account__platform_uid"]
    ordering = ["-id"]
    fields = ["account", "basis", "owner", "status", "review_date", "expires_on"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, after the look is on record."""
        if self.has_view_permission(request):
            looks.note_look(place=WatchPlace.LIST, actor=staff_of(request))
        return super().changelist_view(request, extra_context)

    def spelled(self, path: str, typed: str) -> Collection[str]:
        if path != "id":
            return super().spelled(path, typed)
        number = read_number(WATCH_PREFIX, typed)
        return {str(number)} if number is not None else set()

    @display(description=_("number"))
    def shown_reference(self, obj: WatchEntry) -> str:
        """Return the number by which people call it."""
        return obj.reference


@admin.register(WatchLook)
class WatchLookAdmin(ConsoleAdmin):
    """Who looked at the watch list, where and when."""

    section = "enforcement"
    section_order = 38
    icon = "history_edu"
    list_display = ["at", "person", "place", "entry"]
    list_select_related = ["person", "entry"]
    list_filter = [("place", ChoicesDropdownFilter), ("at", RangeDateTimeFilter)]
    search_fields = ["=person__id"]
    ordering = ["-id"]
    fields = ["at", "person", "place", "entry"]
