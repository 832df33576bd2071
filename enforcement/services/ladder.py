"""What the catalogue in force proposes for a violation, and what a decision departs from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import SubjectNature
from accounts.models import PublicAccount, Repudiation
from accounts.repudiation_words import RepudiationStatus
from compliance.errors import ActionRefused, InvalidInput
from enforcement.enums import (
    TAKEN_DECISIONS,
    DecisionStatus,
    FactorDirection,
    MeasureCode,
)
from enforcement.models import (
    AllowedMeasure,
    Decision,
    Factor,
    LadderStep,
    OffenceFamily,
    ViolationType,
)
from enforcement.rules.ladder import (
    Earlier,
    FactorRule,
    Order,
    Proposed,
    Rung,
    beyond_harm,
    counting,
    factor_fits,
    family_of,
    ladder_of,
    nearest,
    proposed_step,
)

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
    ladder = ladder_of([rung_of(each) for each in steps], severity)
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
    rungs = [rung_of(each) for each in _steps_of(violation)]
    return max((ladder_of(rungs, each) for each in range(1, 5)), key=len)


def rung_of(step: LadderStep) -> Rung:
    """Return a step as the rules of the ladder compare it."""
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
