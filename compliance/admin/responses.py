"""Admin pages of invitations to answer and of what was received. All are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.models import ResponseInvitation, ResponseReceipt
from compliance.responses.kinds import kind_label
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    HistoryConsoleAdmin,
    RangeDateTimeFilter,
    ReadOnlyInline,
    display,
)


class ReceiptInline(ReadOnlyInline):
    """What was received, counted; what it says lies with its matter."""

    model = ResponseReceipt
    fields = ["shown_number", "received_at", "received"]
    readonly_fields = fields

    @display(description=_("number"))
    def shown_number(self, obj: ResponseReceipt) -> str:
        """Return the number by which people call the receipt."""
        return obj.number


@admin.register(ResponseInvitation)
class ResponseInvitationAdmin(HistoryConsoleAdmin):
    """What people without a login were asked for; nothing here opens their page."""

    section = "records"
    section_order = 30
    icon = "contact_mail"
    list_display = ["id", "shown_kind", "recipient_id", "status", "opened_at", "shown_until"]
    list_filter = [("status", ChoicesDropdownFilter), ("opened_at", RangeDateTimeFilter)]
    list_select_related = ["clock"]
    search_fields = ["=recipient_id"]
    ordering = ["-id"]
    fields = [
        "shown_kind",
        "recipient_id",
        "about_id",
        "status",
        "opened_at",
        "shown_until",
        "ended_at",
    ]
    readonly_fields = ["shown_kind", "shown_until"]
    inlines = [ReceiptInline]

    @display(description=_("kind"))
    def shown_kind(self, obj: ResponseInvitation) -> str:
        """Return what was asked for."""
        return kind_label(obj.kind)

    @display(description=_("until"))
    def shown_until(self, obj: ResponseInvitation) -> object:
        """Return until when an answer is taken."""
        return obj.until
