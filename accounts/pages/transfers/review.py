"""The page on which a moderator reviews a transfer: transferee, checks, papers, what stands in the way."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PublicAccount, Transfer
from accounts.pages.transfers.presentation import transfer_context, transfer_url
from accounts.services.blocks import matters_in_the_way
from accounts.services.transfers import materials, review
from accounts.services.transfers.materials import QUEUE
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue

URL_NAME: Final = "review_transfer"


def in_the_way(transfer: Transfer) -> list[str]:
    """Return what would forbid the transfer now: of the account, of the transferee, of the papers."""
    now = timezone.now()
    account = PublicAccount.objects.get(pk=transfer.account_id)
    missing = materials.missing_papers(transfer)
    return [
        *matters_in_the_way(account, now, own_ref=transfer.ground_ref),
        *review.obstacles(transfer, now),
        *(
            [_("missing: %(papers)s") % {"papers": materials.papers_in_words(missing)}]
            if missing
            else []
        ),
    ]


class TransferReviewPage(WorkItemPage):
    """One transfer: who takes the account over, what was found, and what may be decided."""

    queue = QUEUE
    template_name = "accounts/transfers/review.html"

    def find_record(self, item: WorkItem) -> Transfer:
        found = Transfer.objects.with_identity().select_related("work_item__clock", "matter")
        return found.get(work_item=item)

    def get_title(self) -> str:
        return str(self.record)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        return {
            "page_url": transfer_url(record),
            "in_the_way": in_the_way(record),
            "steps": timeline_of(record),
            **transfer_context(record, staff),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.item.closed_at is not None:
            return []
        told = _("Reason told to both sides")
        return [
            self.action(
                "propose",
                _("Propose approval"),
                hint=_("Somebody else approves it; then both sides confirm."),
                tone="good",
                key="a",
            ),
            self.action(
                "ask_for_material",
                _("Ask for papers"),
                reason_label=_("What the operator has to supply"),
                key="m",
            ),
            self.action(
                "refuse",
                _("Refuse"),
                reason_label=told,
                hint=_("The way to appeal is added to what you write."),
                tone="danger",
                key="r",
            ),
            self.action("withdraw", _("Withdrawn by one of the sides")),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_11_2, reason=reason)
        acts: dict[str, tuple[Callable[..., object], str]] = {
            "propose": (review.propose_transfer, _("Proposed; somebody else has to approve it.")),
            "ask_for_material": (
                partial(review.ask_for_papers, told=reason),
                _("The operator is asked for papers."),
            ),
            "refuse": (partial(review.refuse_transfer, told=reason), _("Refused.")),
            "withdraw": (review.withdraw_transfer, _("Withdrawn.")),
        }
        service, said = acts[act]
        service(transfer=self.record, fence=fence, expected_version=version, **grounds)
        return said


def transfers_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the transfers' queue are about."""
    found = Transfer.objects.filter(work_item__in=items).select_related("account")
    return {each.work_item_id: str(each) for each in found if each.work_item_id is not None}


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("transfers/<int:pk>/review/", TransferReviewPage, name=URL_NAME)
    register_queue(
        Queue(
            code=QUEUE,
            label=gettext_lazy("Transfers to review"),
            permission=review.REVIEW,
            url_name=f"admin:{URL_NAME}",
            key="n t",
            describe=transfers_in_words,
        ),
        order=16,
    )
