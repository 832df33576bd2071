"""Admin pages of people, their logins and roles, and of API clients. All are read only."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.models import (
    ApiClient,
    Person,
    RoleAssignment,
    StaffUser,
)
from compliance.pages.staff import kept_logins
from compliance.roles import role_label
from compliance.ui.admin import (
    HistoryConsoleAdmin,
    ReadOnlyInline,
    action,
    display,
)


class LoginInline(ReadOnlyInline):
    """The logins of a person."""

    model = StaffUser
    fields = ["username", "is_active"]


@admin.register(Person)
class PersonAdmin(HistoryConsoleAdmin):
    """The staff file."""

    section = "people"
    section_order = 10
    icon = "badge"
    list_display = ["name", "number", "post", "joined_date", "left_date"]
    search_fields = ["name"]
    ordering = ["number"]
    inlines = [LoginInline]
    fields = ["number", "name", "post", "joined_date", "left_date"]


class RoleAssignmentInline(ReadOnlyInline):
    """The roles of a login, those that ended too."""

    model = RoleAssignment
    hide_title = True
    fields = ["shown_role", "granted_by", "granted_at", "ended_at"]
    readonly_fields = ["shown_role"]

    @display(description=_("role"))
    def shown_role(self, obj: RoleAssignment) -> str:
        """Return the role's name in the language of the screen."""
        return role_label(obj.role.name)


@admin.register(StaffUser)
class StaffUserAdmin(HistoryConsoleAdmin):
    """Logins."""

    section = "people"
    section_order = 20
    icon = "key"
    list_display = ["username", "person", "is_active", "shown_roles"]
    list_filter = ["is_active"]
    list_select_related = ["person"]
    search_fields = ["username", "person__name"]
    ordering = ["username"]
    fields = ["username", "person", "is_active"]
    inlines = [RoleAssignmentInline]
    actions_detail = ["keep_login"]

    @action(description=_("Roles and use"), permissions=["keep_login"], url_path="keep-login")
    def keep_login(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Lead to the page on which roles are given and ended."""
        return redirect("admin:staff_login", pk=object_id)

    def has_keep_login_permission(self, request: HttpRequest, object_id: int | None = None) -> bool:
        """Return whether the person at the screen keeps logins, and this is one that is kept."""
        return request.user.has_perm("compliance.change_staffuser") and (
            object_id is None or kept_logins().filter(pk=object_id).exists()
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("role_assignments__role")

    @display(description=_("roles"))
    def shown_roles(self, obj: StaffUser) -> str:
        """Return the roles that the login holds now."""
        return gettext(", ").join(
            role_label(each.role.name)
            for each in obj.role_assignments.all()
            if each.ended_at is None
        )


@admin.register(ApiClient)
class ApiClientAdmin(HistoryConsoleAdmin):
    """Systems of the platform that call the API."""

    section = "people"
    section_order = 40
    icon = "api"
    list_display = ["name", "contact_post", "is_active", "shown_scopes"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    ordering = ["name"]
    fields = ["name", "contact_post", "is_active", "reads_a_minute", "writes_a_minute"]
    actions_detail = ["keep_client"]

    @action(description=_("Keys and scopes"), permissions=["view"], url_path="keep-client")
    def keep_client(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Lead to the page on which keys and scopes are kept."""
        return redirect("admin:api_client", pk=object_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("scopes")

    @display(description=_("scopes"))
    def shown_scopes(self, obj: ApiClient) -> str:
        """Return what the client may do now."""
        return gettext(", ").join(
            str(each.scope_label) for each in obj.scopes.all() if each.ended_at is None
        )
