"""Claims of identities used without consent in lists; who claims is masked."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import Repudiation
from accounts.models.repudiations import REPUDIATION_PREFIX
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)


@admin.register(Repudiation)
class RepudiationAdmin(PageConsoleAdmin):
    """Claims that somebody registered an account in another's name."""

    page_name = "admin:repudiation"
    section = "accounts"
    section_order = 24
    icon = "person_alert"
    list_display = [
        "shown_reference",
        "account",
        "status",
        "proof",
        "source",
        "received_at",
        "decided_by",
    ]
    list_select_related = ["account", "decided_by"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("source", ChoicesDropdownFilter),
        ("received_at", RangeDateTimeFilter),
    ]
    number_prefix = REPUDIATION_PREFIX
    search_fields = ["=id", "=account__platform_uid"]
    ordering = ["-id"]
    readonly_fields = ["shown_reference"]
    fields = ["shown_reference", "account", "status", "proof", "source", "received_at"]

    @display(description=_("number"))
    def shown_reference(self, obj: Repudiation) -> str:
        """Return the number by which people call it."""
        return obj.reference
