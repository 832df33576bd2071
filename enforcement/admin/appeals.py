"""Admin pages of appeals. All are read only."""

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
from enforcement.appeal_words import OPEN_APPEALS
from enforcement.models import Appeal
from enforcement.models.appeals import APPEAL_PREFIX
from enforcement.pages.appeals.presentation import appeal_badge
from enforcement.pages.lateness import DeadlineFilter


@admin.register(Appeal)
class AppealAdmin(PageConsoleAdmin):
    """Appeals: against what, how they came in, where they stand, what is late."""

    page_name = "admin:appeal"
    section = "enforcement"
    section_order = 25
    icon = "balance"
    list_display = [
        "number",
        "shown_decision",
        "shown_account",
        "level",
        "channel",
        "ground",
        "shown_state",
        "shown_due",
        "filed_at",
    ]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("channel", ChoicesDropdownFilter),
        ("ground", ChoicesDropdownFilter),
        DeadlineFilter,
        ("filed_at", RangeDateTimeFilter),
    ]
    list_select_related = [
        "acceptance_clock",
        "decision__account",
        "decision_clock",
        "ruling",
    ]
    number_prefix = APPEAL_PREFIX
    search_fields = ["=id", "=decision__account__platform_uid"]
    ordering = ["-id"]
    readonly_fields = ["number"]
    fields = ["number", "decision", "level", "channel", "ground", "status", "filed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        return super().get_queryset(request).select_related("ruling")

    @display(description=_("number"))
    def number(self, obj: Appeal) -> str:
        """Return the number by which people call it."""
        return obj.number

    @display(description=_("decision"))
    def shown_decision(self, obj: Appeal) -> str:
        """Return the number of the decision."""
        return obj.decision.number

    @display(description=_("account"))
    def shown_account(self, obj: Appeal) -> str:
        """Return the name of the account."""
        return obj.decision.account.name

    @display(description=_("state"))
    def shown_state(self, obj: Appeal) -> str:
        """Return where it stands; overdue is said, never hidden."""
        return str(appeal_badge(obj).text)

    @display(description=_("due"))
    def shown_due(self, obj: Appeal) -> str:
        """Return when the next step is due."""
        return due_in_words(obj.clock.due_at) if obj.status in OPEN_APPEALS else ""
