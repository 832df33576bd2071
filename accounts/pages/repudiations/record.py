"""The page of one claim: read, approved by a second person, undone."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Repudiation
from accounts.pages.repudiations.presentation import (
    material_context,
    repudiation_badge,
    repudiation_facts,
    repudiation_url,
)
from accounts.pages.repudiations.review import URL_NAME
from accounts.repudiation_words import RepudiationStatus
from accounts.services.repudiations import outcome, review
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
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import register_page

S = RepudiationStatus


class RepudiationPage(RecordPage, ApprovingPage):
    """A claim as it stands; what needs no work item is done here."""

    permission = "accounts.view_repudiation"
    template_name = "accounts/repudiations/record.html"
    list_title = gettext_lazy("claims of identities used without consent")
    list_url_name = "admin:accounts_repudiation_changelist"
    provision = Provision.PUBLIC_ACCOUNT_8_1

    def proposals_here(self) -> Q:
        return Q(kind=outcome.KIND, matter=self.record.matter_id)

    def find_record(self) -> Repudiation:
        found = Repudiation.objects.with_identity().select_related(
            "decided_by", "work_item__clock", "answer_clock", "matter", "unknown_subject"
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Claim %(reference)s") % {"reference": self.record.reference}

    def open_proposal(self) -> Proposal | None:
        """Return the proposal that waits for a second person, if one does."""
        waiting = Proposal.objects.open().filter(kind=outcome.KIND, matter=self.record.matter_id)
        return waiting.select_related("proposer").first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        item, proposal = record.work_item, self.open_proposal()
        clocks = [record.answer_clock, item.clock]
        is_open = item.closed_at is None
        return {
            "badge": repudiation_badge(record),
            "facts": repudiation_facts(record, staff),
            "proposal": proposal,
            "verdicts": verdicts(proposal, staff, self.request.path) if proposal else [],
            "clocks": [clock_panel(each) for each in clocks if each is not None],
            "told": notice_rows([record], staff),
            "review_url": (
                reverse(f"admin:{URL_NAME}", args=[item.pk])
                if is_open and staff.has_perm(review.REVIEW)
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
        waits = record.status in (S.WAITING_STATEMENT, S.WAITING_MATERIAL)
        if waits and staff.has_perm(review.REVIEW):
            return [
                self.action("resume_review", _("Go on without waiting"), key="m"),
                self.action("withdraw_claim", _("Withdrawn by the claimant")),
            ]
        is_back = record.status == S.PROPOSED and self.open_proposal() is None
        if is_back and staff.has_perm(review.REVIEW):
            return [self.action("resume_review", _("Back to the review"), key="m")]
        if record.status == S.UPHELD and staff.has_perm(outcome.APPROVE):
            return [
                self.action(
                    "undo",
                    _("Undo: the claim was false"),
                    reason_label=_("Reason told to both sides; it does not name the claimant"),
                    hint=_("The account comes back to the name, bars that were lifted hold again."),
                    tone="danger",
                    key="u",
                )
            ]
        return []

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        record = self.record
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        if act in ("approve", "return", "withdraw"):
            return self.give_verdict(act, grounds)
        version = posted_number(self.request, "version")
        on: dict[str, Any] = {"repudiation": record, "expected_version": version, **grounds}
        if act == "resume_review":
            review.resume_repudiation(**on)
            return _("The claim is back in its queue.")
        if act == "withdraw_claim":
            review.withdraw_repudiation(**on, fence=None)
            return _("Withdrawn.")
        if act == "undo":
            outcome.undo_repudiation(**on, told=reason)
            return _("Undone.")
        return super().carry_out(act, actor, reason)

    def give_verdict(self, act: str, grounds: Grounds) -> str:
        """Approve, return or withdraw the proposal that the form names."""
        proposal = named_proposal(self.request, outcome.KIND)
        if proposal.matter_id != self.record.matter_id:
            raise InvalidInput
        if act == "approve":
            outcome.uphold_repudiation(proposal=proposal, **grounds)
            return _("Upheld: the account has left the name.")
        outcome.end_uphold_proposal(act=act, proposal=proposal, **grounds)
        return _("It is in review again.")


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which claim each proposal is about; never who claims."""
    claims = {
        each.matter_id: each
        for each in Repudiation.objects.filter(
            matter__in=[proposal.matter_id for proposal in found]
        ).select_related("account")
    }
    return {
        each.pk: ProposalWords(
            f"{claims[each.matter_id].reference} {claims[each.matter_id].account or ''}".strip(),
            f"{repudiation_url(claims[each.matter_id])}#proposal-{each.pk}",
            _("take it from the queue and propose anew, or decide otherwise"),
        )
        for each in found
        if each.matter_id in claims
    }


def page_of_clock(clock: Clock) -> str:
    """Return the page of the claim that a clock for an answer belongs to, or ""."""
    found = Repudiation.objects.filter(answer_clock=clock).first()
    return repudiation_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address and the proposals their words; called when apps are ready."""
    register_page("repudiations/<int:pk>/", RepudiationPage, name="repudiation")
    register_clock_page(page_of_clock)
    register_kind(
        ProposalKind(
            code=outcome.KIND,
            label=gettext_lazy("account that leaves a name"),
            still_waits=Q(
                came_back_lately(),
                ~proposed_anew(outcome.KIND, "repudiation"),
                matter__in=Repudiation.objects.open().values("matter"),
            ),
            describe=words_of,
        )
    )
