"""The list of second looks; it is read only, and not for those who give them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.ui.admin import (
    ChoicesDropdownFilter,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)
from enforcement.models import SecondLook


@admin.register(SecondLook)
class SecondLookAdmin(PageConsoleAdmin):
    """Decisions that were drawn for a second look, and how they came out."""

    page_name = "admin:second_look"
    section = "enforcement"
    section_order = 48
    icon = "compare"
    list_display = ["shown_reference", "decision", "status", "outcome", "steps", "looked_at"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("outcome", ChoicesDropdownFilter),
        ("looked_at", RangeDateTimeFilter),
    ]
    list_select_related = ["decision"]
    search_fields = ["=id"]
    ordering = ["-id"]
    fields = ["decision", "draw", "status", "outcome", "steps", "looked_at", "conclusion"]

    @display(description=_("number"))
    def shown_reference(self, obj: SecondLook) -> str:
        """Return the number by which people call it."""
        return obj.reference
