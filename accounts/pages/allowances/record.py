"""The page of one application for more accounts: read, approved by a second person, ended."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.allowance_words import AllowanceStatus
from accounts.models import AccountAllowance
from accounts.pages.allowances.presentation import (
    allowance_badge,
    allowance_facts,
    allowance_url,
    material_context,
)
from accounts.pages.allowances.review import URL_NAME
from accounts.pages.multi_account import answers_made
from accounts.services.allowances import review
from accounts.services.allowances.checklist import REVIEW
from accounts.services.allowances.submission import SUBMIT
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Clock, Proposal, StaffUser
from compliance.pages.approving import ApprovingPage
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.limits import named_proposal, verdicts
from compliance.pages.overdue import register_clock_page
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.pages import register_page

S = AllowanceStatus


class AllowancePage(RecordPage, ApprovingPage):
    """An application for more accounts as it stands; what needs no work item is done here."""

    permission = "accounts.view_accountallowance"
    template_name = "accounts/allowances/record.html"
    list_title = gettext_lazy("applications for more accounts")
    list_url_name = "admin:accounts_accountallowance_changelist"
    provision = Provision.PUBLIC_ACCOUNT_10_1

    def proposals_here(self) -> Q:
        return Q(kind=review.KIND, matter=self.record.matter_id)

    def find_record(self) -> AccountAllowance:
        found = AccountAllowance.objects.select_related(
            "subject__name", "decided_by", "work_item__clock", "material_clock", "matter"
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("More accounts: %(reference)s") % {"reference": self.record.reference}

    def open_proposal(self) -> Proposal | None:
        """Return the proposal that waits for a second person, if one does."""
        waiting = Proposal.objects.open().filter(kind=review.KIND, matter=self.record.matter_id)
        return waiting.select_related("proposer").first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        item, proposal = record.work_item, self.open_proposal()
        clocks = [record.material_clock, item.clock]
        is_open = item.closed_at is None
        return {
            "badge": allowance_badge(record),
            "facts": allowance_facts(record, staff),
            "proposal": proposal,
            "proposed": _proposed(proposal) if proposal is not None else [],
            "verdicts": verdicts(proposal, staff, self.request.path) if proposal else [],
            "clocks": [clock_panel(each) for each in clocks if each is not None],
            "told": notice_rows([record], staff),
            "checks": answers_made(record),
            "review_url": (
                reverse(f"admin:{URL_NAME}", args=[item.pk])
                if is_open and staff.has_perm(REVIEW)
                else ""
            ),
            "attach_url": (
                reverse("admin:attach_allowance_material", args=[record.pk])
                if record.status in (S.IN_REVIEW, S.WAITING_MATERIAL) and staff.has_perm(SUBMIT)
                else ""
            ),
            **material_context(record, staff),
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        record, staff = self.record, staff_of(self.request)
        told = _("Reason told to the operator")
        appeal = _("The way to appeal is added to what you write.")
        if record.status == S.WAITING_MATERIAL and staff.has_perm(REVIEW):
            return [
                self.action("resume_review", _("The material is there"), key="m"),
                self.action(
                    "refuse", _("Refuse"), reason_label=told, hint=appeal, tone="danger", key="r"
                ),
                self.action("withdraw_application", _("Withdrawn by the operator")),
            ]
        if record.status == S.PROPOSED and not self.open_proposal() and staff.has_perm(REVIEW):
            return [self.action("resume_review", _("Back to the review"), key="m")]
        if record.status == S.GRANTED and staff.has_perm(review.APPROVE):
            return [
                self.action(
                    "end",
                    _("End the grant"),
                    reason_label=told,
                    hint=_("Accounts that exist stay. The way to appeal is added."),
                    tone="danger",
                    key="e",
                )
            ]
        return []

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        record = self.record
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        if act in ("approve", "return", "withdraw"):
            return self.give_verdict(act, grounds)
        version = posted_number(self.request, "version")
        on: dict[str, Any] = {"allowance": record, "expected_version": version, **grounds}
        if act == "resume_review":
            review.resume_allowance(**on)
            return _("The application is back in its queue.")
        if act == "refuse":
            review.refuse_allowance(**on, fence=None, told=reason)
            return _("Refused.")
        if act == "withdraw_application":
            review.withdraw_allowance(**on, fence=None)
            return _("Withdrawn.")
        if act == "end":
            review.end_allowance(**on, told=reason)
            return _("Ended.")
        return super().carry_out(act, actor, reason)

    def give_verdict(self, act: str, grounds: Grounds) -> str:
        """Approve, return or withdraw the proposal that the form names."""
        proposal = named_proposal(self.request, review.KIND)
        if proposal.matter_id != self.record.matter_id:
            raise InvalidInput
        if act == "approve":
            review.approve_allowance(proposal=proposal, **grounds)
            return _("Granted.")
        review.end_allowance_proposal(act=act, proposal=proposal, **grounds)
        return _("It is in review again.")


def _proposed(proposal: Proposal) -> list[Fact]:
    content = json.loads(proposal.content)
    return [
        Fact(_("Accounts in all"), str(content["granted"])),
        Fact(_("Granted until"), content["valid_until"] or _("without end")),
    ]


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which subject each proposal is about."""
    allowances = {
        each.matter_id: each
        for each in AccountAllowance.objects.filter(
            matter__in=[proposal.matter_id for proposal in found]
        ).select_related("subject__name")
    }
    return {
        each.pk: ProposalWords(
            f"{allowances[each.matter_id].reference} {allowances[each.matter_id].subject}",
            f"{allowance_url(allowances[each.matter_id])}#proposal-{each.pk}",
            _("take it from the queue and propose anew, or refuse"),
        )
        for each in found
        if each.matter_id in allowances
    }


def page_of_clock(clock: Clock) -> str:
    """Return the page of the application that a clock for material belongs to, or ""."""
    found = AccountAllowance.objects.filter(material_clock=clock).first()
    return allowance_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address and the proposals their words; called when apps are ready."""
    register_page("allowances/<int:pk>/", AllowancePage, name="allowance")
    register_clock_page(page_of_clock)
    register_kind(
        ProposalKind(
            code=review.KIND,
            label=gettext_lazy("more accounts of a subject"),
            still_waits=Q(
                came_back_lately(),
                ~proposed_anew(review.KIND, "allowance"),
                matter__in=_undecided(),
            ),
            describe=words_of,
        )
    )


def _undecided() -> Any:
    return AccountAllowance.objects.open().values("matter")
