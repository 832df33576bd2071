"""Admin pages of applications. All are read only."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import CheckCode
from accounts.models import (
    Application,
    RealNameVerification,
)
from accounts.pages.presentation import checks_of
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    HistoryConsoleAdmin,
    RangeDateTimeFilter,
    ReadOnlyInline,
    action,
    display,
)


class VerificationInline(ReadOnlyInline):
    """What the provider answered."""

    model = RealNameVerification
    fields = ["method", "is_verified", "provider", "reference", "at"]
    readonly_fields = fields


@admin.register(Application)
class ApplicationAdmin(HistoryConsoleAdmin):
    """Applications; identity data in its masked form."""

    section = "accounts"
    section_order = 10
    icon = "assignment_ind"
    list_display = [
        "platform_uid",
        "account_name",
        "category",
        "subject_nature",
        "status",
        "decided_by",
        "received_at",
    ]
    list_select_related = ["decided_by"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("category", ChoicesDropdownFilter),
        ("subject_nature", ChoicesDropdownFilter),
        "is_automated",
        ("received_at", RangeDateTimeFilter),
    ]
    search_fields = ["=platform_uid"]
    ordering = ["-id"]
    inlines = [VerificationInline]
    readonly_fields = ["shown_checks", "shown_passed_checks"]
    actions_detail = ["see_application"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "platform_uid",
                    "status",
                    "shown_checks",
                    "is_automated",
                    "decided_by",
                    "decided_at",
                    "decision_reason",
                ]
            },
        ),
        (
            _("What was declared"),
            {
                "fields": [
                    "account_name",
                    "bio",
                    "category",
                    "subject",
                    "subject_nature",
                    "organisation_name",
                    "subject_name",
                    "id_type",
                    "id_number",
                    "mobile",
                    "contact",
                    "registered_region",
                    "operating_region",
                    "business_scope",
                    "professional_background",
                    "qualification_type",
                    "qualification_number",
                    "qualification_issuer",
                    "qualification_valid_until",
                    "applied_at",
                ]
            },
        ),
        (_("Record"), {"fields": ["source", "policy", "shown_passed_checks", "received_at"]}),
    ]

    @action(description=_("Read and handle"), url_path="page")
    def see_application(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Lead to the page of the application."""
        return redirect("admin:application", pk=object_id)

    @display(description=_("checks passed"))
    def shown_passed_checks(self, obj: Application) -> str:
        """Return the names of the checks that the application passed."""
        return gettext(", ").join(str(CheckCode(code).label) for code in obj.passed_checks)

    @display(description=_("checks that did not pass"))
    def shown_checks(self, obj: Application) -> SafeString:
        """Return the checks with their explanations."""
        return render_to_string("ui/check_list.html", {"checks": checks_of(obj)})
