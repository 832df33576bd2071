"""Decisions on many accounts and the accounts on their lists; all are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.ui.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ConsoleAdmin,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)
from enforcement.models import BulkDecision, BulkItem
from enforcement.models.bulk import BULK_PREFIX


@admin.register(BulkDecision)
class BulkDecisionAdmin(PageConsoleAdmin):
    """Decisions on many accounts and how far each is."""

    page_name = "admin:bulk_decision"
    section = "enforcement"
    section_order = 24
    icon = "playlist_add_check"
    list_display = [
        "shown_number",
        "violation_type",
        "count",
        "status",
        "drafted_by",
        "drafted_at",
    ]
    list_select_related = ["violation_type", "drafted_by"]
    list_filter = [("status", ChoicesDropdownFilter), ("drafted_at", RangeDateTimeFilter)]
    number_prefix = BULK_PREFIX
    search_fields = ["=id"]
    ordering = ["-id"]
    fields = ["violation_type", "severity", "count", "status", "drafted_by", "drafted_at"]

    @display(description=_("number"), ordering="id")
    def shown_number(self, obj: BulkDecision) -> str:
        """Return the number by which people call it."""
        return obj.number


@admin.register(BulkItem)
class BulkItemAdmin(ConsoleAdmin):
    """The accounts of lists: what stands against each, and what became of it."""

    section = "enforcement"
    section_order = 25
    icon = "checklist"
    list_display = [
        "bulk",
        "place",
        "account",
        "status",
        "problem",
        "nature",
        "followers",
        "offence_number",
        "points",
        "decision",
    ]
    list_select_related = ["bulk", "account", "decision"]
    list_filter = [
        ("bulk", AutocompleteSelectFilter),
        ("status", ChoicesDropdownFilter),
        ("left_out", ChoicesDropdownFilter),
        ("needs_care", admin.BooleanFieldListFilter),
    ]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = [
        "bulk",
        "place",
        "account",
        "line",
        "nature",
        "followers",
        "needs_care",
        "offence_number",
        "deviation",
        "points",
        "credit_before",
        "status",
        "problem",
        "decision",
    ]
