"""The pages of the types of qualifications: the versions in force, and what is proposed of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import QualificationType
from accounts.models import QualificationRule
from accounts.pages.qualifications.presentation import validity_in_words
from accounts.qualification_words import ChecklistItem, ValidityRule
from accounts.services.qualifications import catalogue
from accounts.services.qualifications.catalogue import RULE_KIND, RuleDraft
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import staff_of
from compliance.pages.limits import end_proposal, named_proposal, verdicts
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import NumberWidget, SelectWidget, TextareaWidget, TextInputWidget
from compliance.ui.kit import Change
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page

VIEW = "accounts.view_qualificationrule"


class RuleForm(forms.Form):
    """Another version of a type."""

    issuer = forms.CharField(label=gettext_lazy("Issuer"), max_length=120, widget=TextInputWidget)
    number_lengths = forms.CharField(
        label=gettext_lazy("Usual lengths of the number, as 12 17"),
        required=False,
        max_length=60,
        widget=TextInputWidget,
    )
    validity = forms.ChoiceField(
        label=gettext_lazy("Validity"), choices=ValidityRule.choices, widget=SelectWidget
    )
    months = forms.IntegerField(
        label=gettext_lazy("Months of a term, or between two checks"),
        required=False,
        min_value=1,
        max_value=catalogue.MOST_MONTHS,
        widget=NumberWidget,
    )
    renewal_days = forms.IntegerField(
        label=gettext_lazy("Days before the end by which to apply for renewal"),
        required=False,
        min_value=1,
        max_value=catalogue.MOST_DAYS,
        widget=NumberWidget,
    )
    reminder_days = forms.CharField(
        label=gettext_lazy("Reminders, days before the end, as 90 30 7"),
        required=False,
        max_length=60,
        widget=TextInputWidget,
    )
    checklist = forms.MultipleChoiceField(
        label=gettext_lazy("Checklist"),
        choices=ChecklistItem.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    opens_field = forms.BooleanField(
        label=gettext_lazy("Suffices for publishing in the field"), required=False
    )
    is_accepted = forms.BooleanField(label=gettext_lazy("Is accepted"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)

    def clean_number_lengths(self) -> list[int]:
        return _numbers(self.cleaned_data["number_lengths"])

    def clean_reminder_days(self) -> list[int]:
        return sorted(set(_numbers(self.cleaned_data["reminder_days"])), reverse=True)

    def draft(self, code: str) -> RuleDraft:
        """Return what the form proposes for a type; the checklist in its own order."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        chosen = set(given.pop("checklist"))
        return RuleDraft(
            code=code, checklist=[item for item in ChecklistItem.values if item in chosen], **given
        )


def _numbers(text: str) -> list[int]:
    parts = text.replace(",", " ").replace("、", " ").split()
    if any(not (each.isascii() and each.isdigit() and len(each) <= 4) for each in parts):
        raise forms.ValidationError(_("Write whole numbers with blanks between them."))
    return [int(each) for each in parts]


