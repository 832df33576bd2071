"""The page of a decision: what was decided, what became of it, and what may still be done."""

import json
from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import work
from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser
from compliance.pages.clock_panel import ClockPanel, clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.record import RecordPage
from compliance.pages.timeline import timeline_of
from compliance.ui.kit import AllowedAction, Fact, Input, ReasonTemplate
from compliance.ui.pages import register_page
from enforcement.enums import (
    OPEN_DECISIONS,
    STANDING_DECISIONS,
    DecisionStatus,
    ReportDutyStatus,
)
from enforcement.models import Decision, Hearing, ReportDuty
from enforcement.pages.appeals.panels import decision_context as appeals_context
from enforcement.pages.approval import orders_of
from enforcement.pages.consequences import notices_shown, steps_of
from enforcement.pages.credit.presentation import credit_facts_of
from enforcement.pages.emergencies.presentation import emergency_facts
from enforcement.pages.evidence import evidence_context
from enforcement.pages.hearings.presentation import hearing_context
from enforcement.pages.ladder_panel import ladder_facts
from enforcement.pages.letters import letter_rows
from enforcement.pages.measure_lines import measure_line
from enforcement.pages.presentation import (
    account_facts,
    case_url,
    decision_url,
    instant,
    severity_in_words,
    status_badge,
    verdict_steps,
)
from enforcement.pages.reason_templates import reason_templates
from enforcement.services import decisions, report_duties
from enforcement.services.notices import DECISION


