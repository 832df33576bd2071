"""Admin pages of the floor: people, roles, the log, proposals, rules. All are read only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance import work_admin  # noqa: F401  # registers its lists
from compliance.models import (
    ActionLog,
    ApiClient,
    Approval,
    Clause,
    Delivery,
    DeliveryState,
    EvidenceFile,
    EvidenceView,
    IdentitySearch,
    Person,
    Proposal,
    Reveal,
    RoleAssignment,
    RuleDocument,
    RuleVersion,
    StaffUser,
    TimeLimit,
)
from compliance.notices.purposes import purpose_label
from compliance.pages.deliveries import (
    VIEW_OWN,
    delivery_url,
    state_badge,
    state_hint,
    visible_to,
)
from compliance.pages.door import staff_of
from compliance.pages.staff import kept_logins
from compliance.pages.timeline import act_in_words
from compliance.roles import role_label
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    HistoryConsoleAdmin,
    RangeDateTimeFilter,
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


@admin.register(ActionLog)
class ActionLogAdmin(ConsoleAdmin):
    """The action log."""

    section = "records"
    section_order = 10
    icon = "history_edu"
    list_display = ["at", "act", "object_id", "outcome", "actor_name", "reason", "action"]
    list_filter = [
        ("outcome", ChoicesDropdownFilter),
        ("provision", ChoicesDropdownFilter),
        ("at", RangeDateTimeFilter),
    ]
    search_fields = ["=action", "=object_id", "=actor_name", "=request_id"]
    ordering = ["-id"]
    fields = [
        "at",
        "action",
        "outcome",
        "actor_name",
        "actor_number",
        "login",
        "object_type",
        "object_id",
        "provision",
        "reason",
        "changes",
        "request_id",
        "payload",
    ]

    @display(description=_("Act"))
    def act(self, row: ActionLog) -> str:
        """Say the act as the pages of the record do."""
        return act_in_words(row)


class ApprovalInline(ReadOnlyInline):
    """What others said of a proposal."""

    model = Approval
    fk_name = "proposal"
    fields = ["slot", "approver", "verdict", "reason", "at"]
    readonly_fields = fields
    hide_title = True


@admin.register(Proposal)
class ProposalAdmin(ConsoleAdmin):
    """Proposals and their approvals."""

    section = "records"
    section_order = 20
    icon = "how_to_vote"
    list_display = ["id", "shown_kind", "proposer", "approvals_needed", "proposed_at"]
    list_select_related = ["proposer"]
    ordering = ["-id"]
    readonly_fields = ["shown_kind"]
    fields = [
        "shown_kind",
        "proposer",
        "approvals_needed",
        "provision",
        "reason",
        "content",
        "content_sha256",
        "supersedes",
        "proposed_at",
    ]
    inlines = [ApprovalInline]

    @display(description=_("kind"), ordering="kind")
    def shown_kind(self, obj: Proposal) -> str:
        """Return in words what is proposed."""
        return obj.kind_label


@admin.register(Reveal)
class RevealAdmin(ConsoleAdmin):
    """Who was shown identity data, and why."""

    section = "records"
    section_order = 30
    icon = "visibility"
    list_display = ["at", "person", "shown_field", "reason"]
    list_select_related = ["person", "value"]
    ordering = ["-id"]
    fields = ["at", "person", "shown_field", "reason"]
    readonly_fields = ["shown_field"]

    @display(description=_("field"))
    def shown_field(self, obj: Reveal) -> Any:
        """Return which kind of value was shown; never the value."""
        return obj.value.get_field_display()


@admin.register(IdentitySearch)
class IdentitySearchAdmin(ConsoleAdmin):
    """Who searched by an exact identity value, and why; never the value."""

    section = "records"
    section_order = 35
    icon = "fingerprint"
    list_display = ["at", "person", "field", "found", "reason"]
    list_select_related = ["person"]
    ordering = ["-id"]
    fields = ["at", "person", "field", "found", "reason"]


class EvidenceLookInline(ReadOnlyInline):
    """Who was shown a file, or took its original out."""

    model = EvidenceView
    fields = ["at", "person", "part", "number", "reason"]


@admin.register(EvidenceFile)
class EvidenceFileAdmin(HistoryConsoleAdmin):
    """Evidence files: that they are there and how they stand, not their names and contents."""

    section = "records"
    section_order = 32
    icon = "attach_file"
    list_display = ["shown_number", "kind", "status", "sensitivity", "attached_by", "arrived_at"]
    list_filter = [("status", ChoicesDropdownFilter), ("sensitivity", ChoicesDropdownFilter)]
    list_select_related = ["attached_by"]
    search_fields = ["=sha256"]
    ordering = ["-id"]
    history_hidden_fields = ("sealed_name",)
    fields = [
        "shown_number",
        "kind",
        "size",
        "sha256",
        "status",
        "refusal",
        "scan",
        "sensitivity",
        "attached_by",
        "arrived_at",
        "checked_at",
    ]
    readonly_fields = ["shown_number"]
    inlines = [EvidenceLookInline]

    @display(description=_("number"), ordering="id")
    def shown_number(self, obj: EvidenceFile) -> str:
        """Return the number by which people call the file."""
        return obj.number


@admin.register(EvidenceView)
class EvidenceViewAdmin(ConsoleAdmin):
    """Who was shown sensitive evidence, or took an original out, and why."""

    section = "records"
    section_order = 34
    icon = "preview"
    list_display = ["at", "person", "file", "part", "number", "sensitivity", "reason"]
    list_filter = [("part", ChoicesDropdownFilter), ("sensitivity", ChoicesDropdownFilter)]
    list_select_related = ["person", "file"]
    ordering = ["-id"]
    fields = ["at", "person", "file", "part", "number", "sensitivity", "reason"]


class RuleVersionInline(ReadOnlyInline):
    """Versions of a rule document."""

    model = RuleVersion
    fields = ["label", "effective_date"]


@admin.register(RuleDocument)
class RuleDocumentAdmin(HistoryConsoleAdmin):
    """Rule documents as rows, with their history; they are kept on pages of their own."""

    list_display = ["title", "code", "kind", "is_public"]
    search_fields = ["title", "=code"]
    ordering = ["code"]
    fields = ["title", "code", "kind", "is_public"]
    inlines = [RuleVersionInline]


class ClauseInline(ReadOnlyInline):
    """The clauses of a version."""

    model = Clause
    fields = ["chapter", "number", "heading", "text", "provision"]
    ordering = ["position", "pk"]


@admin.register(RuleVersion)
class RuleVersionAdmin(ConsoleAdmin):
    """Versions of rule documents with their clauses."""

    list_display = ["document", "label", "effective_date"]
    list_select_related = ["document"]
    ordering = ["document__code", "-effective_date"]
    fields = [
        "document",
        "label",
        "effective_date",
        "announced_at",
        "accept_until",
        "change_summary",
        "clauses_sha256",
    ]
    inlines = [ClauseInline]


@admin.register(TimeLimit)
class TimeLimitAdmin(ConsoleAdmin):
    """Versions of time limits, one by one; the page `limits` shows what binds."""

    list_display = ["shown_step", "amount", "unit", "shown_provision", "effective_from"]
    ordering = ["code", "-effective_from"]
    fields = ["shown_step", "amount", "unit", "shown_provision", "effective_from"]
    readonly_fields = ["shown_step", "shown_provision"]

    @display(description=_("step"), ordering="code")
    def shown_step(self, obj: TimeLimit) -> str:
        """Return the step in words."""
        return obj.step_label

    @display(description=_("provision"))
    def shown_provision(self, obj: TimeLimit) -> str:
        """Return in words where the limit comes from."""
        return obj.provision_label


class DeliveryStateFilter(admin.SimpleListFilter):
    """Where a delivery stands, read from its row and the clock."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in DeliveryState.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        state = self.value()
        if state not in DeliveryState.values:
            return queryset
        found: QuerySet = queryset.in_state(state, timezone.now())
        return found


