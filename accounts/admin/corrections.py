"""Corrections of profiles. All are read only."""

from collections.abc import Collection

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.correction_words import Mismatch
from accounts.models import Correction
from accounts.models.corrections import CORRECTION_PREFIX
from accounts.rules.names import fold
from compliance.pages.clock_panel import due_in_words
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)


class MismatchFilter(DropdownFilter):
    """What of the profile is wrong."""

    title = _("what is wrong")
    parameter_name = "wrong"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str | Promise]]:
        return list(Mismatch.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in Mismatch.values:
            return queryset
        return queryset.filter(mismatches__contains=[self.value()])


@admin.register(Correction)
class CorrectionAdmin(PageConsoleAdmin):
    """Which profile is to be corrected, until when, and what became of it."""

    page_name = "admin:correction"
    section = "accounts"
    section_order = 37
    icon = "edit_note"
    list_display = [
        "shown_reference",
        "account",
        "shown_mismatches",
        "ground",
        "status",
        "shown_due",
        "ordered_at",
        "ordered_by",
    ]
    list_select_related = ["account", "clock", "ordered_by"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("ground", ChoicesDropdownFilter),
        MismatchFilter,
        ("ordered_at", RangeDateTimeFilter),
    ]
    number_prefix = CORRECTION_PREFIX
    search_fields = ["=id", "=account__platform_uid", "=account__folded_name"]
    ordering = ["-id"]
    readonly_fields = ["shown_reference", "shown_mismatches", "shown_due"]
    fields = ["shown_reference", "account", "shown_mismatches", "ground", "status", "facts"]

    def spelled(self, path: str, typed: str) -> Collection[str]:
        # By a name however it is written.
        if path == "account__folded_name":
            return {fold(typed)} - {""}
        return super().spelled(path, typed)

    @display(description=_("number"))
    def shown_reference(self, obj: Correction) -> str:
        """Return the number by which people call it."""
        return obj.reference

    @display(description=_("what is wrong"))
    def shown_mismatches(self, obj: Correction) -> str:
        """Return what of the profile is wrong."""
        return obj.mismatches_in_words

    @display(description=_("until"))
    def shown_due(self, obj: Correction) -> str:
        """Return until when the operator has time."""
        return due_in_words(obj.clock.due_at)
