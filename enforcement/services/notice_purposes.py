"""What operators are told of decisions for: the occasions, what their texts hold, and an example."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from compliance.models import Audience
from compliance.notices.purposes import Example, Placeholder, Purpose
from enforcement.enums import TAKEN_DECISIONS, DecisionStatus, MeasureStatus
from enforcement.models import Decision, Measure
from enforcement.services.letters import state_of_decision, state_of_reversal
from enforcement.services.notices import (
    DECISION,
    MEASURE_ENDED,
    REVERSAL,
    compose_decision,
    compose_ended,
    compose_reversal,
)


def _latest_decision(**having: object) -> Example | None:
    found = Decision.objects.filter(**having).order_by("-pk").first()
    return Example(str(found.pk), found.number) if found is not None else None


def _latest_ended() -> Example | None:
    ended = Measure.objects.filter(
        status__in=[MeasureStatus.EXPIRED, MeasureStatus.LIFTED], ended_at__isnull=False
    )
    found = ended.select_related("decision").order_by("-pk").first()
    return Example(str(found.pk), found.decision.number) if found is not None else None


def _needed(*names: tuple[str, Promise]) -> tuple[Placeholder, ...]:
    return tuple(Placeholder(name=name, label=label, is_required=True) for name, label in names)


_ABOUT = (
    *_needed(("number", gettext_lazy("number of the decision"))),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
)
PURPOSES = (
    Purpose(
        code=DECISION,
        label=gettext_lazy("decision that came into force"),
        audiences=(Audience.OPERATOR,),
        placeholders=(
            *_ABOUT,
            Placeholder(name="decided_at", label=gettext_lazy("when it was taken")),
            Placeholder(name="content", label=gettext_lazy("content concerned, if any")),
            Placeholder(name="statute", label=gettext_lazy("statute cited, if any")),
            *_needed(
                ("facts", gettext_lazy("facts")),
                ("source", gettext_lazy("where it came from")),
                ("violation", gettext_lazy("violation with its code")),
                ("clauses", gettext_lazy("clauses cited, with their text")),
                ("reasoning", gettext_lazy("reasoning told to the operator")),
                ("measures", gettext_lazy("measures, from when to when")),
                ("automation", gettext_lazy("whether automation was used")),
                ("appeal", gettext_lazy("how and until when to appeal")),
            ),
        ),
        compose=compose_decision,
        latest=lambda: _latest_decision(status__in=TAKEN_DECISIONS),
        reasons_in="reasoning",
        appeal_in="appeal",
        letter_state=state_of_decision,
    ),
    Purpose(
        code=REVERSAL,
        label=gettext_lazy("reversal of a decision"),
        audiences=(Audience.OPERATOR,),
        placeholders=(
            *_ABOUT,
            Placeholder(name="reversed_at", label=gettext_lazy("when it was reversed")),
            *_needed(
                ("measures", gettext_lazy("what became of each measure")),
                ("account_state", gettext_lazy("what the account may do now")),
            ),
        ),
        compose=compose_reversal,
        latest=lambda: _latest_decision(status=DecisionStatus.REVERSED),
        letter_state=state_of_reversal,
    ),
    Purpose(
        code=MEASURE_ENDED,
        label=gettext_lazy("end of a measure"),
        audiences=(Audience.OPERATOR,),
        placeholders=(
            *_ABOUT,
            *_needed(
                ("measure", gettext_lazy("which measure ended, when and why")),
                ("account_state", gettext_lazy("what the account may do now")),
            ),
        ),
        compose=compose_ended,
        latest=_latest_ended,
    ),
)
