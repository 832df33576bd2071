"""The pages of the formulas: all of them, the versions of one, and another version proposed."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages.formulas.base import FormulaForm
from accounts.pages.formulas.forms import FORMS
from accounts.pages.formulas.links import VIEW
from accounts.pages.formulas.presentation import changes_of, rows_of
from accounts.powers_words import FormulaCode
from accounts.services import formulas
from accounts.services.formulas import (
    FORMULA_PROPOSAL,
    KINDS,
    FormulaDraft,
    FormulaKind,
    FormulaPreset,
)
from accounts.services.formulas.changes import newest_version
from accounts.services.formulas.previews import preview
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.grounds import Grounds
from compliance.models import Proposal, StaffUser
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import staff_of
from compliance.pages.limits import end_proposal, named_proposal, verdicts
from compliance.provisions import provision_in_words
from compliance.refusals import refusals_logged
from compliance.ui.kit import Change
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page


class FormulasPage(ApprovingPage):
    """Every formula with its version in force, and where somebody may act on a proposal, the acts."""

    title = gettext_lazy("Formulas of accounts")
    permission = VIEW
    template_name = "accounts/formulas/formulas.html"

    def proposals_here(self) -> Q:
        return Q(kind=FORMULA_PROPOSAL)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff, now = staff_of(self.request), timezone.now()
        may_propose = staff.has_perm(formulas.PROPOSE)
        return {
            "rows": [
                {
                    "label": kind.code.label,
                    "provision": provision_in_words(kind.provision),
                    "version": formulas.formula_row_in_force(code, now),
                    "newest": newest_version(kind),
                    "url": reverse("admin:formula", args=[code]),
                    "change_url": reverse("admin:change_formula", args=[code])
                    if may_propose
                    else "",
                }
                for code, kind in KINDS.items()
            ],
            "proposed": [proposed_row(each, staff, self.request) for each in self.waiting()],
            **super().get_context_data(**kwargs),
        }

    def waiting(self) -> list[Proposal]:
        """Return the proposed versions on which nobody has decided."""
        return formulas.open_formula_changes()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        proposal = named_proposal(request, FORMULA_PROPOSAL)
        kind = KINDS[json.loads(proposal.content)["code"]]
        grounds = Grounds(
            actor=actor, provision=kind.provision, reason=request.POST.get("reason", "")
        )
        with refusals_logged(
            action=f"{kind.model._meta.label_lower}.{act or 'unknown'}",
            target=actor,
            actor=actor,
            provision=kind.provision,
        ):
            if act == "approve":
                row = formulas.approve_formula(proposal=proposal, **grounds)
                said = _("Approved: version %(label)s, in force from %(time)s.") % {
                    "label": row.label,
                    "time": timezone.localtime(row.effective_from).strftime("%Y-%m-%d %H:%M"),
                }
            else:
                said = end_proposal(act, proposal, grounds)
        return self.redirect(request.path, said)


def proposed_row(proposal: Proposal, staff: StaffUser, request: HttpRequest) -> dict[str, Any]:
    """Return a proposed version with what it changes and what that would come to."""
    given = json.loads(proposal.content)
    return {
        "proposal": proposal,
        "title": FormulaCode(given["code"]).label,
        "changes": [
            *changes_of(given["code"], given["present"], given["content"]),
            Change(_("In force not before"), "", given["not_before"] or _("its approval")),
        ],
        "effects": preview(given["code"], given["content"], timezone.now()),
        "actions": verdicts(proposal, staff, request.path),
    }


class OfFormulaPage(ConsolePage):
    """A page about the formula that its address names."""

    @cached_property
    def kind(self) -> FormulaKind:
        """The formula that the address names."""
        code = self.kwargs["code"]
        if code not in KINDS:
            raise Http404
        return KINDS[code]

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("Formulas of accounts"), reverse("admin:formulas")),
            Crumb(self.get_title()),
        ]


class FormulaPage(OfFormulaPage):
    """The versions of one formula, the newest first, each with what it changed."""

    permission = VIEW
    template_name = "accounts/formulas/formula.html"

    def get_title(self) -> str:
        return str(self.kind.code.label)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        code, now = self.kind.code.value, timezone.now()
        versions = list(
            self.kind.model._default_manager.select_related("proposal__proposer").order_by(
                "-effective_from"
            )
        )
        running = formulas.formula_row_in_force(code, now)
        before = [*versions[1:], None]
        return {
            "versions": [
                {
                    "row": row,
                    "is_in_force": row.pk == running.pk,
                    "is_to_come": row.effective_from > now,
                    "changes": changes_of(code, old.content, row.content) if old else [],
                    "is_first": old is None,
                    "rows": rows_of(code, row.content),
                }
                for row, old in zip(versions, before, strict=True)
            ],
            "provision": provision_in_words(self.kind.provision),
            "change_url": (
                reverse("admin:change_formula", args=[code])
                if staff_of(self.request).has_perm(formulas.PROPOSE)
                else ""
            ),
            **super().get_context_data(**kwargs),
        }


class ChangeFormulaPage(OfFormulaPage):
    """Proposes another version; what it would change is shown before it is sent."""

    permission = formulas.PROPOSE
    template_name = "accounts/formulas/change.html"

    def get_title(self) -> str:
        return _("Change “%(formula)s”") % {"formula": self.kind.code.label}

    @cached_property
    def present(self) -> dict[str, Any]:
        """The content of the newest version, from which another one is made."""
        content: dict[str, Any] = newest_version(self.kind).content
        return content

    @cached_property
    def form(self) -> FormulaForm:
        """The form as it was posted, or with the newest version."""
        form_class = FORMS[self.kind.code]
        if self.request.method == "POST":
            return form_class.made_for(self.present, data=self.request.POST)
        begin = self.preset.content if self.preset is not None else self.present
        return form_class.made_for(self.present, initial=form_class.initial_of(begin))

    @cached_property
    def preset(self) -> FormulaPreset | None:
        """The preset that the address asks for, from which the form begins."""
        code = self.request.GET.get("preset", "")
        return next((each for each in self.kind.presets() if each.code == code), None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        code = self.kind.code.value
        return {
            "form": self.form,
            "list_url": reverse("admin:formula", args=[code]),
            "table": rows_of(code, self.present) if code == FormulaCode.COMMENTS else [],
            "presets": self.kind.presets(),
            "preset": self.preset,
            **super().get_context_data(**kwargs),
        }

    def draft(self) -> FormulaDraft:
        """Return what the form proposes."""
        not_before: date | None = self.form.cleaned_data["not_before"]
        return FormulaDraft(
            code=self.kind.code.value,
            content=self.form.content(self.present),
            not_before=not_before,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = staff_of(request)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        draft = self.draft()
        with refusals_logged(
            action=f"{self.kind.model._meta.label_lower}.propose",
            target=actor,
            actor=actor,
            provision=self.kind.provision,
        ):
            if request.POST.get("action") == "preview":
                formulas.check_draft(draft)
                return self.render_to_response(
                    {
                        **self.get_context_data(),
                        "changes": changes_of(draft.code, self.present, draft.content),
                        "effects": preview(draft.code, draft.content, timezone.now()),
                    }
                )
            formulas.propose_formula(
                draft=draft,
                actor=actor,
                provision=self.kind.provision,
                reason=self.form.cleaned_data["reason"],
            )
        return self.redirect(
            reverse("admin:formulas"), _("Proposed; somebody else has to approve it.")
        )


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which formula each proposed version is of."""
    url = reverse("admin:formulas")
    return {
        each.pk: ProposalWords(
            str(FormulaCode(json.loads(each.content)["code"]).label),
            f"{url}#proposal-{each.pk}",
            _("propose another version, or leave it as it is"),
        )
        for each in found
    }


def register() -> None:
    """Give the pages their addresses and their place; called when apps are ready."""
    register_page("formulas/", FormulasPage, name="formulas")
    register_page("formulas/<slug:code>/", FormulaPage, name="formula")
    register_page("formulas/<slug:code>/change/", ChangeFormulaPage, name="change_formula")
    register_link(
        "records",
        gettext_lazy("Formulas of accounts"),
        view="admin:formulas",
        permission=VIEW,
        icon="function",
        order=49,
    )
    register_kind(
        ProposalKind(
            code=FORMULA_PROPOSAL,
            label=gettext_lazy("change of a formula of accounts"),
            still_waits=Q(came_back_lately(), ~proposed_anew(FORMULA_PROPOSAL, "code")),
            describe=words_of,
        )
    )
