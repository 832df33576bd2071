"""What a proposed decision must hold, and the bytes that approvers approve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicAccount
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import CITED_KINDS, Clause, RuleWithdrawal
from enforcement.enums import ContentKind, MeasureCode
from enforcement.models import (
    Case,
    CatalogueVersion,
    Decision,
    Factor,
    MeasureType,
    ViolationType,
)
from enforcement.rules.approvals import ApprovalStep, approvals_for, approvals_needed
from enforcement.rules.measures import (
    OrderProblem,
    combination_problem,
    content_problem,
    correction_problem,
    functions_problem,
    label_problem,
    term_problem,
)
from enforcement.rules.reasons import ReasonProblem, reason_problem, reasoning_problem
from enforcement.rules.violations import ViolationProblem, ViolationRule, violation_problem
from enforcement.services.blacklist.ordering import check_review_date, review_in_bytes
from enforcement.services.deviations import Weighed, ladder_in_bytes, weigh
from enforcement.services.emergencies.ordering import EmergencyWords, emergency_in_bytes
from enforcement.services.terminations import ground_in_bytes


@dataclass(frozen=True)
class MeasureOrder:
    """A measure that is to be ordered: its term, and what it is about."""

    measure: str
    term_days: int | None = None
    functions: tuple[str, ...] = ()
    review_date: date | None = None
    content_refs: tuple[str, ...] = ()
    content_acts: tuple[str, ...] = ()
    label: str = ""
    mismatches: tuple[str, ...] = ()
    correction_ground: str = ""


@dataclass(frozen=True)
class DecisionWords:
    """What is written for one decision."""

    violation_type: ViolationType
    severity: int
    facts: str
    reasoning: str
    private_note: str
    statute: str
    content_kind: str
    content_ref: str
    clauses: Sequence[Clause]
    measures: Sequence[MeasureOrder]
    is_automated: bool
    factors: Sequence[Factor] = ()
    deviation_reason: str = ""
    deviation_note: str = ""
    # As of when earlier decisions count, and who approves besides those whom the catalogue asks for:
    # where many accounts are decided on together, neither counts their own decisions.
    counted_at: datetime | None = None
    more_slots: tuple[str, ...] = ()
    # Why it cannot wait for the operator, if it cannot.
    emergency: EmergencyWords | None = None

    @cached_property
    def types(self) -> dict[str, MeasureType]:
        """The measures of the catalogue version that the violation belongs to, by code."""
        return measure_types(self.violation_type)


_REASON_SENTENCES: dict[ReasonProblem, Promise] = {
    ReasonProblem.EMPTY: _("Facts and reasoning cannot be empty: the operator is told both."),
    ReasonProblem.BARE_CODE: _(
        "A code or an article alone is not enough: write what happened and why it breaks the rule."
    ),
    ReasonProblem.SAYS_NOTHING: _(
        "Such words tell the operator nothing: write what happened and why it breaks the rule."
    ),
    ReasonProblem.TOO_SHORT: _(
        "This is too short to be understood: write what happened and why it breaks the rule."
    ),
    ReasonProblem.REPEATS_FACTS: _(
        "The reasoning repeats the facts: write why they break the cited rule."
    ),
}
_VIOLATION_SENTENCES: dict[ViolationProblem, Promise] = {
    ViolationProblem.SUBTYPE_MISSING: _("This violation needs a sub-code that says what is meant."),
    ViolationProblem.STATUTE_MISSING: _("Cite the statute and article that this violation breaks."),
    ViolationProblem.SEVERITY_OUT_OF_RANGE: _(
        "The catalogue does not allow this severity for this violation."
    ),
}
_ORDER_SENTENCES: dict[OrderProblem, Promise] = {
    OrderProblem.NOTHING_ORDERED: _("Choose at least one measure."),
    OrderProblem.ORDERED_TWICE: _("A decision orders each measure once."),
    OrderProblem.CLOSURE_WITH_TERM: _(
        "A closed account has nothing left to limit for a time: order one of the two."
    ),
    OrderProblem.CLOSED_TWICE: _("A closure and a termination close the account: order one."),
    OrderProblem.TERM_MISSING: _("Give the term of the measure in days."),
    OrderProblem.TERM_NOT_POSSIBLE: _("This measure has no term."),
    OrderProblem.TERM_TOO_LONG: _("The term is longer than the catalogue allows."),
    OrderProblem.FUNCTIONS_MISSING: _("Say which functions are restricted."),
    OrderProblem.FUNCTIONS_NOT_POSSIBLE: _("Only a restriction of functions names functions."),
    OrderProblem.FUNCTION_UNKNOWN: _("An account has no function of this name."),
    OrderProblem.CONTENTS_MISSING: _("Name the contents that are to be handled, one a line."),
    OrderProblem.CONTENTS_NOT_POSSIBLE: _("This measure is not about contents."),
    OrderProblem.CONTENT_UNFIT: _(
        "A content is named once, by its number or address, in at most 400 characters."
    ),
    OrderProblem.TOO_MANY_CONTENTS: _("One decision names at most 100 contents."),
    OrderProblem.ACTS_MISSING: _("Say what is to be done with the contents."),
    OrderProblem.ACTS_NOT_POSSIBLE: _("Only the handling of content says what is done with it."),
    OrderProblem.LABEL_MISSING: _("Say which label is to be shown."),
    OrderProblem.LABEL_NOT_POSSIBLE: _("This measure shows no label."),
    OrderProblem.CORRECTION_WITHOUT_SUSPENSION: _(
        "Who has to correct the profile is suspended until it is corrected: order both."
    ),
    OrderProblem.SUSPENDED_UNTIL_CORRECTED: _(
        "The suspension lasts until the profile is corrected: give no days."
    ),
    OrderProblem.MISMATCHES_MISSING: _(
        "Say what of the profile has to be corrected, and in what way it is wrong."
    ),
    OrderProblem.MISMATCHES_NOT_POSSIBLE: _(
        "Only an order to correct says what of the profile is wrong."
    ),
}


def check_words(words: DecisionWords, *, now: datetime, today: date) -> None:
    """
    Refuse a decision whose words would not tell the operator what, under which rule and why.

    Opinions on Platform Responsibility, point 2: no measures at will, none beyond the rules.

    :raises InvalidInput: with the sentence that says what is missing.
    """
    for name, problem in (
        (_("Facts"), reason_problem(words.facts)),
        (_("Reasoning"), reasoning_problem(words.reasoning, facts=words.facts)),
    ):
        if problem is not None:
            raise InvalidInput(
                _("%(field)s: %(problem)s") % {"field": name, "problem": _REASON_SENTENCES[problem]}
            )
    if words.content_kind not in ContentKind.values:
        raise InvalidInput(_("Say in what sort of content the violation was found."))
    _check_violation(words, now)
    _check_clauses(words, today)


def _check_violation(words: DecisionWords, now: datetime) -> None:
    violation = words.violation_type
    if violation.version_id != CatalogueVersion.objects.in_force(now).pk:
        raise InvalidInput(
            _("This violation is of a catalogue that is not in force. Choose from the present one.")
        )
    rule = ViolationRule(
        needs_subtype=violation.needs_subtype,
        needs_statute=violation.needs_statute,
        lowest_severity=violation.lowest_severity,
        highest_severity=violation.highest_severity,
    )
    problem = violation_problem(rule, severity=words.severity, statute=words.statute)
    if problem is not None:
        raise InvalidInput(_VIOLATION_SENTENCES[problem])


def _check_clauses(words: DecisionWords, today: date) -> None:
    if any(clause.rule_version.effective_date > today for clause in words.clauses):
        raise InvalidInput(_("A cited clause is not in force yet."))
    if any(clause.rule_version.document.kind not in CITED_KINDS for clause in words.clauses):
        raise InvalidInput(_("A management system binds the platform: it is not cited."))
    cited = {clause.rule_version_id for clause in words.clauses}
    if RuleWithdrawal.objects.filter(version__in=cited).exists():
        raise InvalidInput(_("A cited clause was withdrawn before it came into force."))
    if len({clause.pk for clause in words.clauses}) < len(words.clauses):
        raise InvalidInput(_("A decision cites each clause once."))
    if words.violation_type.provision not in {clause.provision for clause in words.clauses}:
        raise InvalidInput(_("Cite the clause that this violation breaks."))


@dataclass(frozen=True)
class CheckedOrder:
    """The permissions of the approvers, and how what is ordered stands to the ladder."""

    slots: tuple[str, ...]
    weighed: Weighed


def check_order(words: DecisionWords, *, account: PublicAccount) -> CheckedOrder:
    """
    Refuse measures that the catalogue does not allow; return who approves and the ladder's step.

    Opinions on Platform Responsibility, point 2: measures, authority and procedure are laid down.

    :raises InvalidInput: with the sentence that says which rule stands against it.
    """
    types = words.types
    require_orderable(types, words.measures)
    for order in words.measures:
        problem = (
            content_problem(order.measure, order.content_refs, order.content_acts)
            or label_problem(order.measure, order.label)
            or correction_problem(order.measure, order.mismatches, order.correction_ground)
        )
        if problem is not None:
            raise InvalidInput(_ORDER_SENTENCES[problem])
        check_review_date(order.measure, order.review_date)
    by_measure = [
        approvals_for(
            [
                ApprovalStep(rule.longer_than_days, tuple(rule.permissions))
                for rule in types[order.measure].approval_rules.all()
            ],
            order.term_days,
        )
        for order in words.measures
    ]
    if not all(by_measure):
        raise ActionRefused(_("The catalogue names no approver for this measure."))
    weighed = weigh(words, account)
    slots = approvals_needed([*by_measure, *weighed.slots, words.more_slots])
    return CheckedOrder(slots, weighed)


def require_orderable(types: Mapping[str, MeasureType], measures: Sequence[MeasureOrder]) -> None:
    """
    Refuse measures that cannot be ordered so; `types` are those of the catalogue, by code.

    Opinions on Platform Responsibility, point 2.

    :raises InvalidInput: with the sentence that says which rule stands against it.
    """
    problem = combination_problem([order.measure for order in measures])
    if problem is not None:
        raise InvalidInput(_ORDER_SENTENCES[problem])
    for order in measures:
        found = types.get(order.measure)
        if found is None:
            raise InvalidInput(_("The catalogue does not know this measure."))
        problem = term_problem(
            measure=order.measure,
            beside=[each.measure for each in measures],
            has_term=found.has_term,
            longest_days=found.longest_days,
            term_days=order.term_days,
        ) or functions_problem(order.measure, order.functions)
        if problem is not None:
            raise InvalidInput(_ORDER_SENTENCES[problem])


def measure_types(violation: ViolationType) -> dict[str, MeasureType]:
    """Return the measures of the catalogue version that a violation belongs to, by code."""
    return {
        each.measure: each
        for each in MeasureType.objects.filter(version=violation.version_id).prefetch_related(
            "approval_rules"
        )
    }


def contents_in_bytes(order: MeasureOrder) -> dict[str, Any]:
    """Return what approvers see in the bytes of what a measure is about, where it says so."""
    found: dict[str, Any] = {
        "content_refs": list(order.content_refs),
        "content_acts": sorted(order.content_acts),
        "label": order.label,
        "mismatches": sorted(order.mismatches),
        "correction_ground": order.correction_ground,
    }
    return {name: value for name, value in found.items() if value}


def proposal_content(
    words: DecisionWords, *, case: Case, replaces: Decision | None, checked: CheckedOrder
) -> dict[str, Any]:
    """
    Return everything that approvers must see, as it goes into the proposal's bytes.

    Opinions on Platform Responsibility, point 2: whoever approves answers for exactly this.
    """
    account = case.account
    violation = words.violation_type
    snapshot = case.snapshots.latest("pk")
    types = words.types
    return {
        "case": {"number": case.number, "source": case.source, "summary": case.summary},
        "account": {"platform_uid": account.platform_uid, "name": account.name},
        "snapshot_sha256": snapshot.sha256,
        "violation": {
            "code": violation.code,
            "title": violation.title_zh,
            "provision": violation.provision,
            "catalogue": violation.version.label,
            "severity": words.severity,
        },
        "facts": words.facts,
        "reasoning": words.reasoning,
        "private_note": words.private_note,
        "statute": words.statute,
        "content": {"kind": words.content_kind, "ref": words.content_ref},
        "clauses": [
            {
                "document": clause.rule_version.document.title,
                "version": clause.rule_version.label,
                "number": clause.number,
                "text": clause.text,
            }
            for clause in words.clauses
        ],
        "measures": [
            {
                "measure": str(MeasureCode(order.measure)),
                "number": types[order.measure].number,
                "term_days": order.term_days,
                "functions": sorted(order.functions),
                **contents_in_bytes(order),
                **review_in_bytes(order.review_date),
                **ground_in_bytes(order.measure, case),
            }
            for order in words.measures
        ],
        "ladder": ladder_in_bytes(checked.weighed),
        **emergency_in_bytes(words.emergency),
        "approvers": list(checked.slots),
        "is_automated": words.is_automated,
        "replaces": replaces.number if replaces is not None else None,
    }
