"""How a proposed decision is written down: its words, frozen clauses, factors and orders."""

from django.utils import timezone

from compliance import audit
from compliance.grounds import Grounds
from compliance.models import Proposal
from enforcement.enums import (
    DecisionStatus,
    MeasureCode,
)
from enforcement.models import (
    Case,
    Decision,
    DecisionClause,
    DecisionFactor,
    OrderedMeasure,
)
from enforcement.rules.measures import goes_with
from enforcement.services import terminations
from enforcement.services.approval_items import open_approval_item
from enforcement.services.decision_content import (
    CheckedOrder,
    DecisionWords,
)
from enforcement.services.emergencies.ordering import (
    WEIGHT,
    step_of_approval,
    write_emergency,
)
from enforcement.services.hearings.opening import start_hearing
from enforcement.services.hearings.planning import HearingPlan


def write_decision(
    words: DecisionWords,
    case: Case,
    proposal: Proposal,
    checked: CheckedOrder,
    replaces: Decision | None,
    plan: HearingPlan,
    grounds: Grounds,
) -> Decision:
    """
    Write a proposed decision with its clauses, factors and ordered measures.

    Public Account Provisions, art. 19 §2. Part of the transaction in which it is proposed.
    """
    hearing = start_hearing(case, grounds) if plan.is_opened else plan.rests_on
    weighed = checked.weighed
    step = weighed.proposal.step
    decision = Decision(
        case=case,
        account=case.account,
        violation_type=words.violation_type,
        severity=words.severity,
        facts=words.facts,
        reasoning=words.reasoning,
        private_note=words.private_note,
        statute=words.statute,
        content_kind=words.content_kind,
        content_ref=words.content_ref,
        is_automated=words.is_automated,
        proposal=proposal,
        proposed_by=grounds["actor"].person,
        proposed_at=timezone.now(),
        replaces=replaces,
        status=DecisionStatus.HEARING if plan.is_opened else DecisionStatus.PROPOSED,
        hearing=hearing,
        heard_as=plan.rests_on.status if plan.rests_on is not None else None,
        approval_item=(
            None
            if plan.is_opened
            else open_approval_item(
                checked.slots[0],
                proposal,
                weight=words.severity + (WEIGHT if words.emergency is not None else 0),
                grounds=grounds,
                step=step_of_approval(words.emergency),
            )
        ),
        subject=case.account.subject,
        catalogue=step.version,
        ladder_step=step,
        offence_number=weighed.proposal.proposed.offence_number,
        deviation=weighed.found.kind,
        deviation_steps=weighed.found.steps,
        deviation_reason=weighed.reason,
        deviation_note=weighed.note,
        approvals_needed=len(checked.slots),
    )
    audit.create(decision, **grounds)
    if words.emergency is not None and decision.approval_item is not None:
        write_emergency(decision, words.emergency, decision.approval_item.due_at)
    DecisionClause.objects.bulk_create(
        DecisionClause(
            decision=decision,
            clause=clause,
            document_title=clause.rule_version.document.title,
            version_label=clause.rule_version.label,
            number=clause.number,
            text=clause.text,
        )
        for clause in words.clauses
    )
    DecisionFactor.objects.bulk_create(
        DecisionFactor(decision=decision, factor=each, catalogue=step.version)
        for each in words.factors
    )
    OrderedMeasure.objects.bulk_create(
        OrderedMeasure(
            decision=decision,
            measure=order.measure,
            term_days=order.term_days,
            functions=list(dict.fromkeys(order.functions)),
            review_date=order.review_date,
            content_refs=list(order.content_refs),
            content_acts=sorted(order.content_acts),
            label=order.label,
            mismatches=sorted(order.mismatches),
            correction_ground=order.correction_ground,
            goes_with=goes_with(order.measure, [each.measure for each in words.measures]),
            ground_ref=(
                terminations.ground_of(case) if order.measure == MeasureCode.TERMINATE else ""
            ),
        )
        for order in words.measures
    )
    return decision
