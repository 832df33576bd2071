"""Services by which somebody else looks at a decision again, and a supervisor concludes on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.clocks import finish_clock, start_clock
from compliance.errors import InvalidInput, SamePerson
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import close_item, open_item, require_lease
from enforcement.consistency_words import LookConclusion
from enforcement.models import SecondLook, ViolationType
from enforcement.rules.ladder import Order
from enforcement.rules.reasons import reason_problem
from enforcement.rules.second_looks import ConsistencyTerms, Seen, compare_looks
from enforcement.services import ladder, reversals
from enforcement.services.consistency.comparable import orders_of
from enforcement.services.decision_content import MeasureOrder, measure_types, require_orderable
from enforcement.services.evidence import require_no_collector

LOOK: Final = "enforcement.give_secondlook"
REVIEW: Final = "enforcement.review_secondlook"
REVIEW_QUEUE: Final = "second_look_reviews"
REVIEW_STEP: Final = "second_look_review"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What somebody would have decided; without a violation there is nothing to order."""

    violation_type: ViolationType | None
    severity: int | None
    measures: Sequence[MeasureOrder]


@transaction.atomic
def give_second_look(
    *,
    look: SecondLook,
    answer: Answer,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> SecondLook:
    """
    Record what the actor would have decided, and compare it with what was decided.

    Opinions on Platform Responsibility, point 2. Nothing about the measures of the decision changes.
    Where the two lie as many steps of the ladder apart as the rule says, or no violation is found,
    a supervisor is asked to conclude. `reason` is why; only colleagues read it.

    :raises NotPermitted: if the actor may not give second looks.
    :raises SamePerson: if the actor took part in the decision or collected its evidence.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it was given already.
    :raises InvalidInput: if violation, severity, measures or reason do not do.
    """
    require_permission(actor, LOOK)
    audit.lock(look, expected_version=expected_version)
    require_lease(work_item=look.work_item, actor=actor, fence=fence)
    decision = look.decision
    require_no_collector(decision.case, actor)
    proposals.take_part(look.matter, actor, Side.REVIEWER)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    if reason_problem(grounds["reason"]) is not None:
        raise InvalidInput(_("This says too little: write why you would decide so."))
    _require_answer(look, answer)
    found = _compare(look, answer)
    terms = ConsistencyTerms.from_catalogue(look.draw.rule.content)
    fields: dict[str, Any] = {
        "reviewer": actor.person,
        "looked_at": timezone.now(),
        "finds_nothing": answer.violation_type is None,
        "violation_type": answer.violation_type,
        "severity": answer.severity,
        "orders": [
            {
                "measure": str(each.measure),
                "term_days": each.term_days,
                "functions": sorted(each.functions),
            }
            for each in answer.measures
        ],
        "reasoning": grounds["reason"],
        "outcome": found.outcome,
        "steps": found.steps,
    }
    close_item(look.work_item)
    finish_clock(clock=look.work_item.clock, **grounds)
    if answer.violation_type is not None and found.steps < terms.review_steps:
        audit.move(look, "compare", **grounds, **fields)
        return look
    item = open_item(
        queue=REVIEW_QUEUE,
        clock=start_clock(step=REVIEW_STEP, **grounds),
        weight=found.steps,
        matter=look.matter,
        side=Side.REVIEWER,
    )
    audit.move(look, "dispute", **grounds, **fields, review_item=item)
    return look


def _require_answer(look: SecondLook, answer: Answer) -> None:
    violation = answer.violation_type
    if violation is None:
        if answer.severity is not None or answer.measures:
            raise InvalidInput(_("Without a violation there is nothing to order."))
        return
    if violation.version_id != look.catalogue_id:
        raise InvalidInput(_("Choose from the catalogue under which the decision was proposed."))
    if violation.needs_subtype:
        raise InvalidInput(_("This violation needs a sub-code that says what is meant."))
    severity = answer.severity
    if severity is None or not (
        violation.lowest_severity <= severity <= violation.highest_severity
    ):
        raise InvalidInput(_("The catalogue does not allow this severity for this violation."))
    require_orderable(measure_types(violation), answer.measures)
    ladder.require_allowed(
        violation,
        [each.measure for each in answer.measures],
        offence_number=look.decision.offence_number or 1,
    )


def _compare(look: SecondLook, answer: Answer) -> Seen:
    decision = look.decision
    return compare_looks(
        ladder.longest_ladder(decision.violation_type),
        orders_of(decision.ordered_measures.order_by("pk")),
        [
            Order(each.measure, each.term_days, frozenset(each.functions))
            for each in answer.measures
        ],
    )


@transaction.atomic
def review_second_look(
    *,
    look: SecondLook,
    conclusion: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> SecondLook:
    """
    Conclude on a second look that came out otherwise: it stands, is unclear, or is reversed.

    Opinions on Platform Responsibility, point 2. Reversed is the decision by the service that
    reverses every other one, by whoever may do that and took no part in it. `reason` is what
    follows from it.

    :raises NotPermitted: if the actor may not conclude, or not reverse decisions.
    :raises SamePerson: if the actor took part in the decision or gave the second look.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if nobody waits for a conclusion, or the decision is reversed already.
    :raises InvalidInput: if the conclusion is none, or says too little.
    """
    require_permission(actor, REVIEW)
    audit.lock(look, expected_version=expected_version)
    if look.review_item is None:
        raise InvalidInput(_("Nobody waits for a conclusion on this second look."))
    require_lease(work_item=look.review_item, actor=actor, fence=fence)
    if conclusion not in LookConclusion.values:
        raise InvalidInput(_("Say what you conclude."))
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    if reason_problem(grounds["reason"]) is not None:
        raise InvalidInput(_("This says too little: write what follows from it."))
    if look.reviewer_id == actor.person_id:
        raise SamePerson(_("You gave this second look. Somebody else has to conclude on it."))
    proposals.take_part(look.matter, actor, Side.REVIEWER)
    if conclusion == LookConclusion.REVERSED:
        reversals.reverse_decision(decision=look.decision, side=Side.REVIEWER, **grounds)
    close_item(look.review_item)
    finish_clock(clock=look.review_item.clock, **grounds)
    audit.move(
        look,
        "review",
        **grounds,
        conclusion=conclusion,
        reviewed_by=actor.person,
        reviewed_at=timezone.now(),
        review_note=grounds["reason"],
    )
    return look
