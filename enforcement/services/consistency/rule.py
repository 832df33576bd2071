"""The rule of consistency among the formulas that two people change: what reads it, what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.powers_words import FormulaCode
from accounts.services.formulas import FormulaKind, formula_row_in_force, register_formula
from accounts.services.formulas.effects import Effect
from compliance.provisions import Provision
from enforcement.models import ConsistencyRule, Decision
from enforcement.rules.second_looks import ConsistencyTerms

# Our choice: the decisions of so many days show how many looks a version would ask for.
_LOOKED_AT: Final = timedelta(days=30)

_PROBLEMS: Final[Mapping[str, Promise]] = {
    "consistency is out of range": gettext_lazy(
        "A number is out of range: a share lies between 1 and 1000 thousandths, few cases are two "
        "at least."
    ),
    "follower bands are out of order": gettext_lazy(
        "The bands of followers rise from one to the next, one at least and six at most."
    ),
}


@dataclass(frozen=True)
class RuleInForce:
    """A version of the rule, as its row and as what the rules read."""

    row: ConsistencyRule
    terms: ConsistencyTerms


def rule_in_force(at: datetime) -> RuleInForce:
    """
    Return how consistency is looked after at `at`.

    Opinions on Platform Responsibility, point 2.

    :raises ActionRefused: if no version is in force then.
    """
    row = formula_row_in_force(FormulaCode.CONSISTENCY, at)
    assert isinstance(row, ConsistencyRule)
    return RuleInForce(row, ConsistencyTerms.from_catalogue(row.content))


def _effects(present: ConsistencyTerms, wanted: ConsistencyTerms, now: datetime) -> list[Effect]:
    """Return how many second looks the last thirty days would ask for, at least."""
    taken = Decision.objects.filter(in_force_from__gte=now - _LOOKED_AT).count()
    return [
        Effect(_("Decisions of the last 30 days"), str(taken), str(taken)),
        Effect(
            _("Second looks at them, before rounding up by code"),
            str(-(-taken * present.sample_permille // 1000)),
            str(-(-taken * wanted.sample_permille // 1000)),
        ),
    ]


def register() -> None:
    """Add the rule to the formulas; called when apps are ready."""
    register_formula(
        FormulaKind(
            FormulaCode.CONSISTENCY,
            ConsistencyRule,
            ConsistencyTerms.from_catalogue,
            Provision.OPINIONS_2,
            effects=_effects,
            problems=_PROBLEMS,
        )
    )
