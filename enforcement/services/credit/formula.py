"""The rule of credit among the formulas that two people change: what reads it, what it would change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.powers_words import CreditGrade, FormulaCode
from accounts.services.formulas import FormulaKind, FormulaPreset, register_formula
from accounts.services.formulas.effects import Effect
from compliance.provisions import Provision
from enforcement.models import CreditPreset, CreditRule, CreditScore
from enforcement.rules.credit import Credit, CreditTerms
from enforcement.services.credit.counting import counted
from enforcement.services.credit.sources import entries_of

# Our choice: looked at while somebody waits for the page; the lowest scores, which a rule is for.
LOOKED_AT: Final = 500

_PROBLEMS: Final[Mapping[str, Promise]] = {
    "credit is out of order": gettext_lazy(
        "The low-credit line lies above the lowest score and not above the score that one begins "
        "with, and that not above the highest."
    ),
    "grades of credit are out of order": gettext_lazy(
        "Each grade has to begin below the one before it, A not above the score that one begins "
        "with, E above the lowest."
    ),
    "healing of credit is out of range": gettext_lazy(
        "Days lie from 0 to 366, months from 0 to 60, and a step of healing takes at least a day."
    ),
    "repair of credit is out of range": gettext_lazy(
        "A repair gives more than the lowest score and not more than one begins with."
    ),
    "a worse grade of credit has more than a better one": gettext_lazy(
        "A worse grade cannot have more services or more updates than a better one."
    ),
    "updates are out of range": gettext_lazy("Updates a day are a number from 1 to 1000."),
}


def presets() -> Sequence[FormulaPreset]:
    """Return the rules that one can begin from."""
    return [
        FormulaPreset(each.code, each.title, each.source, each.dated, each.content)
        for each in CreditPreset.objects.all()
    ]


def credit_effects(present: CreditTerms, wanted: CreditTerms, now: datetime) -> list[Effect]:
    """Return how many subjects would have which grade, and whose would move, by a version."""
    lowest = CreditScore.objects.order_by("score", "pk").values_list("subject", flat=True)
    subjects = list(lowest[:LOOKED_AT])
    found = entries_of(subjects)
    before, after = (
        [counted(found[subject], terms, now) for subject in subjects] for terms in (present, wanted)
    )
    pairs = list(zip(before, after, strict=True))
    looked_at = str(len(subjects))
    old, new = _grades(before), _grades(after)
    return [
        Effect(_("Subjects looked at, the lowest scores first"), looked_at, looked_at),
        Effect(
            _("Subjects whose score would move"),
            "0",
            str(sum(one.score != other.score for one, other in pairs)),
        ),
        Effect(
            _("Subjects whose services would become fewer"),
            "0",
            str(sum(one.services_grade < other.services_grade for one, other in pairs)),
        ),
        Effect(
            _("Subjects whose services would become more"),
            "0",
            str(sum(one.services_grade > other.services_grade for one, other in pairs)),
        ),
        *(Effect(str(each.label), str(old[each]), str(new[each])) for each in CreditGrade),
        Effect(
            _("Subjects below the low-credit line"),
            str(sum(each.score < present.low for each in before)),
            str(sum(each.score < wanted.low for each in after)),
        ),
    ]


def _grades(credits_: Sequence[Credit]) -> Counter[CreditGrade]:
    return Counter(each.services_grade for each in credits_)


def register() -> None:
    """Add the rule to the formulas; called when apps are ready."""
    register_formula(
        FormulaKind(
            FormulaCode.CREDIT,
            CreditRule,
            CreditTerms.from_catalogue,
            Provision.PUBLIC_ACCOUNT_13_1,
            effects=credit_effects,
            problems=_PROBLEMS,
            presets=presets,
        )
    )
