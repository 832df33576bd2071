"""How cases, decisions and violations are found."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from compliance.numbers import read_item_number, read_number, read_plain_number
from compliance.ui.search import Hit, register_search
from enforcement.models import Case, CatalogueVersion, Decision, ViolationType, cases
from enforcement.models import decisions as decision_models
from enforcement.pages.presentation import case_url, decision_url, status_badge


def find_cases(words: str) -> QuerySet | None:
    """Return the case of a number, or of a work item in which it waits or waited."""
    item = read_item_number(words)
    found = Case.objects.select_related("account").order_by("pk")
    if item is not None:
        waited = Case.history.model.objects.filter(work_item_id=item)
        return found.filter(pk__in=waited.values("id"))
    number = read_number(cases.NUMBER_PREFIX, words) or read_plain_number(words)
    return found.filter(pk=number) if number is not None else None


def case_hit(case: Case) -> Hit:
    """Return how a case is shown among what was found."""
    return Hit(
        title=f"{case.number} {case.account.name}",
        hint=case.summary[:80],
        url=case_url(case),
        badge=status_badge(case),
    )


def find_decisions(words: str) -> QuerySet | None:
    """Return the decision of a number, or of a work item in which it waits or waited."""
    item = read_item_number(words)
    found = Decision.objects.select_related("account", "violation_type").order_by("pk")
    if item is not None:
        waited = Decision.history.model.objects.filter(approval_item_id=item)
        return found.filter(pk__in=waited.values("id"))
    number = read_number(decision_models.NUMBER_PREFIX, words) or read_plain_number(words)
    return found.filter(pk=number) if number is not None else None


def decision_hit(decision: Decision) -> Hit:
    """Return how a decision is shown among what was found."""
    return Hit(
        title=f"{decision.number} {decision.account.name}",
        hint=str(decision.violation_type),
        url=decision_url(decision),
        badge=status_badge(decision),
    )


def find_violations(words: str) -> QuerySet | None:
    """Return the violations of the catalogue in force whose code or title begins with the words."""
    version = CatalogueVersion.objects.in_force(timezone.now())
    return version.violation_types.filter(
        Q(code__startswith=words.upper())
        | Q(title_zh__startswith=words)
        | Q(title_en__istartswith=words)
    ).order_by("code", "pk")


def violation_hit(violation: ViolationType) -> Hit:
    """Return how a violation is shown among what was found."""
    return Hit(
        title=str(violation),
        url=reverse("admin:enforcement_violationtype_change", args=[violation.pk]),
    )


def register() -> None:
    """Let the records of the package be found; called when apps are ready."""
    register_search(
        "case",
        gettext_lazy("Cases"),
        "enforcement.view_case",
        find_cases,
        hit=case_hit,
        by=gettext_lazy("case number, or # and the number of the work item"),
        icon="folder_open",
        order=40,
    )
    register_search(
        "decision",
        gettext_lazy("Decisions"),
        "enforcement.view_decision",
        find_decisions,
        hit=decision_hit,
        by=gettext_lazy("decision number, or # and the number of the work item"),
        icon="gavel",
        order=50,
    )
    register_search(
        "violation",
        gettext_lazy("Violations of the catalogue"),
        "enforcement.view_violationtype",
        find_violations,
        hit=violation_hit,
        by=gettext_lazy("how the code or the title begins"),
        icon="rule",
        order=70,
    )
