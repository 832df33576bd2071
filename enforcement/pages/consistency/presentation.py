"""How second looks are worded for the pages that show them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.ui.kit import Badge, Fact
from enforcement.consistency_words import LookOutcome, SecondLookStatus
from enforcement.models import SecondLook
from enforcement.pages.comparable import percent
from enforcement.pages.presentation import decision_url, instant, order_in_words, severity_in_words
from enforcement.rules.second_looks import Rate

_TONES = {
    SecondLookStatus.WAITING: "info",
    SecondLookStatus.COMPARED: "good",
    SecondLookStatus.IN_REVIEW: "warning",
    SecondLookStatus.REVIEWED: "",
}


def look_badge(look: SecondLook) -> Badge:
    """Return the state of a second look as a word with a colour."""
    return Badge(text=look.get_status_display(), tone=_TONES[SecondLookStatus(look.status)])


def look_url(look: SecondLook) -> str:
    """Return the address of the page of a second look."""
    return reverse("admin:second_look", args=[look.pk])


def orders_in_words(orders: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return stored orders in words."""
    return [
        order_in_words(each["measure"], each["term_days"], each["functions"]) for each in orders
    ]


def outcome_in_words(look: SecondLook) -> str:
    """Return how a second look came out: "lighter than decided, by 2 steps"."""
    if not look.outcome:
        return ""
    label = str(LookOutcome(look.outcome).label)
    if look.outcome == LookOutcome.AGREE:
        return label
    return ngettext("%(label)s, by %(steps)s step", "%(label)s, by %(steps)s steps", look.steps) % {
        "label": label,
        "steps": look.steps,
    }


def decided_facts(look: SecondLook) -> list[Fact]:
    """Return what was decided."""
    decision = look.decision
    return [
        Fact(_("Decision"), decision.number, url=decision_url(decision), is_code=True),
        Fact(_("Violation"), str(decision.violation_type)),
        Fact(_("Severity"), severity_in_words(decision.severity)),
        Fact(
            _("Measures"),
            _("; ").join(
                order_in_words(each.measure, each.term_days, each.functions)
                for each in decision.ordered_measures.order_by("pk")
            ),
        ),
        Fact(_("Compared with the ladder"), decision.get_deviation_display()),
    ]


def seen_facts(look: SecondLook) -> list[Fact]:
    """Return what was seen by the second look."""
    if look.looked_at is None or look.reviewer is None:
        return []
    facts = [
        Fact(_("Looked at by"), look.reviewer.name, hint=instant(look.looked_at)),
        Fact(
            _("Violation"),
            _("No violation found") if look.finds_nothing else str(look.violation_type),
        ),
    ]
    if look.severity is not None:
        facts.append(Fact(_("Severity"), severity_in_words(look.severity)))
        facts.append(Fact(_("Measures"), _("; ").join(orders_in_words(look.orders))))
    facts.append(Fact(_("Why"), look.reasoning))
    facts.append(Fact(_("Compared with the decision"), outcome_in_words(look)))
    return facts


def conclusion_facts(look: SecondLook) -> list[Fact]:
    """Return what a supervisor concluded."""
    if look.reviewed_at is None or look.reviewed_by is None:
        return []
    return [
        Fact(_("Conclusion"), look.get_conclusion_display()),
        Fact(_("What follows from it"), look.review_note),
        Fact(_("Concluded by"), look.reviewed_by.name, hint=instant(look.reviewed_at)),
    ]


def rate_in_words(rate: Rate) -> str:
    """Return a rate with the number that it rests on and the bounds between which it lies."""
    if not rate.whole:
        return _("nobody has looked yet")
    return _("%(share)s (%(part)s of %(whole)s; between %(lowest)s and %(highest)s)") % {
        "share": percent(rate.permille),
        "part": rate.part,
        "whole": rate.whole,
        "lowest": percent(rate.lowest),
        "highest": percent(rate.highest),
    }
