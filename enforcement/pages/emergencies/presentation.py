"""How emergencies are worded for the pages that show them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.pages.presentation import instant
from compliance.pages.clock_panel import due_in_words
from compliance.ui.kit import Badge, Fact
from enforcement.hearing_words import LaterOutcome
from enforcement.models import Case, Decision, Hearing
from enforcement.services.emergencies.ordering import emergency_of

TONES = {LaterOutcome.UPHELD: "", LaterOutcome.CHANGED: "warning", LaterOutcome.REVERSED: "danger"}


def later_url(hearing: Hearing) -> str:
    """Return where it is decided after a hearing, or "" while the operator may speak."""
    if hearing.review_item_id is None:
        return ""
    return reverse("admin:decide_later_hearing", args=[hearing.review_item_id])


def outcome_badge(hearing: Hearing) -> Badge | None:
    """Return what became of the decision after the hearing, or None while it is open."""
    found = getattr(hearing, "outcome", None)
    if found is None:
        return None
    outcome = LaterOutcome(found.outcome)
    return Badge(text=outcome.label, tone=TONES[outcome])


def outcome_facts(hearing: Hearing) -> list[Fact]:
    """Return what was decided after a hearing, by whom and why."""
    found = getattr(hearing, "outcome", None)
    if found is None:
        return []
    return [
        Fact(
            _("Decided afterwards"),
            found.get_outcome_display(),
            hint=f"{found.person.name}, {instant(found.at)}: {found.text}",
        )
    ]


def emergency_facts(decision: Decision) -> list[Fact]:
    """Return why a decision could not wait, until when it is confirmed, and the hearing afterwards."""
    emergency = emergency_of(decision)
    if emergency is None:
        return []
    facts = [
        Fact(
            _("Emergency: without a hearing before it"),
            emergency.get_ground_display(),
            hint=emergency.reason,
        ),
        Fact(
            _("To be confirmed until"),
            due_in_words(emergency.confirm_until),
            hint=_("Otherwise it lapses by itself."),
        ),
    ]
    hearing = getattr(decision, "later_hearing", None)
    if hearing is not None:
        facts.append(
            Fact(
                _("Hearing afterwards"),
                hearing.get_status_display(),
                hint=due_in_words(hearing.clock.due_at),
                url=reverse("admin:hearing", args=[hearing.pk]),
            )
        )
        facts += outcome_facts(hearing)
    return facts


def first_emergency(case: Case, wanted: str) -> dict[str, Any]:
    """Return what the form for a decision says of an emergency at first: the ground of a hold."""
    hold = case.emergency_holds.order_by("-pk").first()
    if wanted != "1" or hold is None:
        return {}
    return {"is_emergency": True, "emergency_ground": hold.ground, "facts": hold.facts}
