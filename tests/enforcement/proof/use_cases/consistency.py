"""What sees to it that the same is dealt with alike: second looks, and the figures of a month."""

from django.utils import timezone

from enforcement.enums import MeasureCode
from enforcement.models import ConsistencyReport, SecondLook
from enforcement.services.consistency.freezing import freeze_report, resolve_pseudonym
from enforcement.services.consistency.looking import review_second_look
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement import second_looks
from tests.enforcement.proof.use_cases.laying import Act, UseCase, taken
from tests.enforcement.proof.world import World, grounds

CLOSE = MeasureOrder(MeasureCode.CLOSE)


def looks_drawn(world: World) -> Act:
    taken(world)
    return lambda: second_looks.draw(world.system)


def drawn(world: World) -> SecondLook:
    """Return a second look that waits for somebody."""
    decision = taken(world)
    second_looks.draw(world.system)
    return second_looks.look_at(decision)


def giving(*measures: MeasureOrder) -> UseCase:
    def lay(world: World) -> Act:
        look = drawn(world)
        other = world.colleague("other moderator", "moderator")
        fence = world.claim(look.work_item, other)
        return lambda: second_looks.give(
            SecondLook.objects.get(pk=look.pk),
            other,
            second_looks.would(*measures),
            fence=fence,
        )

    return UseCase(lay)


def concluding(conclusion: str) -> UseCase:
    def lay(world: World) -> Act:
        look = second_looks.give(
            drawn(world),
            world.colleague("other moderator", "moderator"),
            second_looks.would(CLOSE),
        )
        other = world.colleague("other supervisor", "supervisor")
        assert look.review_item is not None
        fence = world.claim(look.review_item, other)
        return lambda: review_second_look(
            look=SecondLook.objects.get(pk=look.pk),
            conclusion=conclusion,
            fence=fence,
            **grounds(other, "两人意见相差较大，按复看结论处理。"),
        )

    return UseCase(lay)


def frozen(world: World) -> Act:
    taken(world)
    month = timezone.localdate().replace(day=1)

    def act() -> ConsistencyReport:
        with second_looks.after_this_month():
            return freeze_report(month=month, **grounds(world.supervisor))

    return act


def resolved(world: World) -> Act:
    frozen(world)()
    report = ConsistencyReport.objects.latest("pk")
    moderator = report.rows.all()[0].moderator
    return lambda: resolve_pseudonym(
        report=report, moderator=moderator, **grounds(world.supervisor)
    )


USE_CASES: dict[str, UseCase] = {
    "second looks are drawn": UseCase(looks_drawn),
    "a second look agrees": giving(),
    "a second look differs": giving(CLOSE),
    "a decision stands after a second look": concluding("stands"),
    "a decision is reversed after a second look": concluding("reversed"),
    "the figures of a month are frozen": UseCase(frozen),
    "it is asked whose a pseudonym is": UseCase(resolved),
}
