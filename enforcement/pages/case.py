"""The page on which a moderator works on a case and proposes a decision."""

from dataclasses import replace
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AccountStatus
from compliance.clocks import extensions
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.clock_panel import clock_panel, due_in_words
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.limits import verdicts
from compliance.pages.overdue import decide_extension
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import ConsolePage, register_page
from compliance.work import Queue, register_queue
from enforcement.enums import OPEN_DECISIONS, CaseStatus, DecisionStatus
from enforcement.models import Case, Measure
from enforcement.pages.consequences import consequences, notices_shown, steps_to_come
from enforcement.pages.desk import cases_in_words
from enforcement.pages.emergencies.presentation import first_emergency
from enforcement.pages.evidence import attach_context, evidence_context
from enforcement.pages.first_words import first_words
from enforcement.pages.hearings.presentation import hearing_url, warning_of
from enforcement.pages.holds.presentation import holds_context
from enforcement.pages.ladder_panel import comparable_to, ladder_facts
from enforcement.pages.presentation import (
    account_facts,
    case_facts,
    case_url,
    decisions_of_case,
    earlier_decisions,
    other_accounts,
    snapshot_changes,
    status_badge,
)
from enforcement.pages.proposal_form import (
    ProposalForm,
    words_digest,
)
from enforcement.pages.reason_templates import reason_templates
from enforcement.services import cases, decisions, previews
from enforcement.services.deciding_sides import deciding_side
from enforcement.services.decision_checks import decision_taken_up
from enforcement.services.hearings.planning import decision_heard

PROPOSE = "enforcement.propose_decision"
# How the answers to a request for more time are called beside what else can be done with a case.
EXTENSION_LABELS = {
    "approve": gettext_lazy("Approve more time"),
    "return": gettext_lazy("Refuse more time"),
}


