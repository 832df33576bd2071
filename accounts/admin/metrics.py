"""Alerts on figures, and consents to follow. All are read only."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.models import FollowConsent, MetricAlert
from accounts.services.metrics.words import signal_in_words
from compliance.ui.admin import (
    ChoicesDropdownFilter,
    ConsoleAdmin,
    RangeDateFilter,
    RangeDateTimeFilter,
    display,
)


@admin.register(MetricAlert)
class MetricAlertAdmin(ConsoleAdmin):
    """Which figures of which account were unusual, the worst of each day in words."""

    section = "accounts"
    section_order = 66
    icon = "monitoring"
    list_display = ["id", "account", "day", "shown_signal", "found_at"]
    list_filter = [("day", RangeDateFilter)]
    list_select_related = ["account"]
    search_fields = ["=account__platform_uid"]
    ordering = ["-id"]
    fields = ["account", "day", "rule", "shown_signal", "found_at"]
    readonly_fields = ["shown_signal"]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Lead on to the page of the alert, which shows the series too."""
        if request.method not in ("GET", "HEAD") or not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:metric_alert", pk=object_id)

    @display(description=_("what was unusual"))
    def shown_signal(self, obj: MetricAlert) -> str:
        """Return the worst of what was unusual."""
        return signal_in_words(obj.signals[0])


@admin.register(FollowConsent)
class FollowConsentAdmin(ConsoleAdmin):
    """What people were asked before they followed an account, and how many agreed."""

    section = "accounts"
    section_order = 68
    icon = "thumb_up"
    list_display = ["campaign", "account", "agreement", "shown_to", "agreed", "began_at"]
    list_filter = [
        ("agreement", ChoicesDropdownFilter),
        ("began_at", RangeDateTimeFilter),
    ]
    list_select_related = ["account"]
    search_fields = ["=campaign", "=account__platform_uid"]
    ordering = ["-id"]
    fields = [
        "campaign",
        "account",
        "asked",
        "agreement",
        "shown_to",
        "agreed",
        "began_at",
        "ended_at",
        "proof_ref",
        "recorded_at",
    ]
    readonly_fields = ["recorded_at"]
