"""What the ladder proposes for a violation, and how what is ordered stands to it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from accounts.rules.dormancy import months_before
from enforcement.enums import (
    CLOSING_MEASURES,
    LEFT_TO_THE_CASE,
    MILDEST_MEASURES,
    ApprovalOccasion,
    DeviationKind,
    FactorDirection,
    MeasureCode,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Order:
    """A measure with its term and the functions that it turns off."""

    measure: str
    term_days: int | None = None
    functions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rung:
    """One step of a ladder: for which offence, from which severity on, which measures."""

    offence_number: int
    from_severity: int
    orders: tuple[Order, ...]


@dataclass(frozen=True)
class Earlier:
    """An earlier decision on the same subject: when, counted as what, whether it still counts."""

    reference: str
    counted_as: str
    decided_on: date
    is_reversed: bool = False


@dataclass(frozen=True)
class Proposed:
    """The step that is proposed, by its place on the ladder, and how the factors moved it."""

    offence_number: int
    place: int
    moved: int


@dataclass(frozen=True)
class Deviation:
    """How orders stand to the proposed step, and by how many steps."""

    kind: DeviationKind
    steps: int = 0


ON_THE_LADDER: Final = Deviation(DeviationKind.NONE)


def counting(
    earlier: Iterable[Earlier], *, counted_as: str, decided_on: date, months: int
) -> list[Earlier]:
    """
    Return the earlier decisions that count for a decision of the day `decided_on`.

    Opinions on Platform Responsibility, point 2: the same is dealt with alike. Counted are those of
    the same subject and family whose date lies within so many months; one that was reversed never.
    """
    since = months_before(decided_on, months)
    return [
        each
        for each in earlier
        if not each.is_reversed
        and each.counted_as == counted_as
        and since <= each.decided_on <= decided_on
    ]


def ladder_of(rungs: Iterable[Rung], severity: int) -> list[Rung]:
    """
    Return the steps that hold for a severity, the first offence first.

    Our choice, no article: where a violation has a ladder of its own from some severity on, that
    one holds as a whole.
    """
    reached = [each for each in rungs if each.from_severity <= severity]
    if not reached:
        return []
    own = max(each.from_severity for each in reached)
    return sorted(
        (each for each in reached if each.from_severity == own),
        key=lambda each: each.offence_number,
    )


def moved_by(directions: Collection[str]) -> int:
    """Return by how many steps factors move: one at most, and none where they weigh both ways."""
    return (FactorDirection.UP in directions) - (FactorDirection.DOWN in directions)


def proposed_step(
    ladder: Sequence[Rung], *, earlier: int, directions: Collection[str] = ()
) -> Proposed:
    """
    Return the step for a violation after so many earlier ones that count.

    Opinions on Platform Responsibility, point 2. Beyond the last step the last one holds; factors
    move by one step at most and never off the ladder.
    """
    offence = earlier + 1
    plain = max(
        (place for place, each in enumerate(ladder) if each.offence_number <= offence), default=0
    )
    place = min(max(plain + moved_by(directions), 0), len(ladder) - 1)
    return Proposed(offence, place, place - plain)


def is_covered(order: Order, by: Collection[Order]) -> bool:
    """
    Return whether an order asks for no more than one of `by` does.

    Opinions on Platform Responsibility, point 2: the content first, then the account. What is done
    about contents alone is milder than any step.
    """
    return order.measure in MILDEST_MEASURES or any(_covers(other, order) for other in by)


def _covers(heavier: Order, order: Order) -> bool:
    if heavier.measure in CLOSING_MEASURES or order.measure == MeasureCode.WARN:
        # A closure leaves nothing to limit; a warning limits nothing. Neither covers what bears on
        # the person behind the account and not on the account.
        return order.measure in _OF_ACCOUNTS
    if (heavier.term_days or 0) < (order.term_days or 0):
        return False
    if heavier.measure == order.measure:
        return order.functions <= heavier.functions
    # Whoever cannot publish at all loses more than some functions.
    return order.measure in _WITHIN.get(heavier.measure, ())


_WITHIN: Final[Mapping[str, frozenset[str]]] = {
    MeasureCode.SUSPEND_UPDATES: frozenset({MeasureCode.RESTRICT_FUNCTIONS}),
    MeasureCode.SUSPEND_SERVICE: frozenset(
        {
            MeasureCode.RESTRICT_FUNCTIONS,
            MeasureCode.SUSPEND_UPDATES,
            MeasureCode.STOP_ADVERTISING,
        }
    ),
}
_OF_ACCOUNTS: Final = frozenset(
    {
        MeasureCode.WARN,
        MeasureCode.RESTRICT_FUNCTIONS,
        MeasureCode.SUSPEND_UPDATES,
        MeasureCode.STOP_ADVERTISING,
        MeasureCode.SUSPEND_SERVICE,
        *CLOSING_MEASURES,
    }
)


def _is_within(orders: Collection[Order], rung: Rung) -> bool:
    return all(is_covered(each, rung.orders) for each in orders)


def _is_same(orders: Collection[Order], rung: Rung) -> bool:
    # Whether there is a content to stop, or a service to suspend, is a question of the case.
    return _is_within(orders, rung) and all(
        each.measure in LEFT_TO_THE_CASE or is_covered(each, orders) for each in rung.orders
    )


def deviation(ladder: Sequence[Rung], place: int, orders: Collection[Order]) -> Deviation:
    """
    Return whether orders are lighter or heavier than the step at `place`, and by how many steps.

    Opinions on Platform Responsibility, point 2: no acting at choice. Orders that go beyond the
    step in anything are heavier, however mild they are otherwise; what lies between two steps is
    counted to the farther one.
    """
    if _is_same(orders, ladder[place]):
        return ON_THE_LADDER
    within = [number for number, rung in enumerate(ladder) if _is_within(orders, rung)]
    if place not in within:
        above = [number for number in within if number > place]
        return Deviation(DeviationKind.HEAVIER, (above[0] if above else len(ladder)) - place)
    lowest = min(number for number in range(place + 1) if _holds_from(within, number, place))
    exact = _is_same(orders, ladder[lowest])
    return Deviation(DeviationKind.LIGHTER, place - lowest + (0 if exact else 1))


def _holds_from(within: Collection[int], number: int, place: int) -> bool:
    """Return whether the orders stay within every step from `number` up to `place`."""
    return all(each in within for each in range(number, place + 1))


def beyond_harm(
    measures: Iterable[str], allowed: dict[str, int], *, offence_number: int
) -> list[str]:
    """
    Return the measures that the violation does not allow: those wider than its harm.

    Opinions on Platform Responsibility, point 2: nothing beyond the scope. `allowed` names for each
    measure the offence from which on it may be taken.
    """
    return [each for each in measures if each not in allowed or allowed[each] > offence_number]


@dataclass(frozen=True)
class FactorRule:
    """Where a factor fits."""

    only_code: str = ""
    up_to_offence: int | None = None
    up_to_severity: int | None = None


def factor_fits(rule: FactorRule, *, code: str, offence_number: int, severity: int) -> bool:
    """Return whether a factor fits this violation; our choice, no article."""
    return (
        (not rule.only_code or f"{code}.".startswith(f"{rule.only_code}."))
        and (rule.up_to_offence is None or offence_number <= rule.up_to_offence)
        and (rule.up_to_severity is None or severity <= rule.up_to_severity)
    )


def nearest(code: str, of_codes: Mapping[str, T]) -> T | None:
    """Return what is said of a code, or of the nearest code above it that says anything."""
    while code not in of_codes and "." in code:
        code = code.rpartition(".")[0]
    return of_codes.get(code)


def family_of(code: str, families: Mapping[str, str]) -> str:
    """Return as what a violation is counted: its family, or the head of art. 18 that it stands under."""
    return nearest(code, families) or code.partition(".")[0]


def occasions(
    *,
    is_official: bool,
    followers: int,
    found: Deviation,
    is_aggravated: bool,
    thresholds: dict[str, int],
) -> list[str]:
    """
    Return the occasions on which the catalogue asks for more approvals that are there.

    Opinions on Platform Responsibility, point 2: authority is laid down beforehand.
    """
    there = {
        ApprovalOccasion.OFFICIAL: int(is_official),
        ApprovalOccasion.FOLLOWERS: followers,
        ApprovalOccasion.HEAVIER: found.steps if found.kind == DeviationKind.HEAVIER else 0,
        ApprovalOccasion.LIGHTER: found.steps if found.kind == DeviationKind.LIGHTER else 0,
        ApprovalOccasion.AGGRAVATED: int(is_aggravated),
    }
    return [
        str(occasion)
        for occasion, number in there.items()
        if str(occasion) in thresholds and 0 < thresholds[str(occasion)] <= number
    ]
