"""What an operator said is weighed; silence is waited for."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from compliance import work
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import Notice, StaffUser
from compliance.notices import dispatch
from enforcement.hearing_words import StatementKind
from enforcement.models import Case, Decision, Hearing, StatementWeighing
from enforcement.services import decisions
from enforcement.services.hearings import ending, opening
from enforcement.services.notices import DECISION
from reports.demo.clock import clock_at
from tests.enforcement.conftest import CLOSURE, REASON, P, Staff, approve
from tests.enforcement.console import approval_page, client_of, text_of
from tests.enforcement.test_hearings.conftest import (
    LONG_AGO,
    SAID,
    WEIGHED,
    page_of,
    propose,
    send,
    state_of_all,
)
from tests.hearings import hear

pytestmark = pytest.mark.django_db


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
