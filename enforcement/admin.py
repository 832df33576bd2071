"""Admin pages of cases, decisions, measures, report duties and the catalogue. All are read only."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from compliance.pages.clock_panel import due_in_words
from compliance.provisions import provision_in_words
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    HistoryConsoleAdmin,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    ReadOnlyInline,
    ReadOnlyStackedInline,
    action,
    display,
)
from enforcement.models import (
    ApprovalRule,
    Case,
    CaseSnapshot,
    CatalogueVersion,
    Decision,
    DecisionClause,
    EmergencyHold,
    Hearing,
    Measure,
    MeasureType,
    OrderedMeasure,
    ReportDuty,
    ViolationType,
)
from enforcement.models.holds import HOLD_PREFIX
from enforcement.pages.presentation import case_url, decision_url, verdict_steps
from enforcement.services.hearings.planning import decision_heard


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


class ClauseInline(ReadOnlyStackedInline):
    """The clauses that a decision cites, as they read then."""

    model = DecisionClause
    fields = ["document_title", "version_label", "number", "text"]
    readonly_fields = fields


class OrderedMeasureInline(ReadOnlyInline):
    """What a decision orders."""

    model = OrderedMeasure
    fields = ["measure", "term_days", "functions"]
    readonly_fields = fields


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


@admin.register(Hearing)
class HearingAdmin(PageConsoleAdmin):
    """Hearings before decisions: who may speak until when, who spoke, who kept silent."""

    page_name = "admin:hearing"
    section = "enforcement"
    section_order = 22
    icon = "hearing"
    list_display = ["shown_decision", "account", "status", "shown_due", "opened_at", "ended_at"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("opened_at", RangeDateTimeFilter),
        ("clock__due_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account", "clock"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    readonly_fields = ["shown_decision", "shown_due"]
    fields = ["shown_decision", "account", "status", "shown_due", "opened_at", "ended_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hearing]:
        return super().get_queryset(request).prefetch_related("decisions")

    @display(description=_("decision"))
    def shown_decision(self, obj: Hearing) -> str:
        """Return the number of the decision that the operator was told of."""
        return decision_heard(obj).number

    @display(description=_("until"))
    def shown_due(self, obj: Hearing) -> str:
        """Return until when the operator may speak."""
        return due_in_words(obj.clock.due_at)


@admin.register(EmergencyHold)
class EmergencyHoldAdmin(PageConsoleAdmin):
    """Emergency holds: what is stopped, until when, and whether somebody confirmed it."""

    page_name = "admin:emergency_hold"
    section = "enforcement"
    section_order = 24
    icon = "front_hand"
    list_display = [
        "number",
        "account",
        "scope",
        "ground",
        "status",
        "placed_by",
        "placed_at",
        "in_force_until",
    ]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("scope", ChoicesDropdownFilter),
        ("ground", ChoicesDropdownFilter),
        ("placed_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account", "placed_by"]
    number_prefix = HOLD_PREFIX
    search_fields = ["=id", "=account__platform_uid"]
    ordering = ["-id"]
    readonly_fields = ["number"]
    fields = ["number", "account", "scope", "ground", "status", "facts"]

    @display(description=_("number"))
    def number(self, obj: EmergencyHold) -> str:
        """Return the number by which people call it."""
        return obj.number


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


class _Cited:
    """Says under which article something of the catalogue stands."""

    @display(description=_("provision"), ordering="provision")
    def shown_provision(self, obj: CatalogueVersion | ViolationType | MeasureType) -> str:
        """Return the article in words."""
        return provision_in_words(obj.provision)


class MeasureTypeInline(_Cited, ReadOnlyInline):
    """The measures of a catalogue version."""

    model = MeasureType
    fields = [
        "number",
        "measure",
        "has_term",
        "longest_days",
        "is_reported",
        "needs_hearing",
        "shown_provision",
    ]
    readonly_fields = fields


@admin.register(CatalogueVersion)
class CatalogueVersionAdmin(_Cited, ConsoleAdmin):
    """Versions of the catalogue."""

    section = "enforcement"
    section_order = 50
    icon = "menu_book"
    list_display = ["label", "effective_from", "shown_provision"]
    ordering = ["-effective_from"]
    inlines = [MeasureTypeInline]
    fields = ["label", "effective_from", "shown_provision"]
    readonly_fields = ["shown_provision"]


@admin.register(ViolationType)
class ViolationTypeAdmin(_Cited, ConsoleAdmin):
    """The violations of the catalogue."""

    section = "enforcement"
    section_order = 60
    icon = "rule"
    list_display = [
        "code",
        "title_zh",
        "title_en",
        "shown_provision",
        "default_severity",
        "needs_subtype",
        "needs_statute",
        "version",
    ]
    list_filter = ["needs_subtype", "needs_statute"]
    list_select_related = ["version"]
    search_fields = ["=code", "title_zh"]
    ordering = ["-version_id", "code"]
    fields = [
        "code",
        "parent",
        "title_zh",
        "title_en",
        "shown_provision",
        "default_severity",
        "lowest_severity",
        "highest_severity",
        "shown_points",
        "needs_subtype",
        "needs_statute",
        "version",
    ]
    readonly_fields = ["shown_provision", "shown_points"]

    @display(description=_("points of credit"))
    def shown_points(self, obj: ViolationType) -> str:
        """Return the points by severity, the mildest first."""
        return " / ".join("–" if each is None else str(each) for each in obj.deductions)


class ApprovalRuleInline(ReadOnlyInline):
    """Whose approval a measure needs, by its term."""

    model = ApprovalRule
    fields = ["longer_than_days", "permissions"]
    readonly_fields = fields


@admin.register(MeasureType)
class MeasureTypeAdmin(_Cited, ConsoleAdmin):
    """The measures of the catalogue and whose approval they need."""

    section = "enforcement"
    section_order = 70
    icon = "approval"
    list_display = [
        "number",
        "measure",
        "has_term",
        "longest_days",
        "is_reported",
        "needs_hearing",
        "version",
    ]
    list_select_related = ["version"]
    ordering = ["-version_id", "number"]
    inlines = [ApprovalRuleInline]
    fields = [
        "number",
        "measure",
        "shown_provision",
        "has_term",
        "longest_days",
        "is_reported",
        "needs_hearing",
        "version",
    ]
    readonly_fields = ["shown_provision"]
