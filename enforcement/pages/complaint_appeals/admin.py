"""The list of appeals of complainants, read only; nobody in it says who complains."""

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
from enforcement.complaint_appeal_words import OPEN_COMPLAINT_APPEALS
from enforcement.complaint_words import ComplaintKind
from enforcement.models import ComplaintAppeal
from enforcement.models.complaint_appeals import COMPLAINT_APPEAL_PREFIX
from enforcement.pages.complaint_appeals.presentation import VIEW, complaint_appeal_badge
from enforcement.pages.complaints.presentation import VIEW_PLATFORM


@admin.register(ComplaintAppeal)
class ComplaintAppealAdmin(PageConsoleAdmin):
    """Appeals of complainants: against which answer, where they stand, what is late."""

    page_name = "admin:complaint_appeal"
    section = "enforcement"
    section_order = 34
    icon = "balance"
    list_display = [
        "shown_number",
        "shown_complaint",
        "shown_account",
        "contested",
        "shown_state",
        "shown_due",
        "filed_at",
    ]
    list_select_related = ["complaint__account", "decision_clock", "ruling"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("contested", ChoicesDropdownFilter),
        ("filed_at", RangeDateTimeFilter),
    ]
    number_prefix = COMPLAINT_APPEAL_PREFIX
    search_fields = ["=id", "=complaint__account__platform_uid"]
    ordering = ["-id"]
    readonly_fields = ["shown_number"]
    fields = ["shown_number", "complaint", "contested", "status", "filed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ComplaintAppeal]:
        """Return the appeals that the person at the screen may see."""
        found = super().get_queryset(request)
        user, about_us = request.user, {"complaint__kind": ComplaintKind.PLATFORM}
        if not user.has_perm(VIEW):
            found = found.filter(**about_us)
        if not user.has_perm(VIEW_PLATFORM):
            found = found.exclude(**about_us)
        return found

    @display(description=_("number"))
    def shown_number(self, obj: ComplaintAppeal) -> str:
        """Return the number by which people call it."""
        return obj.number

    @display(description=_("complaint"))
    def shown_complaint(self, obj: ComplaintAppeal) -> str:
        """Return the number of the complaint."""
        return obj.complaint.number

    @display(description=_("account"))
    def shown_account(self, obj: ComplaintAppeal) -> str:
        """Return the name of the account; a complaint about the platform has none."""
        account = obj.complaint.account
        return account.name if account is not None else ""

    @display(description=_("state"))
    def shown_state(self, obj: ComplaintAppeal) -> str:
        """Return where it stands; overdue is said, never hidden."""
        return str(complaint_appeal_badge(obj).text)

    @display(description=_("due"))
    def shown_due(self, obj: ComplaintAppeal) -> str:
        """Return until when it is to be decided."""
        is_open = obj.status in OPEN_COMPLAINT_APPEALS
        return due_in_words(obj.decision_clock.due_at) if is_open else ""
