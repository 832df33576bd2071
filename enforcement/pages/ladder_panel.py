"""What the ladder proposes and how a decision stands to it, in words, wherever it is looked at."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from compliance.numbers import read_number
from compliance.ui.kit import Fact
from enforcement.enums import (
    LEFT_TO_THE_CASE,
    MILDEST_MEASURES,
    ApprovalOccasion,
    DeviationKind,
    DeviationReason,
    FactorDirection,
    MeasureCode,
)
from enforcement.models import Case, Decision, Factor, LadderStep, ViolationType
from enforcement.models.decisions import NUMBER_PREFIX
from enforcement.pages.comparable import ComparablePanel, comparable_panel
from enforcement.pages.presentation import (
    DecisionRow,
    decision_url,
    order_in_words,
    rows_of,
)
from enforcement.rules.ladder import Order
from enforcement.services.ladder import (
    LadderProposal,
    allowed_measures,
    orders_of_step,
    propose_step,
)


@dataclass(frozen=True)
class LadderPanel:
    """What the ladder proposes for the violation that is chosen in the form, and why."""

    title: str
    orders: list[str]
    note: str
    why: list[str]
    earlier: list[DecisionRow]
    allowed: list[str]
    comparable: ComparablePanel
    # For the script that fills the measures in: [{measure, term_days, functions}].
    orders_json: str
    # For the same script: the measures that may be taken for this offence.
    allowed_now: str


def panel_of(
    case: Case,
    violation: ViolationType,
    severity: int,
    factors: Sequence[Factor],
    orders: Collection[Order],
) -> LadderPanel:
    """Return what the ladder proposes for a violation in a case, with what it rests on."""
    proposal = propose_step(
        account=case.account, violation_type=violation, severity=severity, factors=factors
    )
    offence, step = proposal.proposed.offence_number, proposal.step
    return LadderPanel(
        title=offence_in_words(offence),
        orders=orders_in_words(step),
        note=step.note,
        why=list(_why(proposal)),
        earlier=rows_of(proposal.earlier),
        allowed=allowed_in_words(violation),
        allowed_now=" ".join(
            measure for measure, first in allowed_measures(violation).items() if first <= offence
        ),
        comparable=comparable_panel(violation.code, severity, offence, without=case, orders=orders),
        orders_json=json.dumps(
            [
                {
                    "measure": each.measure,
                    "term_days": each.term_days,
                    "functions": sorted(each.functions),
                }
                for each in orders_of_step(step)
                # These need more than a tick, and are taken where the case has a content.
                if each.measure not in MILDEST_MEASURES
                and (each.measure not in LEFT_TO_THE_CASE or each.term_days is not None)
            ]
        ),
    )


def offence_in_words(number: int) -> str:
    """Return "offence 2" in words."""
    return _("Offence %(number)s") % {"number": number}


def orders_in_words(step: LadderStep) -> list[str]:
    """Return the measures of a step in words."""
    return [
        order_in_words(each.measure, each.term_days, sorted(each.functions))
        for each in orders_of_step(step)
    ]


def allowed_in_words(violation: ViolationType) -> list[str]:
    """Return the measures that a violation allows, the mildest first."""
    allowed = allowed_measures(violation)
    return [
        str(label)
        if allowed[code] == 1
        else _("%(measure)s from offence %(number)s on")
        % {"measure": label, "number": allowed[code]}
        for code, label in MeasureCode.choices
        if code in allowed
    ]


def _why(proposal: LadderProposal) -> Iterable[str]:
    yield _counted(len(proposal.earlier), proposal.counted_as, proposal.months)
    offence, place = proposal.proposed.offence_number, proposal.proposed.place
    if offence > proposal.steps[-1].offence_number and place == len(proposal.steps) - 1:
        yield _("The ladder has no further step: the last one holds.")
    if proposal.proposed.moved:
        yield _moved(proposal.proposed.moved)
    elif proposal.factors:
        yield _("The factors do not move the step.")


def _counted(count: int, counted_as: str, months: int) -> str:
    if not count:
        return _(
            "No earlier decision on this subject counts as %(code)s within %(months)s months."
        ) % {"code": counted_as, "months": months}
    return ngettext(
        "%(count)s earlier decision on this subject counts as %(code)s within %(months)s months.",
        "%(count)s earlier decisions on this subject count as %(code)s within %(months)s months.",
        count,
    ) % {"count": count, "code": counted_as, "months": months}


def _moved(steps: int) -> str:
    return (
        _("The factors raise it by one step.")
        if steps > 0
        else _("The factors lower it by one step.")
    )


def deviation_in_words(kind: str, steps: int) -> str:
    """Return how a decision stands to the ladder: "heavier than the ladder by 2 steps"."""
    if not kind:
        return ""
    label = str(DeviationKind(kind).label)
    if kind == DeviationKind.NONE:
        return label
    return ngettext("%(label)s by %(steps)s step", "%(label)s by %(steps)s steps", steps) % {
        "label": label,
        "steps": steps,
    }


def ladder_facts(ladder: Mapping[str, Any] | None) -> list[Fact]:
    """Return what a proposal says of the ladder; nothing of the time before there was one."""
    if not ladder:
        return []
    step, deviation = ladder["step"], ladder["deviation"]
    is_english = (get_language() or "").startswith("en")
    facts = [
        Fact(
            _("The ladder proposes"),
            _("; ").join(
                order_in_words(each["measure"], each["term_days"], each["functions"])
                for each in step["measures"]
            ),
            hint=f"{offence_in_words(ladder['offence_number'])} · {step['violation']}",
        ),
        Fact(
            _("What counts"),
            _counted(len(ladder["earlier"]), ladder["counted_as"], ladder["months"]),
        ),
        *(
            Fact(_("Counted"), number, url=_url_of(number), is_code=True)
            for number in ladder["earlier"]
        ),
        *(
            Fact(_("Factor"), _title_of(each), hint=str(FactorDirection(each["direction"]).label))
            for each in ladder["factors"]
        ),
    ]
    note = step["note_en"] if is_english else step["note"]
    if note:
        facts.append(Fact(_("Besides"), note))
    facts.append(
        Fact(
            _("What is ordered is"),
            deviation_in_words(deviation["kind"], deviation["steps"]),
            hint=str(DeviationReason(deviation["reason"]).label) if deviation["reason"] else "",
        )
    )
    if deviation["note"]:
        facts.append(Fact(_("Why it departs"), deviation["note"]))
    if ladder["occasions"]:
        facts.append(
            Fact(
                _("More approvals, because"),
                _("; ").join(str(ApprovalOccasion(each).label) for each in ladder["occasions"]),
            )
        )
    return facts


def comparable_to(
    ladder: Mapping[str, Any] | None,
    code: str,
    case: Case,
    severity: int,
    orders: Collection[Order],
) -> ComparablePanel:
    """Return the last decisions like a proposed one, and how its orders stand to them."""
    offence = ladder["offence_number"] if ladder else 1
    return comparable_panel(code, severity, offence, without=case, orders=orders)


def _title_of(factor: Mapping[str, str]) -> str:
    found = Factor.objects.filter(code=factor["code"], title_zh=factor["title"]).first()
    return found.title if found is not None else factor["title"]


def _url_of(number: str) -> str:
    key = read_number(NUMBER_PREFIX, number)
    found = Decision.objects.filter(pk=key).first() if key is not None else None
    return decision_url(found) if found is not None else ""
