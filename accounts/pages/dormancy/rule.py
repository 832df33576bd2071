"""The page of the rule of dormancy: the version in force, its change, and the sweeps by it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import SubjectNature
from accounts.models import DormancyRule
from accounts.models.dormancy import LEAST_MONTHS, MOST_IN_BATCH
from accounts.services.dormancy import policy
from accounts.services.dormancy.policy import RULE_KIND, DormancyRuleDraft
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import Proposal
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import staff_of
from compliance.pages.limits import end_proposal, named_proposal, verdicts
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import NumberWidget, TextareaWidget, TextInputWidget
from compliance.ui.kit import Change, Fact
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page

VIEW = "accounts.view_dormancyrule"


def _months(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=LEAST_MONTHS, max_value=policy.MOST_MONTHS, widget=NumberWidget
    )


class DormancyRuleForm(forms.Form):
    """Another version of the rule."""

    months = _months(gettext_lazy("Months without login and use"))
    shell_months = _months(gettext_lazy("Months without login of an account that never published"))
    exempt_natures = forms.MultipleChoiceField(
        label=gettext_lazy("Natures that are exempt"),
        choices=SubjectNature.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    exempts_marked = forms.BooleanField(
        label=gettext_lazy("Accounts with a special mark are exempt"), required=False
    )
    clause_number = forms.CharField(
        label=gettext_lazy("Clause of the service agreement that allows it"),
        max_length=40,
        required=False,
        widget=TextInputWidget,
    )
    since = forms.CharField(
        label=gettext_lazy("First version of the agreement whose acceptance counts"),
        max_length=40,
        required=False,
        widget=TextInputWidget,
    )
    batch_size = forms.IntegerField(
        label=gettext_lazy("Most terminations in one proposal"),
        min_value=1,
        max_value=MOST_IN_BATCH,
        widget=NumberWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)

    def draft(self) -> DormancyRuleDraft:
        """Return what the form proposes."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        return DormancyRuleDraft(**given)


class RulePage(ApprovingPage):
    """The rule in force with the clause that it rests on, and where somebody may act, the acts."""

    title = gettext_lazy("Rule of dormancy")
    permission = VIEW
    template_name = "accounts/dormancy/rule.html"

    def proposals_here(self) -> Q:
        return Q(kind=RULE_KIND)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff, now = staff_of(self.request), timezone.now()
        rule = policy.rule_in_force(now)
        try:
            allowing = policy.allowing_clauses(rule, timezone.localdate(now)).by_version
            clauses = sorted({each.pk: each for each in allowing.values()}.items())
            problem = ""
        except ActionRefused as refusal:
            clauses, problem = [], str(refusal)
        return {
            "rule": rule,
            "facts": rule_facts(rule),
            "clauses": [clause for _key, clause in clauses],
            "problem": problem,
            "change_url": reverse("admin:change_dormancy_rule")
            if staff.has_perm(policy.PROPOSE)
            else "",
            "proposed": [
                {
                    "proposal": each,
                    "changes": rule_changes(json.loads(each.content)),
                    "actions": verdicts(each, staff, self.request.path),
                }
                for each in policy.open_rule_changes()
            ],
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        grounds = Grounds(
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_10_2,
            reason=request.POST.get("reason", ""),
        )
        with refusals_logged(
            action=f"accounts.dormancyrule.{act or 'unknown'}",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_10_2,
        ):
            proposal = named_proposal(request, RULE_KIND)
            if act == "approve":
                rule = policy.approve_rule(proposal=proposal, **grounds)
                said = _("In force: version %(number)s.") % {"number": rule.number}
            else:
                said = end_proposal(act, proposal, grounds)
        return self.redirect(request.path, said)


class ChangeRulePage(ConsolePage):
    """Proposes another version of the rule; somebody else approves it."""

    title = gettext_lazy("Change the rule of dormancy")
    permission = policy.PROPOSE
    template_name = "accounts/dormancy/change_rule.html"

    def form(self) -> DormancyRuleForm:
        """Return the form as it was posted, or with the version in force."""
        if self.request.method == "POST":
            return DormancyRuleForm(self.request.POST)
        return DormancyRuleForm(initial=vars(policy.as_draft(policy.rule_in_force(timezone.now()))))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": self.form(),
            "submit_label": _("Propose"),
            "list_url": reverse("admin:dormancy_rule"),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form(), staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with refusals_logged(
            action="accounts.dormancyrule.propose",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_10_2,
        ):
            policy.propose_rule(
                draft=form.draft(),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_10_2,
                reason=form.cleaned_data["reason"],
            )
        return self.redirect(
            reverse("admin:dormancy_rule"), _("Proposed; somebody else has to approve it.")
        )


def rule_facts(rule: DormancyRule) -> list[Fact]:
    """Return a version of the rule in words."""
    draft = policy.as_draft(rule)
    facts = [Fact(_labels()[name], shown(name, value)) for name, value in vars(draft).items()]
    version = f"{rule.number}, {timezone.localdate(rule.effective_from).isoformat()}"
    return [*facts, Fact(_("Version"), version)]


def _labels() -> dict[str, str]:
    return {name: str(field.label) for name, field in DormancyRuleForm.base_fields.items()}


def rule_changes(content: Mapping[str, Any]) -> list[Change]:
    """Return what a proposed version changes, in words."""
    labels, before = _labels(), content["present"]
    return [
        Change(labels[name], shown(name, before[name]), shown(name, content[name]))
        for name in before
        if before[name] != content[name]
    ]


def shown(name: str, value: Any) -> str:
    """Return a value of the rule as the screen words it."""
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "exempt_natures":
        return _(", ").join(str(SubjectNature(each).label) for each in value)
    return str(value)


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return where each proposed version is read."""
    url = reverse("admin:dormancy_rule")
    return {
        each.pk: ProposalWords(
            _("Rule of dormancy"),
            f"{url}#proposal-{each.pk}",
            _("propose another version, or leave it as it is"),
        )
        for each in found
    }


def register() -> None:
    """Give the pages their addresses and their place; called when apps are ready."""
    register_page("dormancy-rule/", RulePage, name="dormancy_rule")
    register_page("dormancy-rule/change/", ChangeRulePage, name="change_dormancy_rule")
    register_link(
        "records",
        gettext_lazy("Rule of dormancy"),
        view="admin:dormancy_rule",
        permission=VIEW,
        icon="bedtime",
        order=47,
    )
    register_kind(
        ProposalKind(
            code=RULE_KIND,
            label=gettext_lazy("change of the rule of dormancy"),
            still_waits=Q(came_back_lately(), ~proposed_anew(RULE_KIND)),
            describe=words_of,
        )
    )
