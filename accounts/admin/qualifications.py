"""Admin pages of qualifications and the marks that show them. All are read only."""

from collections.abc import Collection
from datetime import timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    AccountMark,
    Qualification,
)
from accounts.models.qualifications import QUALIFICATION_PREFIX
from accounts.qualification_words import QualificationStatus
from accounts.rules.names import fold
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    HistoryConsoleAdmin,
    PageConsoleAdmin,
    RangeDateFilter,
    RangeDateTimeFilter,
    display,
)


class EndFilter(DropdownFilter):
    """How soon verified qualifications end."""

    title = _("end of validity")
    parameter_name = "ends"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Promise]]:
        return [
            ("7", _("within 7 days")),
            ("30", _("within 30 days")),
            ("90", _("within 90 days")),
            ("over", _("ended")),
            ("check", _("check is due")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today, chosen = timezone.localdate(), self.value()
        verified = queryset.filter(status=QualificationStatus.VERIFIED)
        if chosen == "over":
            return queryset.filter(valid_until__lt=today)
        if chosen == "check":
            return verified.filter(next_check_on__lte=today)
        if chosen in ("7", "30", "90"):
            last = today + timedelta(days=int(chosen))
            return verified.filter(valid_until__gte=today, valid_until__lte=last)
        return queryset


@admin.register(Qualification)
class QualificationAdmin(PageConsoleAdmin):
    """Qualifications of accounts; numbers and names masked."""

    page_name = "admin:qualification"
    section = "accounts"
    section_order = 35
    icon = "workspace_premium"
    list_display = [
        "shown_reference",
        "account",
        "type",
        "status",
        "issuer",
        "valid_until",
        "next_check_on",
        "decided_by",
    ]
    list_select_related = ["account", "decided_by"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("type", ChoicesDropdownFilter),
        EndFilter,
        ("valid_until", RangeDateFilter),
    ]
    number_prefix = QUALIFICATION_PREFIX
    search_fields = ["=id", "=account__platform_uid", "=account__folded_name"]
    ordering = ["-id"]
    readonly_fields = ["shown_reference"]
    fields = ["shown_reference", "account", "type", "status", "issuer", "valid_until"]

    def spelled(self, path: str, typed: str) -> Collection[str]:
        # A name is found however it is spaced, and in traditional characters too.
        if path == "account__folded_name":
            return {fold(typed)} - {""}
        return super().spelled(path, typed)

    @display(description=_("number"))
    def shown_reference(self, obj: Qualification) -> str:
        """Return the number by which people call it."""
        return obj.reference


@admin.register(AccountMark)
class AccountMarkAdmin(HistoryConsoleAdmin):
    """Special marks of accounts, running and over."""

    section = "accounts"
    section_order = 36
    icon = "verified"
    list_display = ["account", "code", "in_force_from", "in_force_until", "ended_at"]
    list_filter = [("code", ChoicesDropdownFilter), ("in_force_from", RangeDateTimeFilter)]
    list_select_related = ["account", "qualification"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = ["account", "code", "qualification", "in_force_from", "in_force_until", "ended_at"]
