"""The page on which somebody who took no part decides after an operator was heard on an emergency."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import Clock, StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Choice, Fact, Input
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue
from enforcement.hearing_words import LaterOutcome
from enforcement.models import Hearing
from enforcement.pages.consequences import measure_term
from enforcement.pages.emergencies.presentation import (
    emergency_facts,
    later_url,
    outcome_badge,
)
from enforcement.pages.hearings.presentation import VIEW, hearing_facts, statement_rows
from enforcement.pages.presentation import account_facts, case_url, decision_url, status_badge
from enforcement.services.emergencies import afterwards
from enforcement.services.hearings.ending import LATER_QUEUE
from enforcement.services.hearings.planning import decision_heard


class LaterHearingPage(WorkItemPage):
    """One emergency decision on which the operator could speak."""

    queue = LATER_QUEUE
    permission = VIEW
    template_name = "enforcement/later_hearing.html"

    def find_record(self, item: WorkItem) -> Hearing:
        found = Hearing.objects.select_related(
            "account__subject__name",
            "account__subject__id_number",
            "after__emergency",
            "after__violation_type",
            "case__account",
            "case__matter",
            "clock",
            "outcome__person",
            "review_item__clock",
        ).prefetch_related("account__restrictions")
        return get_object_or_404(found, review_item=item)

    def get_title(self) -> str:
        return _("After the hearing on %(number)s: %(account)s") % {
            "number": decision_heard(self.record).number,
            "account": self.record.account.name,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hearing, staff = self.record, staff_of(self.request)
        decision = decision_heard(hearing)
        return {
            "badge": outcome_badge(hearing) or status_badge(decision),
            "facts": [
                Fact(_("Decision"), decision.number, url=decision_url(decision)),
                Fact(_("Case"), hearing.case.number, url=case_url(hearing.case)),
                Fact(_("Violation"), str(decision.violation_type)),
                Fact(_("Facts"), decision.facts),
                Fact(_("Reasoning"), decision.reasoning),
                *(
                    Fact(each.get_measure_display(), measure_term(each))
                    for each in decision.measures.select_related("ordered").order_by("pk")
                ),
                *emergency_facts(decision),
            ],
            "hearing_facts": hearing_facts(hearing),
            "statements": statement_rows(hearing, staff),
            "account_facts": account_facts(hearing.account, timezone.now()),
            "steps": timeline_of(hearing, decision),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if getattr(self.record, "outcome", None) is not None:
            return []
        return [
            self.action(
                "decide_later",
                _("Decide after the hearing"),
                hint=_("Never heavier than it is; the operator is told what you write."),
                choices_name="outcome",
                choices_label=_("Outcome"),
                choices=[Choice(code, label) for code, label in LaterOutcome.choices],
                inputs=[
                    Input(
                        name="text",
                        label=_("Told to the operator: how the statement was weighed"),
                        rows=4,
                        longest=4000,
                    )
                ],
                tone="primary",
                key="a",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        found = afterwards.decide_later_hearing(
            hearing=self.record,
            outcome=self.request.POST.get("outcome", ""),
            text=self.request.POST.get("text", ""),
            fence=fence,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
            reason=reason,
        )
        return _("On record, and the operator is told: %(outcome)s.") % {
            "outcome": found.get_outcome_display()
        }

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        return self.redirect(self.request.path, said)


def hearings_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about."""
    hearings = Hearing.objects.filter(review_item__in=items).select_related("account", "after")
    return {
        each.review_item_id: f"{decision_heard(each).number} {each.account.name}"
        for each in hearings
        if each.review_item_id is not None
    }


def page_of_clock(clock: Clock) -> str:
    """Return the page of the hearing that a clock of this queue belongs to, or ""."""
    found = Hearing.objects.filter(review_item__clock=clock).first()
    return later_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("later-hearings/<int:pk>/", LaterHearingPage, name="decide_later_hearing")
    register_queue(
        Queue(
            code=LATER_QUEUE,
            label=gettext_lazy("Hearings after emergency decisions"),
            permission=afterwards.DECIDE,
            url_name="admin:decide_later_hearing",
            key="n e",
            describe=hearings_in_words,
        ),
        order=31,
    )
    register_clock_page(page_of_clock)
