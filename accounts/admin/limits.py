"""Admin pages of what limits an account and of what was noticed about it. All are read only."""

from collections.abc import Collection

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Finding,
    Hold,
    ListedName,
    Restriction,
)
from accounts.pages.references import reference_in_words
from accounts.rules.names import fold
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    HistoryConsoleAdmin,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)


class _ShownGround:
    """A column with what a row rests on."""

    @display(description=_("ground"))
    def shown_ground(self, obj: Restriction | Finding | Hold) -> str:
        """Return what it rests on, as people call it."""
        return reference_in_words(obj.ground_ref)


@admin.register(Restriction)
class RestrictionAdmin(_ShownGround, HistoryConsoleAdmin):
    """What limits accounts, running and over."""

    section = "accounts"
    section_order = 40
    icon = "block"
    list_display = [
        "id",
        "account",
        "kind",
        "in_force_from",
        "in_force_until",
        "ended_at",
        "ground_kind",
        "shown_ground",
    ]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("ground_kind", ChoicesDropdownFilter),
        ("in_force_from", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid", "=ground_ref"]
    ordering = ["-id"]
    fields = [
        "account",
        "kind",
        "shown_functions",
        "in_force_from",
        "in_force_until",
        "ended_at",
        "ground_kind",
        "shown_ground",
    ]

    @display(description=_("functions"))
    def shown_functions(self, obj: Restriction) -> str:
        """Return the functions that are off, as they are called."""
        return obj.worded_functions(obj.functions)


@admin.register(Finding)
class FindingAdmin(_ShownGround, PageConsoleAdmin):
    """What was noticed about accounts, and what became of it."""

    page_name = "admin:finding"
    section = "accounts"
    section_order = 42
    icon = "flag"
    list_display = ["shown_number", "account", "kind", "status", "found_at", "shown_outcome"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("found_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid", "=ground_ref"]
    ordering = ["-id"]
    fields = [
        "account",
        "kind",
        "status",
        "facts",
        "figures",
        "shown_ground",
        "found_at",
        "shown_outcome",
        "decided_by",
        "decided_at",
    ]

    @display(description=_("number"), ordering="id")
    def shown_number(self, obj: Finding) -> str:
        """Return the number by which people call the finding."""
        return obj.number

    @display(description=_("taken up as"))
    def shown_outcome(self, obj: Finding) -> str:
        """Return what was made of the finding, as people call it."""
        return reference_in_words(obj.taken_up_as) or str(self.get_empty_value_display())


@admin.register(Hold)
class HoldAdmin(_ShownGround, HistoryConsoleAdmin):
    """Open matters that block a transfer or closing at one's own wish."""

    section = "accounts"
    section_order = 44
    icon = "lock_clock"
    list_display = ["id", "account", "kind", "shown_ground", "placed_at", "released_at"]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("placed_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid", "=ground_ref"]
    ordering = ["-id"]
    fields = ["account", "kind", "shown_ground", "placed_at", "released_at"]


@admin.register(ListedName)
class ListedNameAdmin(HistoryConsoleAdmin):
    """Barred and reserved names."""

    section = "accounts"
    section_order = 50
    icon = "playlist_remove"
    list_display = [
        "name",
        "kind",
        "reason",
        "ground_kind",
        "listed_at",
        "in_force_until",
        "removed_at",
    ]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("ground_kind", ChoicesDropdownFilter),
    ]
    search_fields = ["=folded_name"]
    ordering = ["-id"]
    fields = [
        "kind",
        "name",
        "folded_name",
        "reason",
        "ground_kind",
        "shown_ground",
        "listed_at",
        "in_force_until",
        "removed_at",
    ]

    @display(description=_("ground"))
    def shown_ground(self, obj: ListedName) -> str:
        """Return what it rests on, as people call it."""
        # After a stroke stands for which account: several closed by one act each bar their name.
        act, _stroke, _account = obj.ground_ref.partition("/")
        return reference_in_words(act) or str(self.get_empty_value_display())

    def spelled(self, path: str, typed: str) -> Collection[str]:
        # A name is found however it is spaced, and in traditional characters too.
        return {fold(typed)} - {""}