class DecisionPage(RecordPage):
    """One decision with its measures, notices, approvals and report."""

    permission = "enforcement.view_decision"
    template_name = "enforcement/decision.html"
    list_title = gettext_lazy("decisions")
    list_url_name = "admin:enforcement_decision_changelist"

    def find_record(self) -> Decision:
        return get_object_or_404(
            Decision.objects.select_related(
                "account__subject__name",
                "account__subject__id_number",
                "appeal_clock",
                "approval_item__clock",
                "case__account",
                "catalogue",
                "hearing__clock",
                "emergency",
                "later_hearing__clock",
                "later_hearing__outcome__person",
                "proposal__matter",
                "proposed_by",
                "replaced_by",
                "replaces",
                "report_duty__clock",
                "report_duty__sent_by",
                "violation_type",
            ).prefetch_related("account__restrictions"),
            pk=self.kwargs["pk"],
        )

    @property
    def duty(self) -> ReportDuty | None:
        """The duty to report the decision, where there is one."""
        return getattr(self.record, "report_duty", None)

    def get_title(self) -> str:
        return _("Decision %(number)s: %(account)s") % {
            "number": self.record.number,
            "account": self.record.account.name,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        decision = self.record
        item = decision.approval_item
        content = json.loads(decision.proposal.content)
        carried_out = list(
            decision.measures.select_related(
                "restriction", "ordered", "correction", "command", "release"
            ).order_by("pk")
        )
        return {
            "badge": status_badge(decision),
            **appeals_context(decision, staff_of(self.request)),
            "content": content,
            "orders": orders_of(content),
            "severity": severity_in_words(decision.severity),
            "content_kind": decision.get_content_kind_display(),
            "facts": self.facts(),
            "ladder": ladder_facts(content.get("ladder")),
            "measures": [measure_line(each) for each in carried_out],
            "notices": notices_shown(
                {
                    each.language: each.text
                    for each in decision.notices.filter(purpose=DECISION).order_by("edition")
                }
            ),
            "told": notice_rows(
                [
                    decision,
                    *carried_out,
                    *self.hearings(),
                ],
                staff_of(self.request),
            ),
            "approvals": steps_of(decision.proposal),
            "verdicts": verdict_steps(decision),
            "duty": self.duty,
            "letters": letter_rows(decision, staff_of(self.request)),
            "clocks": self.clocks(),
            "duty_facts": self.duty_facts(),
            **evidence_context(decision.case, staff_of(self.request)),
            "account_facts": account_facts(decision.account, timezone.now()),
            "steps": timeline_of(
                decision,
                *carried_out,
                *([self.duty] if self.duty is not None else []),
                *self.hearings(),
            ),
            "approval_url": (
                reverse(work.get_queue(item.queue).url_name, args=[item.pk])
                if decision.status == DecisionStatus.PROPOSED and item is not None
                else ""
            ),
            **hearing_context(decision, staff_of(self.request)),
            **super().get_context_data(**kwargs),
        }

    def hearings(self) -> list[Hearing]:
        """Return the hearing before the decision, or the one after it."""
        found = [self.record.hearing, getattr(self.record, "later_hearing", None)]
        return [each for each in found if each is not None]

    def clocks(self) -> list[ClockPanel]:
        """Return the clocks that run about the decision: hearing, approval, report, appeal."""
        decision, duty = self.record, self.duty
        found = [duty.clock if duty is not None else None]
        # Against what no longer stands there is nothing to appeal.
        if decision.status in STANDING_DECISIONS:
            found.append(decision.appeal_clock)
        if decision.status == DecisionStatus.HEARING and decision.hearing is not None:
            found.append(decision.hearing.clock)
        if decision.status == DecisionStatus.PROPOSED and decision.approval_item is not None:
            found.append(decision.approval_item.clock)
        return [clock_panel(each) for each in found if each is not None]

    def facts(self) -> list[Fact]:
        """Return what became of the decision."""
        decision = self.record
        facts = [
            Fact(_("Case"), decision.case.number, url=case_url(decision.case)),
            Fact(
                _("Proposed"),
                _("%(time)s by %(name)s")
                % {"time": instant(decision.proposed_at), "name": decision.proposed_by.name},
            ),
        ]
        if decision.catalogue is not None:
            facts.append(
                Fact(
                    _("Decided by"),
                    _("catalogue of violations, version %(label)s")
                    % {"label": decision.catalogue.label},
                    url=reverse("admin:catalogue_version", args=[decision.catalogue.label]),
                )
            )
        if decision.replaces is not None:
            facts.append(
                Fact(_("Replaces"), decision.replaces.number, url=decision_url(decision.replaces))
            )
        follower = getattr(decision, "replaced_by", None)
        if follower is not None:
            facts.append(Fact(_("Replaced by"), follower.number, url=decision_url(follower)))
        if decision.in_force_from is not None:
            facts.append(Fact(_("In force from"), instant(decision.in_force_from)))
        if decision.appealable_until is not None and decision.status in STANDING_DECISIONS:
            facts.append(Fact(_("Appeal possible until"), instant(decision.appealable_until)))
        if decision.ended_at is not None:
            facts.append(Fact(_("Ended"), instant(decision.ended_at), hint=decision.ended_reason))
        facts += emergency_facts(decision)
        facts += credit_facts_of(decision, staff_of(self.request))
        return facts

    def duty_facts(self) -> list[Fact]:
        """Return where the report to the regulator stands."""
        duty = self.duty
        if duty is None:
            return []
        facts = [Fact(_("Due"), instant(duty.due_at))]
        if duty.sent_at is not None and duty.sent_by is not None:
            facts.append(
                Fact(
                    _("Sent"),
                    _("%(time)s by %(name)s")
                    % {"time": instant(duty.sent_at), "name": duty.sent_by.name},
                    hint=duty.channel,
                )
            )
        if duty.receipted_at is not None:
            facts.append(
                Fact(
                    _("Confirmed"),
                    duty.receipt_number,
                    hint=instant(duty.receipted_at),
                    is_code=True,
                )
            )
        return facts

    def allowed_actions(self) -> list[AllowedAction]:
        may, decision = self.request.user.has_perm, self.record
        acts = []
        if (
            decision.status in OPEN_DECISIONS
            and decision.proposed_by_id == staff_of(self.request).person_id
        ):
            acts.append(
                self.action(
                    "withdraw",
                    _("Withdraw the proposal"),
                    hint=_("The case goes into its queue again, with the words kept."),
                    key="w",
                )
            )
        if may("enforcement.send_report") and self.duty is not None:
            acts += self.report_actions(self.duty)
        return acts

    def report_actions(self, duty: ReportDuty) -> list[AllowedAction]:
        """Return the next step of the report to the regulator."""
        if duty.status == ReportDutyStatus.DUE:
            return [
                self.action(
                    "send_report",
                    _("Report was sent"),
                    inputs=[
                        Input(
                            name="channel",
                            label=_("How it was sent"),
                            suggestions=[
                                _("the authority's online system"),
                                _("official letter"),
                                _("encrypted mail"),
                            ],
                        )
                    ],
                    key="s",
                )
            ]
        if duty.status == ReportDutyStatus.SENT:
            return [
                self.action(
                    "receipt_report",
                    _("Report was confirmed"),
                    inputs=[
                        Input(name="receipt_number", label=_("Number of the confirmation")),
                    ],
                    key="s",
                )
            ]
        return []

    def reason_templates(self, act: str) -> list[ReasonTemplate]:
        return reason_templates(act)

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        grounds: Grounds = {
            "actor": actor,
            "provision": self.provision,
            "reason": reason,
        }
        if act == "withdraw":
            decisions.withdraw_decision(decision=self.record, **grounds)
            return _("Withdrawn; the case is back in its queue.")
        if act == "send_report" and self.duty is not None:
            report_duties.send_report(
                duty=self.duty, channel=self.request.POST.get("channel", ""), **grounds
            )
            return _("It is on record that the report was sent.")
        if act == "receipt_report" and self.duty is not None:
            report_duties.receipt_report(
                duty=self.duty,
                receipt_number=self.request.POST.get("receipt_number", ""),
                **grounds,
            )
            return _("It is on record that the report was confirmed.")
        return super().carry_out(act, actor, reason)


def page_of_clock(clock: Clock) -> str:
    """Return the page of the decision that a clock belongs to, or ""."""
    found = Decision.objects.filter(Q(report_duty__clock=clock) | Q(appeal_clock=clock)).first()
    return decision_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("decisions/<int:pk>/", DecisionPage, name="decision")
    register_clock_page(page_of_clock)
