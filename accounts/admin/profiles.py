"""Changes of profiles and reserved avatars. All are read only."""

from collections.abc import Collection

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import ProfileChange, ReservedAvatar
from accounts.models.profile_changes import PROFILE_CHANGE_PREFIX
from accounts.profile_words import ProfilePart
from accounts.rules.names import fold
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    display,
)


class PartFilter(DropdownFilter):
    """Which part of the profile is to change."""

    title = _("what changes")
    parameter_name = "part"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Promise]]:
        return [(each.value, each.label) for each in ProfilePart]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in ProfilePart.values:
            return queryset
        return queryset.filter(parts__contains=[self.value()])


@admin.register(ProfileChange)
class ProfileChangeAdmin(PageConsoleAdmin):
    """Changes of profiles, what changes in each and what came of it."""

    page_name = "admin:profile_change"
    section = "accounts"
    section_order = 34
    icon = "manage_accounts"
    list_display = [
        "shown_reference",
        "account",
        "shown_parts",
        "status",
        "source",
        "received_at",
        "decided_by",
    ]
    list_select_related = ["account", "decided_by"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        PartFilter,
        ("source", ChoicesDropdownFilter),
        "is_automated",
        ("received_at", RangeDateTimeFilter),
    ]
    number_prefix = PROFILE_CHANGE_PREFIX
    search_fields = ["=id", "=account__platform_uid", "=account__folded_name", "=platform_ref"]
    ordering = ["-id"]
    readonly_fields = ["shown_reference", "shown_parts"]
    fields = ["shown_reference", "account", "shown_parts", "status", "received_at"]

    def spelled(self, path: str, typed: str) -> Collection[str]:
        # As in the list of accounts, however a name is spaced, and in traditional characters too.
        is_name = path == "account__folded_name"
        return {fold(typed)} - {""} if is_name else super().spelled(path, typed)

    @display(description=_("number"), ordering="id")
    def shown_reference(self, obj: ProfileChange) -> str:
        """Return the number by which people call it."""
        return obj.reference

    @display(description=_("what changes"))
    def shown_parts(self, obj: ProfileChange) -> str:
        """Return the parts of the profile that change."""
        return " · ".join(obj.parts_in_words)


@admin.register(ReservedAvatar)
class ReservedAvatarAdmin(PageConsoleAdmin):
    """Emblems and logos that only their holders may show."""

    page_name = "admin:reserved_avatar"
    section = "accounts"
    section_order = 52
    icon = "shield_person"
    list_display = ["name", "reason", "holder_uscc", "listed_at", "removed_at"]
    list_filter = [("listed_at", RangeDateTimeFilter), ("removed_at", RangeDateTimeFilter)]
    search_fields = ["=name", "=holder_uscc"]
    ordering = ["-id"]
    fields = ["name", "reason", "holder_uscc", "listed_at", "removed_at"]
