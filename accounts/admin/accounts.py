"""Admin pages of subjects and their accounts. All are read only."""

from collections.abc import Collection

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import AccountStatus
from accounts.models import (
    AgreementAcceptance,
    PublicAccount,
    Subject,
)
from accounts.pages.presentation import state_in_words
from accounts.pages.references import reference_in_words
from accounts.rules.names import fold
from accounts.services.agreements import lacks
from compliance.models import DocumentKind
from compliance.rulebook.documents import version_in_force
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    PageConsoleAdmin,
    RangeDateTimeFilter,
    ReadOnlyInline,
    display,
)


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
        "shown_ground",
    ]

    @display(description=_("what the closure rests on"))
    def shown_ground(self, obj: PublicAccount) -> str:
        """Return what the closure rests on, as people call it."""
        return reference_in_words(obj.closed_ground_ref) or str(self.get_empty_value_display())

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("restrictions")

    def spelled(self, path: str, typed: str) -> Collection[str]:
        # A name is found however it is spaced, and in traditional characters too.
        return {fold(typed)} - {""} if path == "folded_name" else super().spelled(path, typed)

    @display(description=_("what it may do now"))
    def effective_state(self, obj: PublicAccount) -> str:
        """Return the effective state in words."""
        return state_in_words(obj, timezone.now())
