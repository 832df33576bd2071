"""What the demo's moderators order beside what the ladder proposes, and why they depart from it."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone

from accounts.models import PublicAccount
from enforcement.enums import TIMED_MEASURES, DeviationKind, DeviationReason
from enforcement.models import CatalogueVersion, ViolationType
from enforcement.rules.ladder import Order
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.deviations import departure
from enforcement.services.ladder import allowed_measures, orders_of_step, propose_step

_WHY: Final = {
    DeviationKind.LIGHTER: (
        (DeviationReason.PUT_RIGHT, "运营者在决定前已删除全部内容并向受影响的人致歉（演示）。"),
        (
            DeviationReason.SMALL_EFFECT,
            "内容发布后不足一小时即被处理，阅读量明显低于一般情形（演示）。",
        ),
    ),
    DeviationKind.HEAVIER: (
        (DeviationReason.GRAVE_EFFECT, "内容被多家账号转载，造成的影响明显大于一般情形（演示）。"),
        (DeviationReason.MANY_ITEMS, "同类内容在一周内发布十余条，涉及人数众多（演示）。"),
    ),
}


def violation_in_force(code: str) -> ViolationType:
    """Return a violation of the catalogue in force."""
    version = CatalogueVersion.objects.in_force(timezone.now())
    return ViolationType.objects.get(version=version, code=code)


def allows(code: str, orders: Sequence[MeasureOrder]) -> bool:
    """Return whether measures may be taken for the first offence of a violation."""
    allowed = allowed_measures(violation_in_force(code))
    return all(allowed.get(each.measure) == 1 for each in orders)


def words_of(
    account: PublicAccount, violation: ViolationType, severity: int, orders: Sequence[MeasureOrder]
) -> dict[str, Any]:
    """
    Return the measures of a decision with the reason where they depart from the ladder.

    Where the account is to be limited for a time and the ladder proposes that too, most take its
    measures.
    """
    proposal = propose_step(account=account, violation_type=violation, severity=severity)
    step = orders_of_step(proposal.step)
    if account.pk % 3 and _are_timed(orders) and _are_timed(step):
        orders = [
            MeasureOrder(each.measure, each.term_days, tuple(sorted(each.functions)))
            for each in step
        ]
    found = departure(
        proposal,
        [Order(each.measure, each.term_days, frozenset(each.functions)) for each in orders],
    )
    if found.kind == DeviationKind.NONE:
        return {"measures": orders}
    reasons = _WHY[found.kind]
    reason, note = reasons[account.pk % len(reasons)]
    return {"measures": orders, "deviation_reason": str(reason), "deviation_note": note}


def _are_timed(orders: Sequence[MeasureOrder] | Sequence[Order]) -> bool:
    return all(each.measure in TIMED_MEASURES for each in orders)
