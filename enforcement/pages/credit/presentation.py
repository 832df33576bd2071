"""How credit is worded for the pages that show it."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PublicAccount
from accounts.powers_words import CreditGrade
from compliance.models import StaffUser
from compliance.pages.record import PanelRow
from compliance.ui.charts import Chart, ChartPoint
from compliance.ui.kit import Badge, Fact
from enforcement.credit_words import CreditEntryKind
from enforcement.models import CreditEntry, CreditRepair, CreditScore, Decision
from enforcement.pages.presentation import decision_url, instant
from enforcement.rules.credit import CreditTerms, course
from enforcement.services.credit.sources import entries_of
from enforcement.services.credit.words import (
    days_from,
    given_back_in_words,
    taken_in_words,
)

VIEW = "enforcement.view_creditscore"
VIEW_DECISION = "enforcement.view_decision"
TONES = {
    CreditGrade.A: "good",
    CreditGrade.B: "good",
    CreditGrade.C: "info",
    CreditGrade.D: "warning",
    CreditGrade.E: "danger",
    CreditGrade.Z: "danger",
}
# Our choice: how far back the line goes, and how far ahead if nothing else happens.
DAYS_BACK = 180
DAYS_AHEAD = 60


def credit_url(score: CreditScore) -> str:
    """Return the address of the credit of a subject."""
    return reverse("admin:credit", args=[score.pk])


def repair_url(account: PublicAccount) -> str:
    """Return the address on which a repair is entered for an account."""
    return reverse("admin:enter_credit_repair", args=[account.pk])


def repairs_url(repair: CreditRepair) -> str:
    """Return where an application for repair stands."""
    return f"{reverse('admin:credit_repairs')}#repair-{repair.pk}"


def grade_badge(grade: str) -> Badge:
    """Return a grade as a word with a colour."""
    found = CreditGrade(grade)
    return Badge(text=found.label, tone=TONES[found])


def entry_rows(
    entries: Iterable[CreditEntry], disputed: Collection[int], staff: StaffUser
) -> list[PanelRow]:
    """Return entries, each with what it rests on and what became of it."""
    return [
        PanelRow(
            label=_("%(points)s points") % {"points": f"{each.points:+d}"},
            hint=_("%(ground)s · %(before)s → %(after)s points")
            % {
                "ground": _ground(each),
                "before": each.score_before,
                "after": each.score_after,
            },
            value=instant(each.at),
            url=_url(each, staff),
            badge=_badge(each, disputed),
        )
        for each in entries
    ]


def _ground(entry: CreditEntry) -> str:
    if entry.repair is not None:
        return _("Repair %(number)s") % {"number": entry.repair.number}
    assert entry.decision is not None
    if entry.kind == CreditEntryKind.REVERSE:
        return _("Decision %(number)s was reversed") % {"number": entry.decision.number}
    return f"{entry.decision.number} · {entry.decision.violation_type}"


def _url(entry: CreditEntry, staff: StaffUser) -> str:
    if entry.repair is not None:
        return repairs_url(entry.repair)
    assert entry.decision is not None
    return decision_url(entry.decision) if staff.has_perm(VIEW_DECISION) else ""


def _badge(entry: CreditEntry, disputed: Collection[int]) -> Badge:
    if entry.kind != CreditEntryKind.DEDUCT:
        return Badge(text=entry.get_kind_display(), tone="good")
    if hasattr(entry, "reversed_by"):
        return Badge(text=_("undone"))
    if entry.pk in disputed:
        return Badge(text=_("disputed"), tone="warning")
    return Badge(text=entry.get_kind_display(), tone="danger")


def credit_facts_of(decision: Decision, staff: StaffUser) -> list[Fact]:
    """Return what a decision took from the credit, and what its reversal gave back."""
    words = " ".join(filter(None, [taken_in_words(decision), given_back_in_words(decision)]))
    if not words or not staff.has_perm(VIEW):
        return []
    entry = decision.credit_entries.select_related("subject__credit_score").earliest("pk")
    score: CreditScore | None = getattr(entry.subject, "credit_score", None)
    return [Fact(_("Credit"), words, url=credit_url(score) if score is not None else "")]


def course_chart(score: CreditScore, terms: CreditTerms) -> Chart:
    """Return the score of the days that were and of those to come, as it is counted today."""
    today = timezone.localdate()
    days = days_from(today + timedelta(days=DAYS_AHEAD), DAYS_BACK + DAYS_AHEAD + 1)
    found = course(entries_of([score.subject_id])[score.subject_id].entries, terms, days)
    values = [value for _day, value in found]
    return Chart(
        title=_("Score over the days"),
        points=[
            ChartPoint(
                _("%(day)s: %(score)s points (today)") % {"day": day.isoformat(), "score": value}
                if day == today
                else day.isoformat(),
                value,
                day == today,
            )
            for day, value in found
        ],
        summary=_(
            "Score from %(first)s to %(last)s: between %(low)s and %(high)s, today %(today)s."
        )
        % {
            "first": days[0].isoformat(),
            "last": days[-1].isoformat(),
            "low": min(values),
            "high": max(values),
            "today": score.score,
        },
        lowest=_("lowest %(value)s") % {"value": min(values)},
        highest=_("highest %(value)s") % {"value": max(values)},
    )
