"""Whether the operator is heard before a decision, and on which hearing it may rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.deadlines import due_instant
from compliance.errors import ActionRefused
from enforcement.hearing_words import HearingStatus, StatementKind
from enforcement.models import Case, Decision, Hearing, OrderedMeasure
from enforcement.rules.hearings import OrderedWeight, is_heard_first, is_no_graver
from enforcement.services.decision_content import DecisionWords, MeasureOrder

STEP = "hearing_window"


@dataclass(frozen=True)
class HearingPlan:
    """Whether a new hearing is opened, and otherwise on which earlier one the decision rests."""

    is_opened: bool
    rests_on: Hearing | None = None

    def due_if_opened(self, at: datetime) -> datetime | None:
        """Return until when the operator could speak, or None where nobody is heard anew."""
        return due_instant(STEP, at) if self.is_opened else None


def plan_hearing(case: Case, words: DecisionWords) -> HearingPlan:
    """
    Return whether the operator is heard before a decision with these words.

    Our choice, no article: before suspension of updates and whatever is graver. Who was heard on
    the same violation is not heard again on a decision that is no graver.

    :raises ActionRefused: if it is graver than what the operator has defended themselves against.
    """
    weights = _weights(words.measures)
    # One after a decision was about that decision alone.
    earlier = (
        case.hearings.heard().filter(after=None).prefetch_related("decisions__ordered_measures")
    )
    rests_on = None
    for hearing in earlier.select_related("clock").order_by("pk"):
        first = decision_heard(hearing)
        is_covered = is_no_graver(weights, _weights(first.ordered_measures.all()))
        if not is_covered and has_spoken(hearing):
            raise ActionRefused(
                _(
                    "The operator was heard on %(number)s and defended themselves: the decision may "
                    "not be graver now. What has come to light since belongs into a case of its own."
                )
                % {"number": first.number}
            )
        if is_covered and first.violation_type.code == words.violation_type.code:
            rests_on = hearing
    types = words.types
    needs = is_heard_first(types[order.measure].needs_hearing for order in words.measures)
    if words.emergency is not None and (not needs or rests_on is not None):
        raise ActionRefused(
            _("Nobody is heard before this decision anyway: propose it without the emergency.")
        )
    if not needs or words.emergency is not None:
        return HearingPlan(is_opened=False)
    return HearingPlan(is_opened=rests_on is None, rests_on=rests_on)


def _weights(orders: Iterable[MeasureOrder | OrderedMeasure]) -> list[OrderedWeight]:
    return [OrderedWeight(each.measure, each.term_days, tuple(each.functions)) for each in orders]


def decision_heard(hearing: Hearing) -> Decision:
    """Return the decision that the operator was told of: the first one, or that which it came after."""
    if hearing.after is not None:
        return hearing.after
    return min(hearing.decisions.all(), key=lambda each: each.pk)


def has_spoken(hearing: Hearing) -> bool:
    """Return whether the operator said something that has to be weighed."""
    return hearing.statements.exclude(kind=StatementKind.NOTHING).exists()


def is_waiting(hearing: Hearing) -> bool:
    """Return whether the operator may still speak."""
    return hearing.status == HearingStatus.WAITING and timezone.now() < hearing.clock.due_at
