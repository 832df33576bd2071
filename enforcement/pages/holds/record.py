"""The page of one emergency hold: what is stopped, why, until when, and by whom it was confirmed."""

from typing import Any

from django.db import models
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import work
from compliance.models import Clock, StaffUser
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.record import RecordPage
from compliance.pages.timeline import timeline_of
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import register_page
from enforcement.enums import CaseStatus
from enforcement.hearing_words import HoldStatus
from enforcement.models import EmergencyHold
from enforcement.pages.holds.presentation import VIEW, hold_facts, hold_url, state_badge
from enforcement.pages.presentation import case_url
from enforcement.services.holds.ending import restriction_of


class EmergencyHoldPage(RecordPage):
    """A hold as it stands; whoever confirms it does so where it waits."""

    permission = VIEW
    template_name = "enforcement/emergency_hold.html"
    list_title = gettext_lazy("emergency holds")
    list_url_name = "admin:enforcement_emergencyhold_changelist"

    def find_record(self) -> EmergencyHold:
        found = EmergencyHold.objects.select_related(
            "account", "case__work_item", "clock", "placed_by", "proposal", "work_item__clock"
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Emergency hold %(number)s: %(account)s") % {
            "number": self.record.number,
            "account": self.record.account.name,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hold, staff = self.record, staff_of(self.request)
        restriction = restriction_of(hold)
        is_waiting = hold.status == HoldStatus.PLACED and hold.is_running(timezone.now())
        return {
            "badge": state_badge(hold),
            "facts": hold_facts(hold),
            "clocks": [
                clock_panel(each) for each in (hold.work_item.clock, hold.clock) if each is not None
            ],
            "told": notice_rows([hold], staff),
            "steps": timeline_of(hold, *([restriction] if restriction is not None else [])),
            "confirm_url": (
                reverse("admin:confirm_hold", args=[hold.work_item_id]) if is_waiting else ""
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        hold, staff = self.record, staff_of(self.request)
        is_open = hold.case.status == CaseStatus.OPEN and hold.is_running(timezone.now())
        if not is_open or not staff.has_perm("enforcement.propose_decision"):
            return []
        return [
            self.action(
                "to_decision",
                _("Propose the decision as an emergency"),
                hint=_("Takes the case and fills the form with the ground and facts of the hold."),
                is_reason_needed=False,
                key="y",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        if act != "to_decision":
            return super().carry_out(act, actor, reason)
        work.claim_item(work_item=self.record.case.work_item, actor=actor)
        return _("You hold the case now.")

    def next_url(self) -> str:
        return f"{case_url(self.record.case)}?emergency=1#proposal"


def page_of_clock(clock: Clock) -> str:
    """Return the page of the hold that a clock belongs to, or ""."""
    found = EmergencyHold.objects.filter(
        models.Q(clock=clock) | models.Q(work_item__clock=clock)
    ).first()
    return hold_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("emergency-holds/<int:pk>/", EmergencyHoldPage, name="emergency_hold")
    register_clock_page(page_of_clock)