class TypesPage(ApprovingPage):
    """Every type by its field, and where somebody may act on a proposal, the acts."""

    title = gettext_lazy("Types of qualifications")
    permission = VIEW
    template_name = "accounts/qualifications/types.html"

    def proposals_here(self) -> Q:
        return Q(kind=RULE_KIND)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff = staff_of(self.request)
        rules = catalogue.rules_in_force(timezone.now()).values()
        may_propose = staff.has_perm(catalogue.PROPOSE)
        return {
            "rows": [
                {
                    "rule": rule,
                    "validity": validity_in_words(rule),
                    "url": reverse("admin:change_qualification_type", args=[rule.code])
                    if may_propose
                    else "",
                }
                for rule in rules
            ],
            "proposed": [
                {
                    "proposal": each,
                    "title": QualificationType(json.loads(each.content)["code"]).label,
                    "changes": rule_changes(json.loads(each.content)),
                    "actions": verdicts(each, staff, self.request.path),
                }
                for each in catalogue.open_rule_changes()
            ],
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        grounds = Grounds(
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_9_1,
            reason=request.POST.get("reason", ""),
        )
        with refusals_logged(
            action=f"accounts.qualificationrule.{act or 'unknown'}",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_9_1,
        ):
            proposal = named_proposal(request, RULE_KIND)
            if act == "approve":
                rule = catalogue.approve_rule(proposal=proposal, **grounds)
                said = _("In force: %(rule)s.") % {"rule": rule}
            else:
                said = end_proposal(act, proposal, grounds)
        return self.redirect(request.path, said)


class ChangeTypePage(ConsolePage):
    """Proposes another version of one type; somebody else approves it."""

    permission = catalogue.PROPOSE
    template_name = "accounts/qualifications/change_type.html"

    @cached_property
    def rule(self) -> QualificationRule:
        """The version in force of the type that the address names."""
        try:
            return catalogue.rule_in_force(self.kwargs["code"], timezone.now())
        except InvalidInput as unknown:
            raise Http404(str(unknown)) from unknown

    def get_title(self) -> str:
        return _("Change “%(type)s”") % {"type": self.rule.get_code_display()}

    def form(self) -> RuleForm:
        """Return the form as it was posted, or with the version in force."""
        if self.request.method == "POST":
            return RuleForm(self.request.POST)
        draft = catalogue.as_draft(self.rule)
        return RuleForm(
            initial={
                **{name: getattr(draft, name) for name in RuleDraft.__dataclass_fields__},
                "number_lengths": _listed(draft.number_lengths),
                "reminder_days": _listed(draft.reminder_days),
            }
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": self.form(),
            "list_url": reverse("admin:qualification_types"),
            "rule": self.rule,
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form(), staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with refusals_logged(
            action="accounts.qualificationrule.propose",
            target=self.rule,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_9_1,
        ):
            catalogue.propose_rule(
                draft=form.draft(self.rule.code),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_9_1,
                reason=form.cleaned_data["reason"],
            )
        return self.redirect(
            reverse("admin:qualification_types"), _("Proposed; somebody else has to approve it.")
        )


def _listed(numbers: Sequence[int]) -> str:
    return " ".join(str(each) for each in numbers)


def rule_changes(content: Mapping[str, Any]) -> list[Change]:
    """Return what a proposed version changes, in words."""
    labels = {
        each.name: str(each.verbose_name) for each in QualificationRule._meta.local_concrete_fields
    }
    before = content["present"]
    return [
        Change(labels[name], _shown(name, before[name]), _shown(name, content[name]))
        for name in before
        if name != "code" and before[name] != content[name]
    ]


def _shown(name: str, value: Any) -> str:
    if value is None or value == []:
        return "—"
    if name == "validity":
        return str(ValidityRule(value).label)
    if name == "checklist":
        return _("; ").join(str(ChecklistItem(code).label) for code in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _listed(value) if isinstance(value, list) else str(value)


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which type each proposed version is for."""
    url = reverse("admin:qualification_types")
    return {
        each.pk: ProposalWords(
            str(QualificationType(json.loads(each.content)["code"]).label),
            f"{url}#proposal-{each.pk}",
            _("propose another version, or leave it as it is"),
        )
        for each in found
    }


def register() -> None:
    """Give the pages their addresses and their place; called when apps are ready."""
    register_page("qualification-types/", TypesPage, name="qualification_types")
    register_page(
        "qualification-types/<slug:code>/change/",
        ChangeTypePage,
        name="change_qualification_type",
    )
    register_link(
        "records",
        gettext_lazy("Types of qualifications"),
        view="admin:qualification_types",
        permission=VIEW,
        icon="workspace_premium",
        order=46,
    )
    register_kind(
        ProposalKind(
            code=RULE_KIND,
            label=gettext_lazy("change of a type of qualification"),
            still_waits=Q(came_back_lately(), ~proposed_anew(RULE_KIND, "code")),
            describe=words_of,
        )
    )
