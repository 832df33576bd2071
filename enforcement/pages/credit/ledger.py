"""The page of the credit of one subject: score, grade, why, what goes by it, when it heals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.findings import name_figure
from accounts.pages.addresses import account_url, subject_url
from accounts.pages.references import register_reference
from accounts.powers_words import CreditGrade
from compliance.models import StaffUser
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import staff_of
from compliance.pages.record import Panel, PanelRow, RecordLink, RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.ui.kit import Fact
from compliance.ui.pages import register_page
from enforcement.models import CreditEntry, CreditScore
from enforcement.pages.credit.presentation import (
    VIEW,
    course_chart,
    entry_rows,
    grade_badge,
    repair_url,
)
from enforcement.pages.presentation import instant
from enforcement.rules.credit import CreditTerms, repairable_from
from enforcement.services.credit.counting import REFERENCE, accounts_of, stored
from enforcement.services.credit.repairs import PROPOSE
from enforcement.services.credit.sources import disputed_among, own_entries
from enforcement.services.credit.words import (
    ServiceRules,
    healing_in_words,
    score_in_words,
    services_of,
)


class CreditPage(RecordPage):
    """The credit of one subject with everything that moved it."""

    permission = VIEW
    template_name = "enforcement/credit/credit.html"
    list_title = gettext_lazy("credit of subjects")
    list_url_name = "admin:enforcement_creditscore_changelist"

    def find_record(self) -> CreditScore:
        found = CreditScore.objects.select_related("subject__name", "rule")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Credit of %(name)s") % {"name": self.record.subject}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        score, staff = self.record, staff_of(self.request)
        terms = CreditTerms.from_catalogue(score.rule.content)
        entries = list(
            CreditEntry.objects.filter(subject=score.subject_id)
            .select_related("decision__violation_type", "repair", "reversed_by")
            .order_by("-pk")
        )
        return {
            "badge": grade_badge(score.grade),
            "facts": credit_facts(score, terms, staff),
            "chart": course_chart(score, terms),
            "panels": [
                ledger_panel(score, entries, staff),
                services_panel(score, terms),
                accounts_panel(score),
            ],
            "links": repair_links(score, terms, staff),
            "told": notice_rows([score], staff),
            "timeline": timeline_page(
                score,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        # Nothing is done here: decisions, repairs and time move credit.
        return self.http_method_not_allowed(request)


def credit_facts(score: CreditScore, terms: CreditTerms, staff: StaffUser) -> list[Fact]:
    """Return where credit stands, why, and when it will be whole again, in words."""
    facts = [
        Fact(_("Subject"), score.subject.shown_name, url=subject_url(score.subject, staff)),
        Fact(
            _("Score"),
            score_in_words(score.score, score.grade),
            hint=_("from %(floor)s to %(base)s; below %(low)s it counts as low")
            % {"floor": terms.floor, "base": terms.base, "low": terms.low},
        ),
    ]
    if score.services_grade != score.grade:
        facts.append(
            Fact(
                _("Services go by"),
                CreditGrade(score.services_grade).label,
                hint=_(
                    "A deduction is disputed; until the appeal is decided it lowers no service."
                ),
            )
        )
    return [
        *facts,
        Fact(_("Healing"), healing_in_words(stored(score), terms)),
        Fact(
            _("Counted"),
            instant(score.counted_at),
            hint=_("by the rule of credit, version %(label)s") % {"label": score.rule.label},
            url=reverse("admin:formula", args=["credit"])
            if staff.has_perm("accounts.view_eligibilityrule")
            else "",
        ),
    ]


def ledger_panel(score: CreditScore, entries: list[CreditEntry], staff: StaffUser) -> Panel:
    """Return everything that ever moved the credit, the latest first."""
    disputed = disputed_among({each.decision_id for each in entries if each.decision_id})
    own = set(own_entries().filter(subject=score.subject_id).values_list("pk", flat=True))
    rows = entry_rows(entries, {each.pk for each in entries if each.decision_id in disputed}, staff)
    freed = len(entries) - len(own)
    return Panel(
        title=_("What moved it"),
        rows=rows,
        hint=_("Healing is computed by the day and not listed.")
        + (
            " "
            + _("%(count)s entries of accounts that left this name no longer count.")
            % {"count": freed}
            if freed
            else ""
        ),
        empty=_("Nothing has moved it."),
    )


def services_panel(score: CreditScore, terms: CreditTerms) -> Panel:
    """Return what the accounts of the subject have by its grade."""
    services = services_of(
        CreditGrade(score.services_grade),
        score.subject.nature,
        ServiceRules.in_force(terms, timezone.now()),
    )
    return Panel(
        title=_("What goes by this grade"),
        facts=[Fact(name, value) for name, value in services.items()],
    )


def accounts_panel(score: CreditScore) -> Panel:
    """Return the open accounts that go by this credit."""
    return Panel(
        title=_("Accounts that go by it"),
        rows=[
            PanelRow(label=each.name, url=account_url(each), hint=each.platform_uid)
            for each in accounts_of(score.subject)
        ],
        empty=_("It runs no open account."),
    )


def repair_links(score: CreditScore, terms: CreditTerms, staff: StaffUser) -> list[RecordLink]:
    """Offer to enter a repair, once it may be asked for."""
    possible = repairable_from(score.frozen_on, terms)
    accounts = accounts_of(score.subject)
    if possible is None or possible > timezone.localdate() or not accounts:
        return []
    if not staff.has_perm(PROPOSE):
        return []
    return [
        RecordLink(label=_("Enter an application for repair"), url=repair_url(accounts[0]), key="x")
    ]


def reference_words(key: str) -> str:
    """Return what a finding about credit rests on."""
    found = CreditScore.objects.filter(pk=key).first() if key.isdecimal() else None
    return _("Credit: %(credit)s") % {"credit": found} if found is not None else _("Credit")


def reference_page(key: str, staff: StaffUser) -> str:
    """Return the page of the credit that a finding rests on, for whoever may read it."""
    if not key.isdecimal() or not staff.has_perm(VIEW):
        return ""
    return reverse("admin:credit", args=[int(key)])


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("credit/<int:pk>/", CreditPage, name="credit")
    register_reference(REFERENCE, words=reference_words, url=reference_page)
    name_figure("credit_score", gettext_lazy("Credit score"))
    name_figure("decision", gettext_lazy("Decision"))
