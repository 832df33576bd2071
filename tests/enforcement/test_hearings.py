"""Before a grave measure the operator speaks: told, heard, weighed, and never worse off for it."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance import work
from compliance.desk.waiting import awaiting_approval
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.evidence import services as evidence_files
from compliance.models import (
    ActionLog,
    Approval,
    EvidenceFile,
    InvitationStatus,
    Notice,
    Proposal,
    ResponseInvitation,
    StaffUser,
    WorkItem,
)
from compliance.notices import dispatch
from compliance.responses.codes import code_of
from enforcement.hearing_words import StatementKind
from enforcement.models import (
    Case,
    CaseEvidence,
    Decision,
    Hearing,
    HearingStatement,
    Measure,
    StatementWeighing,
)
from enforcement.services import decision_checks, decisions
from enforcement.services.hearings import ending, opening, planning, weighing
from enforcement.services.notices import DECISION
from reports.demo.clock import clock_at
from tests.compliance.api_fixtures import Caller
from tests.compliance.evidence_files import HONEST
from tests.enforcement.conftest import (
    CLOSURE,
    FACTS,
    REASON,
    REASONING,
    WARNING,
    P,
    Staff,
    approve,
    clause,
    suspension,
)
from tests.enforcement.conftest import propose as propose_and_hear
from tests.enforcement.console import approval_page, case_page, client_of, hold, text_of, words
from tests.enforcement.raw_rows import constraint_of, refused_change
from tests.hearings import hear

pytestmark = pytest.mark.django_db
# Longer ago than three working days of any calendar.
LONG_AGO = timedelta(days=30)
SAID = "当日已经自行删除并致歉，请从轻处理"
WEIGHED = "已核实当日自行删除的情况，处置期限已据此从轻确定"


@pytest.fixture(autouse=True)
def sent_at_once(settings: Any) -> None:
    """Notices are not held back here: a test decides what was delivered when."""
    settings.NOTICE_HOLD_SECONDS = 0


def propose(case: Case, actor: StaffUser, **changes: Any) -> Decision:
    given = {"measures": suspension(7), "is_heard": False, **changes}
    return propose_and_hear(case, actor, **given)


def page_of(hearing: Hearing) -> str:
    invitation = ResponseInvitation.objects.open().about(hearing).get()
    return reverse("public:response", args=[code_of(invitation)])


def send(page: str, kind: str, said: str = "", files: list[Any] | None = None) -> Any:
    given: dict[str, Any] = {"kind": kind, "words": said, "complete": "1"}
    return Client().post(page, {**given, **({"files": files} if files else {})})


def state_of_all() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Decision.objects.values("pk", "status", "version", "heard_as")),
        list(Hearing.objects.values("pk", "status", "version", "clock")),
        list(ResponseInvitation.objects.values("pk", "status", "version")),
        HearingStatement.objects.count(),
        EvidenceFile.objects.count(),
        Approval.objects.count(),
        StatementWeighing.objects.count(),
        Measure.objects.count(),
        Notice.objects.count(),
        Proposal.objects.count(),
        WorkItem.objects.filter(closed_at=None).count(),
    )


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


class TestWeighing:
    def test_each_approver_says_how_it_was_weighed_and_the_operator_is_told(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator, measures=CLOSURE)
        decision = hear(decision, StatementKind.FINAL, SAID)
        before = state_of_all()
        for said in ("", "其他"):
            with pytest.raises(InvalidInput):
                decisions.approve_decision(
                    decision=decision,
                    weighed=said,
                    actor=staff.supervisor,
                    provision=P,
                    reason=REASON,
                )
            assert state_of_all() == before

        for actor, said in ((staff.supervisor, WEIGHED), (staff.officer, f"{WEIGHED}，同意")):
            decisions.approve_decision(
                decision=decision, weighed=said, actor=actor, provision=P, reason=REASON
            )

        told = Notice.objects.get(purpose=DECISION, language="zh-hans")
        assert WEIGHED in told.reasons
        assert f"{WEIGHED}，同意" in told.text
        assert Decision.objects.get().status == "in_force"

    def test_the_page_asks_for_it_and_approves_with_it(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator), StatementKind.FINAL, SAID)
        assert decision.approval_item is not None
        fence = work.claim_item(work_item=decision.approval_item, actor=staff.supervisor).fence
        client = client_of(staff.supervisor)
        posted = {"action": "approve", "fence": fence, "reason": "同意"}

        shown = text_of(client.get(approval_page(decision)))
        refused = client.post(approval_page(decision), posted)
        done = client.post(approval_page(decision), {**posted, "weighed": WEIGHED})

        assert 'name="weighed"' in shown
        assert (refused.status_code, done.status_code) == (409, 302)
        assert StatementWeighing.objects.get().text == WEIGHED

    def test_where_nothing_was_said_nothing_is_weighed(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator))

        with pytest.raises(InvalidInput):
            decisions.approve_decision(
                decision=decision,
                weighed=WEIGHED,
                actor=staff.supervisor,
                provision=P,
                reason=REASON,
            )
        assert approve(decision, staff.supervisor)

        assert "不作陈述" in Notice.objects.get(purpose=DECISION, language="zh-hans").text


class TestSilence:
    def propose_long_ago(self, case: Case, actor: StaffUser, *, is_told: bool = True) -> Hearing:
        dispatch.drain_outbox()
        with clock_at(timezone.now() - LONG_AGO):
            hearing = propose(case, actor).hearing
            if is_told:
                dispatch.drain_outbox()
        assert hearing is not None
        return hearing

    def test_silence_passes_it_on_and_counts_neither_way(
        self, open_case: Callable[..., Case], staff: Staff, system: StaffUser
    ) -> None:
        hearing = self.propose_long_ago(open_case(), staff.moderator)

        count = ending.lapse_hearings(now=timezone.now(), actor=system)
        again = ending.lapse_hearings(now=timezone.now(), actor=system)

        assert (count.lapsed, again.lapsed) == (1, 0)
        hearing.refresh_from_db()
        decision = Decision.objects.get()
        assert (hearing.status, decision.status, decision.heard_as) == (
            "lapsed",
            "proposed",
            "lapsed",
        )
        assert approve(decision, staff.supervisor)
        told = Notice.objects.get(purpose=DECISION, language="zh-hans").text
        assert "未收到陈述" in told

    def test_the_time_of_an_operator_whom_no_notice_reached_does_not_run_out(
        self, open_case: Callable[..., Case], staff: Staff, system: StaffUser
    ) -> None:
        hearing = self.propose_long_ago(open_case(), staff.moderator, is_told=False)
        client = client_of(staff.moderator)
        before = state_of_all()

        count = ending.lapse_hearings(now=timezone.now(), actor=system)
        with pytest.raises(ActionRefused):
            ending.end_in_silence(
                hearing=hearing, actor=staff.moderator, provision=P, reason=REASON
            )

        assert (count.lapsed, count.untold) == (0, 1)
        assert state_of_all() == before
        page = reverse("admin:hearing", args=[hearing.pk])
        assert "通知未送达" in text_of(client.get(page))
        old = page_of(hearing)

        answer = client.post(
            page, {"action": "renew_time", "version": hearing.version, "reason": "通知未送达"}
        )

        assert answer.status_code == 302
        hearing.refresh_from_db()
        assert hearing.clock.due_at > timezone.now()
        assert page_of(hearing) != old
        assert Notice.objects.filter(purpose="enforcement.hearing").count() == 4
        assert send(page_of(hearing), "nothing").status_code == 302

    def test_the_time_is_not_given_anew_while_it_runs_nor_where_it_was_told(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        running = propose(open_case(), staff.moderator).hearing
        told = self.propose_long_ago(open_case(), staff.moderator)
        for hearing in (running, told):
            assert hearing is not None
            before = state_of_all()
            with pytest.raises(ActionRefused):
                opening.renew_time(
                    hearing=hearing,
                    expected_version=hearing.version,
                    actor=staff.moderator,
                    provision=P,
                    reason=REASON,
                )
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


class TestNoGraver:
    def give_back(self, decision: Decision, staff: Staff) -> Case:
        decisions.return_decision(
            decision=decision, actor=staff.supervisor, provision=P, reason="请核实运营者所述"
        )
        return Case.objects.get(pk=decision.case_id)

    @pytest.mark.parametrize("graver", [suspension(8), CLOSURE])
    def test_what_was_said_in_defence_makes_no_measure_graver(
        self, open_case: Callable[..., Case], staff: Staff, graver: Any
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator), StatementKind.FINAL, SAID)
        case = self.give_back(decision, staff)
        fence = work.claim_item(work_item=case.work_item, actor=staff.moderator).fence
        before = state_of_all()

        with pytest.raises(ActionRefused):
            propose(case, staff.moderator, measures=graver, fence=fence)

        assert state_of_all() == before

    @pytest.mark.parametrize(("milder", "rests"), [(suspension(7), True), (WARNING, False)])
    def test_the_same_or_a_milder_one_rests_on_what_was_said(
        self, open_case: Callable[..., Case], staff: Staff, milder: Any, rests: bool
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator), StatementKind.FINAL, SAID)
        hearing = decision.hearing
        case = self.give_back(decision, staff)

        later = propose(case, staff.moderator, measures=milder)

        assert later.status == "proposed"
        assert (later.hearing == hearing) is rests
        assert Hearing.objects.count() == 1
        decisions.approve_decision(
            decision=later,
            weighed=WEIGHED if rests else "",
            actor=staff.supervisor,
            provision=P,
            reason=REASON,
        )
        assert Decision.objects.get(pk=later.pk).status == "in_force"

    def test_after_silence_a_graver_one_is_heard_anew(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator))
        case = self.give_back(decision, staff)

        later = propose(case, staff.moderator, measures=suspension(30))

        assert later.status == "hearing"
        assert later.hearing != decision.hearing


class TestTheDatabase:
    def test_holds_a_decision_back_while_the_operator_is_heard(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)
        item = WorkItem.objects.latest("pk")

        name = refused_change(decision, status="proposed", approval_item_id=item.pk)

        assert name == "decision_heard_before_approval"

    def test_lets_no_hearing_end_in_silence_or_in_words_that_were_not(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        hearing = propose(open_case(), staff.moderator).hearing
        assert hearing is not None
        now = timezone.now()

        silent = refused_change(hearing, status="lapsed", ended_at=now, told_at=now)
        answered = refused_change(hearing, status="answered", ended_at=now)

        assert silent == "hearing_silence_is_earned"
        assert answered == "hearing_answer_is_the_last_word"

    def refused_approval(self, decision: Decision, actor: StaffUser, weighed: str = "") -> str:
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            decisions.approve_decision(
                decision=decision, weighed=weighed, actor=actor, provision=P, reason=REASON
            )
        return constraint_of(caught.value)

    def test_carries_no_measure_out_that_nobody_heard_the_operator_on(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        nobody = planning.HearingPlan(is_opened=False)
        monkeypatch.setattr(decision_checks, "plan_hearing", lambda *_: nobody)
        monkeypatch.setattr(decisions, "require_heard", lambda _: None)
        decision = propose(open_case(), staff.moderator)

        assert self.refused_approval(decision, staff.supervisor) == "measure_operator_was_heard"

    def test_carries_no_graver_measure_out_than_that_one(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator))
        rests = planning.HearingPlan(is_opened=False, rests_on=decision.hearing)
        case = TestNoGraver().give_back(decision, staff)
        monkeypatch.setattr(decision_checks, "plan_hearing", lambda *_: rests)
        later = propose(case, staff.moderator, measures=suspension(8))

        assert self.refused_approval(later, staff.supervisor) == "measure_no_graver_than_heard"

    def test_carries_no_measure_out_before_the_statement_was_weighed(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decision = hear(propose(open_case(), staff.moderator), StatementKind.FINAL, SAID)
        monkeypatch.setattr(decisions, "weigh_statement", lambda *_, **__: None)

        assert self.refused_approval(decision, staff.supervisor) == "measure_statement_was_weighed"
