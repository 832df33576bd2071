"""Second looks for the tests that are about them: drawn in the month after, given by somebody else."""

from datetime import datetime, time, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from compliance import work
from compliance.models import StaffUser
from compliance.provisions import Provision
from enforcement.models import Decision, SecondLook, SecondLookDraw
from enforcement.services.consistency.drawing import draw_second_looks
from enforcement.services.consistency.looking import Answer, give_second_look
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.conftest import WARNING, violation

P = Provision.OPINIONS_2
WHY = "事实清楚，情节一般，按阶梯第一步处理即可。"


def after_this_month() -> time_machine.travel:
    """Go to where the present month is over."""
    first = timezone.localdate().replace(day=1)
    return time_machine.travel(
        timezone.make_aware(datetime.combine(first + timedelta(days=33), time.min)), tick=True
    )


def draw(actor: StaffUser, **changes: Any) -> SecondLookDraw:
    """Draw for the present month, once it is over."""
    month = timezone.localdate().replace(day=1)
    with after_this_month():
        return draw_second_looks(
            **{"month": month, "actor": actor, "provision": P, "reason": "按月抽取", **changes}
        )


def look_at(decision: Decision) -> SecondLook:
    """Return the second look at a decision as it is now."""
    return SecondLook.objects.get(decision=decision)


def would(*measures: MeasureOrder, code: str = "V06.1", severity: int = 4) -> Answer:
    """Return what somebody would have decided."""
    return Answer(violation_type=violation(code), severity=severity, measures=measures or WARNING)


NOTHING = Answer(violation_type=None, severity=None, measures=())


def give(look: SecondLook, actor: StaffUser, answer: Answer, **changes: Any) -> SecondLook:
    """Take a second look and give it."""
    if "fence" not in changes:
        changes["fence"] = work.claim_item(work_item=look.work_item, actor=actor).fence
    return give_second_look(
        **{
            "look": look,
            "answer": answer,
            "actor": actor,
            "provision": P,
            "reason": WHY,
            **changes,
        }
    )
