"""How rumours are worded for the pages that show them."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant
from compliance.models import StaffUser
from compliance.pages.clock_panel import due_in_words
from compliance.pages.evidence import file_row
from compliance.public.pages import public_url
from compliance.ui.kit import Badge, Fact
from enforcement.models import Refutation, Rumour, RumourReview, RumourStep
from enforcement.pages.presentation import case_url, decision_url, status_badge
from enforcement.rumour_words import (
    STATE_BEFORE,
    STEPS,
    RefutationStatus,
    RumourConclusion,
    RumourReviewStatus,
    RumourStatus,
    RumourStepCode,
    RumourVerdict,
    StepOutcome,
)
from enforcement.services.rumours.concluding import is_settled
from enforcement.services.rumours.material import materials_of

VIEW: Final = "enforcement.view_rumour"
SHOWN: Final = 20
TONES: Final = {
    RumourStatus.WARNED: "warning",
    RumourStatus.FOUND: "info",
    RumourStatus.TRACED: "info",
    RumourStatus.IDENTIFIED: "info",
    RumourStatus.REFUTED: "info",
    RumourStatus.ELIMINATED: "info",
    RumourStatus.CLOSED: "",
}
VERDICT_TONES: Final = {
    RumourVerdict.RUMOUR: "danger",
    RumourVerdict.NOT_RUMOUR: "good",
    RumourVerdict.UNDECIDABLE: "warning",
}
REVIEW_TONES: Final = {
    RumourReviewStatus.WAITING: "warning",
    RumourReviewStatus.KEPT: "",
    RumourReviewStatus.REVERSED: "danger",
}
CONCLUSION_TONES: Final = {
    RumourConclusion.CREDIT: "warning",
    RumourConclusion.BLACKLIST: "danger",
    RumourConclusion.NONE: "",
}


def rumour_url(rumour: Rumour) -> str:
    """Return the address of the page on which a rumour is handled."""
    return reverse("admin:work_on_rumour", args=[rumour.work_item_id])


def review_url(review: RumourReview) -> str:
    """Return the address of the page on which a decision is reviewed for a rumour."""
    return reverse("admin:review_rumour_decision", args=[review.work_item_id])


def rumour_badge(rumour: Rumour) -> Badge:
    """Return how far a rumour has come."""
    status = RumourStatus(rumour.status)
    return Badge(text=status.label, tone=TONES[status])


def verdict_badge(rumour: Rumour) -> Badge | None:
    """Return what a rumour was told apart as, or None while it was not."""
    if not rumour.verdict:
        return None
    verdict = RumourVerdict(rumour.verdict)
    return Badge(text=verdict.label, tone=VERDICT_TONES[verdict])


def review_badge(review: RumourReview) -> Badge:
    """Return what became of a decision whose rumour was reopened."""
    status = RumourReviewStatus(review.status)
    return Badge(text=status.label, tone=REVIEW_TONES[status])


def next_step(rumour: Rumour) -> RumourStepCode | None:
    """Return the step that a rumour waits for, or None once all six are answered."""
    return next((step for step, state in STATE_BEFORE.items() if state == rumour.status), None)


def next_in_words(rumour: Rumour) -> str:
    """Return what is to be done next with a rumour."""
    step = next_step(rumour)
    if step is not None:
        return str(step.label)
    if rumour.status == RumourStatus.CLOSED:
        return _("Nothing")
    return _("Say what follows for each account, then close")


def rumour_facts(rumour: Rumour) -> list[Fact]:
    """Return what is known of a rumour."""
    facts = [
        Fact(_("What is said"), rumour.claim),
        Fact(_("Source"), rumour.get_source_display(), hint=rumour.source_ref),
        Fact(
            pgettext("rumour", "Opened"),
            _("%(time)s by %(name)s")
            % {"time": instant(rumour.opened_at), "name": rumour.opened_by.name},
        ),
        Fact(pgettext("rumour", "Next"), next_in_words(rumour)),
    ]
    if rumour.status != RumourStatus.CLOSED:
        facts.append(Fact(_("Due"), due_in_words(rumour.work_item.due_at)))
    if rumour.round > 1:
        facts.append(Fact(_("Round of telling apart"), rumour.round))
    if rumour.closed_at is not None:
        facts.append(Fact(_("Closed at"), instant(rumour.closed_at)))
    return facts


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """One of the six steps as the page shows it: answered in some round, waited for, or to come."""

    number: int
    label: str
    badge: Badge
    answers: list[dict[str, Any]]
    is_next: bool
    due: str


def step_rows(rumour: Rumour, staff: StaffUser) -> list[StepRow]:
    """Return the six steps in their order, each with its answers and its material."""
    answers = list(rumour.steps.select_related("person", "refutation").order_by("pk"))
    materials = materials_of(rumour)
    waits_for = next_step(rumour)
    rows = []
    for number, code in enumerate(STEPS, 1):
        mine = [each for each in answers if each.step == code]
        present = [each for each in mine if each.round == rumour.round or code not in _repeated()]
        rows.append(
            StepRow(
                number=number,
                label=str(code.label),
                badge=_step_badge(present[-1] if present else None, is_next=code == waits_for),
                answers=[
                    {
                        "at": instant(each.done_at),
                        "person": each.person.name,
                        "text": each.text,
                        "round": each.round if each.round < rumour.round else 0,
                        "facts": _step_facts(each),
                    }
                    for each in mine
                ]
                + [
                    {"file": file_row(each.file, staff), "text": each.shows}
                    for each in materials
                    if each.step == code
                ],
                is_next=code == waits_for,
                due=due_in_words(rumour.work_item.due_at) if code == waits_for else "",
            )
        )
    return rows


def _repeated() -> tuple[RumourStepCode, ...]:
    """Return the steps that are answered anew in every round."""
    return (RumourStepCode.VERDICT, RumourStepCode.REFUTATION, RumourStepCode.ELIMINATION)


def _step_badge(step: RumourStep | None, *, is_next: bool) -> Badge:
    if step is not None:
        is_done = step.outcome == StepOutcome.DONE
        return Badge(text=step.get_outcome_display(), tone="good" if is_done else "")
    return Badge(text=_("next"), tone="info") if is_next else Badge(text=_("to come"))


def _step_facts(step: RumourStep) -> list[Fact]:
    facts = []
    if step.verdict:
        facts.append(Fact(_("Verdict"), step.get_verdict_display()))
        facts.append(Fact(_("Sources relied upon"), step.relied_on))
    refutation = getattr(step, "refutation", None)
    if refutation is not None:
        facts += refutation_facts(refutation)
    if step.handled_refs:
        facts.append(
            Fact(
                _("Contents handled"),
                len(step.handled_refs),
                hint=_(", ").join(step.handled_refs[:SHOWN]),
            )
        )
        facts.append(Fact(_("What is left of it"), step.residual))
    return facts


def refutation_facts(refutation: Refutation) -> list[Fact]:
    """Return what was said publicly, where, and whether it still stands."""
    facts = [
        Fact(
            _("Refutation"),
            refutation.number,
            hint=str(refutation.get_status_display()),
            url=public_url("refutation", refutation.pk),
        ),
        Fact(_("Text of the refutation"), refutation.text),
        Fact(_("Published in"), refutation.published_in, hint=refutation.link),
    ]
    if refutation.status == RefutationStatus.WITHDRAWN:
        facts.append(
            Fact(
                _("Withdrawn"),
                instant(refutation.withdrawn_at),
                hint=refutation.withdrawn_note,
            )
        )
    return facts


def account_rows(rumour: Rumour, *, may_open: bool) -> list[dict[str, Any]]:
    """Return the accounts concerned, with their contents, their case, and what followed."""
    contents: dict[int, list[str]] = {}
    for account, content in rumour.contents.order_by("pk").values_list("account", "content_ref"):
        contents.setdefault(account, []).append(content)
    found = rumour.accounts.select_related("account", "case", "decision").order_by("pk")
    return [
        {
            "number": each.pk,
            "account": each.account,
            "url": account_url(each.account),
            "contents": contents.get(each.account_id, []),
            "case": each.case,
            "case_url": case_url(each.case) if each.case is not None else "",
            "case_badge": status_badge(each.case) if each.case is not None else None,
            "may_open": may_open and is_settled(each.case),
            "badge": (
                Badge(
                    text=each.get_conclusion_display(),
                    tone=CONCLUSION_TONES[RumourConclusion(each.conclusion)],
                )
                if each.conclusion
                else None
            ),
            "reason": each.conclusion_reason,
            "decision": each.decision,
            "decision_url": decision_url(each.decision) if each.decision is not None else "",
        }
        for each in found
    ]
