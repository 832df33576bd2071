"""Admin pages of the action log, proposals, and looks at identity data. All are read only."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.models import (
    ActionLog,
    Approval,
    IdentitySearch,
    Proposal,
    Reveal,
)
from compliance.pages.timeline import act_in_words
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    RangeDateTimeFilter,
    ReadOnlyInline,
    display,
)


@admin.register(ActionLog)
class ActionLogAdmin(ConsoleAdmin):
    """The action log."""

    section = "records"
    section_order = 10
    icon = "history_edu"
    list_display = ["at", "act", "shown_record", "outcome", "actor_name", "reason", "code"]
    list_filter = [
        ("outcome", ChoicesDropdownFilter),
        ("provision", ChoicesDropdownFilter),
        ("at", RangeDateTimeFilter),
    ]
    search_fields = ["=action", "=object_id", "=actor_name", "=request_id"]
    ordering = ["-id"]
    readonly_fields = ["act", "code", "shown_record"]
    fields = [
        "at",
        "act",
        "code",
        "outcome",
        "actor_name",
        "actor_number",
        "login",
        "object_type",
        "shown_record",
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

    @display(description=_("Code of the act"), ordering="action")
    def code(self, row: ActionLog) -> str:
        """Return the act as searches and programs name it."""
        return row.action

    @display(description=_("record"), ordering="object_id")
    def shown_record(self, row: ActionLog) -> str | None:
        """Return the number of the record; an attempt to make one was about none."""
        return None if row.object_id == str(None) else row.object_id


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
    list_display = ["at", "person", "shown_field", "proposal", "reason"]
    list_select_related = ["person", "value", "proposal"]
    ordering = ["-id"]
    fields = ["at", "person", "shown_field", "proposal", "reason"]
    readonly_fields = ["shown_field", "proposal"]

    @display(description=_("field"))
    def shown_field(self, obj: Reveal) -> Any:
        """Return which kind of value was shown; never the value."""
        return obj.value.get_field_display()


@admin.register(IdentitySearch)
class IdentitySearchAdmin(ConsoleAdmin):
    """Who searched by an exact identity value, and why; never the value."""

    list_title = _("Record of searches by identity")
    section = "records"
    section_order = 35
    icon = "fingerprint"
    list_display = ["at", "person", "field", "found", "reason"]
    list_select_related = ["person"]
    ordering = ["-id"]
    fields = ["at", "person", "field", "found", "reason"]
