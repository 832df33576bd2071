"""A proposed change of a rule document: what it says, beside what holds, and the verdicts."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from compliance.errors import InvalidInput
from compliance.models import ChangeKind, RuleChange
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import staff_of
from compliance.pages.rules.presentation import (
    VIEW,
    base_of,
    base_texts,
    change_url,
    content_of,
    document_url,
    proposed_clauses,
    result_of,
    shown_day,
    shown_pairs,
    title_of,
)
from compliance.pages.timeline import timeline_of
from compliance.proposals import is_open, may_decide
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.rulebook import changes
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.pages import Crumb

# One service a button.
ACTS: Final[dict[str, Callable[..., object]]] = {
    "approve": changes.approve_change,
    "return": changes.return_change,
    "withdraw": changes.withdraw_change,
}


class RuleChangePage(ApprovingPage):
    """One change, for whoever approves it."""

    permission = VIEW
    template_name = "rules/change.html"

    @cached_property
    def change(self) -> RuleChange:
        """The change that the address names."""
        return get_object_or_404(
            RuleChange.objects.select_related(
                "document", "proposal__proposer", "proposal__matter", "withdraws__document"
            ),
            pk=self.kwargs["pk"],
        )

    def proposals_here(self) -> Q:
        return Q(pk=self.change.proposal_id)

    def get_title(self) -> str:
        return title_of(self.change)

    def breadcrumbs(self) -> list[Crumb]:
        document = self.change.document
        return [
            Crumb(_("Rule documents"), reverse("admin:rule_documents")),
            Crumb(document.title, document_url(document)),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change = self.change
        content = content_of(change)
        clauses = proposed_clauses(change)
        version = getattr(change.proposal, "rule_version", None)
        return {
            "change": change,
            "badge": result_of(change),
            "facts": self.facts(content),
            "clauses": clauses,
            "base": base_of(change),
            **shown_pairs(base_texts(change), clauses),
            "actions": self.allowed_actions(),
            "hint": self.hint(),
            "steps": timeline_of(change.proposal, *([version] if version is not None else [])),
            **super().get_context_data(**kwargs),
        }

    def facts(self, content: dict[str, Any]) -> list[Fact]:
        """Return what is proposed, besides the clauses."""
        change = self.change
        effective = date.fromisoformat(content["effective_date"])
        left = (effective - timezone.localdate()).days
        facts = [
            Fact(_("Version"), content["label"]),
            Fact(
                _("Effective date"),
                shown_day(effective),
                hint=_("%(days)s days from today") % {"days": left} if left > 0 else "",
            ),
        ]
        if change.kind == ChangeKind.VERSION:
            facts.append(Fact(_("What changes"), content["change_summary"]))
            if content["accept_until"]:
                until = date.fromisoformat(content["accept_until"])
                facts.append(Fact(_("To be accepted until"), shown_day(until)))
            facts.append(Fact(_("SHA-256 of the clauses"), content["clauses_sha256"], is_code=True))
        facts += [
            Fact(_("Proposed by"), change.proposal.proposer.name),
            Fact(_("Reason"), change.proposal.reason),
        ]
        return facts

    def hint(self) -> str:
        """Return why the person at the screen is offered no verdict on what waits."""
        staff = staff_of(self.request)
        if not is_open(self.change.proposal) or may_decide(self.change.proposal, staff):
            return ""
        return _("It waits for a supervisor and a compliance officer who did not propose it.")

    def allowed_actions(self) -> list[AllowedAction]:
        """Return what the person at the screen may do now."""
        change, staff = self.change, staff_of(self.request)
        url = change_url(change)
        if not is_open(change.proposal):
            return []
        if change.proposal.proposer_id == staff.person_id:
            return [AllowedAction(code="withdraw", label=_("Withdraw"), url=url, tone="danger")]
        if not may_decide(change.proposal, staff):
            return []
        return [
            AllowedAction(
                code="approve",
                label=_("Approve"),
                url=url,
                hint=_("You answer for exactly what stands on this page."),
                tone="good",
                key="a",
            ),
            AllowedAction(
                code="return",
                label=_("Return"),
                url=url,
                reason_label=_("What the proposer should change"),
                tone="danger",
                key="r",
            ),
        ]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor, act = staff_of(request), request.POST.get("action", "")
        with refusals_logged(
            action=f"compliance.rulechange.{act if act in ACTS else 'unknown'}",
            target=self.change,
            actor=actor,
            provision=Provision.OPINIONS_2,
        ):
            if act not in ACTS:
                raise InvalidInput(_("This page does not offer that act."))
            is_done = ACTS[act](
                change=self.change,
                actor=actor,
                provision=Provision.OPINIONS_2,
                reason=request.POST.get("reason", ""),
            )
        if act == "approve" and is_done is False:
            return self.redirect(
                change_url(self.change), _("Approved; another approval is needed.")
            )
        return self.redirect(document_url(self.change.document), _("It is done and on record."))
