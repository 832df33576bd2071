"""What would follow from a decision if it came into force now; nothing is written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PublicAccount
from compliance.deadlines import due_instant
from compliance.models import NoticeLanguage, StaffUser
from enforcement.enums import CLOSING_MEASURES, LISTING_MEASURES, MeasureCode
from enforcement.models import (
    Case,
    Decision,
    DecisionClause,
    Measure,
    MeasureType,
    OrderedMeasure,
    ViolationType,
)
from enforcement.rules.measures import appeal_limit, goes_with, is_reportable, measure_end
from enforcement.services.credit.entries import Deduction, expected_deduction
from enforcement.services.decision_checks import check_proposal
from enforcement.services.decision_content import DecisionWords, MeasureOrder
from enforcement.services.deviations import ladder_in_bytes
from enforcement.services.hearings.notices import hearing_text
from enforcement.services.holds.placing import CONFIRMATION_STEP
from enforcement.services.notices import notice_text
from enforcement.services.terminations import ground_of


@dataclass(frozen=True)
class DecisionPreview:
    """
    What a decision would do if its last approval were given now.

    `measures` are rows that were never saved; `slots` are the permissions of the approvers that
    are asked for, in order.
    """

    slots: tuple[str, ...]
    measures: list[Measure]
    at: datetime
    appealable_until: datetime
    report_due_at: datetime | None
    barred_name: str
    # What the proposal holds of the ladder; nothing where it is older than the ladder.
    ladder: Mapping[str, Any] | None
    account: PublicAccount
    deduction: Deduction | None
    is_closure: bool
    lists_subject: bool
    notices: dict[str, str]
    # Until when the operator is heard first, and what they are told of it; None where nobody is heard
    # anew.
    heard_until: datetime | None = None
    # Until when others confirm it, where it cannot wait for the operator.
    confirm_until: datetime | None = None
    first_notices: dict[str, str] = field(default_factory=dict)


def preview_decision(
    *, case: Case, fence: int, words: DecisionWords, actor: StaffUser
) -> DecisionPreview:
    """
    Return what a decision with these words would do, refusing what proposing it would refuse.

    Public Account Provisions, art. 19 §2: whoever proposes a measure sees what it does first.

    :raises ActionRefused: for every reason for which proposing would be refused.
    """
    with transaction.atomic():
        checked, plan = check_proposal(case=case, fence=fence, words=words, actor=actor)
    decision = Decision(
        case=case,
        account=case.account,
        violation_type=words.violation_type,
        severity=words.severity,
        facts=words.facts,
        reasoning=words.reasoning,
        statute=words.statute,
        content_kind=words.content_kind,
        content_ref=words.content_ref,
        is_automated=words.is_automated,
    )
    clauses = [
        DecisionClause(
            clause=clause,
            document_title=clause.rule_version.document.title,
            version_label=clause.rule_version.label,
            number=clause.number,
            text=clause.text,
        )
        for clause in words.clauses
    ]
    number = _("(given when it is proposed)")
    preview = _preview(
        decision,
        number,
        checked.slots,
        clauses,
        words.measures,
        ladder_in_bytes(checked.weighed),
    )
    if words.emergency is not None:
        return replace(preview, confirm_until=due_instant(CONFIRMATION_STEP, preview.at))
    until = plan.due_if_opened(preview.at)
    if until is None:
        return preview
    return replace(
        preview,
        heard_until=until,
        first_notices={
            str(language): hearing_text(
                decision,
                str(language),
                number=number,
                due_at=until,
                clauses=clauses,
                orders=[each.ordered for each in preview.measures],
            )
            for language in NoticeLanguage.values
        },
    )


def preview_of(decision: Decision) -> DecisionPreview:
    """
    Return what a proposed decision would do if its last approval were given now.

    Opinions on Platform Responsibility, point 2: whoever approves answers for exactly this.
    """
    return _preview(
        decision,
        decision.number,
        tuple(decision.proposal.slots.order_by("number").values_list("permission", flat=True)),
        list(decision.clauses.select_related("clause__rule_version__document").order_by("pk")),
        [
            MeasureOrder(
                each.measure,
                each.term_days,
                tuple(each.functions),
                each.review_date,
                tuple(each.content_refs),
                tuple(each.content_acts),
                each.label,
                tuple(each.mismatches),
                each.correction_ground,
            )
            for each in decision.ordered_measures.order_by("pk")
        ],
        json.loads(decision.proposal.content).get("ladder"),
    )


def _preview(
    decision: Decision,
    number: str,
    slots: tuple[str, ...],
    clauses: Sequence[DecisionClause],
    orders: Sequence[MeasureOrder],
    ladder: Mapping[str, Any] | None,
) -> DecisionPreview:
    now = timezone.now()
    appealable_until = due_instant(appeal_limit(order.measure for order in orders), now)
    measures = [
        Measure(
            measure=order.measure,
            ordered=OrderedMeasure(
                measure=order.measure,
                term_days=order.term_days,
                functions=list(order.functions),
                review_date=order.review_date,
                content_refs=list(order.content_refs),
                content_acts=sorted(order.content_acts),
                label=order.label,
                mismatches=sorted(order.mismatches),
                correction_ground=order.correction_ground,
                goes_with=goes_with(order.measure, [each.measure for each in orders]),
                ground_ref=ground_of(decision.case)
                if order.measure == MeasureCode.TERMINATE
                else "",
            ),
            in_force_from=now,
            in_force_until=measure_end(now, order.term_days),
        )
        for order in orders
    ]
    deduction = expected_deduction(
        decision.account, decision.violation_type.points_at(decision.severity), now
    )
    is_closure = any(order.measure in CLOSING_MEASURES for order in orders)
    barring = (MeasureCode.BAR_REREGISTRATION, MeasureCode.BAR_NAME)
    is_barred = any(order.measure in barring for order in orders)
    return DecisionPreview(
        slots=slots,
        measures=measures,
        at=now,
        appealable_until=appealable_until,
        report_due_at=_report_due_at(decision.violation_type, orders, now),
        barred_name=decision.account.name if is_closure or is_barred else "",
        is_closure=is_closure,
        lists_subject=any(order.measure in LISTING_MEASURES for order in orders),
        ladder=ladder,
        account=decision.account,
        deduction=deduction,
        notices={
            str(language): notice_text(
                decision,
                str(language),
                number=number,
                decided_at=now,
                appealable_until=appealable_until,
                clauses=clauses,
                measures=measures,
                deduction=deduction,
            )
            for language in NoticeLanguage.values
        },
    )


def _report_due_at(
    violation: ViolationType, orders: Sequence[MeasureOrder], now: datetime
) -> datetime | None:
    reported = MeasureType.objects.filter(
        version=violation.version_id, measure__in=[order.measure for order in orders]
    ).values_list("is_reported", flat=True)
    return due_instant("regulator_report", now) if is_reportable(reported) else None
