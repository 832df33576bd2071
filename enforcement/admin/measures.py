"""Admin pages of measures and report duties. All are read only."""

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from compliance.ui.admin import (
    ChoicesDropdownFilter,
    HistoryConsoleAdmin,
    RangeDateTimeFilter,
    action,
    display,
)
from enforcement.models import (
    Measure,
    ReportDuty,
)
from enforcement.pages.presentation import decision_url


@admin.register(Measure)
class MeasureAdmin(HistoryConsoleAdmin):
    """Measures, in force and over."""

    section = "enforcement"
    section_order = 30
    icon = "front_hand"
    list_display = [
        "id",
        "account",
        "measure",
        "status",
        "in_force_from",
        "in_force_until",
        "ended_at",
        "decision",
    ]
    list_filter = [
        ("measure", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
        ("in_force_from", RangeDateTimeFilter),
    ]
    list_select_related = ["account", "decision"]
    search_fields = ["=account__platform_uid"]
    actions_detail = ["decision_page"]
    ordering = ["-id"]
    fields = [
        "account",
        "decision",
        "measure",
        "status",
        "in_force_from",
        "in_force_until",
        "ended_at",
        "approvals_given",
        "restriction",
    ]

    @action(description=_("Decision page"), url_path="page", icon="gavel")
    def decision_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Lead to the decision that it belongs to."""
        return redirect(decision_url(get_object_or_404(Measure, pk=object_id).decision))


@admin.register(ReportDuty)
class ReportDutyAdmin(HistoryConsoleAdmin):
    """What has to be reported to the regulator, and what was."""

    section = "enforcement"
    section_order = 40
    icon = "outgoing_mail"
    list_display = ["decision", "status", "shown_due", "sent_at", "receipt_number"]
    list_filter = [("status", ChoicesDropdownFilter), ("clock__due_at", RangeDateTimeFilter)]
    list_select_related = ["decision", "clock"]
    search_fields = ["=receipt_number"]
    actions_detail = ["decision_page"]
    ordering = ["-id"]
    fields = [
        "decision",
        "status",
        "shown_due",
        "sent_at",
        "sent_by",
        "channel",
        "receipt_number",
        "receipted_at",
    ]
    readonly_fields = ["shown_due"]

    @display(description=_("due at"), ordering="clock__due_at")
    def shown_due(self, obj: ReportDuty) -> datetime:
        """Return the date of its clock."""
        return obj.due_at

    @action(description=_("Decision page"), url_path="page", icon="gavel")
    def decision_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Lead to the decision that it belongs to."""
        return redirect(decision_url(get_object_or_404(ReportDuty, pk=object_id).decision))
