"""Admin pages of what is on its way to operators and to the platform. All are read only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from compliance.models import (
    Delivery,
    DeliveryState,
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
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    RangeDateTimeFilter,
    display,
)


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
    fields = ["what", "channel", "subject_id", "shown_state", "hint", "created_at"]
    readonly_fields = fields

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
