"""Admin pages of evidence files and of who looked at them. All are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.models import (
    EvidenceFile,
    EvidenceView,
)
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    HistoryConsoleAdmin,
    ReadOnlyInline,
    display,
)


class EvidenceLookInline(ReadOnlyInline):
    """Who was shown a file, or took its original out."""

    model = EvidenceView
    fields = ["at", "person", "part", "number", "reason"]
    readonly_fields = fields


@admin.register(EvidenceFile)
class EvidenceFileAdmin(HistoryConsoleAdmin):
    """Evidence files: that they are there and how they stand, not their names and contents."""

    section = "records"
    section_order = 32
    icon = "attach_file"
    list_display = ["shown_number", "kind", "status", "sensitivity", "attached_by", "arrived_at"]
    list_filter = [("status", ChoicesDropdownFilter), ("sensitivity", ChoicesDropdownFilter)]
    list_select_related = ["attached_by"]
    search_fields = ["=sha256"]
    ordering = ["-id"]
    history_hidden_fields = ("sealed_name",)
    fields = [
        "shown_number",
        "kind",
        "size",
        "sha256",
        "status",
        "refusal",
        "scan",
        "sensitivity",
        "attached_by",
        "arrived_at",
        "checked_at",
    ]
    readonly_fields = ["shown_number"]
    inlines = [EvidenceLookInline]

    @display(description=_("number"), ordering="id")
    def shown_number(self, obj: EvidenceFile) -> str:
        """Return the number by which people call the file."""
        return obj.number


@admin.register(EvidenceView)
class EvidenceViewAdmin(ConsoleAdmin):
    """Who was shown sensitive evidence, or took an original out, and why."""

    section = "records"
    section_order = 34
    icon = "preview"
    list_display = ["at", "person", "file", "part", "number", "sensitivity", "reason"]
    list_filter = [("part", ChoicesDropdownFilter), ("sensitivity", ChoicesDropdownFilter)]
    list_select_related = ["person", "file"]
    ordering = ["-id"]
    fields = ["at", "person", "file", "part", "number", "sensitivity", "reason"]
    # Columns that the database fills by itself are no part of a form.
    readonly_fields = fields
