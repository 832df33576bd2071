"""Admin pages of cases. All are read only."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from compliance.ui.admin import (
    ChoicesDropdownFilter,
    HistoryConsoleAdmin,
    RangeDateTimeFilter,
    ReadOnlyInline,
    ReadOnlyStackedInline,
    action,
    display,
)
from enforcement.models import (
    Case,
    CaseSnapshot,
    Decision,
)
from enforcement.pages.presentation import case_url


class SnapshotInline(ReadOnlyStackedInline):
    """The account as it was when the case was opened."""

    model = CaseSnapshot
    fields = ["taken_at", "sha256", "content"]
    readonly_fields = fields


class DecisionInline(ReadOnlyInline):
    """The decisions on a case."""

    model = Decision
    fk_name = "case"
    fields = ["number", "violation_type", "severity", "status", "proposed_by", "in_force_from"]
    readonly_fields = fields

    @display(description=_("number"))
    def number(self, obj: Decision) -> str:
        """Return the number by which people call the decision."""
        return obj.number


@admin.register(Case)
class CaseAdmin(HistoryConsoleAdmin):
    """Cases with their snapshot and decisions."""

    section = "enforcement"
    section_order = 10
    icon = "folder_open"
    list_display = ["number", "account", "source", "status", "opened_by", "opened_at"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("source", ChoicesDropdownFilter),
        ("opened_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account", "opened_by"]
    search_fields = ["=account__platform_uid", "=id"]
    ordering = ["-id"]
    inlines = [DecisionInline, SnapshotInline]
    actions_detail = ["case_page"]
    readonly_fields = ["number"]
    fields = [
        "number",
        "account",
        "source",
        "source_ref",
        "summary",
        "content_ref",
        "status",
        "opened_by",
        "opened_at",
        "closed_at",
    ]

    @action(description=_("Case page"), url_path="page", icon="folder_open")
    def case_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Lead to the page on which the case is worked on."""
        return redirect(case_url(get_object_or_404(Case, pk=object_id)))

    @display(description=_("number"))
    def number(self, obj: Case) -> str:
        """Return the number by which people call the case."""
        return obj.number
