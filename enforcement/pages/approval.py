"""The page on which an approver reads a proposed decision and approves or returns it."""

import json
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.references import reference_in_words
from compliance import work
from compliance.models import StaffUser, WorkItem
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import staff_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Change, Input
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue
from enforcement.enums import DecisionStatus
from enforcement.models import Decision
from enforcement.pages.consequences import consequences, notices_shown, steps_of, why_not
from enforcement.pages.desk import decisions_in_words
from enforcement.pages.emergencies.presentation import emergency_facts
from enforcement.pages.evidence import evidence_context
from enforcement.pages.hearings.presentation import hearing_context
from enforcement.pages.ladder_panel import comparable_to, ladder_facts
from enforcement.pages.presentation import (
    account_facts,
    case_facts,
    case_url,
    changes_since,
    decision_url,
    earlier_decisions,
    order_in_words,
    severity_in_words,
    snapshot_changes,
    status_badge,
    verdict_steps,
)
from enforcement.pages.reason_templates import reason_templates
from enforcement.services import approval_items, decisions, previews
from enforcement.services.cases import account_facts as present_facts
from enforcement.services.consistency import comparable
from enforcement.services.hearings.weighing import needs_weighing


class ApprovalPage(ApprovingPage, WorkItemPage):
    """One proposed decision: everything that its approval answers for."""

    queue = approval_items.APPROVALS
    permission = "enforcement.view_decision"
    template_name = "enforcement/approval.html"

    def proposals_here(self) -> models.Q:
        return models.Q(pk=self.record.proposal_id)

    def find_record(self, item: WorkItem) -> Decision:
        # Each approver has an item in a queue of their own; the earlier ones still lead here.
        earlier = Decision.history.filter(approval_item_id=item.pk).values("id")
        return get_object_or_404(
            Decision.objects.select_related(
                "account__subject__name",
                "account__subject__id_number",
                "approval_item",
                "case__account",
                "case__matter",
                "case__opened_by",
                "hearing__clock",
                "proposal__matter",
                "proposed_by",
                "replaces__proposal",
                "violation_type",
            ).prefetch_related("account__restrictions"),
            models.Q(approval_item=item) | models.Q(pk__in=earlier),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.record.status != DecisionStatus.PROPOSED:
            return redirect(decision_url(self.record))
        item = self.record.approval_item
        if item is not None and item.pk != self.item.pk:
            return redirect(work.get_queue(item.queue).url_name, pk=item.pk)
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return _("Decision %(number)s: %(account)s") % {
            "number": self.record.number,
            "account": self.record.account.name,
        }

    def may_take(self) -> bool:
        return super().may_take() and not why_not(self.record, staff_of(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        decision, now = self.record, timezone.now()
        account, case = decision.account, decision.case
        content = json.loads(decision.proposal.content)
        preview = previews.preview_of(decision)
        since = changes_since(account, decision.proposed_at)
        return {
            "badge": status_badge(decision),
            "content": content,
            "severity": severity_in_words(content["violation"]["severity"]),
            "content_kind": decision.get_content_kind_display(),
            "orders": orders_of(content),
            "why_not": why_not(decision, staff_of(self.request)),
            "consequences": [*emergency_facts(decision), *consequences(preview)],
            "notices": notices_shown(preview.notices),
            "approvals": steps_of(decision.proposal),
            "verdicts": verdict_steps(decision),
            "account_facts": account_facts(account, now),
            "changes_since": since,
            "later_decisions": Decision.objects.filter(
                account=account, in_force_from__gt=decision.proposed_at
            ).order_by("-pk"),
            "later_restrictions": [
                (each, reference_in_words(each.ground_ref))
                for each in account.restrictions.filter(
                    models.Q(in_force_from__gt=decision.proposed_at)
                    | models.Q(ended_at__gt=decision.proposed_at)
                ).exclude(ground_ref=decision.number)
            ],
            "snapshot": case.snapshots.latest("pk"),
            "snapshot_changes": snapshot_changes(case, present_facts(account)),
            "case_facts": case_facts(case),
            "case_url": case_url(case),
            **evidence_context(case, staff_of(self.request)),
            **hearing_context(decision, staff_of(self.request)),
            "replaced": replaced_changes(decision),
            "earlier": earlier_decisions(case),
            "ladder": ladder_facts(preview.ladder),
            "comparable": comparable_to(
                preview.ladder,
                decision.violation_type.code,
                case,
                decision.severity,
                comparable.orders_of(decision.ordered_measures.order_by("pk")),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if why_not(self.record, staff_of(self.request)):
            return []
        return [
            self.action(
                "approve",
                _("Approve"),
                reason_templates=reason_templates("approve"),
                hint=_("You answer for exactly what stands on this page."),
                inputs=(
                    [
                        Input(
                            name="weighed",
                            label=_("How you weighed the operator’s statement; told to them"),
                            hint=_("What follows from it, or why nothing does."),
                            longest=2000,
                            rows=5,
                        )
                    ]
                    if needs_weighing(self.record)
                    else []
                ),
                tone="good",
                key="a",
            ),
            self.action(
                "return",
                _("Return"),
                reason_label=_("What the proposer should change"),
                reason_templates=reason_templates("return"),
                tone="danger",
                key="r",
            ),
        ]

    def offered_acts(self) -> set[str]:
        # Whoever may not give a verdict is told why by the service that refuses it.
        return {"approve", "return"}

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        # Nobody steps over a colleague who is reading it.
        work.require_lease(work_item=self.item, actor=actor, fence=fence)
        if act == "return":
            decisions.return_decision(
                decision=self.record, actor=actor, provision=Provision.OPINIONS_2, reason=reason
            )
            return _("Returned to the proposer.")
        is_in_force = decisions.approve_decision(
            decision=self.record,
            weighed=self.request.POST.get("weighed", ""),
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_19_2,
            reason=reason,
        )
        if is_in_force:
            return _("Approved; %(number)s is in force.") % {"number": self.record.number}
        return _("Approved; another approval is needed.")


class OfficerApprovalPage(ApprovalPage):
    """The same page for what waits for the compliance officer."""

    queue = approval_items.APPROVALS_OFFICER


def orders_of(content: dict[str, Any]) -> list[str]:
    """Return the measures that a proposal orders, in words."""
    return [
        # Proposals of the time before functions could be restricted do not name any.
        order_in_words(
            each["measure"],
            each["term_days"],
            each.get("functions", ()),
            each.get("review_date"),
            content_refs=each.get("content_refs", ()),
            content_acts=each.get("content_acts", ()),
            label=each.get("label", ""),
            mismatches=each.get("mismatches", ()),
        )
        for each in content["measures"]
    ]


def replaced_changes(decision: Decision) -> list[Change]:
    """Return what differs from the decision that this one takes up again."""
    if decision.replaces is None:
        return []
    before = json.loads(decision.replaces.proposal.content)
    after = json.loads(decision.proposal.content)

    def clauses(content: dict[str, Any]) -> str:
        return "\n".join(f"{each['document']} {each['number']}" for each in content["clauses"])

    changes = [
        Change(_("Violation"), before["violation"]["code"], after["violation"]["code"]),
        Change(_("Severity"), before["violation"]["severity"], after["violation"]["severity"]),
        Change(_("Facts"), before["facts"], after["facts"]),
        Change(_("Cited clauses"), clauses(before), clauses(after)),
        Change(_("Statute and article"), before["statute"], after["statute"]),
        Change(_("Reasoning"), before["reasoning"], after["reasoning"]),
        Change(_("Private note"), before["private_note"], after["private_note"]),
        Change(_("Measures"), "\n".join(orders_of(before)), "\n".join(orders_of(after))),
    ]
    return [change for change in changes if change.has_changed]


def register() -> None:
    """Give the pages their addresses and the queues their places on the desk."""
    register_page("approvals/<int:pk>/", ApprovalPage, name="approve_decision")
    register_page("officer-approvals/<int:pk>/", OfficerApprovalPage, name="approve_as_officer")
    register_queue(
        Queue(
            code=approval_items.APPROVALS,
            label=gettext_lazy("Decisions to approve"),
            permission="enforcement.approve_decision",
            url_name="admin:approve_decision",
            key="n a",
            describe=decisions_in_words,
        ),
        order=30,
    )
    register_queue(
        Queue(
            code=approval_items.APPROVALS_OFFICER,
            label=gettext_lazy("Decisions for the compliance officer"),
            permission="enforcement.approve_decision_as_officer",
            url_name="admin:approve_as_officer",
            key="n o",
            describe=decisions_in_words,
        ),
        order=31,
    )
