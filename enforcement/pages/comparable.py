"""The panel of comparable decisions, in words and as a small table, without whom they were about."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.ui.kit import Badge
from enforcement.credit_words import CreditEntryKind
from enforcement.enums import DeviationKind, DeviationReason, MeasureCode
from enforcement.models import Case, Decision
from enforcement.pages.presentation import decision_url, order_in_words, status_badge
from enforcement.rules.consistency import (
    Comparison,
    Distribution,
    MeasureShare,
    compare,
    distribution_of,
)
from enforcement.rules.ladder import Order
from enforcement.services.consistency.comparable import as_taken, comparable_decisions


@dataclass(frozen=True)
class ComparableRow:
    """One comparable decision: what it ordered, not whom it met."""

    number: str
    url: str
    at: datetime
    measures: list[str]
    points: int
    deviation: str
    reason: str
    status: Badge


@dataclass(frozen=True)
class ShareRow:
    """One measure of the small table."""

    measure: str
    count: int
    share: str
    median: str


@dataclass(frozen=True)
class ComparablePanel:
    """The last comparable decisions, what is usual among them, and how the present stands to them."""

    rows: list[ComparableRow]
    sentences: list[str]
    shares: list[ShareRow]
    present: str


def comparable_panel(
    code: str,
    severity: int,
    offence_number: int,
    *,
    without: Case,
    orders: Collection[Order] = (),
) -> ComparablePanel:
    """
    Return the panel for a violation, severity and offence; `orders` is what is proposed now.

    Opinions on Platform Responsibility, point 2: nobody is dealt with differently.
    """
    found = comparable_decisions(code, severity, offence_number, without=without)
    taken = [as_taken(each) for each in found]
    distribution = distribution_of(taken)
    return ComparablePanel(
        rows=[_row(each) for each in found],
        sentences=list(_sentences(distribution)) if found else [],
        shares=[_share(each) for each in distribution.measures],
        present=_present(compare(orders, taken), len(found)) if orders and found else "",
    )


def _row(decision: Decision) -> ComparableRow:
    is_off = decision.deviation in (DeviationKind.LIGHTER, DeviationKind.HEAVIER)
    assert decision.in_force_from is not None
    return ComparableRow(
        number=decision.number,
        url=decision_url(decision),
        at=decision.in_force_from,
        measures=[
            order_in_words(each.measure, each.term_days, each.functions)
            for each in decision.ordered_measures.all()
        ],
        points=sum(
            -each.points
            for each in decision.credit_entries.all()
            if each.kind == CreditEntryKind.DEDUCT
        ),
        deviation=decision.get_deviation_display() if is_off else "",
        reason=str(DeviationReason(decision.deviation_reason).label) if is_off else "",
        status=status_badge(decision),
    )


def _share(share: MeasureShare) -> ShareRow:
    return ShareRow(
        measure=str(MeasureCode(share.measure).label),
        count=share.count,
        share=percent(share.permille),
        median=days_in_words(share.median_days),
    )


def percent(permille: int) -> str:
    """Return a share in thousandths as "33.3 %"."""
    return f"{permille / 10:g} %"


def days_in_words(days: float | None) -> str:
    """Return a number of days that may be half of one; nothing of what has no term."""
    return "" if days is None else _("%(days)s days") % {"days": f"{days:g}"}


def _sentences(found: Distribution) -> Iterable[str]:
    yield ngettext(
        "%(count)s decision on the same violation, severity and offence.",
        "The last %(count)s decisions on the same violation, severity and offence.",
        found.count,
    ) % {"count": found.count}
    most = max(found.measures, key=lambda each: each.count)
    yield _("Most often: %(measure)s, in %(share)s of them.") % {
        "measure": MeasureCode(most.measure).label,
        "share": percent(most.permille),
    }
    yield _("On the ladder %(on)s, lighter %(lighter)s, heavier %(heavier)s.") % {
        "on": found.on_ladder,
        "lighter": found.lighter,
        "heavier": found.heavier,
    }


def _present(found: Comparison, count: int) -> str:
    return _(
        "What is ordered now is the same as in %(same)s of %(count)s, lighter than in %(lighter)s, "
        "heavier than in %(heavier)s."
    ) % {
        "same": found.same,
        "lighter": found.lighter,
        "heavier": found.heavier,
        "count": count,
    }
