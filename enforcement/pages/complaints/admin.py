"""The list of complaints, read only; nobody in it says who complains."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from compliance.pages.clock_panel import due_in_words
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)
from enforcement.complaint_words import ENDED
from enforcement.models import Complaint
from enforcement.models.complaints import COMPLAINT_PREFIX
from enforcement.pages.complaints.presentation import VIEW, VIEW_PLATFORM
from enforcement.pages.lateness import DeadlineFilter


@admin.register(Complaint)
class ComplaintAdmin(PageConsoleAdmin):
    """Complaints, how each stands and until when."""

    page_name = "admin:complaint"
    section = "enforcement"
    section_order = 33
    icon = "feedback"
    list_display = [
        "shown_number",
        "kind",
        "account",
        "status",
        "outcome",
        "team",
        "source",
        "shown_due",
        "received_at",
    ]
    list_select_related = ["account", "work_item"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("outcome", ChoicesDropdownFilter),
        ("team", ChoicesDropdownFilter),
        ("source", ChoicesDropdownFilter),
        DeadlineFilter,
        ("received_at", RangeDateTimeFilter),
    ]
    number_prefix = COMPLAINT_PREFIX
    search_fields = ["=id", "=account__platform_uid"]
    ordering = ["-id"]
    readonly_fields = ["shown_number"]
    fields = ["shown_number", "kind", "account", "status", "outcome", "source", "received_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        """Return the complaints that the person at the screen may see."""
        found = super().get_queryset(request)
        user = request.user
        if not user.has_perm(VIEW):
            found = found.filter(kind="platform")
        if not user.has_perm(VIEW_PLATFORM):
            found = found.exclude(kind="platform")
        return found

    @display(description=_("number"))
    def shown_number(self, obj: Complaint) -> str:
        """Return the number by which people call it."""
        return obj.number

    @display(description=_("due"))
    def shown_due(self, obj: Complaint) -> str:
        """Return until when something is owed to the complainant."""
        return "" if obj.status in ENDED else due_in_words(obj.work_item.due_at)
