"""What the pages of accounts and subjects show of credit, and what their timelines have of it."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PublicAccount, Standing, Subject
from accounts.pages.histories import ACCOUNT, SUBJECT
from accounts.powers_words import UNRATED, CreditGrade
from compliance.models import Proposal, StaffUser
from compliance.pages.record import Panel, register_panel
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.ui.kit import Fact
from enforcement.models import CreditEntry, CreditRepair, CreditScore
from enforcement.pages.credit.presentation import (
    VIEW,
    credit_url,
    entry_rows,
    repairs_url,
)
from enforcement.rules.credit import CreditTerms
from enforcement.services.credit.counting import stored
from enforcement.services.credit.sources import disputed_among, rule_in_force
from enforcement.services.credit.words import (
    ServiceRules,
    healing_in_words,
    score_in_words,
    service_changes,
)

SHOWN = 5
CREDIT = "enforcement.creditscore"


def credit_panel(subject: Subject, staff: StaffUser) -> Panel | None:
    """Return score and grade, what is withheld for it, what moved it last, and when it heals."""
    if not staff.has_perm(VIEW):
        return None
    score = CreditScore.objects.select_related("rule").filter(subject=subject).first()
    if score is None:
        terms = rule_in_force(timezone.now()).terms
        return Panel(
            title=_("Credit"),
            empty=_("%(credit)s: no decision has moved it.")
            % {"credit": score_in_words(terms.base, UNRATED)},
        )
    terms = CreditTerms.from_catalogue(score.rule.content)
    entries = list(
        CreditEntry.objects.filter(subject=subject)
        .select_related("decision__violation_type", "repair", "reversed_by")
        .order_by("-pk")[:SHOWN]
    )
    disputed = disputed_among({each.decision_id for each in entries if each.decision_id})
    withheld = service_changes(
        UNRATED,
        CreditGrade(score.services_grade),
        subject.nature,
        ServiceRules.in_force(terms, timezone.now()),
    )
    is_low = score.score < terms.low
    return Panel(
        title=_("Credit"),
        facts=[
            Fact(_("Score"), score_in_words(score.score, score.grade), url=credit_url(score)),
            Fact(
                _("Less than with the best grade"),
                _(", ").join(name for name, _best, _now in withheld) or _("nothing"),
            ),
            Fact(_("Healing"), healing_in_words(stored(score), terms)),
        ],
        rows=entry_rows(entries, {e.pk for e in entries if e.decision_id in disputed}, staff),
        tone="danger" if score.grade == CreditGrade.Z else "warning" if is_low else "",
        more_url=credit_url(score),
        more_label=_("All that moved it, and what goes by it"),
    )


def _of_account(account: PublicAccount, staff: StaffUser) -> Panel | None:
    return credit_panel(account.subject, staff)


def _sources(entries: Any, scores: Any, repairs: Any) -> list[TimelineSource]:
    label = gettext_lazy("Credit")
    return [
        TimelineSource(
            kind="credit",
            label=label,
            permission=VIEW,
            records=entries,
            name=str,
        ),
        TimelineSource(
            kind="credit",
            label=label,
            permission=VIEW,
            records=repairs,
            name=str,
            page=repairs_url,
        ),
        TimelineSource(
            kind="credit",
            label=label,
            permission=VIEW,
            records=lambda roots: Proposal.objects.filter(
                credit_repair__in=repairs(roots)
            ).select_related("credit_repair"),
            name=lambda proposal: proposal.credit_repair.number,
            page=lambda proposal: repairs_url(proposal.credit_repair),
        ),
        TimelineSource(
            kind="credit",
            label=label,
            permission=VIEW,
            records=scores,
            page=credit_url,
        ),
    ]


def _scores_of(subjects: QuerySet) -> QuerySet:
    return CreditScore.objects.filter(subject__in=subjects)


def register() -> None:
    """Add panels and sources of timelines; called when apps are ready."""
    register_panel(ACCOUNT, _of_account, order=15)
    register_panel(SUBJECT, credit_panel, order=29)
    for source in _sources(
        lambda accounts: CreditEntry.objects.filter(account__in=accounts),
        lambda accounts: CreditScore.objects.filter(subject__accounts__in=accounts),
        lambda accounts: CreditRepair.objects.filter(account__in=accounts),
    ):
        register_timeline_source(ACCOUNT, source)
    register_timeline_source(
        ACCOUNT,
        TimelineSource(
            kind="credit",
            label=gettext_lazy("Credit"),
            permission="accounts.view_standing",
            records=lambda accounts: Standing.objects.filter(subject__accounts__in=accounts),
        ),
    )
    register_timeline_source(
        SUBJECT,
        TimelineSource(
            kind="credit",
            label=gettext_lazy("Credit"),
            permission=VIEW,
            records=_scores_of,
            page=credit_url,
        ),
    )
    for source in _sources(
        lambda scores: CreditEntry.objects.filter(subject__credit_score__in=scores),
        lambda scores: scores,
        lambda scores: CreditRepair.objects.filter(subject__credit_score__in=scores),
    ):
        register_timeline_source(CREDIT, source)
