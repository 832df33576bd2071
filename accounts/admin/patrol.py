"""Checks of accounts on patrol. All are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import PatrolCheck
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    PageConsoleAdmin,
    RelatedDropdownFilter,
    display,
)


@admin.register(PatrolCheck)
class PatrolCheckAdmin(PageConsoleAdmin):
    """Which accounts each patrol looked at, and which it did not reach."""

    page_name = "admin:patrol_check"
    section = "accounts"
    section_order = 76
    icon = "verified"
    list_display = ["shown_reference", "account", "run", "risk_class", "status", "decided_at"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("risk_class", ChoicesDropdownFilter),
        ("run", RelatedDropdownFilter),
    ]
    list_select_related = ["account", "run"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = ["account", "run", "risk_class", "is_due", "is_sampled", "status", "decided_at"]

    @display(description=_("number"), ordering="id")
    def shown_reference(self, obj: PatrolCheck) -> str:
        """Return the number by which people call it."""
        return obj.reference
