"""Emergency holds: placed, answered, over."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.utils import timezone

from enforcement.models import Case, EmergencyHold
from enforcement.services.holds import confirming, placing
from enforcement.services.holds import ending as hold_ending
from tests.enforcement.proof.use_cases.laying import Act, UseCase
from tests.enforcement.proof.world import World, grounds


def hold_draft(scope: str = "service") -> placing.HoldDraft:
    """Return what is to be held."""
    return placing.HoldDraft(
        scope=scope,
        ground="fraud",
        facts="账号冒充客服诱导转账，已有多人受骗",
        content_ref="article-9" if scope == "content" else "",
    )


def holding(scope: str) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        case = world.case()
        return lambda: placing.place_hold(
            case=Case.objects.get(pk=case.pk),
            draft=hold_draft(scope),
            **grounds(world.moderator),
        )

    return lay


def answering_a_hold(service: Callable[..., None]) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        hold = placing.place_hold(case=world.case(), draft=hold_draft(), **grounds(world.moderator))
        return lambda: service(
            hold=EmergencyHold.objects.get(pk=hold.pk), **grounds(world.supervisor)
        )

    return lay


def hold_over(world: World) -> Act:
    with time_machine.travel(timezone.now() - timedelta(days=30)):
        placing.place_hold(case=world.case(), draft=hold_draft(), **grounds(world.moderator))
    return lambda: hold_ending.record_all_over(now=timezone.now(), actor=world.system)


USE_CASES: dict[str, UseCase] = {
    "an account is held": UseCase(holding("service")),
    "a content is held": UseCase(holding("content")),
    "a hold is confirmed": UseCase(answering_a_hold(confirming.confirm_hold)),
    "a hold is refused": UseCase(answering_a_hold(confirming.refuse_hold)),
    "holds are over": UseCase(hold_over, is_sweep=True),
}
