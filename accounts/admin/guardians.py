"""Consents of guardians, and those that were taken back, in lists; who they are is masked."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import GuardianConsent, GuardianWithdrawal, PublicAccount
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    FactPageConsoleAdmin,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)


@admin.register(GuardianConsent)
class GuardianConsentAdmin(FactPageConsoleAdmin):
    """Who agreed to the account of a minor; the name itself is nowhere here."""

    page_name = "admin:guardian_consent"
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
class GuardianWithdrawalAdmin(PageConsoleAdmin):
    """Consents that were taken back, and what became of the account."""

    page_name = "admin:review_guardian_withdrawal"
    section = "accounts"
    section_order = 27
    icon = "person_remove"
    list_display = ["id", "shown_account", "status", "source", "received_at", "decided_by"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("received_at", RangeDateTimeFilter),
    ]
    list_select_related = ["restriction__account", "decided_by"]
    search_fields = ["=consent__application__platform_uid"]
    ordering = ["-id"]
    fields = ["consent", "restriction", "status", "source", "received_at", "decided_by"]

    def page_number(self, number: str) -> str:
        # Its page is that of the item in which it is decided.
        found = GuardianWithdrawal.objects.filter(pk=number).values_list("work_item").first()
        return str(found[0]) if found is not None else number

    @display(description=_("account"))
    def shown_account(self, obj: GuardianWithdrawal) -> PublicAccount:
        """Return the account that rests meanwhile."""
        return obj.restriction.account
