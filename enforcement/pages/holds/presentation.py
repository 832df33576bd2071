"""How emergency holds are worded for the pages that show them."""

from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.pages.addresses import account_url
from compliance.models import StaffUser, Verdict
from compliance.pages.clock_panel import due_in_words
from compliance.pages.record import PanelRow
from compliance.ui.kit import Badge, Fact
from enforcement.enums import CaseStatus
from enforcement.hearing_words import HoldStatus
from enforcement.models import Case, EmergencyHold
from enforcement.pages.presentation import case_url, instant
from enforcement.services.holds.notices import stopped_in_words
from enforcement.services.holds.placing import PLACE

VIEW: Final = "enforcement.view_emergencyhold"
TONES: Final = {
    HoldStatus.PLACED: "warning",
    HoldStatus.CONFIRMED: "info",
    HoldStatus.REFUSED: "",
    HoldStatus.LAPSED: "danger",
    HoldStatus.EXPIRED: "",
    HoldStatus.ENDED: "",
}
SHOWN: Final = 20


def hold_url(hold: EmergencyHold) -> str:
    """Return the address of a hold's page."""
    return reverse("admin:emergency_hold", args=[hold.pk])


def state_badge(hold: EmergencyHold) -> Badge:
    """Return how a hold stands as a word with a colour; what is over by now is said to be so."""
    status = HoldStatus(hold.status)
    if hold.ended_at is None and not hold.is_running(timezone.now()):
        is_unconfirmed = status == HoldStatus.PLACED
        status = HoldStatus.LAPSED if is_unconfirmed else HoldStatus.EXPIRED
    return Badge(text=status.label, tone=TONES[status])


def hold_facts(hold: EmergencyHold) -> list[Fact]:
    """Return what is known of a hold."""
    account = hold.account
    facts = [
        Fact(_("Account"), account.name, hint=account.platform_uid, url=account_url(account)),
        Fact(_("Case"), hold.case.number, url=case_url(hold.case)),
        Fact(_("What is stopped"), hold.get_scope_display(), hint=stopped_in_words(hold)),
        Fact(_("Why at once"), hold.get_ground_display()),
        Fact(_("Facts told to the operator"), hold.facts),
        Fact(
            _("Placed at"),
            _("%(time)s by %(name)s")
            % {"time": instant(hold.placed_at), "name": hold.placed_by.name},
            hint=hold.proposal.reason,
        ),
        Fact(
            _("Ends by itself"),
            due_in_words(hold.in_force_until),
            hint=_("Unless a second person confirms it before.")
            if hold.status == HoldStatus.PLACED
            else "",
        ),
    ]
    for each in hold.proposal.approvals.select_related("approver").order_by("pk"):
        label = _("Confirmed by") if each.verdict == Verdict.APPROVE else _("Refused by")
        facts.append(Fact(label, f"{each.approver.name}, {instant(each.at)}", hint=each.reason))
    if hold.ended_at is not None:
        facts.append(Fact(_("Ended"), instant(hold.ended_at), hint=hold.ended_reason))
    return facts


def hold_rows(case: Case) -> list[PanelRow]:
    """Return the holds of a case as lines, the latest first."""
    holds = case.emergency_holds.select_related("placed_by").order_by("-pk")
    return [
        PanelRow(
            label=f"{each.number} {each.get_scope_display()}",
            url=hold_url(each),
            hint=_("%(ground)s; placed by %(name)s")
            % {"ground": each.get_ground_display(), "name": each.placed_by.name},
            value=due_in_words(each.in_force_until),
            badge=state_badge(each),
        )
        for each in holds[:SHOWN]
    ]


def holds_context(case: Case, staff: StaffUser) -> dict[str, Any]:
    """Return what the page of a case shows of its emergency holds."""
    if not staff.has_perm(VIEW):
        return {}
    may_place = (
        case.status == CaseStatus.OPEN
        and staff.has_perm(PLACE)
        and not case.emergency_holds.running(timezone.now()).exists()
    )
    return {
        "holds": hold_rows(case),
        "place_hold_url": reverse("admin:place_hold", args=[case.pk]) if may_place else "",
    }
