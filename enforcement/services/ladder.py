"""What the catalogue in force proposes for a violation, and what a decision departs from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import SubjectNature
from accounts.models import AccountActivity, PublicAccount, Repudiation
from accounts.repudiation_words import RepudiationStatus
from compliance.errors import ActionRefused, InvalidInput
from enforcement.enums import (
    HEAVIER_REASONS,
    LIGHTER_REASONS,
    TAKEN_DECISIONS,
    DecisionStatus,
    DeviationKind,
    FactorDirection,
    MeasureCode,
)
from enforcement.models import (
    AllowedMeasure,
    ApprovalCondition,
    Decision,
    Factor,
    LadderStep,
    OffenceFamily,
    ViolationType,
)
from enforcement.rules.ladder import (
    ON_THE_LADDER,
    Deviation,
    Earlier,
    FactorRule,
    Order,
    Proposed,
    Rung,
    beyond_harm,
    counting,
    deviation,
    factor_fits,
    family_of,
    ladder_of,
    nearest,
    occasions,
    proposed_step,
)
from enforcement.rules.reasons import reason_problem

OFFICIAL = (SubjectNature.GOVERNMENT_ORGAN, SubjectNature.MEDIA)


@dataclass(frozen=True)
class LadderProposal:
    """
    What the ladder proposes for one violation of one subject.

    `steps` are those that hold for the severity; `step` is the proposed one of them; `earlier` are
    the decisions that were counted, the newest first.
    """

    steps: tuple[LadderStep, ...]
    proposed: Proposed
    earlier: tuple[Decision, ...]
    counted_as: str
    months: int
    factors: tuple[Factor, ...] = ()

    @property
    def step(self) -> LadderStep:
        """The step that is proposed."""
        return self.steps[self.proposed.place]

    @property
    def is_aggravated(self) -> bool:
        """Whether a factor that somebody else has to answer for raises the step."""
        return self.proposed.moved > 0 and any(
            each.needs_approval for each in self.factors if each.direction == FactorDirection.UP
        )


def propose_step(
    *,
    account: PublicAccount,
    violation_type: ViolationType,
    severity: int,
    factors: Sequence[Factor] = (),
    at: datetime | None = None,
) -> LadderProposal:
    """
    Return what the ladder proposes for a violation of an account's subject; nothing is written.

    Opinions on Platform Responsibility, point 2: not at choice, nobody treated differently. The
    version of the violation decides, also where another one has come into force since.

    :raises ActionRefused: if the catalogue has no ladder for the violation.
    """
    steps = _steps_of(violation_type)
    ladder = ladder_of([_rung(each) for each in steps], severity)
    if not ladder:
        raise ActionRefused(_("The catalogue has no ladder for this violation."))
    # The steps in the order of the ladder, which names each by offence and severity.
    by_name = {(each.offence_number, each.from_severity): each for each in steps}
    counted_as = _counted_as(violation_type)
    months = violation_type.version.recidivism_months
    earlier = earlier_that_count(
        account=account, counted_as=counted_as, months=months, at=at or timezone.now()
    )
    return LadderProposal(
        steps=tuple(by_name[each.offence_number, each.from_severity] for each in ladder),
        proposed=proposed_step(
            ladder, earlier=len(earlier), directions={each.direction for each in factors}
        ),
        earlier=tuple(earlier),
        counted_as=counted_as,
        months=months,
        factors=tuple(factors),
    )


def _steps_of(violation: ViolationType) -> list[LadderStep]:
    """Return the steps of a violation: its own, or else those of the code it stands under."""
    found: dict[str, list[LadderStep]] = {}
    rows = LadderStep.objects.filter(
        version=violation.version_id, violation_type__code__in=_codes_above(violation.code)
    )
    for each in rows.select_related("violation_type").prefetch_related("measures"):
        found.setdefault(each.violation_type.code, []).append(each)
    return nearest(violation.code, found) or []


def _codes_above(code: str) -> list[str]:
    parts = code.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def orders_of_step(step: LadderStep) -> list[Order]:
    """Return the measures of a step, as they are compared."""
    return [
        Order(each.measure, each.term_days, frozenset(each.functions))
        for each in sorted(step.measures.all(), key=lambda each: each.pk)
    ]


def longest_ladder(violation: ViolationType) -> list[Rung]:
    """Return the longest of the ladders that a violation has by severity: the finest scale it has."""
    rungs = [_rung(each) for each in _steps_of(violation)]
    return max((ladder_of(rungs, each) for each in range(1, 5)), key=len)


def _rung(step: LadderStep) -> Rung:
    return Rung(step.offence_number, step.from_severity, tuple(orders_of_step(step)))


def _counted_as(violation: ViolationType) -> str:
    families = dict(
        OffenceFamily.objects.filter(version=violation.version_id).values_list(
            "violation_type__code", "code"
        )
    )
    return family_of(violation.code, families)


def earlier_that_count(
    *, account: PublicAccount, counted_as: str, months: int, at: datetime
) -> list[Decision]:
    """
    Return the earlier decisions on the same subject that count, the newest first.

    Opinions on Platform Responsibility, point 2. Each was counted as the version says under which
    it was proposed; one that was reversed does not count, one whose measures ended does. What an
    account did that stood in the subject's name without their will does not count against them.
    """
    found = {
        each.number: each
        for each in Decision.objects.filter(
            Q(subject=account.subject_id)
            | Q(subject__isnull=True, account__subject=account.subject_id),
            status__in=TAKEN_DECISIONS,
            in_force_from__lte=at,
        )
        .exclude(status=DecisionStatus.REVERSED)
        .exclude(
            account__in=Repudiation.objects.filter(
                subject=account.subject_id, status=RepudiationStatus.UPHELD
            ).values("account")
        )
        .select_related("violation_type__version", "account", "bulk_item")
        .prefetch_related("ordered_measures")
        .order_by("-in_force_from", "-pk")
    }
    found = _once_a_list(found)
    families: dict[int, dict[str, str]] = {}
    for version, code, family in OffenceFamily.objects.filter(
        version__in={each.violation_type.version_id for each in found.values()}
    ).values_list("version", "violation_type__code", "code"):
        families.setdefault(version, {})[code] = family
    counted = counting(
        (
            Earlier(
                reference=number,
                counted_as=family_of(
                    each.violation_type.code, families.get(each.violation_type.version_id, {})
                ),
                decided_on=timezone.localdate(each.in_force_from),
            )
            for number, each in found.items()
        ),
        counted_as=counted_as,
        decided_on=timezone.localdate(at),
        months=months,
    )
    return [found[each.reference] for each in counted]


def _once_a_list(found: dict[str, Decision]) -> dict[str, Decision]:
    """Leave one of the decisions that a list took on several accounts of the subject."""
    lists: set[int] = set()
    once = {}
    for number, each in found.items():
        item = getattr(each, "bulk_item", None)
        if item is not None:
            if item.bulk_id in lists:
                continue
            lists.add(item.bulk_id)
        once[number] = each
    return once


def allowed_measures(violation: ViolationType) -> dict[str, int]:
    """
    Return the measures that a violation allows, each with the offence from which on.

    Opinions on Platform Responsibility, point 2: no measure wider than the harm.
    """
    found: dict[str, dict[str, int]] = {}
    rows = AllowedMeasure.objects.filter(
        version=violation.version_id, violation_type__code__in=_codes_above(violation.code)
    )
    for code, measure, first in rows.values_list("violation_type__code", "measure", "from_offence"):
        found.setdefault(code, {})[measure] = first
    return nearest(violation.code, found) or {}


def require_allowed(
    violation: ViolationType, measures: Iterable[str], *, offence_number: int
) -> None:
    """
    Refuse measures that the violation does not allow.

    Opinions on Platform Responsibility, point 2: no measure wider than the harm.

    :raises InvalidInput: naming the measures that are too wide.
    """
    allowed = allowed_measures(violation)
    wide = beyond_harm(measures, allowed, offence_number=offence_number)
    if not wide:
        return
    later = [each for each in wide if each in allowed]
    labels = _(", ").join(str(MeasureCode(each).label) for each in later or wide)
    if later:
        raise InvalidInput(
            _("For %(code)s the catalogue allows this only from a later offence on: %(measures)s.")
            % {"code": violation.code, "measures": labels}
        )
    raise InvalidInput(
        _("For %(code)s the catalogue does not allow: %(measures)s.")
        % {"code": violation.code, "measures": labels}
    )


def require_fitting(
    factors: Sequence[Factor], violation: ViolationType, *, offence_number: int, severity: int
) -> None:
    """
    Refuse factors that do not fit the violation.

    Our choice, no article: a factor that does not fit would move the step without ground.

    :raises InvalidInput: naming the factor.
    """
    if len({each.pk for each in factors}) < len(factors):
        raise InvalidInput(_("Name each factor once."))
    for each in factors:
        rule = FactorRule(each.only_code, each.up_to_offence, each.up_to_severity)
        if each.version_id != violation.version_id or not factor_fits(
            rule, code=violation.code, offence_number=offence_number, severity=severity
        ):
            raise InvalidInput(
                _("The factor “%(factor)s” does not fit this violation.") % {"factor": each.title}
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
    return deviation([_rung(each) for each in proposal.steps], proposal.proposed.place, orders)


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
