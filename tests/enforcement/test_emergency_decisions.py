"""A decision that cannot wait: on a ground, with evidence, confirmed in time, heard afterwards by others."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount
from accounts.services.restrictions import state_of
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson
from compliance.models import Notice, Proposal, ResponseInvitation, StaffUser, WorkItem
from compliance.responses.codes import code_of
from enforcement.enums import MeasureCode
from enforcement.models import (
    Case,
    CreditEntry,
    Decision,
    EmergencyHold,
    EmergencyOrder,
    Hearing,
    HearingOutcome,
    Measure,
    MeasureLift,
)
from enforcement.services import decisions
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.emergencies import afterwards, lapsing
from enforcement.services.emergencies.ordering import EmergencyWords
from enforcement.services.hearings.answering import receive_statement
from enforcement.services.holds import ending
from reports.demo.clock import clock_at
from tests.enforcement.conftest import CLOSURE, WARNING, P, Staff, approve, propose, suspension
from tests.enforcement.console import (
    approval_page,
    client_of,
    decision_page,
    hold,
    look_and_propose,
    text_of,
)
from tests.enforcement.raw_rows import constraint_of, refused_copy

pytestmark = pytest.mark.django_db
WHY = "诱导转账仍在继续，每小时都有人受骗"
TOLD = "已核对陈述所附记录，转账确系账号引导，理由不成立"
FRAUD = EmergencyWords("fraud", WHY)


@pytest.fixture
def case(open_case: Callable[..., Case], attach: Callable[..., Any]) -> Case:
    found = open_case()
    attach(found)
    return found


@pytest.fixture
def proposer(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """Somebody else than who attached the evidence."""
    return staff_user("moderator")


def take(case: Case, actor: StaffUser, **changes: Any) -> Decision:
    return propose(case, actor, **{"measures": suspension(7), "emergency": FRAUD, **changes})


def may_publish(account: PublicAccount) -> bool:
    return state_of(PublicAccount.objects.get(pk=account.pk), timezone.now()).may_publish


def rows() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Decision.objects.values("pk", "status", "version")),
        list(Hearing.objects.values("pk", "status", "version")),
        EmergencyOrder.objects.count(),
        EmergencyHold.objects.count(),
        HearingOutcome.objects.count(),
        Measure.objects.count(),
        Proposal.objects.count(),
        Notice.objects.count(),
        WorkItem.objects.filter(closed_at=None).count(),
    )


@pytest.fixture
def in_force(case: Case, proposer: StaffUser, staff: Staff) -> Decision:
    decision = take(case, proposer)
    if not approve(decision, staff.supervisor):
        approve(decision, staff.officer)
    return Decision.objects.get(pk=decision.pk)


class TestTakingIt:
    def test_it_waits_for_nobody_but_a_second_person_and_updates_are_held_meanwhile(
        self, case: Case, proposer: StaffUser
    ) -> None:
        decision = take(case, proposer)

        assert decision.status == "proposed"
        assert decision.hearing is None
        held = EmergencyHold.objects.get()
        assert (held.scope, held.ground, held.case) == ("updates", "fraud", case)
        assert not may_publish(case.account)
        item = decision.approval_item
        assert item.clock.step == "emergency_confirmation"
        assert decision.emergency.confirm_until == item.due_at

    def test_confirmed_it_is_in_force_and_the_operator_is_told_why_and_heard_afterwards(
        self, in_force: Decision, client: Client
    ) -> None:
        assert in_force.status == "in_force"
        assert Measure.objects.get().measure == "suspend_updates"
        assert EmergencyHold.objects.get().status == "ended"
        hearing = Hearing.objects.get(after=in_force)
        assert hearing.clock.step == "hearing_window"
        told = Notice.objects.get(purpose="enforcement.decision", language="zh-hans")
        later = Notice.objects.get(purpose="enforcement.later_hearing", language="zh-hans")
        assert WHY in told.text
        assert WHY in later.text
        invitation = ResponseInvitation.objects.about(hearing).get()
        shown = text_of(client.get(reverse("public:response", args=[code_of(invitation)])))
        assert in_force.facts in shown
        assert WHY in shown

    @pytest.mark.parametrize(
        "changes",
        [
            {"emergency": EmergencyWords("whim", WHY)},
            {"emergency": EmergencyWords("fraud", "急")},
            {"measures": CLOSURE},
            {"measures": [MeasureOrder(MeasureCode.BLACKLIST)]},
        ],
    )
    def test_without_ground_or_reason_or_for_what_nobody_can_undo_it_is_refused(
        self, case: Case, proposer: StaffUser, changes: dict[str, Any]
    ) -> None:
        fence = hold(case, proposer)
        before = rows()

        with pytest.raises(InvalidInput):
            take(case, proposer, fence=fence, **changes)

        assert rows() == before

    def test_without_evidence_or_need_it_is_refused(
        self, open_case: Callable[..., Case], case: Case, proposer: StaffUser
    ) -> None:
        bare = open_case()
        fences = {each.pk: hold(each, proposer) for each in (bare, case)}
        before = rows()

        with pytest.raises(ActionRefused):
            take(bare, proposer, fence=fences[bare.pk])
        with pytest.raises(ActionRefused):
            take(case, proposer, fence=fences[case.pk], measures=WARNING)

        assert rows() == before

    def test_the_database_asks_for_ground_evidence_and_one_emergency_a_case(
        self, case: Case, proposer: StaffUser, open_case: Callable[..., Case]
    ) -> None:
        order = take(case, proposer).emergency
        bare = open_case()

        assert refused_copy(order, reason="") == "emergencyorder_has_ground_and_reason"
        assert refused_copy(order, case_id=bare.pk) == "emergencyorder_rests_on_evidence"

    def test_a_measure_that_nobody_can_undo_is_refused_past_the_service_too(
        self, in_force: Decision, case: Case
    ) -> None:
        measure = Measure.objects.get()

        assert refused_copy(measure, measure="close") == "measure_emergency_can_be_undone"
        late = in_force.emergency.confirm_until + timedelta(minutes=1)
        assert (
            refused_copy(measure, in_force_from=late) == "measure_emergency_was_confirmed_in_time"
        )

    def test_no_measure_stands_without_the_hearing_after_it(
        self,
        case: Case,
        proposer: StaffUser,
        staff: Staff,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decision = take(case, proposer)
        monkeypatch.setattr(decisions, "hear_afterwards", lambda *_given: None)

        if not approve(decision, staff.supervisor):
            approve(decision, staff.officer)

        with pytest.raises(IntegrityError) as caught, connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert constraint_of(caught.value) == "measure_emergency_is_heard_afterwards"


class TestUnconfirmed:
    def test_nobody_confirms_it_after_its_time_and_decision_and_hold_are_gone(
        self, case: Case, proposer: StaffUser, staff: Staff, system: StaffUser
    ) -> None:
        decision = take(case, proposer)
        late = decision.emergency.confirm_until + timedelta(minutes=1)

        with clock_at(late):
            with pytest.raises(ActionRefused):
                approve(decision, staff.supervisor)
            assert may_publish(case.account)
            assert lapsing.lapse_emergencies(now=late, actor=system) == 1
            ending.record_all_over(now=late, actor=system)

        fresh = Decision.objects.get(pk=decision.pk)
        assert (fresh.status, fresh.in_force_from) == ("lapsed", None)
        assert fresh.ended_at == decision.emergency.confirm_until
        assert not Measure.objects.exists()
        assert not CreditEntry.objects.exists()
        assert EmergencyHold.objects.get().status == "lapsed"
        assert WorkItem.objects.filter(queue="cases", closed_at=None).count() == 1

    def test_it_is_not_tried_again_but_taken_up_with_a_hearing(
        self, case: Case, proposer: StaffUser, system: StaffUser
    ) -> None:
        lapsed = take(case, proposer)
        late = lapsed.emergency.confirm_until + timedelta(minutes=1)
        with clock_at(late):
            lapsing.lapse_emergencies(now=late, actor=system)
        case = Case.objects.get(pk=case.pk)
        fence = hold(case, proposer)
        before = rows()

        with pytest.raises(ActionRefused):
            take(case, proposer, fence=fence)

        assert rows() == before
        again = take(case, proposer, fence=fence, emergency=None, is_heard=False)
        assert (again.status, again.replaces) == ("hearing", lapsed)


class TestAfterwards:
    def answered(self, decision: Decision, system: StaffUser) -> Hearing:
        hearing = Hearing.objects.get(after=decision)
        receive_statement(
            hearing=hearing,
            kind="final",
            words="所收款项为正常交易，有订单为证",
            actor=system,
            provision=P,
            reason="运营者答复",
        )
        return Hearing.objects.select_related("after__case__matter", "review_item").get()

    def decide(self, hearing: Hearing, actor: StaffUser, outcome: str, **changes: Any) -> Any:
        fence = work.claim_item(work_item=hearing.review_item, actor=actor).fence
        return afterwards.decide_later_hearing(
            **{
                "hearing": hearing,
                "outcome": outcome,
                "text": TOLD,
                "fence": fence,
                "actor": actor,
                "provision": P,
                "reason": "陈述后复核",
                **changes,
            }
        )

    @pytest.mark.parametrize(
        ("outcome", "status", "can_publish"),
        [
            ("upheld", "in_force", False),
            ("changed", "lifted", True),
            ("reversed", "reversed", True),
        ],
    )
    def test_somebody_who_took_no_part_upholds_changes_or_reverses_it(
        self,
        in_force: Decision,
        system: StaffUser,
        staff_user: Callable[..., StaffUser],
        outcome: str,
        status: str,
        can_publish: bool,
    ) -> None:
        hearing = self.answered(in_force, system)
        other = staff_user("supervisor")

        found = self.decide(hearing, other, outcome)

        in_force.refresh_from_db()
        assert in_force.status == status
        assert may_publish(in_force.account) is can_publish
        assert found.person == other.person
        told = Notice.objects.get(purpose="enforcement.later_hearing_outcome", language="zh-hans")
        assert TOLD in told.text
        assert told.appeal
        assert not WorkItem.objects.filter(queue="later_hearings", closed_at=None).exists()
        before = rows()
        with pytest.raises(ActionRefused):
            self.decide(hearing, other, "upheld", fence=1)
        assert rows() == before

    def test_one_person_ends_what_is_left_only_by_the_outcome_of_the_hearing_they_decided(
        self,
        in_force: Decision,
        system: StaffUser,
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        found = self.decide(self.answered(in_force, system), staff_user("supervisor"), "changed")

        lift = MeasureLift.objects.get(measure__decision=in_force)
        assert (lift.outcome, lift.told, lift.ground) == (found, TOLD, "too_heavy")
        for changed in ({"lifted_by_id": staff.supervisor.person_id}, {"outcome_id": 0}):
            assert refused_copy(lift, **changed) == "measurelift_follows_its_hearing"

    def test_nobody_who_decided_hears_afterwards_by_any_door(
        self,
        in_force: Decision,
        system: StaffUser,
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        hearing = self.answered(in_force, system)
        other = staff_user("supervisor")
        before = rows()

        with pytest.raises(SamePerson):
            self.decide(hearing, staff.supervisor, "upheld")
        with pytest.raises(NotPermitted):
            self.decide(hearing, staff.moderator, "upheld")

        assert rows() == before
        found = self.decide(hearing, other, "upheld")
        assert (
            refused_copy(found, person_id=staff.supervisor.person_id)
            == "hearingoutcome_by_somebody_else"
        )
        assert refused_copy(found, outcome="reversed") == "hearingoutcome_is_what_became"

    def test_nothing_is_decided_while_the_operator_may_speak(
        self, in_force: Decision, staff_user: Callable[..., StaffUser]
    ) -> None:
        other = staff_user("supervisor")
        hearing = Hearing.objects.get(after=in_force)
        before = rows()

        with pytest.raises(ActionRefused):
            afterwards.decide_later_hearing(
                hearing=hearing,
                outcome="upheld",
                text=TOLD,
                fence=1,
                actor=other,
                provision=P,
                reason="复核",
            )

        assert rows() == before
        with pytest.raises(IntegrityError) as caught:
            HearingOutcome.objects.create(
                hearing=hearing, outcome="upheld", text=TOLD, person=other.person
            )
        assert constraint_of(caught.value) == "hearingoutcome_after_the_hearing"


class TestOnTheScreen:
    def test_from_the_hold_to_the_outcome(
        self,
        case: Case,
        proposer: StaffUser,
        staff: Staff,
        system: StaffUser,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        client = client_of(proposer)
        client.post(
            reverse("admin:place_hold", args=[case.pk]),
            {"scope": "updates", "ground": "fraud", "facts": WHY, "reason": "等不及"},
        )
        placed = EmergencyHold.objects.get()
        led = client.post(
            reverse("admin:emergency_hold", args=[placed.pk]), {"action": "to_decision"}
        )
        form = client.get(led["Location"].partition("#")[0]).context["form"]
        assert form["is_emergency"].value() is True
        assert (form["emergency_ground"].value(), form["facts"].value()) == ("fraud", WHY)
        fence = hold(case, proposer)

        look_and_propose(
            client,
            case,
            fence,
            is_emergency="on",
            emergency_ground="fraud",
            emergency_reason=WHY,
        )

        decision = Decision.objects.get()
        assert decision.status == "proposed"
        assert WHY in text_of(client.get(decision_page(decision)))
        approver = client_of(staff.supervisor)
        held = work.claim_item(work_item=decision.approval_item, actor=staff.supervisor)
        approver.post(
            approval_page(decision),
            {
                "action": "approve",
                "fence": held.fence,
                "version": decision.version,
                "reason": "事实清楚，情况紧急",
            },
        )
        decision.refresh_from_db()
        assert decision.status == "in_force"
        hearing = TestAfterwards().answered(decision, system)
        other = staff_user("supervisor")
        lease = work.claim_item(work_item=hearing.review_item, actor=other)
        page = reverse("admin:decide_later_hearing", args=[hearing.review_item_id])
        client_of(other).post(
            page,
            {
                "action": "decide_later",
                "fence": lease.fence,
                "version": hearing.version,
                "outcome": "changed",
                "text": TOLD,
                "reason": "复核",
            },
        )
        assert HearingOutcome.objects.get().outcome == "changed"
        assert TOLD in text_of(client_of(other).get(page))
        assert TOLD in text_of(client.get(reverse("admin:hearing", args=[hearing.pk])))
