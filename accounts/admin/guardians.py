"""Consents of guardians, and those that were taken back, in lists; who they are is masked."""

from django.contrib import admin

from accounts.models import GuardianConsent, GuardianWithdrawal
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    HistoryConsoleAdmin,
    RangeDateTimeFilter,
)


@admin.register(GuardianConsent)
class GuardianConsentAdmin(ConsoleAdmin):
    """Who agreed to the account of a minor; the name itself is nowhere here."""

    section = "accounts"
    section_order = 26
    icon = "family_restroom"
    list_display = [
        "id",
        "application",
        "relation",
        "is_verified",
        "declaration",
        "source",
        "given_at",
    ]
    list_filter = [
        "is_verified",
        ("relation", ChoicesDropdownFilter),
        ("given_at", RangeDateTimeFilter),
    ]
    list_select_related = ["application"]
    search_fields = ["=application__platform_uid"]
    ordering = ["-id"]
    fields = ["application", "relation", "is_verified", "provider", "declaration", "given_at"]


@admin.register(GuardianWithdrawal)
class GuardianWithdrawalAdmin(HistoryConsoleAdmin):
    """Consents that were taken back, and what became of the account."""

    section = "accounts"
    section_order = 27
    icon = "person_remove"
    list_display = ["id", "restriction", "status", "source", "received_at", "decided_by"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("received_at", RangeDateTimeFilter),
    ]
    list_select_related = ["restriction", "decided_by"]
    search_fields = ["=consent__application__platform_uid"]
    ordering = ["-id"]
    fields = ["consent", "restriction", "status", "source", "received_at", "decided_by"]
