"""Liftings of measures: proposed, approved by as many as ordered them, returned."""

from collections.abc import Callable

from compliance.models import Proposal
from enforcement.models import Measure
from enforcement.services.lifting import proposing
from enforcement.services.lifting.ending import LiftDraft
from tests.enforcement.conftest import suspension
from tests.enforcement.proof.use_cases.laying import Act, UseCase, taken
from tests.enforcement.proof.world import World, grounds

DRAFT = LiftDraft("put_right", "运营者已全部更正并公开说明")


def lift_asked(world: World) -> Act:
    decision = taken(world, *suspension(60))
    return lambda: proposing.propose_lift(
        measure=Measure.objects.get(decision=decision), draft=DRAFT, **grounds(world.moderator)
    )


def lift_proposed(world: World) -> Proposal:
    """Return the lifting of what two have ordered, which nobody has approved."""
    found = lift_asked(world)()
    assert isinstance(found, Proposal)
    return found


def lift_approved(*, is_last: bool) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        proposal = lift_proposed(world)
        if is_last:
            proposing.approve_lift(proposal=proposal, **grounds(world.supervisor))
        by = world.officer if is_last else world.supervisor
        return lambda: proposing.approve_lift(
            proposal=Proposal.objects.get(pk=proposal.pk), **grounds(by)
        )

    return lay


def lift_returned(world: World) -> Act:
    proposal = lift_proposed(world)
    return lambda: proposing.end_lift_proposal(
        act="return",
        proposal=Proposal.objects.get(pk=proposal.pk),
        **grounds(world.supervisor),
    )


USE_CASES: dict[str, UseCase] = {
    "a lifting is proposed": UseCase(lift_asked),
    "a lifting is approved first": UseCase(lift_approved(is_last=False)),
    "a measure is lifted by two": UseCase(lift_approved(is_last=True)),
    "a lifting is returned": UseCase(lift_returned),
}
