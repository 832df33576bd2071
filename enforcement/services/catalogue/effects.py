"""What another version would have proposed for the latest decisions; nothing is written."""

from dataclasses import dataclass
from typing import Final

from enforcement.enums import TAKEN_DECISIONS
from enforcement.models import Decision, LadderStep
from enforcement.rules.catalogue_content import rungs_of
from enforcement.rules.ladder import Rung, ladder_of, nearest, proposed_step
from enforcement.services.catalogue.contents import Content
from enforcement.services.ladder import orders_of_step

# Our choice: looked at while somebody waits for the page.
LOOKED_AT: Final = 100


@dataclass(frozen=True)
class Otherwise:
    """A decision for which another version would have proposed another step; None: no step."""

    decision: Decision
    before: LadderStep
    after: Rung | None


@dataclass(frozen=True)
class Effects:
    """Of how many decisions looked at how many would have been proposed otherwise."""

    looked_at: int
    otherwise: list[Otherwise]


def effects_of(content: Content) -> Effects:
    """
    Return for which of the latest decisions a version would have proposed another step.

    Opinions on Platform Responsibility, point 2; our choice, so that whoever approves knows what
    they approve. Violation, severity, offence and factors are taken as they were.
    """
    rungs = rungs_of(content)
    latest = list(
        Decision.objects.filter(status__in=TAKEN_DECISIONS, ladder_step__isnull=False)
        .select_related("account", "violation_type", "ladder_step")
        .prefetch_related("ladder_step__measures", "factors__factor")
        .order_by("-pk")[:LOOKED_AT]
    )
    found = []
    for each in latest:
        assert each.ladder_step is not None
        assert each.offence_number is not None
        ladder = ladder_of(nearest(each.violation_type.code, rungs) or [], each.severity)
        after = None
        if ladder:
            step = proposed_step(
                ladder,
                earlier=each.offence_number - 1,
                directions={row.factor.direction for row in each.factors.all()},
            )
            after = ladder[step.place]
        before = set(orders_of_step(each.ladder_step))
        if after is None or set(after.orders) != before:
            found.append(Otherwise(each, each.ladder_step, after))
    return Effects(len(latest), found)