@admin.register(Delivery)
class DeliveryAdmin(ConsoleAdmin):
    """Notices and commands on their way."""

    section = "records"
    section_order = 45
    icon = "outgoing_mail"
    list_display = ["what", "channel", "subject_id", "shown_state", "hint", "created_at"]
    list_display_links = None
    list_select_related = ["notice", "command"]
    list_filter = [
        DeliveryStateFilter,
        ("channel", ChoicesDropdownFilter),
        ("created_at", RangeDateTimeFilter),
    ]
    search_fields = ["=subject_id"]
    ordering = ["-id"]
    fields = list_display
    readonly_fields = list_display

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or request.user.has_perm(VIEW_OWN)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return visible_to(staff_of(request), super().get_queryset(request))

    @display(description=_("purpose"))
    def what(self, obj: Delivery) -> str:
        """Name what is told, with the way to its page."""
        name = purpose_label(obj.notice.purpose) if obj.notice else str(obj.command)
        return format_html('<a class="ui-link" href="{}">{}</a>', delivery_url(obj), name)

    @display(description=_("state"))
    def shown_state(self, obj: Delivery) -> str:
        """Say where it stands."""
        return str(state_badge(obj).text)

    @display(description=_("when"))
    def hint(self, obj: Delivery) -> str:
        """Say since or until when."""
        return state_hint(obj)
