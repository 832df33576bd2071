"""The page on which an application for more accounts is reviewed, the four items beside the facts."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.utils.dateparse import parse_date
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
from accounts.pages.multi_account import item_rows, posted_answers
from accounts.services.allowances import review
from accounts.services.allowances.checklist import REVIEW, answer_items, what_is_unanswered
from accounts.services.allowances.submission import QUEUE
from compliance.context import record_language
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import posted_number, staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Input
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue

URL_NAME: Final = "review_allowance"


class AllowanceReviewPage(WorkItemPage):
    """One application for more accounts: what is asked, the four items, what may be decided."""

    queue = QUEUE
    template_name = "accounts/allowances/review.html"

    def find_record(self, item: WorkItem) -> AccountAllowance:
        found = AccountAllowance.objects.select_related(
            "subject__name", "decided_by", "work_item__clock", "matter"
        )
        return found.get(work_item=item)

    def get_title(self) -> str:
        return _("More accounts: %(reference)s") % {"reference": self.record.reference}

    def may_work(self) -> bool:
        """Return whether the person at the screen can answer the items now."""
        return self.is_mine and self.record.status == AllowanceStatus.IN_REVIEW

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        posted = self.request.POST if self.request.POST.get("action") == "tick" else None
        return {
            "badge": allowance_badge(record),
            "page_url": allowance_url(record),
            "facts": allowance_facts(record, staff),
            "may_work": self.may_work(),
            "items": item_rows(record, posted),
            "unanswered": what_is_unanswered(record),
            "steps": timeline_of(record),
            **material_context(record, staff),
            **super().get_context_data(**kwargs),
        }

    def offered_acts(self) -> set[str]:
        return super().offered_acts() | ({"tick"} if self.may_work() else set())

    def allowed_actions(self) -> list[AllowedAction]:
        if not self.may_work():
            return []
        told = _("Reason told to the operator")
        return [
            self.action(
                "propose",
                _("Propose to grant"),
                inputs=[
                    Input(
                        name="granted",
                        label=_("Accounts in all"),
                        least=2,
                        most=self.record.wanted,
                    ),
                    Input(
                        name="valid_until",
                        label=_("Granted until"),
                        is_day=True,
                    ),
                ],
                reason_label=told,
                hint=_("Somebody else approves it from the number on that the policy names."),
                tone="primary",
                key="a",
            ),
            self.action(
                "refuse",
                _("Refuse"),
                reason_label=told,
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
        grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_10_1, reason=reason)
        if act == "tick":
            with record_language():
                grounds["reason"] = _("Checklist filled in")
            answer_items(
                asked=self.record,
                answers=posted_answers(self.request.POST),
                fence=fence,
                **grounds,
            )
            return _("The checklist is on record.")
        on: dict[str, Any] = {
            "allowance": self.record,
            "fence": fence,
            "expected_version": version,
            **grounds,
        }
        if act == "propose":
            until = _day(self.request.POST.get("valid_until", ""))
            granted = posted_number(self.request, "granted")
            review.propose_allowance(**on, granted=granted, valid_until=until, told=reason)
            return _("Proposed.")
        if act == "refuse":
            review.refuse_allowance(**on, told=reason)
            return _("Refused.")
        if act == "ask_for_material":
            review.ask_for_allowance_material(**on, told=reason)
            return _("The operator is asked for material.")
        review.withdraw_allowance(**on)
        return _("Withdrawn.")

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        if self.request.POST.get("action") == "tick":
            return self.redirect(self.request.path, said)
        return super().go_on(actor, said)


def _day(text: str) -> Any:
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput(_("Write the day as 2027-12-31."))
    return found


def allowances_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about."""
    found = AccountAllowance.objects.filter(work_item__in=items).select_related("subject__name")
    return {each.work_item_id: f"{each.reference} {each.subject}" for each in found}


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("allowances/<int:pk>/review/", AllowanceReviewPage, name=URL_NAME)
    register_queue(
        Queue(
            code=QUEUE,
            label=gettext_lazy("Applications for more accounts"),
            permission=REVIEW,
            url_name=f"admin:{URL_NAME}",
            key="n d",
            describe=allowances_in_words,
        ),
        order=16,
    )
