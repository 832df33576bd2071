"""The page of time limits: in force, announced, past; and what is proposed of them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import proposals
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.limit_changes import (
    LIMIT_KIND,
    LimitDraft,
    approve_limit,
    open_limit_changes,
    past_limits,
    propose_limit,
    published_limits,
)
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.grounds import Grounds
from compliance.models import LimitUnit, Proposal, StaffUser
from compliance.models.limits import step_in_words
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import posted_number, staff_of
from compliance.provisions import PLATFORM_DEFAULT, Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import DateWidget, NumberWidget, SelectWidget, TextareaWidget
from compliance.ui.desk import CardData, CardRow, register_card
from compliance.ui.kit import AllowedAction, Change
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page

VIEW = "compliance.view_timelimit"
PROPOSE = "compliance.propose_limit"


class LimitForm(forms.Form):
    """Another version of a limit."""

    code = forms.ChoiceField(label=gettext_lazy("Step"), widget=SelectWidget)
    amount = forms.IntegerField(label=gettext_lazy("Amount"), min_value=0, widget=NumberWidget)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"), choices=LimitUnit.choices, widget=SelectWidget
    )
    warn_percent = forms.IntegerField(
        label=gettext_lazy("Warned after (percent)"),
        min_value=1,
        max_value=99,
        initial=70,
        widget=NumberWidget,
    )
    provision = forms.ChoiceField(label=gettext_lazy("Where it comes from"), widget=SelectWidget)
    not_before = forms.DateField(label=gettext_lazy("In force not before"), widget=DateWidget)
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices(
            "code",
            [
                (each.in_force.code, each.in_force.step_label)
                for each in published_limits(timezone.now())
            ],
        )
        self._choices(
            "provision", [(PLATFORM_DEFAULT, _("set by the platform")), *Provision.choices]
        )

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def draft(self) -> LimitDraft:
        """Return what the form proposes."""
        given = self.cleaned_data
        return LimitDraft(
            code=given["code"],
            amount=given["amount"],
            unit=LimitUnit(given["unit"]),
            not_before=given["not_before"],
            warn_percent=given["warn_percent"],
            provision=given["provision"],
        )


class LimitsPage(ApprovingPage):
    """Every limit with what is announced, and where somebody may act on a proposal, the acts."""

    title = gettext_lazy("Time limits")
    permission = VIEW
    template_name = "clocks/limits.html"

    def proposals_here(self) -> Q:
        return Q(kind=LIMIT_KIND)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, staff = timezone.now(), staff_of(self.request)
        form = None
        if staff.has_perm(PROPOSE):
            is_mine = self.request.POST.get("action") == "propose"
            initial = {"not_before": timezone.localdate()}
            form = LimitForm(self.request.POST if is_mine else None, initial=initial)
        return {
            "limits": published_limits(now),
            "past": past_limits(now),
            "form": form,
            "proposed": [
                {
                    "proposal": each,
                    "changes": limit_changes(json.loads(each.content)),
                    "title": step_in_words(json.loads(each.content)["code"]),
                    "actions": verdicts(each, staff, self.request.path),
                }
                for each in open_limit_changes()
            ],
            "calendar_warning": calendar_warning(),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        if act == "propose":
            form = LimitForm(request.POST)
            if not form.is_valid():
                return self.render_to_response(self.get_context_data(), status=422)
        with refusals_logged(
            action=f"compliance.timelimit.{act or 'unknown'}",
            target=actor,
            actor=actor,
            provision=Provision.OPINIONS_2,
        ):
            said = self.carry_out(act, actor)
        return self.redirect(request.path, said)

    def carry_out(self, act: str, actor: StaffUser) -> str:
        """
        Call the one service that the button stands for and return what to say about it.

        :raises InvalidInput: if the form names something that this page does not offer.
        """
        posted = self.request.POST
        grounds = Grounds(
            actor=actor, provision=Provision.OPINIONS_2, reason=posted.get("reason", "")
        )
        if act == "propose":
            form = LimitForm(posted)
            form.full_clean()
            propose_limit(draft=form.draft(), **grounds)
            return _("Proposed; two others have to approve it.")
        proposal = named_proposal(self.request, LIMIT_KIND)
        if act == "approve":
            limit = approve_limit(proposal=proposal, **grounds)
            if limit is None:
                return _("Approved; another approval is needed.")
            return _("Announced; in force from %(day)s.") % {
                "day": timezone.localdate(limit.effective_from)
            }
        return end_proposal(act, proposal, grounds)


def named_proposal(request: HttpRequest, kind: str) -> Proposal:
    """Return the proposal of a kind that a form names."""
    return get_object_or_404(Proposal, pk=posted_number(request, "proposal"), kind=kind)


def end_proposal(act: str, proposal: Proposal, grounds: Grounds) -> str:
    """
    Return or withdraw a proposal and return what to say about it.

    :raises InvalidInput: if the act is neither.
    """
    proposals.end_proposal(act=act, proposal=proposal, **grounds)
    return _("Withdrawn.") if act == "withdraw" else _("Returned to the proposer.")


def verdicts(proposal: Proposal, staff: StaffUser, url: str) -> list[AllowedAction]:
    """Return what the person at the screen may do about an open proposal."""
    common: dict[str, Any] = {"url": url, "hidden": {"proposal": proposal.pk}}
    if proposal.proposer_id == staff.person_id:
        return [AllowedAction(code="withdraw", label=_("Withdraw"), **common)]
    if not proposals.may_decide(proposal, staff):
        return []
    return [
        AllowedAction(code="approve", label=_("Approve"), tone="good", **common),
        AllowedAction(
            code="return",
            label=_("Return"),
            reason_label=_("What the proposer should change"),
            tone="danger",
            **common,
        ),
    ]


def limit_changes(content: Mapping[str, Any]) -> list[Change]:
    """Return what a proposed limit changes."""
    units = dict(LimitUnit.choices)
    present = content["present"]
    not_before = date.fromisoformat(content["not_before"])
    return [
        Change(
            _("Limit"),
            f"{present['amount']} {units[present['unit']]}",
            f"{content['amount']} {units[content['unit']]}",
        ),
        Change(_("Warned after (percent)"), "", str(content["warn_percent"])),
        Change(_("In force not before"), "", not_before.isoformat()),
    ]


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which step each proposed limit is for."""
    url = reverse("admin:limits")
    return {
        each.pk: ProposalWords(
            step_in_words(json.loads(each.content)["code"]),
            f"{url}#proposal-{each.pk}",
            _("propose another limit, or leave it as it is"),
        )
        for each in found
    }


