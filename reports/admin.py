"""The list of filings; each opens on a page of its own, where the next step is taken."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.ui.admin import (
    ChoicesDropdownFilter,
    PageConsoleAdmin,
    RangeDateFilter,
    display,
)
from reports.models import Filing


@admin.register(Filing)
class FilingAdmin(PageConsoleAdmin):
    """Filings with the regulator."""

    page_name = "admin:filing"
    section = "reports"
    section_order = 10
    icon = "outbox"
    list_display = ["number", "code", "period_from", "last_day", "status", "rows", "prepared_by"]
    list_filter = [
        ("code", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
        ("period_from", RangeDateFilter),
    ]
    list_select_related = ["prepared_by", "manifest"]
    search_fields = ["=id", "=receipt_number"]
    ordering = ["-id"]
    fields = ["code", "period_from", "period_until", "status", "prepared_by", "manifest_sha256"]

    @display(description=_("number"))
    def number(self, obj: Filing) -> str:
        """Return the number by which people call the filing."""
        return obj.number

    @display(description=_("last day"))
    def last_day(self, obj: Filing) -> Any:
        """Return the last day of the period."""
        return obj.last_day

    @display(description=_("rows"))
    def rows(self, obj: Filing) -> int | None:
        """Return how many rows are reported, once they stand."""
        return obj.manifest.row_count if obj.manifest_sha256 is not None else None
