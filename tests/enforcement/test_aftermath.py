"""What follows a decision: the report to the regulator and the notice to the operator."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from compliance.errors import InvalidInput, NotPermitted, TransitionRefused
from compliance.models import ActionLog, Notice, StaffUser
from enforcement.enums import CaseSource
from enforcement.models import Case, Decision, ReportDuty
from enforcement.services import report_duties
from tests.enforcement.conftest import (
    CLOSURE,
    FACTS,
    NOTE,
    REASON,
    REASONING,
    WARNING,
    P,
    Staff,
    approve,
    clause,
    propose,
    suspension,
)

pytestmark = pytest.mark.django_db


def send(duty: ReportDuty, actor: StaffUser, channel: str = "报送系统") -> None:
    report_duties.send_report(
        duty=duty, channel=channel, actor=actor, provision=P, reason="按规定报送"
    )


def receipt(duty: ReportDuty, actor: StaffUser, number: str = "HZ-2026-1") -> None:
    report_duties.receipt_report(
        duty=duty, receipt_number=number, actor=actor, provision=P, reason="收到回执"
    )


class TestReportDuty:
    @pytest.mark.parametrize(
        ("measures", "expected"), [(WARNING, 0), (suspension(7), 1), (CLOSURE, 1)]
    )
    def test_the_catalogue_says_which_decisions_are_reported(
        self, decide: Callable[..., Decision], measures: object, expected: int
    ) -> None:
        decide(measures=measures)

        assert ReportDuty.objects.count() == expected

    def test_it_is_due_sent_and_confirmed(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))
        duty = ReportDuty.objects.get(decision=decision)
        assert duty.status == "due"
        assert duty.due_at > timezone.now()

        send(duty, staff.officer)
        receipt(duty, staff.officer)

        duty.refresh_from_db()
        assert (duty.status, duty.receipt_number) == ("receipted", "HZ-2026-1")
        assert duty.sent_by == staff.officer.person
        assert str(duty) == f"{decision.number}: {duty.get_status_display()}"
        rows = ActionLog.objects.for_object(duty).order_by("id").values_list("action", "reason")
        assert list(rows)[1:] == [
            ("enforcement.reportduty.send", "按规定报送"),
            ("enforcement.reportduty.receipt", "收到回执"),
        ]

    def test_a_refused_report_leaves_the_duty_due(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        duty = ReportDuty.objects.get(decision=decide(measures=suspension(7)))

        with pytest.raises(NotPermitted):
            send(duty, staff.moderator)
        with pytest.raises(InvalidInput):
            send(duty, staff.officer, " ")
        with pytest.raises(TransitionRefused):
            receipt(duty, staff.officer)

        duty.refresh_from_db()
        assert (duty.status, duty.sent_at) == ("due", None)

    def test_a_confirmation_needs_its_number(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        duty = ReportDuty.objects.get(decision=decide(measures=suspension(7)))
        send(duty, staff.officer)

        with pytest.raises(InvalidInput):
            receipt(duty, staff.officer, "  ")

        duty.refresh_from_db()
        assert duty.status == "sent"


class TestNotice:
    def test_the_operator_is_told_facts_rule_reasons_measure_and_the_way_to_appeal(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide(measures=suspension(7))

        notices = {each.language: each.text for each in decision.notices.all()}
        assert set(notices) == {"zh-hans", "en"}
        until = timezone.localtime(decision.measures.get().in_force_until)
        appealable = timezone.localtime(decision.appealable_until)
        for text in notices.values():
            assert decision.number in text
            assert FACTS in text
            assert REASONING in text
            assert clause().text in text
            assert "2021-01" in text
            assert "article-20260302-17" in text
            assert until.strftime("%Y-%m-%d %H:%M") in text
            assert appealable.strftime("%Y-%m-%d %H:%M") in text
            assert "/public/appeal/" in text
        assert "暂停信息更新" in notices["zh-hans"]
        assert "编造事实" in notices["zh-hans"]
        assert "Fabricated facts" in notices["en"]

    def test_neither_the_private_note_nor_who_complained_is_told(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case(
            source=CaseSource.COMPLAINT, source_ref="TS-7781", summary="举报人张某称被骗"
        )
        decision = propose(case, staff.moderator)

        approve(decision, staff.supervisor, "内部批示")

        for notice in decision.notices.all():
            assert NOTE not in notice.text
            assert "TS-7781" not in notice.text
            assert "张某" not in notice.text
            assert "内部批示" not in notice.text
            assert staff.moderator.person.name not in notice.text
            assert staff.supervisor.person.name not in notice.text
        assert "投诉举报" in decision.notices.get(language="zh-hans").text

    def test_automation_is_told(
        self, open_case: Callable[..., Case], staff: Staff, system: StaffUser
    ) -> None:
        by_program = propose(open_case(), system, fence=0)
        by_person = propose(open_case(), staff.moderator)

        approve(by_program, staff.supervisor)
        approve(by_person, staff.supervisor)

        assert "自动化方式提出" in by_program.notices.get(language="zh-hans").text
        assert "未使用自动化决策" in by_person.notices.get(language="zh-hans").text

    def test_words_stand_in_the_notice_as_they_were_written(
        self, decide: Callable[..., Decision]
    ) -> None:
        facts = "账号标题为“A & B <独家>”的文章称水库决堤，经核实并无此事。"

        decision = decide(facts=facts)

        assert facts in decision.notices.get(language="zh-hans").text

    def test_nothing_is_told_of_what_is_not_in_force(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        propose(open_case(), staff.moderator)

        assert not Notice.objects.exists()

    def test_a_closure_says_that_the_name_is_barred(self, decide: Callable[..., Decision]) -> None:
        decision = decide(measures=CLOSURE)

        assert "不得重新注册" in decision.notices.get(language="zh-hans").text
        assert REASON not in decision.notices.get(language="zh-hans").text
