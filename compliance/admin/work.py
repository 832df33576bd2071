"""Lists of who keeps out, stands in, was away, and what changed hands. All are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.models import Absence, Deputy, HandOver, Recusal
from compliance.roles import approval_in_words
from compliance.ui.admin import ConsoleAdmin, HistoryConsoleAdmin, display


@admin.register(Recusal)
class RecusalAdmin(ConsoleAdmin):
    """Who keeps out of which matter."""

    section = "records"
    section_order = 22
    icon = "person_off"
    list_display = ["at", "person", "matter", "work_item", "reason", "recorded_by"]
    list_select_related = ["person", "matter", "work_item", "recorded_by"]
    ordering = ["-id"]
    fields = ["at", "person", "matter", "work_item", "reason", "recorded_by"]


@admin.register(Deputy)
class DeputyAdmin(HistoryConsoleAdmin):
    """Who stands in for approvers, and who did."""

    list_title = _("Record of deputies")
    section = "records"
    section_order = 24
    icon = "supervised_user_circle"
    list_display = ["deputy", "stands_in_for", "matter", "valid_from", "valid_until", "given_by"]
    list_select_related = ["deputy", "matter", "given_by"]
    ordering = ["-id"]
    fields = [
        "deputy",
        "stands_in_for",
        "matter",
        "given_by",
        "reason",
        "valid_from",
        "valid_until",
        "ended_at",
    ]
    readonly_fields = ["stands_in_for"]

    @display(description=_("stands in for"))
    def stands_in_for(self, obj: Deputy) -> str:
        """Return the approval in words."""
        return approval_in_words(obj.permission)


@admin.register(HandOver)
class HandOverAdmin(ConsoleAdmin):
    """Which item was handed to whom."""

    section = "records"
    section_order = 26
    icon = "handshake"
    list_display = ["at", "work_item", "giver", "receiver", "reason", "accepted_at"]
    list_select_related = ["work_item", "giver", "receiver"]
    ordering = ["-id"]
    fields = ["at", "work_item", "giver", "receiver", "reason", "accepted_at"]


@admin.register(Absence)
class AbsenceAdmin(HistoryConsoleAdmin):
    """Who was away from when until when."""

    list_title = _("Record of absences")
    section = "records"
    section_order = 28
    icon = "beach_access"
    list_display = ["person", "absent_from", "absent_until", "ended_at", "entered_by"]
    list_select_related = ["person", "entered_by"]
    ordering = ["-id"]
    fields = ["person", "absent_from", "absent_until", "ended_at", "entered_by"]
