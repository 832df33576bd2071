"""Transfers, those without approval, stops and protected names. All are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import NameProtection, Regularisation, Stop, Transfer
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)


@admin.register(Transfer)
class TransferAdmin(PageConsoleAdmin):
    """Which accounts pass or passed from whom to whom, and how far that is."""

    page_name = "admin:transfer"
    section = "accounts"
    section_order = 45
    icon = "swap_horiz"
    list_display = [
        "shown_reference",
        "account",
        "from_nature",
        "subject_nature",
        "status",
        "applied_at",
        "effective_at",
    ]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("subject_nature", ChoicesDropdownFilter),
        ("applied_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = [
        "account",
        "status",
        "from_nature",
        "subject_nature",
        "applied_at",
        "materials_complete_at",
        "is_verified",
        "open_cases",
        "decided_at",
        "announced_at",
        "effective_at",
        "monetisation_off_until",
    ]

    @display(description=_("number"), ordering="id")
    def shown_reference(self, obj: Transfer) -> str:
        """Return the number by which people call the transfer."""
        return obj.reference


@admin.register(Regularisation)
class RegularisationAdmin(PageConsoleAdmin):
    """Transfers without approval, and whether they were put in order."""

    page_name = "admin:regularisation"
    section = "accounts"
    section_order = 46
    icon = "sync_problem"
    list_display = ["shown_reference", "account", "status", "opened_at", "ended_at"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("opened_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = ["account", "finding", "restriction", "status", "transfer", "opened_at", "ended_at"]

    @display(description=_("number"), ordering="id")
    def shown_reference(self, obj: Regularisation) -> str:
        """Return the number by which people call the matter."""
        return obj.reference


@admin.register(Stop)
class StopAdmin(PageConsoleAdmin):
    """Which operators wished to end or pause an account, and what became of it."""

    page_name = "admin:stop"
    section = "accounts"
    section_order = 47
    icon = "power_settings_new"
    list_display = ["shown_reference", "account", "kind", "status", "applied_at", "ended_at"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("applied_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = ["account", "kind", "status", "applied_at", "followers", "ended_at", "told"]

    @display(description=_("number"), ordering="id")
    def shown_reference(self, obj: Stop) -> str:
        """Return the number by which people call the stop."""
        return obj.reference


@admin.register(NameProtection)
class NameProtectionAdmin(ConsoleAdmin):
    """Names that were given up and are kept for their earlier operators for a time."""

    section = "accounts"
    section_order = 51
    icon = "lock"
    list_display = ["name", "stop", "protected_until"]
    list_filter = [("protected_until", RangeDateTimeFilter)]
    list_select_related = ["stop__account"]
    search_fields = ["=name"]
    ordering = ["-id"]
    fields = ["name", "folded_name", "stop", "protected_until"]
