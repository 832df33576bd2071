"""The list of filings; each opens on a page of its own, where the next step is taken."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.ui.admin import (
    ChoicesDropdownFilter,
    HistoryConsoleAdmin,
    RangeDateFilter,
    display,
)
from reports.models import Filing


@admin.register(Filing)
class FilingAdmin(HistoryConsoleAdmin):
    """Filings with the regulator."""

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

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead on to the filing's page, which says all that a form would and what comes next."""
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:filing", args=[object_id]))
