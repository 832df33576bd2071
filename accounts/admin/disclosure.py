"""What everybody may see of accounts: what is missing, consents, public contacts."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import DisclosureItem
from accounts.models import Disclosure, DisclosureConsent, PublicContact
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    DropdownFilter,
    RangeDateTimeFilter,
    display,
)


class MissingFilter(DropdownFilter):
    """Which item is missing."""

    title = _("missing item")
    parameter_name = "missing"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str | Promise]]:
        return list(DisclosureItem.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in DisclosureItem.values:
            return queryset
        return queryset.filter(missing__contains=[self.value()])


@admin.register(Disclosure)
class DisclosureAdmin(ConsoleAdmin):
    """Which items are missing from the disclosure of which account."""

    section = "accounts"
    section_order = 60
    icon = "public"
    list_display = [
        "platform_uid",
        "account_name",
        "nature",
        "account_status",
        "shown_missing",
        "is_complete",
        "checked_at",
    ]
    list_filter = [
        "is_complete",
        MissingFilter,
        ("account__subject__nature", ChoicesDropdownFilter),
        ("account__status", ChoicesDropdownFilter),
    ]
    list_select_related = ["account__subject"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-account_id"]
    fields = ["account", "shown_missing", "is_complete", "checked_at"]
    readonly_fields = ["shown_missing"]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Lead on to the page of the account, which says all that is known."""
        if request.method not in ("GET", "HEAD") or not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:account", pk=object_id)

    @display(description=_("account number of the platform"))
    def platform_uid(self, obj: Disclosure) -> str:
        """Return the number of the account."""
        return obj.account.platform_uid

    @display(description=_("account name"))
    def account_name(self, obj: Disclosure) -> str:
        """Return the name of the account."""
        return obj.account.name

    @display(description=_("nature"))
    def nature(self, obj: Disclosure) -> str:
        """Return the nature of the subject."""
        return obj.account.subject.get_nature_display()

    @display(description=_("state"))
    def account_status(self, obj: Disclosure) -> str:
        """Return whether the account is open."""
        return obj.account.get_status_display()

    @display(description=_("missing items"))
    def shown_missing(self, obj: Disclosure) -> str:
        """Return the names of what is missing."""
        return gettext(", ").join(str(DisclosureItem(each).label) for each in obj.missing)


@admin.register(DisclosureConsent)
class DisclosureConsentAdmin(ConsoleAdmin):
    """Who agreed to have the own name shown; the name itself is nowhere here."""

    section = "accounts"
    section_order = 62
    icon = "how_to_reg"
    list_display = ["id", "account", "is_given", "at", "method", "source_ref", "recorded_at"]
    list_filter = [
        "is_given",
        ("method", ChoicesDropdownFilter),
        ("at", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid", "=source_ref"]
    ordering = ["-id"]
    fields = ["account", "is_given", "at", "method", "source_ref", "recorded_at"]
    readonly_fields = ["recorded_at"]


@admin.register(PublicContact)
class PublicContactAdmin(ConsoleAdmin):
    """By what organisations let everybody reach them; the latest of an account counts."""

    section = "accounts"
    section_order = 64
    icon = "contact_phone"
    list_display = ["id", "account", "contact", "source_ref", "recorded_at"]
    list_filter = [("recorded_at", RangeDateTimeFilter)]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = ["account", "contact", "source_ref", "recorded_at"]
    readonly_fields = ["recorded_at"]
