"""Admin pages of subjects, applications, accounts and names. All are read only."""

from collections.abc import Collection
from datetime import timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import AccountStatus, CheckCode
from accounts.models import (
    AccountMark,
    AgreementAcceptance,
    Application,
    Finding,
    Hold,
    ListedName,
    PublicAccount,
    Qualification,
    RealNameVerification,
    Restriction,
    Subject,
)
from accounts.pages.presentation import checks_of, state_in_words
from accounts.qualification_words import QualificationStatus
from accounts.rules.names import fold
from accounts.services.agreements import lacks
from compliance.models import DocumentKind
from compliance.rulebook.documents import version_in_force
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    HistoryConsoleAdmin,
    PageConsoleAdmin,
    RangeDateFilter,
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


@admin.register(Subject)
class SubjectAdmin(PageConsoleAdmin):
    """Subjects; a person's name is masked."""

    page_name = "admin:subject"
    section = "accounts"
    section_order = 20
    icon = "groups"
    list_display = ["id", "shown_name", "nature", "id_type", "uscc", "is_minor", "created_at"]
    list_filter = [
        ("nature", ChoicesDropdownFilter),
        ("id_type", ChoicesDropdownFilter),
        "is_minor",
    ]
    list_select_related = ["name"]
    search_fields = ["=uscc", "=organisation_name"]
    ordering = ["-id"]
    readonly_fields = ["shown_name"]
    fields = ["shown_name", "nature", "id_type", "id_number", "uscc", "is_minor", "created_at"]

    @display(description=_("name"))
    def shown_name(self, obj: Subject) -> str:
        """Return the organisation's name or the masked name of a person."""
        return obj.shown_name


class AgreementFilter(DropdownFilter):
    """Whether the operator accepted the service agreement in force."""

    title = _("service agreement")
    parameter_name = "agreement"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Promise]]:
        return [("accepted", _("has accepted")), ("missing", _("has not accepted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        present = version_in_force(DocumentKind.SERVICE_AGREEMENT, timezone.localdate())
        if present is None or self.value() not in ("accepted", "missing"):
            return queryset
        if self.value() == "missing":
            return queryset.filter(lacks(present), status=AccountStatus.ACTIVE)
        return queryset.exclude(lacks(present))


class AcceptanceInline(ReadOnlyInline):
    """Which versions of the service agreement were accepted for an account."""

    model = AgreementAcceptance
    fields = ["version", "accepted_at", "method", "source_ref"]
    readonly_fields = fields


@admin.register(PublicAccount)
class PublicAccountAdmin(PageConsoleAdmin):
    """Public accounts with what limits them now."""

    page_name = "admin:account"
    section = "accounts"
    section_order = 30
    icon = "account_circle"
    list_display = [
        "platform_uid",
        "name",
        "category",
        "status",
        "effective_state",
        "registered_at",
    ]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("category", ChoicesDropdownFilter),
        AgreementFilter,
        ("activity__grade", ChoicesDropdownFilter),
        ("registered_at", RangeDateTimeFilter),
    ]
    search_fields = ["=platform_uid", "=folded_name"]
    ordering = ["-id"]
    readonly_fields = ["effective_state"]
    fields = [
        "platform_uid",
        "name",
        "bio",
        "category",
        "subject",
        "application",
        "status",
        "effective_state",
        "registered_at",
        "closed_at",
        "closed_ground_kind",
        "closed_ground_ref",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("restrictions")

    def spelled(self, path: str, typed: str) -> Collection[str]:
        # A name is found however it is spaced, and in traditional characters too.
        return {fold(typed)} - {""} if path == "folded_name" else super().spelled(path, typed)

    @display(description=_("what it may do now"))
    def effective_state(self, obj: PublicAccount) -> str:
        """Return the effective state in words."""
        return state_in_words(obj, timezone.now())


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
    search_fields = ["=account__platform_uid", "=account__folded_name"]
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


@admin.register(Restriction)
class RestrictionAdmin(HistoryConsoleAdmin):
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
        "ground_ref",
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
        "ground_ref",
    ]

    @display(description=_("functions"))
    def shown_functions(self, obj: Restriction) -> str:
        """Return the functions that are off, as they are called."""
        return obj.worded_functions(obj.functions)


@admin.register(Finding)
class FindingAdmin(PageConsoleAdmin):
    """What was noticed about accounts, and what became of it."""

    page_name = "admin:finding"
    section = "accounts"
    section_order = 42
    icon = "flag"
    list_display = ["shown_number", "account", "kind", "status", "found_at", "taken_up_as"]
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
        "ground_ref",
        "found_at",
        "taken_up_as",
        "decided_by",
        "decided_at",
    ]

    @display(description=_("number"), ordering="id")
    def shown_number(self, obj: Finding) -> str:
        """Return the number by which people call the finding."""
        return obj.number


@admin.register(Hold)
class HoldAdmin(HistoryConsoleAdmin):
    """Open matters that block a transfer or closing at one's own wish."""

    section = "accounts"
    section_order = 44
    icon = "lock_clock"
    list_display = ["id", "account", "kind", "ground_ref", "placed_at", "released_at"]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("placed_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid", "=ground_ref"]
    ordering = ["-id"]
    fields = ["account", "kind", "ground_ref", "placed_at", "released_at"]


@admin.register(ListedName)
class ListedNameAdmin(HistoryConsoleAdmin):
    """Barred and reserved names."""

    section = "accounts"
    section_order = 50
    icon = "playlist_remove"
    list_display = ["name", "kind", "reason", "ground_kind", "listed_at", "removed_at"]
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
        "ground_ref",
        "listed_at",
        "removed_at",
    ]

    def spelled(self, path: str, typed: str) -> Collection[str]:
        # A name is found however it is spaced, and in traditional characters too.
        return {fold(typed)} - {""}
