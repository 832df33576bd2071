"""The page on which a second person confirms an emergency hold or lifts it at once."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import work
from compliance.desk.kinds import ProposalKind, ProposalWords, register_kind
from compliance.eligibility import is_recused
from compliance.errors import Recused
from compliance.grounds import Grounds
from compliance.models import Proposal, StaffUser, WorkItem
from compliance.pages.approving import ApprovingPage
from compliance.pages.desk_rows import item_url
from compliance.pages.door import staff_of
from compliance.pages.work_item import WorkItemPage
from compliance.proposals import next_slot
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue
from enforcement.hearing_words import HoldStatus
from enforcement.models import EmergencyHold
from enforcement.pages.consequences import steps_of
from enforcement.pages.evidence import evidence_context
from enforcement.pages.holds.presentation import hold_facts, hold_url, state_badge
from enforcement.pages.presentation import account_facts, case_facts
from enforcement.pages.reason_templates import reason_templates
from enforcement.services.evidence import has_collected
from enforcement.services.holds import confirming, placing


class ConfirmHoldPage(ApprovingPage, WorkItemPage):
    """One emergency hold that waits for a second person."""

    queue = placing.QUEUE
    permission = "enforcement.view_emergencyhold"
    template_name = "enforcement/confirm_hold.html"

    def proposals_here(self) -> models.Q:
        return models.Q(pk=self.record.proposal_id)

    def find_record(self, item: WorkItem) -> EmergencyHold:
        return get_object_or_404(
            EmergencyHold.objects.select_related(
                "account__subject__name",
                "account__subject__id_number",
                "case__account",
                "case__matter",
                "case__opened_by",
                "placed_by",
                "proposal__matter",
                "work_item__clock",
            ).prefetch_related("account__restrictions"),
            work_item=item,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.record.status != HoldStatus.PLACED:
            return redirect(hold_url(self.record))
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return _("Emergency hold %(number)s: %(account)s") % {
            "number": self.record.number,
            "account": self.record.account.name,
        }

    def may_take(self) -> bool:
        return super().may_take() and not why_not(self.record, staff_of(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hold, staff = self.record, staff_of(self.request)
        return {
            "badge": state_badge(hold),
            "facts": hold_facts(hold),
            "why_not": why_not(hold, staff),
            "approvals": steps_of(hold.proposal),
            "case_facts": case_facts(hold.case),
            "account_facts": account_facts(hold.account, timezone.now()),
            **evidence_context(hold.case, staff),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if why_not(self.record, staff_of(self.request)):
            return []
        told = _("Reason told to the operator")
        return [
            self.action(
                "confirm_hold",
                _("Confirm the hold"),
                reason_label=told,
                reason_templates=reason_templates("confirm_hold"),
                hint=_("It lasts until the case is decided, and no longer than is published."),
                tone="good",
                key="a",
            ),
            self.action(
                "refuse_hold",
                _("Lift the hold"),
                reason_label=told,
                reason_templates=reason_templates("refuse_hold"),
                hint=_("What it stopped goes on at once."),
                tone="danger",
                key="r",
            ),
        ]

    def offered_acts(self) -> set[str]:
        # Whoever may not give a verdict is told why by the service that refuses it.
        return {"confirm_hold", "refuse_hold"}

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        work.require_lease(work_item=self.item, actor=actor, fence=fence)
        grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_2, reason=reason)
        if act == "refuse_hold":
            confirming.refuse_hold(hold=self.record, **grounds)
            return _("The hold is lifted.")
        confirming.confirm_hold(hold=self.record, **grounds)
        return _("The hold is confirmed.")


def why_not(hold: EmergencyHold, staff: StaffUser) -> str:
    """Return why the person at the screen cannot confirm or lift a hold, or nothing."""
    if not hold.is_running(timezone.now()):
        return _("The hold has lapsed: nobody confirmed it in time.")
    if hold.placed_by_id == staff.person_id:
        return _("You placed this hold. Somebody else has to confirm it.")
    if is_recused(hold.case.matter, staff.person):
        return str(Recused.message)
    if has_collected(hold.case, staff):
        return _("You attached evidence to this case. Somebody else has to approve.")
    if next_slot(hold.proposal, staff) is None:
        return _("The approval that is needed is given by: %(roles)s.") % {
            "roles": _(", ").join(step.role for step in steps_of(hold.proposal))
        }
    return ""


def holds_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue of holds are about."""
    holds = EmergencyHold.objects.filter(work_item__in=items).select_related("account")
    return {each.work_item_id: f"{each.number} {each.account.name}" for each in holds}


def words_of(proposals: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return what each proposed hold is about, and where it is confirmed."""
    holds = EmergencyHold.objects.filter(proposal__in=proposals).select_related(
        "account", "work_item"
    )
    return {
        each.proposal_id: ProposalWords(
            f"{each.number} {each.account.name}",
            item_url(each.work_item) if each.status == HoldStatus.PLACED else hold_url(each),
        )
        for each in holds
    }


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("emergency-holds/<int:pk>/confirm/", ConfirmHoldPage, name="confirm_hold")
    register_queue(
        Queue(
            code=placing.QUEUE,
            label=gettext_lazy("Emergency holds to confirm"),
            permission=placing.CONFIRM,
            url_name="admin:confirm_hold",
            key="n j",
            describe=holds_in_words,
        ),
        order=29,
    )
    register_kind(
        ProposalKind(
            code=placing.HOLD_KIND,
            label=gettext_lazy("emergency hold"),
            # A hold that was not confirmed is over: nobody proposes it anew.
            still_waits=models.Q(pk__in=[]),
            describe=words_of,
        )
    )
