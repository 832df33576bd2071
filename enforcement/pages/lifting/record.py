"""The page of one measure: what it does, how far the platform is, and how it ends before its time."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages.addresses import account_url
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, StaffUser
from compliance.pages.approving import ApprovingPage
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import staff_of
from compliance.pages.limits import named_proposal, verdicts
from compliance.pages.record import RecordPage
from compliance.pages.timeline import timeline_of
from compliance.ui.kit import AllowedAction, Choice, Fact
from compliance.ui.pages import Crumb, register_page
from enforcement.enums import MeasureStatus
from enforcement.measure_words import LiftGround
from enforcement.models import Measure, MeasureLift
from enforcement.pages.consequences import steps_of
from enforcement.pages.measure_lines import measure_line
from enforcement.pages.presentation import decision_url, instant
from enforcement.services.lifting import proposing
from enforcement.services.lifting.ending import LiftDraft, require_liftable
from enforcement.services.measures import lift_measure

LIFT = "enforcement.lift_measure"


def measure_url(measure: Measure) -> str:
    """Return the address of a measure's page."""
    return reverse("admin:measure", args=[measure.pk])


class MeasurePage(RecordPage, ApprovingPage):
    """One measure that was carried out, with what may be done about it."""

    permission = "enforcement.view_measure"
    template_name = "enforcement/measure.html"
    list_title = gettext_lazy("measures")
    list_url_name = "admin:enforcement_measure_changelist"

    def proposals_here(self) -> Q:
        return Q(kind=proposing.KIND, content__contains=f'"measure":{self.record.pk},')

    def find_record(self) -> Measure:
        found = Measure.objects.select_related(
            "account",
            "command",
            "correction",
            "decision__case__matter",
            "decision__account",
            "ordered",
            "release",
            "restriction",
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("%(measure)s of decision %(number)s") % {
            "measure": self.record.get_measure_display(),
            "number": self.record.decision.number,
        }

    def breadcrumbs(self) -> list[Crumb]:
        account, decision = self.record.account, self.record.decision
        first, *rest = super().breadcrumbs()
        return [
            first,
            Crumb(account.name, account_url(account)),
            Crumb(decision.number, decision_url(decision)),
            *rest,
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        measure, staff = self.record, staff_of(self.request)
        proposal = proposing.lift_proposed_of(measure)
        return {
            "line": measure_line(measure),
            "facts": self.facts(),
            "proposal": proposal,
            "proposed": lift_facts(json.loads(proposal.content)) if proposal is not None else [],
            "approvals": steps_of(proposal) if proposal is not None else [],
            "verdicts": verdicts(proposal, staff, self.request.path) if proposal else [],
            "told": notice_rows([measure], staff),
            "steps": timeline_of(measure, *proposing.lifts_proposed_of(measure)),
            **super().get_context_data(**kwargs),
        }

    def facts(self) -> list[Fact]:
        """Return what a measure is about and how it ended."""
        measure, line = self.record, measure_line(self.record)
        facts = [
            Fact(_("Decision"), measure.decision.number, url=decision_url(measure.decision)),
            Fact(_("Account"), measure.account.name, url=account_url(measure.account)),
            Fact(_("Term"), line.term),
            Fact(_("What it is about"), line.about),
            Fact(_("At the platform"), line.command),
        ]
        lift = MeasureLift.objects.select_related("lifted_by").filter(measure=measure).first()
        if lift is not None:
            facts += lift_facts({"ground": lift.ground, "told": lift.told})
            facts.append(
                Fact(
                    _("Lifted"),
                    _("%(time)s by %(name)s")
                    % {"time": instant(lift.lifted_at), "name": lift.lifted_by.name},
                )
            )
        return [each for each in facts if each.value]

    def allowed_actions(self) -> list[AllowedAction]:
        measure, may = self.record, self.request.user.has_perm
        if not self.is_liftable() or proposing.lift_proposed_of(measure) is not None:
            return []
        form: dict[str, Any] = {
            "choices_name": "ground",
            "choices_label": _("On which ground"),
            "choices": [Choice(value, str(label)) for value, label in LiftGround.choices],
            "reason_label": _("Reason told to the operator"),
        }
        acts = []
        if may(LIFT) and measure.approvals_given == 1:
            acts.append(
                self.action(
                    "lift",
                    _("Lift the measure"),
                    hint=_("Whatever else limits the account goes on."),
                    key="l",
                    **form,
                )
            )
        if may(proposing.PROPOSE):
            acts.append(
                self.action(
                    "propose_lift",
                    _("Propose its lifting"),
                    hint=_("Two have approved it: a supervisor and a compliance officer decide.")
                    if measure.approvals_given > 1
                    else _("A supervisor decides."),
                    key="y",
                    **form,
                )
            )
        return acts

    def is_liftable(self) -> bool:
        """Return whether the measure is in force and ends nowhere else."""
        measure = self.record
        if measure.status != MeasureStatus.IN_FORCE:
            return False
        try:
            require_liftable(measure)
        except ActionRefused:
            return False
        return Measure.objects.in_force(timezone.now()).filter(pk=measure.pk).exists()

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        if act in ("approve", "return", "withdraw"):
            return self.give_verdict(act, grounds)
        ground = self.request.POST.get("ground", "")
        if act == "lift":
            lift_measure(measure=self.record, ground=ground, told=reason, **grounds)
            return _("The measure is lifted.")
        if act == "propose_lift":
            proposing.propose_lift(measure=self.record, draft=LiftDraft(ground, reason), **grounds)
            return _("The lifting is proposed.")
        return super().carry_out(act, actor, reason)

    def give_verdict(self, act: str, grounds: Grounds) -> str:
        """Approve, return or withdraw the proposal that the form names."""
        proposal = named_proposal(self.request, proposing.KIND)
        if proposing.measure_of(proposal).pk != self.record.pk:
            raise InvalidInput
        if act != "approve":
            proposing.end_lift_proposal(act=act, proposal=proposal, **grounds)
            return _("The measure goes on.")
        if proposing.approve_lift(proposal=proposal, **grounds):
            return _("The measure is lifted.")
        return _("Approved. One more approval is needed.")


def lift_facts(content: dict[str, Any]) -> list[Fact]:
    """Return on which ground a measure is lifted, and what the operator is told."""
    return [
        Fact(_("On which ground"), str(LiftGround(content["ground"]).label)),
        Fact(_("Reason told to the operator"), content["told"]),
    ]


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which measure each proposal would lift."""
    numbers = {each.pk: json.loads(each.content)["measure"] for each in found}
    measures = Measure.objects.select_related("account", "decision").in_bulk(set(numbers.values()))
    return {
        each.pk: ProposalWords(
            f"{measures[numbers[each.pk]].decision.number} "
            f"{measures[numbers[each.pk]].get_measure_display()} "
            f"{measures[numbers[each.pk]].account.name}",
            f"{measure_url(measures[numbers[each.pk]])}#proposal-{each.pk}",
            _("propose it anew, or leave the measure as it is"),
        )
        for each in found
    }


def register() -> None:
    """Give the page its address and the proposals their words; called when apps are ready."""
    register_page("measures/<int:pk>/", MeasurePage, name="measure")
    register_kind(
        ProposalKind(
            code=proposing.KIND,
            label=gettext_lazy("lifting of a measure"),
            still_waits=Q(came_back_lately(), ~proposed_anew(proposing.KIND, "measure")),
            describe=words_of,
        )
    )
