"""The page of the rule of patrols: the version in force, and what is proposed of it."""

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

from accounts.enums import Category
from accounts.models import PatrolRule
from accounts.services.patrol import policy
from accounts.services.patrol.policy import RULE_KIND, PatrolRuleDraft
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.grounds import Grounds
from compliance.models import Proposal
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import staff_of
from compliance.pages.limits import end_proposal, named_proposal, verdicts
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import NumberWidget, TextareaWidget
from compliance.ui.kit import Change, Fact
from compliance.ui.pages import ConsolePage, register_page

VIEW = "accounts.view_patrolrule"


def _number(label: Any, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=NumberWidget)


class PatrolRuleForm(forms.Form):
    """Another version of the rule."""

    focused_categories = forms.MultipleChoiceField(
        label=gettext_lazy("Categories that are verified often"),
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    focused_followers = _number(
        gettext_lazy("Followers from which an account is verified often"), 0, policy.MOST_FOLLOWERS
    )
    focused_months = _number(
        gettext_lazy("Months between checks, verified often"), 1, policy.MOST_MONTHS
    )
    ordinary_months = _number(
        gettext_lazy("Months between checks, all others"), 1, policy.MOST_MONTHS
    )
    sample_permille = _number(gettext_lazy("Monthly sample, in thousandths"), 0, 1000)
    capacity = _number(gettext_lazy("Most checks in a month"), 1, policy.MOST_CHECKS)
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)

    def draft(self) -> PatrolRuleDraft:
        """Return what the form proposes."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        return PatrolRuleDraft(**given)


class RulePage(ApprovingPage):
    """The rule in force, and where somebody may act on a proposal, the acts."""

    title = gettext_lazy("Rule of patrols")
    permission = VIEW
    template_name = "accounts/patrol/rule.html"

    def proposals_here(self) -> Q:
        return Q(kind=RULE_KIND)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff = staff_of(self.request)
        return {
            "facts": rule_facts(policy.rule_in_force(timezone.now())),
            "change_url": reverse("admin:change_patrol_rule")
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
            provision=Provision.PUBLIC_ACCOUNT_9_3,
            reason=request.POST.get("reason", ""),
        )
        with refusals_logged(
            action=f"accounts.patrolrule.{act or 'unknown'}",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_9_3,
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

    title = gettext_lazy("Change the rule of patrols")
    permission = policy.PROPOSE
    template_name = "accounts/patrol/change_rule.html"

    def form(self) -> PatrolRuleForm:
        """Return the form as it was posted, or with the version in force."""
        if self.request.method == "POST":
            return PatrolRuleForm(self.request.POST)
        return PatrolRuleForm(initial=vars(policy.as_draft(policy.rule_in_force(timezone.now()))))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": self.form(),
            "submit_label": _("Propose"),
            "list_url": reverse("admin:patrol_rule"),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form(), staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with refusals_logged(
            action="accounts.patrolrule.propose",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_9_3,
        ):
            policy.propose_rule(
                draft=form.draft(),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_9_3,
                reason=form.cleaned_data["reason"],
            )
        return self.redirect(
            reverse("admin:patrol_rule"), _("Proposed; somebody else has to approve it.")
        )


def rule_facts(rule: PatrolRule) -> list[Fact]:
    """Return a version of the rule in words."""
    draft = vars(policy.as_draft(rule))
    facts = [Fact(_labels()[name], shown(value)) for name, value in draft.items()]
    return [*facts, Fact(_("Version"), str(rule.number))]


def _labels() -> dict[str, str]:
    return {name: str(field.label) for name, field in PatrolRuleForm.base_fields.items()}


def rule_changes(content: Mapping[str, Any]) -> list[Change]:
    """Return what a proposed version changes, in words."""
    labels, before = _labels(), content["present"]
    return [
        Change(labels[name], shown(before[name]), shown(content[name]))
        for name in before
        if before[name] != content[name]
    ]


def shown(value: Any) -> str:
    """Return a value of the rule as the screen words it."""
    if isinstance(value, list):
        return _(", ").join(str(Category(each).label) for each in value) or "—"
    return f"{value:,}"


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return where each proposed version is read."""
    url = reverse("admin:patrol_rule")
    return {
        each.pk: ProposalWords(
            _("Rule of patrols"),
            f"{url}#proposal-{each.pk}",
            _("propose another version, or leave it as it is"),
        )
        for each in found
    }


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("patrol-rule/", RulePage, name="patrol_rule")
    register_page("patrol-rule/change/", ChangeRulePage, name="change_patrol_rule")
    register_kind(
        ProposalKind(
            code=RULE_KIND,
            label=gettext_lazy("change of the rule of patrols"),
            still_waits=Q(came_back_lately(), ~proposed_anew(RULE_KIND)),
            describe=words_of,
        )
    )
