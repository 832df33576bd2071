"""Admin pages of the catalogue. All are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.provisions import provision_in_words
from compliance.ui.admin import (
    ConsoleAdmin,
    ReadOnlyInline,
    display,
)
from enforcement.models import (
    ApprovalRule,
    CatalogueVersion,
    MeasureType,
    ViolationType,
)


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
