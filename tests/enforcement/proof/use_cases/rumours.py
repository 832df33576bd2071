"""Rumours: opened, brought through their steps, concluded, closed, taken up anew."""

from collections.abc import Callable
from typing import Any

from compliance.evidence.incoming import take_in
from enforcement.models import Decision, Rumour, RumourAccount, RumourReview
from enforcement.services.rumours import concluding, material, opening, reopening, steps
from enforcement.services.rumours.opening import Named
from enforcement.services.rumours.steps import StepDraft
from tests.compliance.evidence_files import picture
from tests.enforcement import rumours
from tests.enforcement.proof.use_cases.laying import Act, UseCase, taken
from tests.enforcement.proof.world import World, grounds


def again(rumour: Rumour) -> Rumour:
    """Return an object of one's own."""
    return Rumour.objects.select_related("work_item__clock").get(pk=rumour.pk)


def brought_to(world: World, step: str) -> Rumour:
    """Return a rumour of one account of which so many steps are answered."""
    rumour = rumours.opened(world.moderator, world.account())
    return again(rumours.bring_to(rumour, step, world.moderator))


def concerned(rumour: Rumour) -> RumourAccount:
    """Return the account of a rumour."""
    return concluding.concerned_of(again(rumour), rumour.accounts.get().pk)


def concluded(world: World) -> tuple[Rumour, Decision]:
    """Return a rumour of which everything is answered, and the decision that followed from it."""
    rumour = brought_to(world, "elimination")
    case = concluding.open_case_of(concerned=concerned(rumour), **grounds(world.moderator))
    decision = taken(world, case=case)
    concluding.conclude_with_decision(
        concerned=concerned(rumour),
        decision=decision,
        fence=rumours.fence_of(rumour, world.moderator),
        **grounds(world.moderator),
    )
    return again(rumour), decision


def closed(world: World) -> Rumour:
    """Return a rumour that is closed."""
    rumour, _decision = concluded(world)
    concluding.close_rumour(
        rumour=rumour,
        fence=rumours.fence_of(rumour, world.moderator),
        **grounds(world.moderator),
    )
    return again(rumour)


def opened(world: World) -> Act:
    account = world.account()
    return lambda: rumours.opened(world.moderator, account)


def named(world: World) -> Act:
    rumour, other = rumours.opened(world.moderator, world.account()), world.account()
    fence = rumours.fence_of(rumour, world.moderator)
    return lambda: opening.name_contents(
        rumour=again(rumour),
        named=[Named(other.platform_uid, "article-9")],
        fence=fence,
        **grounds(world.moderator),
    )


def answering(step: str, before: str) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        rumour = (
            brought_to(world, before)
            if before
            else rumours.opened(world.moderator, world.account())
        )
        fence = rumours.fence_of(rumour, world.moderator)
        return lambda: steps.answer_step(
            rumour=again(rumour),
            draft=StepDraft(step=step, **rumours.STEPS[step]),
            fence=fence,
            **grounds(world.moderator),
        )

    return lay


def attached(world: World) -> Act:
    rumour, body = brought_to(world, "finding"), picture()

    def act() -> object:
        file = take_in("截图.jpg", [body])
        try:
            return material.attach_material(
                rumour=again(rumour),
                step="finding",
                files=[file],
                shows="传播截图",
                **grounds(world.moderator),
            )
        finally:
            file.discard()

    return act


def case_opened(world: World) -> Act:
    rumour = brought_to(world, "verdict")
    return lambda: concluding.open_case_of(concerned=concerned(rumour), **grounds(world.moderator))


def with_decision(world: World) -> Act:
    rumour = brought_to(world, "elimination")
    decision = taken(world, case=world.case(concerned(rumour).account))
    fence = rumours.fence_of(rumour, world.moderator)
    return lambda: concluding.conclude_with_decision(
        concerned=concerned(rumour),
        decision=Decision.objects.get(pk=decision.pk),
        fence=fence,
        **grounds(world.moderator),
    )


def without_action(world: World) -> Act:
    rumour = brought_to(world, "elimination")
    fence = rumours.fence_of(rumour, world.moderator)
    return lambda: concluding.conclude_without_action(
        concerned=concerned(rumour), fence=fence, **grounds(world.moderator)
    )


def closing(world: World) -> Act:
    rumour, _decision = concluded(world)
    fence = rumours.fence_of(rumour, world.moderator)
    return lambda: concluding.close_rumour(
        rumour=again(rumour), fence=fence, **grounds(world.moderator)
    )


def reopening_it(world: World) -> Act:
    rumour = closed(world)
    return lambda: reopening.reopen_rumour(
        rumour=again(rumour), public_note="经复核，原消息属实", **grounds(world.supervisor)
    )


def reviewing(service: Callable[..., Any]) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        reopening_it(world)()
        review = RumourReview.objects.select_related("work_item").latest("pk")
        other = world.colleague("other supervisor", "supervisor")
        fence = world.claim(review.work_item, other)
        return lambda: service(
            review=RumourReview.objects.get(pk=review.pk), fence=fence, **grounds(other)
        )

    return lay


USE_CASES: dict[str, UseCase] = {
    "a rumour is opened": UseCase(opened),
    "contents of a rumour are named": UseCase(named),
    "a rumour is found": UseCase(answering("finding", "")),
    "a rumour is told apart": UseCase(answering("verdict", "tracing")),
    "a rumour is refuted": UseCase(answering("refutation", "verdict")),
    "material of a rumour is attached": UseCase(attached, has_files=True),
    "a case of a rumour is opened": UseCase(case_opened),
    "a decision follows from a rumour": UseCase(with_decision),
    "nothing follows from a rumour": UseCase(without_action),
    "a rumour is closed": UseCase(closing),
    "a rumour is reopened": UseCase(reopening_it),
    "a decision is kept after a rumour": UseCase(reviewing(reopening.keep_decision)),
    "a decision is reversed after a rumour": UseCase(reviewing(reopening.reverse_for_rumour)),
}
