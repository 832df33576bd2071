"""An operator is told of a hearing and speaks."""

import json
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from compliance.desk.waiting import awaiting_approval
from compliance.errors import ActionRefused, TransitionRefused
from compliance.evidence import services as evidence_files
from compliance.models import ActionLog, InvitationStatus, Notice, ResponseInvitation, StaffUser
from enforcement.hearing_words import StatementKind
from enforcement.models import Case, CaseEvidence, Decision, Hearing, HearingStatement
from enforcement.services import decisions
from enforcement.services.hearings import weighing
from reports.demo.clock import clock_at
from tests.compliance.api_fixtures import Caller
from tests.compliance.evidence_files import HONEST
from tests.enforcement.conftest import FACTS, REASON, REASONING, WARNING, P, Staff, approve, clause
from tests.enforcement.console import approval_page, case_page, client_of, hold, text_of, words
from tests.enforcement.test_hearings.conftest import (
    LONG_AGO,
    SAID,
    page_of,
    propose,
    send,
    state_of_all,
)
from tests.hearings import hear

pytestmark = pytest.mark.django_db


class TestOpening:
    def test_the_operator_is_told_what_is_held_against_them_and_until_when_they_may_speak(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)

        hearing = decision.hearing
        assert (decision.status, decision.approval_item, decision.heard_as) == (
            "hearing",
            None,
            None,
        )
        assert hearing is not None
        assert hearing.clock.step == "hearing_window"
        notice = Notice.objects.get(purpose="enforcement.hearing", language="zh-hans")
        for told in (FACTS, REASONING, clause().text, "暂停信息更新", "7 天", decision.number):
            assert told in notice.text
        assert re.search(r"\[respond:\d+\]", notice.text)
        assert notice.about_id == str(hearing.pk)
        assert ResponseInvitation.objects.about(hearing).get().until == hearing.clock.due_at

    def test_a_warning_needs_no_hearing(self, open_case: Callable[..., Case], staff: Staff) -> None:
        decision = propose(open_case(), staff.moderator, measures=WARNING)

        assert (decision.status, decision.hearing) == ("proposed", None)
        assert not Hearing.objects.exists()

    def test_nobody_approves_or_is_asked_to_while_the_operator_is_heard(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)
        before = state_of_all()

        with pytest.raises(ActionRefused):
            approve(decision, staff.supervisor)
        with pytest.raises(TransitionRefused):
            decisions.return_decision(
                decision=decision, actor=staff.supervisor, provision=P, reason=REASON
            )

        assert state_of_all() == before
        waiting = awaiting_approval(staff.supervisor, timezone.now())
        assert decision.proposal not in waiting
        hear(decision)
        assert decision.proposal in waiting.all()

    def test_whoever_proposes_sees_until_when_the_operator_is_heard_first(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        fence = hold(case, staff.moderator)

        shown = client_of(staff.moderator).post(
            case_page(case), {**words(case, fence), "action": "preview"}
        )

        assert "先听取运营者陈述" in text_of(shown)
        assert not Hearing.objects.exists()

    def test_taking_it_back_ends_the_hearing_and_closes_the_page(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)
        hearing = decision.hearing
        assert hearing is not None
        page = page_of(hearing)

        decisions.withdraw_decision(
            decision=decision, actor=staff.moderator, provision=P, reason=REASON
        )

        hearing.refresh_from_db()
        assert hearing.status == "dropped"
        assert send(page, "final", SAID).status_code == 409
        assert not HearingStatement.objects.exists()
        case = Case.objects.get(pk=decision.case_id)
        assert case.work_item.closed_at is None


class TestSpeaking:
    def test_a_statement_on_the_public_page_comes_before_the_approvers_with_its_files(
        self, open_case: Callable[..., Case], staff: Staff, system: StaffUser
    ) -> None:
        decision = propose(open_case(), staff.moderator)
        hearing = decision.hearing
        assert hearing is not None
        page = page_of(hearing)
        shown = text_of(Client().get(page))
        photo = SimpleUploadedFile("photo.jpg", HONEST["photo.jpg"](), "image/jpeg")

        answer = send(page, "final", SAID, [photo])
        again = send(page, "final", SAID)

        assert FACTS in shown
        assert "7 天" in shown
        assert (answer.status_code, again.status_code) == (302, 409)
        statement = HearingStatement.objects.get()
        written, sent = CaseEvidence.objects.order_by("pk")
        assert statement.receipt is not None
        assert written.statement_document.is_words
        assert not sent.statement_document.is_words
        assert sent.file.is_sensitive
        for each in (written, sent):
            evidence_files.check_file(
                file=each.file, actor=system, provision=P, reason="检查收到的文件"
            )
        decision = Decision.objects.get()
        assert (decision.status, decision.heard_as) == ("proposed", "answered")
        assert SAID in text_of(client_of(staff.supervisor).get(approval_page(decision)))
        assert SAID not in str(list(ActionLog.objects.values("changes", "reason", "payload")))

    def test_more_can_follow_until_the_operator_says_that_it_is_all(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)
        hearing = decision.hearing
        assert hearing is not None
        first = page_of(hearing)

        send(first, "more", SAID)

        second = page_of(hearing)
        assert second != first
        assert Decision.objects.get().status == "hearing"
        received = Notice.objects.get(purpose="enforcement.hearing_received", language="zh-hans")
        assert re.search(r"\[respond:\d+\]", received.text)

        send(second, "nothing")

        assert Decision.objects.get().heard_as == "answered"
        assert weighing.needs_weighing(Decision.objects.get())
        assert not ResponseInvitation.objects.filter(status=InvitationStatus.OPEN).exists()

    @pytest.mark.parametrize(
        ("kind", "said"), [("nothing", SAID), ("final", ""), ("more", ""), ("", SAID)]
    )
    def test_what_says_nothing_or_both_is_refused_and_leaves_nothing(
        self, open_case: Callable[..., Case], staff: Staff, kind: str, said: str
    ) -> None:
        hearing = propose(open_case(), staff.moderator).hearing
        assert hearing is not None
        page = page_of(hearing)
        before = state_of_all()

        assert send(page, kind, said).status_code == 409

        assert state_of_all() == before

    def test_nothing_is_taken_once_the_time_is_over(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        with clock_at(timezone.now() - LONG_AGO):
            hearing = propose(open_case(), staff.moderator).hearing
        assert hearing is not None
        before = state_of_all()

        assert send(page_of(hearing), "final", SAID).status_code == 409

        assert state_of_all() == before


def test_the_platform_reads_until_when_an_operator_may_speak_and_nothing_that_was_said(
    open_case: Callable[..., Case], staff: Staff, make_caller: Callable[..., Caller]
) -> None:
    hearing = hear(propose(open_case(), staff.moderator), StatementKind.FINAL, SAID).hearing
    propose(open_case(), staff.moderator)
    assert hearing is not None
    caller = make_caller("hearings:read")
    uid = hearing.account.platform_uid

    listed = caller.get(f"/api/v1/hearings/?platform_uid={uid}")
    read = caller.get(f"/api/v1/hearings/{hearing.pk}/")

    (row,) = json.loads(listed.content)["results"]
    assert json.loads(read.content) == row
    assert (row["status"], row["platform_uid"]) == ("answered", uid)
    assert SAID not in read.content.decode()
    assert make_caller().get("/api/v1/hearings/").status_code == 403
