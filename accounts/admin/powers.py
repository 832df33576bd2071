"""Earning, comments, violations, credit, agencies and their agreements. All are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    AccountPowers,
    Agency,
    AgencyContract,
    EarningApplication,
    Standing,
    ViolationFact,
)
from accounts.services.comment_powers import powers_in_words
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    HistoryConsoleAdmin,
    PageConsoleAdmin,
    RangeDateFilter,
    RangeDateTimeFilter,
    display,
)


@admin.register(EarningApplication)
class EarningApplicationAdmin(PageConsoleAdmin):
    """Who asked to earn by what, and which rights are in force."""

    page_name = "admin:earning_application"
    section = "accounts"
    section_order = 50
    icon = "payments"
    list_display = [
        "id",
        "account",
        "behaviour",
        "status",
        "applied_at",
        "possible_from",
        "ended_at",
    ]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("behaviour", ChoicesDropdownFilter),
        ("applied_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = ["account", "behaviour", "status", "applied_at", "decided_at", "rule"]


@admin.register(AccountPowers)
class AccountPowersAdmin(ConsoleAdmin):
    """What accounts may do with comments since when; the latest of an account counts."""

    section = "accounts"
    section_order = 52
    icon = "comment"
    list_display = ["id", "account", "shown_powers", "nature", "credit", "rule", "set_at"]
    list_filter = [
        ("credit", ChoicesDropdownFilter),
        ("nature", ChoicesDropdownFilter),
        ("set_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account", "rule"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = ["account", "shown_powers", "nature", "credit", "is_unrated", "rule", "set_at"]
    readonly_fields = ["shown_powers"]

    @display(description=_("powers over comments"))
    def shown_powers(self, obj: AccountPowers) -> str:
        """Return the powers in words."""
        return powers_in_words(obj.powers)


@admin.register(ViolationFact)
class ViolationFactAdmin(HistoryConsoleAdmin):
    """Violations that were decided, those undone too."""

    section = "accounts"
    section_order = 54
    icon = "gavel"
    list_display = ["reference", "account", "decided_at", "withdrawn_at"]
    list_filter = [("decided_at", RangeDateTimeFilter), ("withdrawn_at", RangeDateTimeFilter)]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = ["account", "reference", "decided_at", "withdrawn_at"]


@admin.register(Standing)
class StandingAdmin(HistoryConsoleAdmin):
    """The credit of subjects as a fact."""

    list_title = _("Credit grades in use")
    section = "accounts"
    section_order = 56
    icon = "star_half"
    list_display = ["subject", "grade", "score", "since", "reference"]
    list_filter = [("grade", ChoicesDropdownFilter), ("since", RangeDateTimeFilter)]
    list_select_related = ["subject__name"]
    search_fields = ["=subject__uscc"]
    ordering = ["-id"]
    fields = ["subject", "grade", "score", "since", "reference"]


@admin.register(Agency)
class AgencyAdmin(PageConsoleAdmin):
    """The register of agencies; whom to reach there is shown nowhere in a list."""

    page_name = "admin:agency"
    section = "accounts"
    section_order = 57
    icon = "domain"
    list_display = ["shown_reference", "public_name", "name", "uscc", "status", "registered_at"]
    list_filter = [("status", ChoicesDropdownFilter), ("registered_at", RangeDateTimeFilter)]
    search_fields = ["=uscc", "=name", "=public_name"]
    ordering = ["-id"]
    readonly_fields = ["shown_reference"]
    fields = ["shown_reference", "public_name", "name", "uscc", "status", "registered_at"]

    @display(description=_("number"))
    def shown_reference(self, obj: Agency) -> str:
        """Return the number by which people call it."""
        return obj.reference


@admin.register(AgencyContract)
class AgencyContractAdmin(PageConsoleAdmin):
    """Agreements of operators with agencies."""

    page_name = "admin:agency_contract"
    section = "accounts"
    section_order = 58
    icon = "contract"
    list_display = [
        "shown_reference",
        "account",
        "agency",
        "status",
        "valid_from",
        "valid_until",
        "decided_by",
    ]
    list_filter = [("status", ChoicesDropdownFilter), ("valid_until", RangeDateFilter)]
    list_select_related = ["account", "agency", "decided_by"]
    search_fields = ["=account__platform_uid", "=agency__uscc", "=number"]
    ordering = ["-id"]
    readonly_fields = ["shown_reference"]
    fields = ["shown_reference", "account", "agency", "status", "valid_from", "valid_until"]

    @display(description=_("number"))
    def shown_reference(self, obj: AgencyContract) -> str:
        """Return the number by which people call it."""
        return obj.reference
