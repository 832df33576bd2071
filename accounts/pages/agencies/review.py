"""The page on which a moderator reviews an agreement with an agency."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AgencyContract
from accounts.pages.agencies.contract import REVIEW_PAGE
from accounts.pages.agencies.presentation import (
    contract_badge,
    contract_documents_context,
    contract_facts,
    contract_url,
)
from accounts.powers_words import ContractStatus
from accounts.services.agencies import review
from accounts.services.agencies.submission import QUEUE
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue


class ContractReviewPage(WorkItemPage):
    """One agreement: what it says, its file, and what may be decided."""

    queue = QUEUE
    template_name = "accounts/agencies/review.html"

    def find_record(self, item: WorkItem) -> AgencyContract:
        found = AgencyContract.objects.with_all().select_related("work_item__clock")
        return found.get(work_item=item)

    def get_title(self) -> str:
        return str(self.record)

    def may_work(self) -> bool:
        """Return whether the person at the screen can decide now."""
        return self.is_mine and self.record.status == ContractStatus.IN_REVIEW

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = self.record
        return {
            "badge": contract_badge(record),
            "page_url": contract_url(record),
            "facts": contract_facts(record),
            "may_work": self.may_work(),
            "missing": review.what_is_missing(record) if self.may_work() else [],
            "steps": timeline_of(record),
            **contract_documents_context(record, staff_of(self.request)),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if not self.may_work():
            return []
        return [
            self.action(
                "approve",
                _("Approve"),
                hint=_("The public name of the agency is shown on the page of the account."),
                tone="good",
                key="a",
            ),
            self.action(
                "refuse",
                _("Refuse"),
                reason_label=_("Reason told to the operator"),
                hint=_("The way to appeal is added to what you write."),
                tone="danger",
                key="r",
            ),
            self.action(
                "ask_for_material",
                _("Ask for material"),
                reason_label=_("What the operator has to supply"),
                key="m",
            ),
            self.action("withdraw", _("Withdrawn by the operator")),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_16_4, reason=reason)
        acts: dict[str, tuple[Callable[..., object], str]] = {
            "approve": (review.approve_contract, _("Approved.")),
            "refuse": (partial(review.refuse_contract, told=reason), _("Refused.")),
            "ask_for_material": (
                partial(review.ask_for_contract_material, told=reason),
                _("The operator is asked for material."),
            ),
            "withdraw": (review.withdraw_contract, _("Withdrawn.")),
        }
        service, said = acts[act]
        service(contract=self.record, fence=fence, expected_version=version, **grounds)
        return said


def contracts_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about."""
    found = AgencyContract.objects.filter(work_item__in=items).select_related("account", "agency")
    return {
        each.work_item_id: f"{each} · {each.account.name}"
        for each in found
        if each.work_item_id is not None
    }


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("agency-contracts/<int:pk>/review/", ContractReviewPage, name=REVIEW_PAGE)
    register_queue(
        Queue(
            code=QUEUE,
            label=gettext_lazy("Agreements with agencies to review"),
            permission=review.REVIEW,
            url_name=f"admin:{REVIEW_PAGE}",
            key="n g",
            describe=contracts_in_words,
        ),
        order=18,
    )
