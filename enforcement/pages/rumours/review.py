"""The page on which a supervisor keeps or reverses a decision whose rumour was reopened."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant
from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser, WorkItem
from compliance.pages.overdue import register_clock_page
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue
from enforcement.models import RumourReview, RumourStep
from enforcement.pages.presentation import decision_url
from enforcement.pages.rumours.presentation import (
    VIEW,
    review_badge,
    review_url,
    rumour_facts,
    rumour_url,
)
from enforcement.rumour_words import RumourReviewStatus, RumourStepCode
from enforcement.services.rumours import reopening


class ReviewPage(WorkItemPage):
    """One decision that rests on a rumour which was reopened."""

    queue = reopening.REVIEW_QUEUE
    permission = VIEW
    template_name = "enforcement/rumours/review.html"

    def find_record(self, item: WorkItem) -> RumourReview:
        found = RumourReview.objects.select_related(
            "decision__account",
            "decision__case__matter",
            "decision__violation_type",
            "rumour__opened_by",
            "rumour__work_item",
            "work_item__clock",
            "decided_by",
        )
        return get_object_or_404(found, work_item=item)

    def get_title(self) -> str:
        return _("Review %(number)s of %(decision)s") % {
            "number": self.record.number,
            "decision": self.record.decision.number,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        review = self.record
        return {
            "badge": review_badge(review),
            "facts": review_facts(review),
            "rumour_facts": rumour_facts(review.rumour),
            "rumour_url": rumour_url(review.rumour),
            "steps": timeline_of(review, review.decision, review.rumour),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != RumourReviewStatus.WAITING:
            return []
        return [
            self.action(
                "keep",
                _("Keep the decision"),
                hint=_("The reason says on what the decision stands without the rumour."),
                key="a",
            ),
            self.action(
                "reverse",
                _("Reverse the decision"),
                hint=_("Its own measures end and its points come back; the operator is told."),
                tone="danger",
                key="r",
            ),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=reason)
        given = {"review": self.record, "fence": fence, "expected_version": version}
        if act == "keep":
            reopening.keep_decision(**given, **grounds)
            return _("The decision is kept.")
        report = reopening.reverse_for_rumour(**given, **grounds)
        return _("The decision is reversed: restored %(restored)s, not restored %(left)s.") % {
            "restored": len(report.restored),
            "left": len(report.not_restored),
        }

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        return self.redirect(self.request.path, said)


def review_facts(review: RumourReview) -> list[Fact]:
    """Return what is reviewed, why it came up, and what came of it."""
    decision = review.decision
    verdict = (
        RumourStep.objects.filter(
            rumour=review.rumour_id, round=review.round, step=RumourStepCode.VERDICT
        )
        .select_related("person")
        .first()
    )
    facts = [
        Fact(
            _("Decision"),
            f"{decision.number} {decision.violation_type}",
            hint=str(decision.get_status_display()),
            url=decision_url(decision),
        ),
        Fact(
            _("Account"),
            decision.account.name,
            hint=decision.account.platform_uid,
            url=account_url(decision.account),
        ),
        Fact(_("Rumour"), review.rumour.number, url=rumour_url(review.rumour)),
        Fact(_("Put up"), instant(review.opened_at)),
    ]
    if verdict is not None:
        facts.append(
            Fact(
                _("Verdict that it rests on"),
                verdict.get_verdict_display(),
                hint=f"{instant(verdict.done_at)} {verdict.person.name}: {verdict.relied_on}",
            )
        )
    if review.decided_by is not None:
        facts.append(
            Fact(
                _("Answered"),
                f"{review.decided_by.name}, {instant(review.decided_at)}",
                hint=review.decided_reason,
            )
        )
    return facts


def reviews_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue of reviews are about."""
    reviews = RumourReview.objects.filter(work_item__in=items).select_related("decision", "rumour")
    return {each.work_item_id: f"{each.decision.number} ({each.rumour.number})" for each in reviews}


def page_of_clock(clock: Clock) -> str:
    """Return the page of the review that a clock belongs to, or ""."""
    found = RumourReview.objects.filter(work_item__clock=clock).first()
    return review_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("rumour-reviews/<int:pk>/", ReviewPage, name="review_rumour_decision")
    register_queue(
        Queue(
            code=reopening.REVIEW_QUEUE,
            label=gettext_lazy("Decisions whose rumour was reopened"),
            permission=reopening.REOPEN,
            url_name="admin:review_rumour_decision",
            key="n z",
            describe=reviews_in_words,
        ),
        order=30,
    )
    register_clock_page(page_of_clock)
