"""The lists of rumours, their steps, refutations and reviews. All are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.pages.clock_panel import due_in_words
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    HistoryConsoleAdmin,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)
from enforcement.models import Refutation, Rumour, RumourReview, RumourStep
from enforcement.models.refutations import REFUTATION_PREFIX
from enforcement.models.rumours import RUMOUR_PREFIX
from enforcement.pages.rumours.presentation import next_in_words
from enforcement.rumour_words import RumourStatus


@admin.register(Rumour)
class RumourAdmin(PageConsoleAdmin):
    """Rumours, what is next with each, and until when."""

    page_name = "admin:rumour"
    section = "enforcement"
    section_order = 29
    icon = "campaign"
    list_display = [
        "shown_number",
        "shown_claim",
        "source",
        "status",
        "verdict",
        "shown_next",
        "shown_due",
        "opened_at",
    ]
    list_select_related = ["work_item"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("source", ChoicesDropdownFilter),
        ("verdict", ChoicesDropdownFilter),
        ("opened_at", RangeDateTimeFilter),
    ]
    number_prefix = RUMOUR_PREFIX
    search_fields = ["=id"]
    ordering = ["-id"]
    fields = ["claim", "source", "source_ref", "status", "verdict", "opened_at", "closed_at"]

    @display(description=_("number"))
    def shown_number(self, obj: Rumour) -> str:
        """Return the number by which people call it."""
        return obj.number

    @display(description=_("what is said"))
    def shown_claim(self, obj: Rumour) -> str:
        """Return the beginning of what is said."""
        return obj.claim[:40]

    @display(description=_("next"))
    def shown_next(self, obj: Rumour) -> str:
        """Return what is to be done next."""
        return next_in_words(obj)

    @display(description=_("due"))
    def shown_due(self, obj: Rumour) -> str:
        """Return until when, while something is to be done."""
        return "" if obj.status == RumourStatus.CLOSED else due_in_words(obj.work_item.due_at)


@admin.register(RumourStep)
class RumourStepAdmin(ConsoleAdmin):
    """Every step of every rumour: what the monthly figures count."""

    section = "enforcement"
    section_order = 30
    icon = "format_list_numbered"
    list_display = ["id", "rumour", "step", "outcome", "done_at", "person", "verdict"]
    list_select_related = ["rumour", "person"]
    list_filter = [
        ("step", ChoicesDropdownFilter),
        ("outcome", ChoicesDropdownFilter),
        ("done_at", RangeDateTimeFilter),
    ]
    search_fields = ["=rumour__id"]
    ordering = ["-id"]
    fields = [
        "rumour",
        "round",
        "step",
        "outcome",
        "text",
        "done_at",
        "person",
        "entered_at",
        "verdict",
        "relied_on",
        "handled_refs",
        "residual",
    ]


@admin.register(Refutation)
class RefutationAdmin(HistoryConsoleAdmin):
    """What was said publicly against rumours, and what was withdrawn."""

    section = "enforcement"
    section_order = 31
    icon = "fact_check"
    list_display = ["shown_number", "rumour", "status", "published_in", "published_at"]
    list_select_related = ["rumour"]
    list_filter = [("status", ChoicesDropdownFilter), ("published_at", RangeDateTimeFilter)]
    number_prefix = REFUTATION_PREFIX
    search_fields = ["=id"]
    ordering = ["-id"]
    fields = [
        "rumour",
        "text",
        "published_in",
        "link",
        "published_at",
        "status",
        "withdrawn_at",
        "withdrawn_note",
    ]

    @display(description=_("number"))
    def shown_number(self, obj: Refutation) -> str:
        """Return the number by which people call it."""
        return obj.number


@admin.register(RumourReview)
class RumourReviewAdmin(HistoryConsoleAdmin):
    """Decisions that rest on rumours which were reopened, and what became of them."""

    section = "enforcement"
    section_order = 32
    icon = "undo"
    list_display = ["shown_number", "decision", "rumour", "status", "opened_at", "decided_by"]
    list_select_related = ["decision", "rumour", "decided_by"]
    list_filter = [("status", ChoicesDropdownFilter), ("opened_at", RangeDateTimeFilter)]
    search_fields = ["=decision__id"]
    ordering = ["-id"]
    fields = [
        "rumour",
        "round",
        "decision",
        "status",
        "opened_at",
        "decided_by",
        "decided_at",
        "decided_reason",
    ]

    @display(description=_("number"))
    def shown_number(self, obj: RumourReview) -> str:
        """Return the number by which people call it."""
        return obj.number
