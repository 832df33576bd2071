"""Dormant accounts, and the batches in which terminations are proposed. All are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import Dormancy, DormancyBatch, DormancySweep
from compliance.ui.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ConsoleAdmin,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)


@admin.register(Dormancy)
class DormancyAdmin(PageConsoleAdmin):
    """Accounts that were found dormant, and how far each is."""

    page_name = "admin:dormancy"
    section = "accounts"
    section_order = 70
    icon = "bedtime"
    list_display = ["shown_reference", "account", "kind", "status", "noticed_at", "return_by"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("batch", AutocompleteSelectFilter),
        ("noticed_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = [
        "account",
        "kind",
        "status",
        "idle_since",
        "noticed_at",
        "return_by",
        "suspended_at",
        "terminate_from",
        "ended_at",
    ]

    @display(description=_("number"), ordering="id")
    def shown_reference(self, obj: Dormancy) -> str:
        """Return the number by which people call it."""
        return obj.reference


@admin.register(DormancyBatch)
class DormancyBatchAdmin(PageConsoleAdmin):
    """Terminations that were proposed together."""

    page_name = "admin:dormancy_batch"
    section = "accounts"
    section_order = 72
    icon = "bed"
    list_display = ["shown_reference", "count", "status", "proposed_at", "sweep"]
    list_filter = [("status", ChoicesDropdownFilter), ("proposed_at", RangeDateTimeFilter)]
    list_select_related = ["sweep"]
    search_fields = ["=id"]
    ordering = ["-id"]
    fields = ["sweep", "count", "status", "proposed_at"]

    @display(description=_("number"), ordering="id")
    def shown_reference(self, obj: DormancyBatch) -> str:
        """Return the number by which people call it."""
        return obj.reference


@admin.register(DormancySweep)
class DormancySweepAdmin(ConsoleAdmin):
    """When accounts were swept, as of which day and by which version of the rule."""

    section = "accounts"
    section_order = 74
    icon = "nights_stay"
    list_display = ["shown_reference", "as_of", "rule", "started_at"]
    list_select_related = ["rule"]
    list_filter = [("started_at", RangeDateTimeFilter)]
    ordering = ["-id"]
    fields = ["as_of", "rule", "started_at"]
    readonly_fields = ["started_at"]

    @display(description=_("number"), ordering="id")
    def shown_reference(self, obj: DormancySweep) -> str:
        """Return the number by which people call it."""
        return obj.reference
