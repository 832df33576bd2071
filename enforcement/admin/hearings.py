"""Admin pages of hearings and emergency holds. All are read only."""

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
from enforcement.models import (
    EmergencyHold,
    Hearing,
)
from enforcement.models.holds import HOLD_PREFIX
from enforcement.services.hearings.planning import decision_heard


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
        return super().get_queryset(request).prefetch_related("after", "decisions")

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
