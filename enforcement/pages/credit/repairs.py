"""Repairs of credit: entered for the operator on one page, decided by a colleague on another."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages.addresses import account_url
from accounts.pages.of_account import OfAccountPage
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, ProposalResult, StaffUser
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import staff_of
from compliance.pages.limits import named_proposal, verdicts
from compliance.pages.record import PanelRow
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import DateWidget, TextareaWidget
from compliance.ui.kit import Badge, Fact
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page
from enforcement.models import CreditRepair, CreditScore
from enforcement.pages.credit.presentation import VIEW, credit_url, repairs_url
from enforcement.pages.presentation import instant
from enforcement.services.credit.counting import stored
from enforcement.services.credit.repairs import (
    PROPOSE,
    REPAIR_PROPOSAL,
    RepairDraft,
    approve_repair,
    open_repairs,
    propose_repair,
    refuse_repair,
    withdraw_repair,
)
from enforcement.services.credit.sources import rule_in_force
from enforcement.services.credit.words import healing_in_words, score_in_words

SHOWN = 30
_PROVISION = Provision.PUBLIC_ACCOUNT_13_1
_RESULTS = {
    ProposalResult.APPROVED: (gettext_lazy("repaired"), "good"),
    ProposalResult.RETURNED: (gettext_lazy("refused"), "danger"),
    ProposalResult.WITHDRAWN: (gettext_lazy("withdrawn"), ""),
}


class RepairForm(forms.Form):
    """What the operator asks for, and how."""

    applied_on = forms.DateField(
        label=gettext_lazy("Day on which the operator applied"), widget=DateWidget
    )
    statement = forms.CharField(
        label=gettext_lazy("What the operator put forward"),
        help_text=gettext_lazy("What has been put right since; no personal data."),
        widget=TextareaWidget(attrs={"rows": 5}),
    )
    reason = forms.CharField(
        label=gettext_lazy("How the operator asked for it"),
        widget=TextareaWidget(attrs={"rows": 3}),
    )


class EnterRepairPage(OfAccountPage[RepairForm]):
    """Enters an application for repair; somebody else decides on it."""

    title = gettext_lazy("Enter an application for repair of credit")
    permission = PROPOSE
    form_class = RepairForm

    @cached_property
    def score(self) -> CreditScore | None:
        """The credit of who runs the account; none as long as nothing was ever counted."""
        return CreditScore.objects.filter(subject=self.account.subject_id).first()

    def back_url(self) -> str:
        return credit_url(self.score) if self.score is not None else super().back_url()

    def form_options(self) -> dict[str, Any]:
        return {"initial": {"applied_on": timezone.localdate()}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        terms = rule_in_force(timezone.now()).terms
        return {
            "hint": healing_in_words(stored(self.score), terms)
            if self.score is not None
            else _("The credit is whole."),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = staff_of(request)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = self.form.cleaned_data
        with refusals_logged(
            action="enforcement.creditrepair.enter",
            target=self.account,
            actor=actor,
            provision=_PROVISION,
        ):
            repair = propose_repair(
                draft=RepairDraft(
                    account=self.account,
                    applied_on=given["applied_on"],
                    statement=given["statement"],
                ),
                actor=actor,
                provision=_PROVISION,
                reason=given["reason"],
            )
        return self.redirect(
            repairs_url(repair),
            _("%(number)s is entered; a colleague decides on it.") % {"number": repair.number},
        )


class RepairsPage(ApprovingPage):
    """Applications that wait, with the acts, and those that were decided."""

    title = gettext_lazy("Repairs of credit")
    permission = VIEW
    template_name = "enforcement/credit/repairs.html"

    def proposals_here(self) -> Q:
        return Q(kind=REPAIR_PROPOSAL)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff = staff_of(self.request)
        decided = CreditRepair.objects.exclude(proposal__outcome=None)
        return {
            "waiting": [
                waiting_row(each, staff, self.request.path)
                for each in open_repairs().select_related(
                    "account", "subject", "proposal__proposer"
                )
            ],
            "decided": [
                decided_row(each)
                for each in decided.select_related("account", "proposal__outcome").order_by("-pk")[
                    :SHOWN
                ]
            ],
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        proposal = named_proposal(request, REPAIR_PROPOSAL)
        grounds = Grounds(actor=actor, provision=_PROVISION, reason=request.POST.get("reason", ""))
        with refusals_logged(
            action=f"enforcement.creditrepair.{act if act in _SERVICES else 'unknown'}",
            target=proposal.credit_repair,
            actor=actor,
            provision=_PROVISION,
        ):
            if act not in _SERVICES:
                raise InvalidInput(_("This page does not offer that act."))
            service, said = _SERVICES[act]
            service(proposal=proposal, **grounds)
        return self.redirect(request.path, said)


_SERVICES: dict[str, tuple[Any, Any]] = {
    "approve": (approve_repair, gettext_lazy("Repaired; the operator is told.")),
    "return": (refuse_repair, gettext_lazy("Refused; the operator is told why.")),
    "withdraw": (withdraw_repair, gettext_lazy("Withdrawn.")),
}


def waiting_row(repair: CreditRepair, staff: StaffUser, url: str) -> dict[str, Any]:
    """Return an application that waits, with what it would give and the acts."""
    score = CreditScore.objects.get(subject=repair.subject_id)
    terms = rule_in_force(timezone.now()).terms
    return {
        "repair": repair,
        "facts": [
            Fact(
                _("Account"),
                repair.account.name,
                hint=repair.account.platform_uid,
                url=account_url(repair.account),
            ),
            Fact(_("Applied on"), repair.applied_on.isoformat()),
            Fact(
                _("Credit now"),
                score_in_words(score.score, score.grade),
                url=credit_url(score),
                hint=_("used up since %(day)s") % {"day": score.frozen_on}
                if score.frozen_on
                else "",
            ),
            Fact(
                _("A repair gives"),
                score_in_words(terms.repair_to, terms.grade_of(terms.repair_to)),
            ),
        ],
        "actions": [_worded(each) for each in verdicts(repair.proposal, staff, url)],
    }


def _worded(action: Any) -> Any:
    if action.code != "return":
        return action
    return replace(action, label=_("Refuse"), reason_label=_("Reason told to the operator"))


def decided_row(repair: CreditRepair) -> PanelRow:
    """Return an application that was decided."""
    outcome = repair.proposal.outcome
    text, tone = _RESULTS[ProposalResult(outcome.result)]
    return PanelRow(
        label=f"{repair.number} {repair.account.name}",
        hint=repair.statement[:200],
        value=instant(outcome.at),
        url=account_url(repair.account),
        badge=Badge(text=text, tone=tone),
    )


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which account each application for repair is about."""
    repairs = CreditRepair.objects.filter(proposal__in=found).select_related("account")
    return {
        each.proposal_id: ProposalWords(
            _("%(number)s, %(account)s") % {"number": each.number, "account": each.account.name},
            repairs_url(each),
            _("tell the operator that a repair can be applied for again"),
        )
        for each in repairs
    }


def register() -> None:
    """Give the pages their addresses and places; called when apps are ready."""
    register_page("credit/repairs/", RepairsPage, name="credit_repairs")
    register_page("accounts/<int:pk>/credit/repair/", EnterRepairPage, name="enter_credit_repair")
    register_link(
        "enforcement",
        gettext_lazy("Repairs of credit"),
        view="admin:credit_repairs",
        permission=VIEW,
        icon="healing",
        order=47,
    )
    register_kind(
        ProposalKind(
            code=REPAIR_PROPOSAL,
            label=gettext_lazy("repair of credit"),
            still_waits=Q(came_back_lately(), ~proposed_anew(REPAIR_PROPOSAL, "subject")),
            describe=words_of,
        )
    )
