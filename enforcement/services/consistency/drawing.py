"""Services that draw decisions of a month for a second look, and put them before somebody else."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.clocks import start_clocks
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.set_audit import create_rows
from enforcement.consistency_words import SecondLookStatus
from enforcement.enums import TAKEN_DECISIONS, MeasureCode
from enforcement.models import Decision, OrderedMeasure, SecondLook, SecondLookDraw
from enforcement.rules.second_looks import draw
from enforcement.services.consistency.rule import rule_in_force

QUEUE: Final = "second_looks"
STEP: Final = "second_look"
DRAW: Final = "enforcement.draw_secondlook"
# Kept as it is in the log, whichever language is spoken.
REASON: Final = "按月抽取处置决定复看"
# One draw of a month, whoever asks for it: any number that no other advisory lock has.
_LOCK: Final = 7_304_247
_AT_ONCE: Final = 2_000
# A code of a violation, and whether a program proposed: each is drawn from by itself.
Group = tuple[str, bool]


def bounds_of_month(month: date) -> tuple[datetime, datetime]:
    """Return the first instant of a month and that of the following one."""
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return (
        timezone.make_aware(datetime.combine(first, time.min)),
        timezone.make_aware(datetime.combine(following, time.min)),
    )


@transaction.atomic
def draw_second_looks(
    *,
    month: date,
    seed: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> SecondLookDraw:
    """
    Draw decisions that came into force in a month, and put each before somebody who had no part.

    Opinions on Platform Responsibility, point 2: nobody is dealt with differently. The share that
    the rule says, of each violation by itself and one at least, and there again of those that a
    program proposed; by a seed that nobody knows before and that is kept, so that anybody draws the
    same again. Terminations, which rest on a ground of their own, and decisions of the time before
    the ladder are left out.

    :raises NotPermitted: if the actor may not draw.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the month is not over.
    :raises ActionRefused: if it was drawn for already.
    """
    require_permission(actor, DRAW)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    first = month.replace(day=1)
    start, end = bounds_of_month(first)
    if end > timezone.now():
        raise InvalidInput(_("Decisions are drawn when their month is over."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if SecondLookDraw.objects.filter(month=first).exists():
        raise ActionRefused(
            _("The second looks of %(month)s were drawn already.") % {"month": f"{first:%Y-%m}"}
        )
    rule = rule_in_force(timezone.now())
    seed = seed or secrets.token_hex(32)
    groups = population_of(start, end)
    drawn = {
        group: draw(numbers, seed=seed, permille=rule.terms.sample_permille)
        for group, numbers in groups.items()
    }
    done = SecondLookDraw.objects.create(
        month=first,
        rule=rule.row,
        seed=seed,
        figures={
            code: {"taken": _of_code(code, groups), "drawn": _of_code(code, drawn)}
            for code in sorted({code for code, _is_automated in groups})
        },
    )
    chosen = sorted(number for numbers in drawn.values() for number in numbers)
    for begin in range(0, len(chosen), _AT_ONCE):
        _put_up(done, chosen[begin : begin + _AT_ONCE], grounds)
    audit.record(
        action="enforcement.secondlookdraw.draw",
        target=done,
        changes={"figures": done.figures},
        **grounds,
    )
    return done


def decisions_between(start: datetime, end: datetime) -> QuerySet[Decision]:
    """Return the decisions of a time that stand on a ladder, whatever became of them."""
    return Decision.objects.filter(
        status__in=TAKEN_DECISIONS,
        in_force_from__gte=start,
        in_force_from__lt=end,
        ladder_step__isnull=False,
    ).exclude(
        pk__in=OrderedMeasure.objects.filter(measure=MeasureCode.TERMINATE).values("decision")
    )


def population_of(start: datetime, end: datetime) -> dict[Group, list[int]]:
    """Return the decisions that a draw chooses from, by violation and whether a program proposed."""
    found: dict[Group, list[int]] = {}
    taken = decisions_between(start, end).order_by("pk")
    for number, code, is_automated in taken.values_list(
        "pk", "violation_type__code", "is_automated"
    ):
        found.setdefault((code, is_automated), []).append(number)
    return found


def _of_code(code: str, groups: Mapping[Group, Sequence[int]]) -> int:
    """Return how many of a violation there are, whoever proposed them."""
    return sum(len(numbers) for (each, _is_automated), numbers in groups.items() if each == code)


def _put_up(done: SecondLookDraw, numbers: Sequence[int], grounds: Grounds) -> None:
    """Put drawn decisions into the queue; who took part in one is not offered it."""
    decisions = list(
        Decision.objects.filter(pk__in=numbers).select_related("proposal").order_by("pk")
    )
    clocks = start_clocks(step=STEP, count=len(decisions), **grounds)
    items = WorkItem.objects.bulk_create(
        WorkItem(
            queue=QUEUE,
            clock=clock,
            due_at=clock.due_at,
            matter_id=each.proposal.matter_id,
            side=Side.REVIEWER,
        )
        for each, clock in zip(decisions, clocks, strict=True)
    )
    each_row: dict[str, Sequence[Any]] = {
        "decision": [each.pk for each in decisions],
        "proposal": [each.proposal_id for each in decisions],
        "matter": [each.proposal.matter_id for each in decisions],
        "proposer": [each.proposal.proposer_id for each in decisions],
        "approver_side": [each.proposal.approver_side for each in decisions],
        "catalogue": [each.catalogue_id for each in decisions],
        "work_item": [item.pk for item in items],
    }
    create_rows(
        SecondLook,
        each=each_row,
        common={"draw": done.pk, "status": str(SecondLookStatus.WAITING)},
        grounds=grounds,
    )