def calendar_warning() -> str:
    """Return the sentence that this or the next year's working days are missing, or ""."""
    known, today = stored_calendar().years, timezone.localdate()
    # The notice for the next year comes in autumn.
    wanted = [today.year, *([today.year + 1] if today.month >= 11 else [])]
    missing = [str(year) for year in wanted if year not in known]
    if not missing:
        return ""
    return _(
        "The working days of %(years)s are not entered: until they are, Monday to Friday are "
        "counted there, and dates that reach into it may still move."
    ) % {"years": _(", ").join(missing)}


def calendar_card(request: HttpRequest) -> CardData | None:
    """Say on the desk of who keeps the calendar that a year is missing; else nothing."""
    warning = calendar_warning()
    if not warning or not staff_of(request).has_perm(PROPOSE):
        return None
    return CardData(
        title=_("Working-day calendar"),
        rows=[CardRow(label=warning, url=reverse("admin:calendar"), tone="warning")],
        tone="warning",
        icon="calendar_month",
    )


def register() -> None:
    """Give the page its address and its place; called when apps are ready."""
    register_page("limits/", LimitsPage, name="limits")
    register_link(
        "records",
        gettext_lazy("Time limits"),
        view="admin:limits",
        permission=VIEW,
        icon="timer",
        order=48,
    )
    register_card(calendar_card, order=90)
    register_kind(
        ProposalKind(
            code=LIMIT_KIND,
            label=gettext_lazy("change of a time limit"),
            still_waits=Q(came_back_lately(), ~proposed_anew(LIMIT_KIND, "code")),
            describe=words_of,
        )
    )
