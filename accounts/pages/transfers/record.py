"""The page of one transfer: how far it is, and what may be done when nobody reviews it."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Transfer
from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant
from accounts.pages.transfers.presentation import transfer_context, transfer_url
from accounts.pages.transfers.review import URL_NAME, in_the_way
from accounts.services.transfers import review
from accounts.services.transfers.materials import ATTACH
from accounts.transfer_words import OPEN_TRANSFERS, TransferStatus
from compliance.desk.kinds import ProposalKind, ProposalWords, register_kind
from compliance.grounds import Grounds
from compliance.models import Clock, Proposal, StaffUser
from compliance.pages.approving import ApprovingPage
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.proposals import may_decide
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import Crumb, register_page

S = TransferStatus


class TransferPage(RecordPage, ApprovingPage):
    """A transfer as it stands; approved or returned here by a second person."""

    permission = "accounts.view_transfer"
    template_name = "accounts/transfers/record.html"
    list_title = gettext_lazy("transfers")
    list_url_name = "admin:accounts_transfer_changelist"
    provision = Provision.PUBLIC_ACCOUNT_11_2

    def find_record(self) -> Transfer:
        found = Transfer.objects.with_identity().select_related(
            "work_item__clock",
            "material_clock",
            "confirmation_clock",
            "follower_clock",
            "decided_by",
            "matter",
            "proposal__proposer",
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.record)

    def proposals_here(self) -> Q:
        return Q(transfer=self.record)

    def breadcrumbs(self) -> list[Crumb]:
        account = self.record.account
        first, *rest = super().breadcrumbs()
        return [first, Crumb(account.name, account_url(account)), *rest]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        item = record.work_item
        clocks = [
            item.clock if item is not None else None,
            record.material_clock,
            record.confirmation_clock,
            record.follower_clock,
        ]
        is_open = item is not None and item.closed_at is None
        return {
            "clocks": [clock_panel(each) for each in clocks if each is not None],
            "in_the_way": in_the_way(record) if record.status in OPEN_TRANSFERS else [],
            "told": notice_rows([record], staff),
            "proposed_by": (
                _("Proposed by %(name)s at %(time)s.")
                % {
                    "name": record.proposal.proposer.name,
                    "time": instant(record.proposal.proposed_at),
                }
                if record.status == S.PROPOSED and record.proposal is not None
                else ""
            ),
            "review_url": (
                reverse(f"admin:{URL_NAME}", args=[item.pk])
                if item is not None and is_open and staff.has_perm(review.REVIEW)
                else ""
            ),
            **transfer_context(record, staff),
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
        actions = []
        if record.status == S.PROPOSED and record.proposal and may_decide(record.proposal, staff):
            actions += [
                self.action(
                    "approve",
                    _("Approve"),
                    hint=_("Both sides are asked to confirm the transfer."),
                    tone="good",
                    key="a",
                ),
                self.action(
                    "return",
                    _("Return"),
                    hint=_("The reason says what to look at again."),
                    key="r",
                ),
            ]
        if record.status == S.WAITING_MATERIAL and staff.has_perm(review.REVIEW):
            actions += [
                self.action(
                    "resume_review",
                    _("Review it as it is"),
                    hint=_("The transfer goes back into the queue of those to review."),
                    key="m",
                ),
                self.action(
                    "refuse",
                    _("Refuse"),
                    reason_label=_("Reason told to both sides"),
                    hint=_("The way to appeal is added to what you write."),
                    tone="danger",
                ),
            ]
        is_waiting = record.status in (S.WAITING_MATERIAL, S.PROPOSED, S.APPROVED, S.ANNOUNCED)
        if is_waiting and staff.has_perm(ATTACH):
            actions.append(self.action("withdraw", _("Withdrawn by one of the sides")))
        return actions

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        record, version = self.record, posted_number(self.request, "version")
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        on: dict[str, Any] = {"transfer": record, "expected_version": version, **grounds}
        if act == "approve":
            review.approve_transfer(**on)
            return _("Approved; both sides are asked to confirm.")
        if act == "return":
            review.return_transfer(**on)
            return _("Returned; it is in the queue again.")
        if act == "resume_review":
            review.resume_transfer(**on)
            return _("The transfer is back in its queue.")
        if act == "refuse":
            review.refuse_transfer(**on, fence=None, told=reason)
            return _("Refused.")
        if act == "withdraw":
            review.withdraw_transfer(**on, fence=None)
            return _("Withdrawn.")
        return super().carry_out(act, actor, reason)


def page_of_clock(clock: Clock) -> str:
    """Return the page of the transfer that a clock of its sides belongs to, or ""."""
    found = Transfer.objects.filter(
        Q(material_clock=clock) | Q(confirmation_clock=clock) | Q(follower_clock=clock)
    ).first()
    return transfer_url(found) if found is not None else ""


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which transfer each proposal is about."""
    numbers = {each.pk: json.loads(each.content)["transfer"] for each in found}
    transfers = Transfer.objects.select_related("account").in_bulk(numbers.values())
    return {
        number: ProposalWords(
            str(transfers[transfer]),
            transfer_url(transfers[transfer]),
            _("look at the transfer again, and propose it anew or refuse it"),
        )
        for number, transfer in numbers.items()
    }


def register() -> None:
    """Give the page its address and its proposals their words; called when apps are ready."""
    register_page("transfers/<int:pk>/", TransferPage, name="transfer")
    register_clock_page(page_of_clock)
    register_kind(
        ProposalKind(
            code=review.KIND,
            label=gettext_lazy("transfer of an account"),
            # Until it is proposed anew, which names another proposal, or the transfer has ended.
            still_waits=Q(transfer__status__in=[S.PROPOSED, S.IN_REVIEW, S.WAITING_MATERIAL]),
            describe=words_of,
        )
    )
