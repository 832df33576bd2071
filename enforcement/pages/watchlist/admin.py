"""The watch list and who looked at it, in lists; opening the list is on record."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

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
    number_prefix = WATCH_PREFIX
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
