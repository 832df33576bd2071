"""The page of a decision: lifting, reporting, withdrawing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse

from compliance.models import StaffUser
from enforcement.enums import DecisionStatus, MeasureStatus, ReportDutyStatus
from enforcement.models import (
    Case,
    Decision,
    Measure,
    ReportDuty,
)
from tests.enforcement.appeals import heard
from tests.enforcement.conftest import (
    NOTE,
    REASON,
    Staff,
    clause,
    propose,
    suspension,
)
from tests.enforcement.console import (
    client_of,
    decision_page,
    refusals,
    text_of,
)

pytestmark = pytest.mark.django_db


class TestTheDecision:
    def post(self, decision: Decision, login: StaffUser, **posted: Any) -> HttpResponse:
        return client_of(login).post(decision_page(decision), {"reason": REASON, **posted})

    def test_it_shows_measures_clauses_approvals_and_the_text_as_frozen(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))

        page = client_of(staff.officer).get(decision_page(decision))

        shown = {each.language: each.text for each in page.context["notices"]}
        assert shown == {each.language: each.text for each in decision.notices.all()}
        for read in (clause().text, NOTE, staff.supervisor.person.name, "同意"):
            assert read in text_of(page)

    def test_the_officer_records_report_and_confirmation(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))

        self.post(decision, staff.officer, action="send_report", channel="公函")
        self.post(decision, staff.officer, action="receipt_report", receipt_number="回执7号")

        duty = ReportDuty.objects.get()
        assert (duty.status, duty.channel, duty.receipt_number) == (
            ReportDutyStatus.RECEIPTED,
            "公函",
            "回执7号",
        )

    def test_a_report_without_channel_is_refused_and_the_reason_kept(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))

        answer = self.post(
            decision, staff.officer, action="send_report", channel=" ", reason="这一句要留下"
        )

        assert answer.status_code == 409
        assert "这一句要留下" in text_of(answer)
        assert ReportDuty.objects.get().status == ReportDutyStatus.DUE

    @pytest.mark.parametrize(
        ("act", "permitted"),
        [("send_report", "officer")],
    )
    def test_each_act_is_offered_to_its_role_and_refused_to_the_others(
        self,
        act: str,
        permitted: str,
        decide: Callable[..., Decision],
        staff: Staff,
    ) -> None:
        decision = decide(measures=suspension(7))

        for name in ("moderator", "supervisor", "officer"):
            login = getattr(staff, name)
            page = client_of(login).get(decision_page(decision))
            assert (act in {each.code for each in page.context["actions"]}) == (name == permitted)
            if name != permitted:
                answer = self.post(
                    decision,
                    login,
                    action=act,
                    measure=decision.measures.get().pk,
                    channel="公函",
                )
                assert answer.status_code == 409

        assert Measure.objects.get().status == MeasureStatus.IN_FORCE
        assert ReportDuty.objects.get().status == ReportDutyStatus.DUE
        assert len(refusals()) == 2

    def test_a_proposer_withdraws_and_nobody_else_can(
        self, open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        decision = propose(open_case(), staff.moderator)

        refused = self.post(decision, staff_user("moderator"), action="withdraw")
        answer = self.post(decision, staff.moderator, action="withdraw")

        assert (refused.status_code, answer.status_code) == (409, 302)
        decision.refresh_from_db()
        assert decision.status == DecisionStatus.WITHDRAWN

    def test_it_names_a_time_for_an_appeal_only_as_long_as_it_stands(
        self,
        decide: Callable[..., Decision],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decision = decide(measures=suspension(7))
        assert "申诉截止时间" in text_of(client_of(staff.officer).get(decision_page(decision)))

        heard(decision, staff_user("complaint_handler"), "revoked")

        page = client_of(staff.officer).get(decision_page(decision))
        assert "申诉截止时间" not in text_of(page)
        assert decision.appeal_clock is not None
        assert decision.appeal_clock.due_at not in {each.due_at for each in page.context["clocks"]}

    def test_an_act_that_the_page_does_not_know_is_refused(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide()

        assert self.post(decision, staff.officer, action="reverse").status_code == 409
        # A warning has no duty to report.
        assert self.post(decision, staff.officer, action="send_report").status_code == 409
