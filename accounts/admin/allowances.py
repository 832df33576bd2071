"""Applications for more accounts in lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountAllowance
from accounts.models.allowances import ALLOWANCE_PREFIX
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    PageConsoleAdmin,
    RangeDateFilter,
    RangeDateTimeFilter,
    display,
)


@admin.register(AccountAllowance)
class AccountAllowanceAdmin(PageConsoleAdmin):
    """Applications for more accounts than the cap, and what was granted."""

    page_name = "admin:allowance"
    section = "accounts"
    section_order = 22
    icon = "library_add"
    list_display = [
        "shown_reference",
        "subject",
        "platform_uid",
        "wanted",
        "granted",
        "valid_until",
        "status",
        "received_at",
        "decided_by",
    ]
    list_select_related = ["subject__name", "decided_by"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("subject__nature", ChoicesDropdownFilter),
        ("valid_until", RangeDateFilter),
        ("received_at", RangeDateTimeFilter),
    ]
    number_prefix = ALLOWANCE_PREFIX
    search_fields = ["=id", "=platform_uid", "=subject__uscc"]
    ordering = ["-id"]
    readonly_fields = ["shown_reference"]
    fields = ["shown_reference", "subject", "platform_uid", "wanted", "granted", "status"]

    @display(description=_("number"))
    def shown_reference(self, obj: AccountAllowance) -> str:
        """Return the number by which people call it."""
        return obj.reference
