"""The page on which an approver reads a proposed decision and approves or returns it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import StaffUser, WorkItem
from compliance.pages.desk import register_queue
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import register_page
from compliance.work import Queue
from enforcement.enums import DecisionStatus
from enforcement.models import Decision
from enforcement.pages.presentation import case_facts, decision_facts, verdict_steps
from enforcement.services import decisions


class ApprovalPage(WorkItemPage):
    """One proposed decision: everything that its approval answers for."""

    queue = decisions.APPROVALS
    template_name = "enforcement/approval.html"

    def find_record(self, item: WorkItem) -> Decision:
        return get_object_or_404(
            Decision.objects.select_related(
                "case__account", "account", "violation_type", "proposal", "proposed_by"
            ),
            approval_item=item,
        )

    def get_title(self) -> str:
        return _("Decision %(number)s") % {"number": self.record.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "facts": decision_facts(self.record),
            "case_facts": case_facts(self.record.case),
            "steps": verdict_steps(self.record),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != DecisionStatus.PROPOSED:
            return []
        return [
            self.action("approve", _("Approve"), key="a"),
            self.action(
                "return",
                _("Return"),
                reason_label=_("What the proposer should change"),
                tone="danger",
                key="r",
            ),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        if act == "return":
            decisions.return_decision(
                decision=self.record, actor=actor, provision=Provision.OPINIONS_2, reason=reason
            )
            return _("Returned to the proposer.")
        is_in_force = decisions.approve_decision(
            decision=self.record,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_19_2,
            reason=reason,
        )
        if is_in_force:
            return _("Approved; the decision is in force.")
        return _("Approved; another approval is needed.")


class OfficerApprovalPage(ApprovalPage):
    """The same page for what waits for the compliance officer."""

    queue = decisions.APPROVALS_OFFICER


def register() -> None:
    """Give the pages their addresses and the queues their places on the desk."""
    register_page("approvals/<int:pk>/", ApprovalPage, name="approve_decision")
    register_page("officer-approvals/<int:pk>/", OfficerApprovalPage, name="approve_as_officer")
    register_queue(
        Queue(
            code=decisions.APPROVALS,
            label=gettext_lazy("Decisions to approve"),
            permission="enforcement.approve_decision",
            url_name="admin:approve_decision",
        ),
        order=30,
    )
    register_queue(
        Queue(
            code=decisions.APPROVALS_OFFICER,
            label=gettext_lazy("Decisions for the compliance officer"),
            permission="enforcement.approve_decision_as_officer",
            url_name="admin:approve_as_officer",
        ),
        order=31,
    )
