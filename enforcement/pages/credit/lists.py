"""The lists of credit: scores and entries. Both are read only."""

from django.contrib import admin

from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    PageConsoleAdmin,
    RangeDateTimeFilter,
)
from enforcement.models import CreditEntry, CreditScore


@admin.register(CreditScore)
class CreditScoreAdmin(PageConsoleAdmin):
    """The credit of every subject that a decision ever moved."""

    page_name = "admin:credit"
    section = "enforcement"
    section_order = 44
    icon = "star_half"
    list_display = ["subject", "score", "grade", "services_grade", "heals_on", "counted_at"]
    list_filter = [("grade", ChoicesDropdownFilter)]
    list_select_related = ["subject__name"]
    search_fields = ["=subject__uscc"]
    ordering = ["-id"]
    fields = ["subject", "score", "grade", "services_grade", "heals_on", "frozen_on", "rule"]


@admin.register(CreditEntry)
class CreditEntryAdmin(ConsoleAdmin):
    """Everything that ever moved credit, with what it rests on."""

    section = "enforcement"
    section_order = 45
    icon = "receipt_long"
    list_display = ["id", "account", "kind", "points", "score_before", "score_after", "at"]
    list_filter = [("kind", ChoicesDropdownFilter), ("at", RangeDateTimeFilter)]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = [
        "subject",
        "account",
        "kind",
        "points",
        "score_before",
        "score_after",
        "decision",
        "repair",
        "rule",
        "at",
    ]
