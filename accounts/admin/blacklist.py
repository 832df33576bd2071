"""Entries of the blacklist and what matched them, in lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import BlacklistEntry, BlacklistMatch
from accounts.models.blacklist import ENTRY_PREFIX, MATCH_PREFIX
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    PageConsoleAdmin,
    RangeDateFilter,
    RangeDateTimeFilter,
    display,
)


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
    number_prefix = ENTRY_PREFIX
    search_fields = ["=id", "=account__platform_uid", "=ground_ref"]
    ordering = ["-id"]
    fields = ["kind", "subject", "account", "ground_ref", "status", "review_date"]

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
    number_prefix = MATCH_PREFIX
    search_fields = ["=id", "=application__platform_uid"]
    ordering = ["-id"]
    fields = ["entry", "application", "transfer", "status", "found_at"]

    @display(description=_("number"))
    def shown_reference(self, obj: BlacklistMatch) -> str:
        """Return the number by which people call it."""
        return obj.reference

    @display(description=_("equal"))
    def shown_fields(self, obj: BlacklistMatch) -> str:
        """Return what is equal, never the value."""
        return obj.shown_fields
