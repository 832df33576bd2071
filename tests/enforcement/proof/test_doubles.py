"""What is done once is done once, also where two do it at the same moment, in processes of their own."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from compliance.errors import ActionRefused
from compliance.models import Proposal
from enforcement.models import (
    BulkDecision,
    Case,
    Decision,
    Hearing,
    HearingOutcome,
    Measure,
    MeasureLift,
    Rumour,
    RumourReview,
    RumourStep,
)
from enforcement.services.bulk import carrying
from enforcement.services.emergencies import afterwards
from enforcement.services.lifting import proposing
from enforcement.services.rumours import concluding, reopening, steps
from enforcement.services.rumours.steps import StepDraft
from tests.enforcement import rumours
from tests.enforcement.conftest import suspension
from tests.enforcement.proof.use_cases import bulk, emergencies, lifting
from tests.enforcement.proof.use_cases import rumours as of_rumours
from tests.enforcement.proof.use_cases.laying import Act, taken
from tests.enforcement.proof.world import World, grounds
from tests.processes import said_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


@dataclass(frozen=True)
class Double:
    """Two acts at the same moment, how many of them are done, and what is to be there afterwards."""

    acts: tuple[Act, Act]
    count: Callable[[], int]
    done: int = 1
    wanted: int = 1


def step_twice(world: World) -> Double:
    rumour = rumours.opened(world.moderator, world.account())
    fence = rumours.fence_of(rumour, world.moderator)

    def act() -> object:
        return steps.answer_step(
            rumour=Rumour.objects.get(pk=rumour.pk),
            draft=StepDraft(step="finding"),
            fence=fence,
            **grounds(world.moderator),
        )

    return Double(
        (act, act), lambda: RumourStep.objects.filter(rumour=rumour, step="finding").count()
    )


def case_twice(world: World) -> Double:
    rumour = of_rumours.brought_to(world, "verdict")

    def act() -> object:
        return concluding.open_case_of(
            concerned=of_rumours.concerned(rumour), **grounds(world.moderator)
        )

    account = rumour.accounts.get().account
    return Double((act, act), lambda: Case.objects.filter(account=account).count())


def closed_twice(world: World) -> Double:
    rumour, _decision = of_rumours.concluded(world)
    fence = rumours.fence_of(rumour, world.moderator)

    def act() -> object:
        return concluding.close_rumour(
            rumour=Rumour.objects.get(pk=rumour.pk), fence=fence, **grounds(world.moderator)
        )

    return Double((act, act), lambda: Rumour.history.filter(id=rumour.pk, status="closed").count())


def concluded_on_what_is_reversed(world: World) -> Double:
    """A review is answered by keeping and by reversing the decision."""
    of_rumours.reopening_it(world)()
    review = RumourReview.objects.select_related("work_item", "decision").latest("pk")
    other = world.colleague("other supervisor", "supervisor")
    fence = world.claim(review.work_item, other)

    def by(service: Callable[..., object]) -> Act:
        return lambda: service(
            review=RumourReview.objects.get(pk=review.pk), fence=fence, **grounds(other)
        )

    def agree() -> int:
        answered = RumourReview.objects.select_related("decision").get(pk=review.pk)
        is_reversed = answered.decision.status == "reversed"
        return int((answered.status == "reversed") == is_reversed and answered.status != "waiting")

    return Double((by(reopening.keep_decision), by(reopening.reverse_for_rumour)), agree)


def carried_out_twice(world: World) -> Double:
    listed = bulk.approved(world)

    def work() -> object:
        return [*carrying.carry_out_approved(actor=world.system)]

    return Double(
        (work, work),
        lambda: Decision.objects.filter(bulk_item__bulk=listed).count(),
        done=2,
        wanted=bulk.ACCOUNTS,
    )


def list_approved_twice(world: World) -> Double:
    listed = bulk.proposed(world)
    bulk.proposing.approve_bulk(bulk=listed, **grounds(world.supervisor))

    def by(name: str) -> Act:
        officer = world.colleague(name, "compliance_officer")
        return lambda: bulk.proposing.approve_bulk(
            bulk=BulkDecision.objects.get(pk=listed.pk), **grounds(officer)
        )

    return Double(
        (by("officer"), by("other officer")),
        lambda: BulkDecision.objects.filter(pk=listed.pk, status__in=["approved", "done"]).count(),
    )


def lifted_twice(world: World) -> Double:
    proposal = lifting.lift_proposed(world)
    proposing.approve_lift(proposal=proposal, **grounds(world.supervisor))
    measure = proposing.measure_of(proposal)

    def by(name: str) -> Act:
        officer = world.colleague(name, "compliance_officer")
        return lambda: proposing.approve_lift(
            proposal=Proposal.objects.get(pk=proposal.pk), **grounds(officer)
        )

    return Double(
        (by("officer"), by("other officer")),
        lambda: MeasureLift.objects.filter(measure=measure).count(),
    )


def lift_proposed_twice(world: World) -> Double:
    decision = taken(world, *suspension(60))
    matter = decision.case.matter_id

    def by(name: str) -> Act:
        return lambda: proposing.propose_lift(
            measure=Measure.objects.get(decision=decision),
            draft=lifting.DRAFT,
            **grounds(world.people[name]),
        )

    return Double(
        (by("moderator"), by("supervisor")),
        lambda: Proposal.objects.filter(matter=matter, kind=proposing.KIND).count(),
    )


def heard_twice(world: World) -> Double:
    hearing = emergencies.heard_afterwards(world)
    other = world.colleague("other supervisor", "supervisor")
    assert hearing.review_item is not None
    fence = world.claim(hearing.review_item, other)

    def by(outcome: str) -> Act:
        return lambda: afterwards.decide_later_hearing(
            hearing=Hearing.objects.get(pk=hearing.pk),
            outcome=outcome,
            text=emergencies.WEIGHED,
            fence=fence,
            **grounds(other),
        )

    return Double(
        (by("upheld"), by("reversed")),
        lambda: HearingOutcome.objects.filter(hearing=hearing).count(),
    )


# Each is done at most once; another one is another line.
DOUBLES: dict[str, Callable[[World], Double]] = {
    "a step of a rumour is answered": step_twice,
    "a case of a rumour is opened": case_twice,
    "a rumour is closed": closed_twice,
    "a decision is kept and reversed after a rumour": concluded_on_what_is_reversed,
    "a list is approved": list_approved_twice,
    "a list is carried out": carried_out_twice,
    "a lifting is approved": lifted_twice,
    "a lifting is proposed": lift_proposed_twice,
    "an emergency decision is upheld and reversed": heard_twice,
}


def attempt(act: Act) -> Callable[[], str]:
    def tried() -> str:
        try:
            act()
        except ActionRefused:
            return "refused"
        return "done"

    return tried


def test_of_two_who_do_the_same_at_once_one_is_refused() -> None:
    world = World()
    laid = {name: lay(world) for name, lay in DOUBLES.items()}

    said = said_at_once(*(attempt(act) for each in laid.values() for act in each.acts))

    for place, (name, each) in enumerate(laid.items()):
        assert said[2 * place : 2 * place + 2].count("done") == each.done, (name, said)
        assert each.count() == each.wanted, name
