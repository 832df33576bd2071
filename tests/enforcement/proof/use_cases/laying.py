"""What an act of enforcement is, and the decisions that many of them begin with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.blacklist import in_days
from tests.enforcement.conftest import approve
from tests.enforcement.proof.world import World

Act = Callable[[], object]
ALL_TIMED: Final = (
    MeasureOrder(MeasureCode.WARN),
    MeasureOrder(MeasureCode.SUSPEND_UPDATES, 7),
    MeasureOrder(MeasureCode.STOP_ADVERTISING, 7),
    MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, 7, ("live",)),
)


def listing(*also: MeasureOrder) -> tuple[MeasureOrder, ...]:
    """Order an entry and a bar, with what else is given."""
    return (
        *also,
        MeasureOrder(MeasureCode.BLACKLIST, review_date=in_days(300)),
        MeasureOrder(MeasureCode.BAR_REREGISTRATION, review_date=in_days(300)),
    )


@dataclass(frozen=True)
class UseCase:
    """
    How an act is laid.

    A sweep does several things, each whole by itself; what an act with files does to them is not
    undone with what it does to the tables.
    """

    lay: Callable[[World], Act]
    is_sweep: bool = False
    has_files: bool = False


def fresh(decision: Decision) -> Decision:
    """Return an object of one's own."""
    return Decision.objects.get(pk=decision.pk)


def taken(world: World, *orders: MeasureOrder, case: Case | None = None) -> Decision:
    """Return a decision in force."""
    decision = world.proposed(*orders, case=case)
    if not approve(decision, world.supervisor):
        approve(decision, world.officer)
    return fresh(decision)