class CasePage(WorkItemPage):
    """One case: what is known, what was decided before, and the form for a decision."""

    queue = cases.CASES
    permission = "enforcement.view_case"
    template_name = "enforcement/case.html"

    def find_record(self, item: WorkItem) -> Case:
        # A case that came back has a new item; its earlier ones still lead to it.
        earlier = Case.history.filter(work_item_id=item.pk).values("id")
        return get_object_or_404(
            Case.objects.select_related(
                "account__subject__name",
                "account__subject__id_number",
                "opened_by",
                "work_item",
                "matter",
            ).prefetch_related("account__restrictions"),
            models.Q(work_item=item) | models.Q(pk__in=earlier),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.record.work_item_id != self.item.pk:
            return redirect(case_url(self.record))
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return _("Case %(number)s: %(account)s") % {
            "number": self.record.number,
            "account": self.record.account.name,
        }

    @cached_property
    def form(self) -> ProposalForm:
        """The form as it was posted, or with what it is filled with at first."""
        if self.request.POST.get("action") in ("preview", "propose", "retake"):
            return ProposalForm(self.request.POST)
        wanted = self.request.GET.get("emergency", "")
        return ProposalForm(
            initial={**first_words(self.record), **first_emergency(self.record, wanted)}
        )

    def may_propose(self) -> bool:
        """Return whether a decision can be written on this case by the person at the screen."""
        return (
            self.request.user.has_perm(PROPOSE)
            and self.record.status == CaseStatus.OPEN
            and not self.record.decisions.filter(status__in=OPEN_DECISIONS).exists()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, now = self.record, timezone.now()
        present = cases.account_facts(case.account)
        changes = snapshot_changes(case, present)
        is_written = self.form.is_bound or (self.is_mine and self.may_propose())
        return {
            "badge": status_badge(case),
            "facts": case_facts(case),
            "account_facts": account_facts(case.account, now),
            "other_accounts": other_accounts(case.account),
            "snapshot": case.snapshots.latest("pk"),
            "snapshot_changes": changes,
            "has_changed": any(change.has_changed for change in changes),
            "decisions": decisions_of_case(case),
            "returned": decision_taken_up(case) if case.status == CaseStatus.OPEN else None,
            "earlier": earlier_decisions(case),
            "told": notice_rows(
                [
                    *case.decisions.all(),
                    *Measure.objects.filter(decision__case=case),
                    *case.hearings.all(),
                    *case.emergency_holds.all(),
                ],
                staff_of(self.request),
            ),
            "steps": timeline_of(
                case,
                *case.decisions.order_by("-pk")[:5],
                *case.hearings.order_by("-pk")[:5],
                *case.emergency_holds.order_by("-pk")[:5],
            ),
            "waiting_hearings": [
                (decision_heard(each), hearing_url(each), clock_panel(each.clock), warning_of(each))
                for each in case.hearings.waiting().select_related("clock")
            ],
            "form": self.form if is_written else None,
            "is_account_closed": case.account.status == AccountStatus.CLOSED,
            "panel": self.form.panel(case) if is_written else None,
            **evidence_context(case, staff_of(self.request)),
            **attach_context(case, staff_of(self.request)),
            **holds_context(case, staff_of(self.request)),
            "ladder_url": reverse("admin:ladder_of_case", args=[case.pk]),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        # Proposing has a form of its own, see `may_propose`.
        return []

    def free_actions(self) -> list[AllowedAction]:
        if self.record.status == CaseStatus.CLOSED:
            return []
        return [*self.extension_actions(), *self.closing_actions()]

    def extension_actions(self) -> list[AllowedAction]:
        """Return what may be done now about more time for a complex case."""
        staff, clock = staff_of(self.request), self.item.clock
        asked = extensions.open_extension(clock)
        if asked is not None:
            return [
                replace(each, code=f"{each.code}_extension", label=EXTENSION_LABELS[each.code])
                for each in verdicts(asked.proposal, staff, self.request.path)
                if each.code in EXTENSION_LABELS
            ]
        longer = extensions.extension_of(clock)
        if longer is None or not staff.has_perm("compliance.propose_extension"):
            return []
        return [
            self.action(
                "ask_extension",
                _("Complex case: more time"),
                hint=_(
                    "%(limit)s in all, once, if somebody else approves; due then: %(due)s. The "
                    "reason is kept on record."
                )
                % {
                    "limit": longer.amount_in_words,
                    "due": due_in_words(extensions.due_if_extended(clock, longer)),
                },
            )
        ]

    def closing_actions(self) -> list[AllowedAction]:
        """Return the closing of the case for whoever may close cases."""
        if not self.request.user.has_perm("enforcement.close_case"):
            return []
        return [
            self.action(
                "close",
                _("Close the case"),
                reason_templates=reason_templates("close_case"),
                hint=_("Possible when nothing waits for approval and every report is confirmed."),
                key="x",
            )
        ]

    def offered_acts(self) -> set[str]:
        offered = super().offered_acts()
        return offered | {"propose"} if self.request.user.has_perm(PROPOSE) else offered

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        act = request.POST.get("action", "")
        # What the page does not offer is refused, and logged, where all acts are.
        if act != "preview" and act not in ({"propose"} & self.offered_acts()):
            return super().post(request, pk)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        seen = request.POST.get("previewed", "")
        if act == "propose" and seen == words_digest(request.POST):
            return super().post(request, pk)
        # Nobody proposes what they have not seen the consequences of.
        return self.show_preview(has_changed=act == "propose" and bool(seen))

    def show_preview(self, *, has_changed: bool) -> HttpResponse:
        """Show what the decision would do; nothing is written."""
        case, actor = self.record, staff_of(self.request)
        words = self.form.words()
        preview = previews.preview_decision(
            case=case, fence=posted_number(self.request, "fence"), words=words, actor=actor
        )
        return self.render_to_response(
            {
                **self.get_context_data(),
                "preview": preview,
                "previewed": words_digest(self.request.POST),
                "has_changed_since": has_changed,
                "words": words,
                "consequences": consequences(preview),
                "approvals": steps_to_come(
                    preview.slots,
                    matter=case.matter,
                    proposer=actor,
                    side=deciding_side(case),
                ),
                "ladder": ladder_facts(preview.ladder),
                "notices": notices_shown(preview.notices),
                "first_notices": notices_shown(preview.first_notices),
                "comparable": comparable_to(
                    preview.ladder,
                    words.violation_type.code,
                    case,
                    words.severity,
                    self.form.chosen_orders(),
                ),
            }
        )

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        if act.endswith("_extension"):
            return self.decide_on_time(
                act, Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_1, reason=reason)
            )
        if act == "close":
            cases.close_case(
                case=self.record,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_19_2,
                reason=reason,
            )
            return _("The case is closed.")
        words = self.form.words()
        decision = decisions.propose_decision(
            case=self.record,
            fence=fence,
            violation_type=words.violation_type,
            severity=words.severity,
            facts=words.facts,
            reasoning=words.reasoning,
            private_note=words.private_note,
            statute=words.statute,
            content_kind=words.content_kind,
            content_ref=words.content_ref,
            clauses=words.clauses,
            measures=words.measures,
            factors=words.factors,
            deviation_reason=words.deviation_reason,
            deviation_note=words.deviation_note,
            emergency=words.emergency,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_19_2,
            # Why it is proposed has been written already: it is what the operator will be told.
            reason=words.reasoning,
        )
        if decision.status == DecisionStatus.HEARING and decision.hearing is not None:
            return _("%(number)s was proposed; the operator is heard until the %(time)s.") % {
                "number": decision.number,
                "time": due_in_words(decision.hearing.clock.due_at),
            }
        return _("%(number)s was proposed and waits for approval.") % {"number": decision.number}

    def decide_on_time(self, act: str, grounds: Grounds) -> str:
        """Ask for more time on the case, or answer whoever asked for it."""
        if act == "ask_extension":
            extensions.ask_extension(clock=self.item.clock, **grounds)
            return _("Asked for; somebody else has to approve it.")
        return decide_extension(self.request, act.removesuffix("_extension"), grounds)

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        act = self.request.POST.get("action", "")
        if act == "close" or act.endswith("_extension"):
            return self.redirect(self.request.path, said)
        return super().go_on(actor, said)

    def show_refusal(self, refusal: ActionRefused) -> HttpResponse:
        self.extra_context = {"refusal": str(refusal)}
        return super().show_refusal(refusal)


class LadderOfCase(ConsolePage):
    """What the ladder proposes for the violation that is chosen, drawn into the form."""

    permission = "enforcement.view_decision"
    template_name = "enforcement/ladder_panel.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = get_object_or_404(Case.objects.select_related("account"), pk=self.kwargs["pk"])
        return {"panel": ProposalForm(self.request.GET).panel(case)}


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("cases/<int:pk>/work/", CasePage, name="work_on_case")
    register_page("cases/<int:pk>/ladder/", LadderOfCase, name="ladder_of_case")
    register_queue(
        Queue(
            code=cases.CASES,
            label=gettext_lazy("Cases"),
            permission="enforcement.open_case",
            url_name="admin:work_on_case",
            key="n c",
            describe=cases_in_words,
        ),
        order=20,
    )
