"""How what is ordered stands to the ladder, and who approves because of that."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import AccountActivity, PublicAccount
from compliance.errors import ActionRefused, InvalidInput
from enforcement.enums import (
    HEAVIER_REASONS,
    LIGHTER_REASONS,
    STANDING_DECISIONS,
    DeviationKind,
    MeasureCode,
)
from enforcement.models import (
    ApprovalCondition,
    Decision,
)
from enforcement.rules.ladder import (
    ON_THE_LADDER,
    Deviation,
    Order,
    deviation,
    occasions,
)
from enforcement.rules.reasons import reason_problem
from enforcement.services.ladder import (
    OFFICIAL,
    LadderProposal,
    orders_of_step,
    propose_step,
    require_allowed,
    require_fitting,
    rung_of,
)


@dataclass(frozen=True)
class Weighed:
    """What a decision orders, beside what the ladder proposes."""

    proposal: LadderProposal
    found: Deviation
    reason: str
    note: str
    slots: tuple[tuple[str, ...], ...]
    """For each occasion on which more approvals are needed, the permissions of the approvers."""
    occasions: tuple[str, ...]


def weigh(words: Any, account: PublicAccount) -> Weighed:
    """
    Return how the measures of `words` stand to the ladder, refusing what it does not allow.

    Opinions on Platform Responsibility, point 2: nothing at choice, nothing beyond the scope. A
    termination rests on a ground of its own, which the ladder does not measure.

    :raises InvalidInput: if a factor does not fit, a measure is not allowed, or a deviation has no
        typed reason.
    :raises ActionRefused: if the catalogue has no ladder for the violation.
    """
    violation = words.violation_type
    proposal = propose_step(
        account=account,
        violation_type=violation,
        severity=words.severity,
        factors=words.factors,
        at=words.counted_at,
    )
    offence = proposal.proposed.offence_number
    require_fitting(words.factors, violation, offence_number=offence, severity=words.severity)
    orders = [
        Order(each.measure, each.term_days, frozenset(each.functions)) for each in words.measures
    ]
    require_allowed(violation, [each.measure for each in orders], offence_number=offence)
    found = departure(proposal, orders)
    if found.kind == DeviationKind.NONE:
        reason, note = "", ""
    else:
        reason, note = words.deviation_reason, words.deviation_note.strip()
        _require_reason(found, reason, note)
    there = _occasions(proposal, found, account)
    return Weighed(
        proposal=proposal,
        found=found,
        reason=reason,
        note=note,
        slots=tuple(tuple(each.permissions) for each in there),
        occasions=tuple(each.occasion for each in there),
    )


def departure(proposal: LadderProposal, orders: Sequence[Order]) -> Deviation:
    """
    Return how orders stand to the proposed step.

    Opinions on Platform Responsibility, point 2. A termination rests on a ground of its own.
    """
    if any(each.measure == MeasureCode.TERMINATE for each in orders):
        return ON_THE_LADDER
    return deviation([rung_of(each) for each in proposal.steps], proposal.proposed.place, orders)


def _require_reason(found: Deviation, reason: str, note: str) -> None:
    fitting = LIGHTER_REASONS if found.kind == DeviationKind.LIGHTER else HEAVIER_REASONS
    if not reason or not note:
        raise InvalidInput(
            _(
                "This is %(deviation)s: choose the kind of reason and write why this case "
                "differs from others."
            )
            % {"deviation": found.kind.label}
        )
    if reason not in fitting:
        raise InvalidInput(
            _("This kind of reason does not fit: what is ordered is %(deviation)s.")
            % {"deviation": found.kind.label}
        )
    if reason_problem(note) is not None:
        raise InvalidInput(
            _("The reason for the deviation says too little: write why this case differs.")
        )


def _occasions(
    proposal: LadderProposal, found: Deviation, account: PublicAccount
) -> list[ApprovalCondition]:
    conditions = {
        each.occasion: each
        for each in ApprovalCondition.objects.filter(version=proposal.step.version_id)
    }
    activity = AccountActivity.objects.filter(account=account).first()
    return [
        conditions[each]
        for each in occasions(
            is_official=account.subject.nature in OFFICIAL,
            followers=activity.followers if activity is not None else 0,
            found=found,
            is_aggravated=proposal.is_aggravated,
            thresholds={code: each.threshold for code, each in conditions.items()},
        )
    ]


def require_still_counting(decision: Decision) -> None:
    """
    Refuse to approve a decision for which earlier ones were counted that were reversed since.

    Opinions on Platform Responsibility, point 2: what was undone weighs against nobody.

    :raises ActionRefused: if fewer earlier decisions count now than when it was proposed.
    """
    if decision.ladder_step is None or decision.offence_number is None:
        return
    now = propose_step(
        account=decision.account,
        violation_type=decision.violation_type,
        severity=decision.severity,
        # Time that passes while it waits takes nothing away: what counted then counts now.
        at=decision.proposed_at,
    )
    if now.proposed.offence_number < decision.offence_number:
        raise ActionRefused(
            _(
                "An earlier decision that was counted has been reversed since: return this one to "
                "its proposer."
            )
        )


def counted_by(decision: Decision) -> list[Decision]:
    """
    Return the decisions that stand and counted a decision as an earlier one of the subject.

    Opinions on Platform Responsibility, point 2: read from the bytes that their approvers approved.
    """
    if decision.in_force_from is None:
        return []
    subject = decision.subject_id or decision.account.subject_id
    later = Decision.objects.filter(
        Q(subject=subject) | Q(subject__isnull=True, account__subject=subject),
        status__in=STANDING_DECISIONS,
        offence_number__gt=1,
        proposed_at__gte=decision.in_force_from,
    )
    return [
        each
        for each in later.select_related("proposal", "account").order_by("pk")
        if decision.number in json.loads(each.proposal.content).get("ladder", {}).get("earlier", [])
    ]


def counted_by_in_words(decision: Decision) -> str:
    """Return what an operator is told of the decisions that counted one that was reversed, or nothing."""
    found = counted_by(decision)
    if not found:
        return ""
    return _(
        "These later decisions counted it as an earlier violation and stand as they are; each may be "
        "appealed against: %(numbers)s."
    ) % {"numbers": _(", ").join(each.number for each in found)}


def ladder_in_bytes(weighed: Weighed) -> dict[str, Any]:
    """Return what approvers see of the ladder in the proposal's bytes."""
    proposal, step = weighed.proposal, weighed.proposal.step
    return {
        "offence_number": proposal.proposed.offence_number,
        "counted_as": proposal.counted_as,
        "months": proposal.months,
        "earlier": [each.number for each in proposal.earlier],
        "factors": [
            {"code": each.code, "direction": each.direction, "title": each.title_zh}
            for each in proposal.factors
        ],
        "step": {
            "violation": step.violation_type.code,
            "offence_number": step.offence_number,
            "from_severity": step.from_severity,
            "note": step.note_zh,
            "note_en": step.note_en,
            "measures": [
                {
                    "measure": each.measure,
                    "term_days": each.term_days,
                    "functions": sorted(each.functions),
                }
                for each in orders_of_step(step)
            ],
        },
        "deviation": {
            "kind": str(weighed.found.kind),
            "steps": weighed.found.steps,
            "reason": weighed.reason,
            "note": weighed.note,
        },
        "occasions": list(weighed.occasions),
    }
