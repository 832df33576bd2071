"""A measure ends before its time on a ground that is told, by as many as ordered it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.services.restrictions import state_of
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    ProposalClosed,
    SamePerson,
    TransitionRefused,
)
from compliance.models import Notice, Proposal, StaffUser
from enforcement.enums import MeasureCode
from enforcement.models import Decision, Measure, MeasureLift
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.lifting import proposing
from enforcement.services.lifting.ending import LiftDraft
from enforcement.services.measures import lift_measure
from tests.compliance.api_fixtures import Caller
from tests.enforcement.conftest import REASON, P, Staff, suspension
from tests.enforcement.console import client_of, refusals, text_of
from tests.enforcement.raw_rows import refused_change

pytestmark = pytest.mark.django_db
TOLD = "运营者已全部更正并公开说明"
DRAFT = LiftDraft("put_right", TOLD)


def because(actor: StaffUser) -> dict[str, Any]:
    return {"actor": actor, "provision": P, "reason": REASON}


@pytest.fixture
def by_one(decide: Callable[..., Decision]) -> Measure:
    """A suspension that one has approved."""
    return decide(measures=suspension(7)).measures.get()


@pytest.fixture
def by_two(decide: Callable[..., Decision]) -> Measure:
    """A suspension that two have approved."""
    return decide(measures=suspension(60)).measures.get()


def kept() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Measure.objects.order_by("pk").values_list("pk", "status")),
        MeasureLift.objects.count(),
        Proposal.objects.count(),
        Notice.objects.count(),
    )


class TestAlone:
    def test_the_ground_is_on_record_and_the_reason_is_told(
        self, by_one: Measure, staff: Staff
    ) -> None:
        lift_measure(measure=by_one, ground="too_heavy", told=TOLD, **because(staff.supervisor))

        lift = MeasureLift.objects.get(measure=by_one)
        assert (lift.ground, lift.told, lift.proposal) == ("too_heavy", TOLD, None)
        assert lift.lifted_by == staff.supervisor.person
        assert all(
            TOLD in each.text
            for each in Notice.objects.about(by_one).filter(purpose="enforcement.measure_ended")
        )
        assert state_of(by_one.account, timezone.now()).is_unrestricted

    def test_what_two_have_approved_nobody_lifts_alone(self, by_two: Measure, staff: Staff) -> None:
        before = kept()

        with pytest.raises(ActionRefused):
            lift_measure(measure=by_two, ground="put_right", told=TOLD, **because(staff.supervisor))

        assert kept() == before

    @pytest.mark.parametrize("ground", ["", "boredom"])
    def test_without_a_typed_ground_nothing_is_lifted(
        self, by_one: Measure, staff: Staff, ground: str
    ) -> None:
        before = kept()

        with pytest.raises(InvalidInput):
            lift_measure(measure=by_one, ground=ground, told=TOLD, **because(staff.supervisor))

        assert kept() == before

    def test_other_decisions_and_other_measures_go_on(
        self, decide: Callable[..., Decision], by_one: Measure, staff: Staff
    ) -> None:
        other = decide(by_one.account, measures=suspension(3)).measures.get()

        lift_measure(measure=by_one, ground="put_right", told=TOLD, **because(staff.supervisor))

        other.refresh_from_db()
        assert other.status == "in_force"
        assert state_of(by_one.account, timezone.now()).publishing is not None


class TestByOthers:
    def test_a_moderator_proposes_and_a_supervisor_lifts(
        self, by_one: Measure, staff: Staff
    ) -> None:
        proposal = proposing.propose_lift(measure=by_one, draft=DRAFT, **because(staff.moderator))

        assert proposing.approve_lift(proposal=proposal, **because(staff.supervisor)) is True

        by_one.refresh_from_db()
        assert by_one.status == "lifted"
        assert by_one.lift.proposal == proposal

    def test_two_lift_what_two_have_ordered(self, by_two: Measure, staff: Staff) -> None:
        proposal = proposing.propose_lift(measure=by_two, draft=DRAFT, **because(staff.moderator))
        before = kept()
        assert proposing.approve_lift(proposal=proposal, **because(staff.supervisor)) is False
        assert kept() == before

        assert proposing.approve_lift(proposal=proposal, **because(staff.officer)) is True

        lift = MeasureLift.objects.get(measure=by_two)
        assert (lift.approvals_of_measure, lift.approvals_given) == (2, 2)

    def test_whoever_proposes_does_not_approve_and_a_second_proposal_waits_for_the_first(
        self, by_one: Measure, staff: Staff
    ) -> None:
        proposal = proposing.propose_lift(measure=by_one, draft=DRAFT, **because(staff.supervisor))
        before = kept()

        with pytest.raises(SamePerson):
            proposing.approve_lift(proposal=proposal, **because(staff.supervisor))
        with pytest.raises(ActionRefused):
            proposing.propose_lift(measure=by_one, draft=DRAFT, **because(staff.moderator))
        with pytest.raises(NotPermitted):
            proposing.propose_lift(measure=by_one, draft=DRAFT, **because(staff.officer))

        assert kept() == before

    def test_what_was_returned_or_withdrawn_lifts_nothing(
        self, by_one: Measure, staff: Staff
    ) -> None:
        for act, actor in (("return", staff.supervisor), ("withdraw", staff.moderator)):
            proposal = proposing.propose_lift(
                measure=by_one, draft=DRAFT, **because(staff.moderator)
            )
            proposing.end_lift_proposal(act=act, proposal=proposal, **because(actor))
            with pytest.raises(ProposalClosed):
                proposing.approve_lift(proposal=proposal, **because(staff.supervisor))

        by_one.refresh_from_db()
        assert by_one.status == "in_force"

    def test_what_was_lifted_meanwhile_is_not_lifted_again(
        self, by_one: Measure, staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposal = proposing.propose_lift(measure=by_one, draft=DRAFT, **because(staff.moderator))
        lift_measure(measure=by_one, ground="put_right", told=TOLD, **because(staff.supervisor))
        before = kept()

        with pytest.raises(TransitionRefused), transaction.atomic():
            proposing.approve_lift(proposal=proposal, **because(staff_user("supervisor")))

        assert kept() == before


class TestThePage:
    def post(self, measure: Measure, login: StaffUser, **posted: Any) -> HttpResponse:
        return client_of(login).post(
            reverse("admin:measure", args=[measure.pk]), {"reason": TOLD, **posted}
        )

    def test_a_supervisor_lifts_on_it(self, by_one: Measure, staff: Staff) -> None:
        answer = self.post(by_one, staff.supervisor, action="lift", ground="not_needed")

        assert answer.status_code == 302
        assert MeasureLift.objects.get(measure=by_one).ground == "not_needed"

    def test_it_leads_from_the_proposal_to_the_verdict(self, by_two: Measure, staff: Staff) -> None:
        self.post(by_two, staff.moderator, action="propose_lift", ground="put_right")
        proposal = Proposal.objects.get(kind=proposing.KIND)
        page = client_of(staff.supervisor).get(reverse("admin:measure", args=[by_two.pk]))
        assert TOLD in text_of(page)
        assert {each.code for each in page.context["verdicts"]} == {"approve", "return"}

        for login in (staff.supervisor, staff.officer):
            self.post(by_two, login, action="approve", proposal=proposal.pk)

        by_two.refresh_from_db()
        assert by_two.status == "lifted"

    def test_a_refused_lifting_is_told_and_logged(self, by_two: Measure, staff: Staff) -> None:
        answer = self.post(by_two, staff.supervisor, action="lift", ground="put_right")

        assert answer.status_code == 409
        assert refusals() == [("enforcement.measure.lift", staff.supervisor.person_id)]

    def test_nothing_is_offered_where_a_measure_ends_otherwise(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        closure = decide(measures=[MeasureOrder(MeasureCode.CLOSE)]).measures.get()

        page = client_of(staff.supervisor).get(reverse("admin:measure", args=[closure.pk]))

        assert page.context["actions"] == []


class TestTheInterface:
    def test_a_program_reads_measures_and_proposes_while_people_decide(
        self, by_one: Measure, staff: Staff, make_caller: Callable[..., Caller]
    ) -> None:
        caller = make_caller("measures:read", "measures:write")
        path = f"/api/v1/measures/{by_one.pk}/"
        words = {"ground": "put_right", "told": TOLD, "reason": "运营者在平台提交了更正"}

        answer = caller.post(f"{path}lifts/", words)

        assert answer.status_code == 201
        told = json.loads(answer.content)
        assert (told["status"], told["is_lifting_proposed"]) == ("in_force", True)
        (row,) = json.loads(caller.get("/api/v1/measures/?is_in_force=true").content)["results"]
        assert row == json.loads(caller.get(path).content)
        proposing.approve_lift(
            proposal=Proposal.objects.get(kind=proposing.KIND), **because(staff.supervisor)
        )
        assert json.loads(caller.get(path).content)["status"] == "lifted"

    def test_without_its_scope_or_a_ground_it_is_refused(
        self, by_one: Measure, make_caller: Callable[..., Caller]
    ) -> None:
        path = f"/api/v1/measures/{by_one.pk}/lifts/"
        words = {"ground": "boredom", "told": TOLD, "reason": REASON}

        answers = [
            make_caller("measures:write").post(path, words),
            make_caller("measures:read").post(path, {**words, "ground": "put_right"}),
        ]

        assert [each.status_code for each in answers] == [422, 403]
        assert not Proposal.objects.filter(kind=proposing.KIND).exists()


class TestTheDatabase:
    def test_measure_lift_has_its_ground(self, by_one: Measure) -> None:
        name = refused_change(by_one, status="lifted", ended_at="2026-01-01")

        assert name == "measure_lift_has_its_ground"

    def test_the_content_of_a_proposal_finds_its_own_measure(
        self, by_one: Measure, staff: Staff
    ) -> None:
        """The search by content goes by the bytes as they are written."""
        proposal = proposing.propose_lift(measure=by_one, draft=DRAFT, **because(staff.moderator))

        assert json.loads(proposal.content)["measure"] == by_one.pk
        assert proposing.lift_proposed_of(by_one) == proposal
