"""Admin pages of decisions. All are read only."""

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
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
    Decision,
    DecisionClause,
    Measure,
    OrderedMeasure,
    ReportDuty,
)
from enforcement.pages.presentation import decision_url, verdict_steps
from enforcement.services.measure_lines import functions_in_words


class ClauseInline(ReadOnlyStackedInline):
    """The clauses that a decision cites, as they read then."""

    model = DecisionClause
    fields = ["document_title", "version_label", "number", "text"]
    readonly_fields = fields


class OrderedMeasureInline(ReadOnlyInline):
    """What a decision orders."""

    model = OrderedMeasure
    fields = ["measure", "term_days", "shown_functions"]
    readonly_fields = fields

    @display(description=_("functions"))
    def shown_functions(self, obj: OrderedMeasure) -> str:
        """Return the functions that it turns off."""
        return functions_in_words(obj)


class MeasureInline(ReadOnlyInline):
    """What was carried out of a decision."""

    model = Measure
    fk_name = "decision"
    fields = ["measure", "status", "in_force_from", "in_force_until", "ended_at"]
    readonly_fields = fields


class ReportDutyInline(ReadOnlyInline):
    """Whether the decision was reported."""

    model = ReportDuty
    fields = ["status", "shown_due", "sent_at", "sent_by", "channel", "receipt_number"]
    readonly_fields = fields

    @display(description=_("due at"))
    def shown_due(self, obj: ReportDuty) -> datetime:
        """Return the date of its clock."""
        return obj.due_at


@admin.register(Decision)
class DecisionAdmin(HistoryConsoleAdmin):
    """Decisions with clauses, measures, approvals, notice and report."""

    section = "enforcement"
    section_order = 20
    icon = "gavel"
    list_display = [
        "number",
        "account",
        "violation_type",
        "severity",
        "status",
        "is_automated",
        "proposed_by",
        "in_force_from",
    ]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        "is_automated",
        ("in_force_from", RangeDateTimeFilter),
    ]
    list_select_related = ["account", "violation_type", "proposed_by"]
    search_fields = ["=account__platform_uid", "=id"]
    ordering = ["-id"]
    inlines = [
        ClauseInline,
        OrderedMeasureInline,
        MeasureInline,
        ReportDutyInline,
    ]
    actions_detail = ["decision_page"]
    readonly_fields = ["number", "shown_approvals", "shown_appealable"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "number",
                    "case",
                    "account",
                    "status",
                    "violation_type",
                    "severity",
                    "facts",
                    "reasoning",
                    "private_note",
                    "statute",
                    "content_kind",
                    "content_ref",
                ]
            },
        ),
        (
            _("Proposal and approvals"),
            {
                "fields": [
                    "proposal",
                    "proposed_by",
                    "proposed_at",
                    "is_automated",
                    "replaces",
                    "shown_approvals",
                ]
            },
        ),
        (
            _("Time"),
            {"fields": ["in_force_from", "shown_appealable", "ended_at", "ended_reason"]},
        ),
    ]

    @action(description=_("Decision page"), url_path="page", icon="gavel")
    def decision_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Lead to the page on which the decision is read and its measures are lifted."""
        return redirect(decision_url(get_object_or_404(Decision, pk=object_id)))

    @display(description=_("number"))
    def number(self, obj: Decision) -> str:
        """Return the number by which people call the decision."""
        return obj.number

    @display(description=_("appeal possible until"))
    def shown_appealable(self, obj: Decision) -> datetime | None:
        """Return the date of its clock."""
        return obj.appealable_until

    @display(description=_("approvals"))
    def shown_approvals(self, obj: Decision) -> SafeString:
        """Return who approved or returned it, and why."""
        return render_to_string("ui/timeline.html", {"steps": verdict_steps(obj)})
