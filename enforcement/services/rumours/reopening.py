"""Services for what turned out otherwise: beginning anew, and looking at what rested on it."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals, work
from compliance.clocks import finish_clock, start_clock
from compliance.errors import InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.enums import STANDING_DECISIONS
from enforcement.models import Decision, Refutation, Rumour, RumourReview
from enforcement.rumour_words import JUDGED, RefutationStatus, RumourReviewStatus
from enforcement.services.reversals import ReversalReport, reverse_decision
from enforcement.services.rumours.steps import go_on

REOPEN: Final = "enforcement.reopen_rumour"
REVIEW_QUEUE: Final = "rumour_reviews"
REVIEW_STEP: Final = "rumour_review"
REVIEW_WEIGHT: Final = 30
LONGEST_NOTE: Final = 1000


@transaction.atomic
def reopen_rumour(
    *,
    rumour: Rumour,
    public_note: str,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[RumourReview]:
    """
    Take a rumour back before its verdict, because it turned out otherwise; return what is to be looked at.

    Public Account Provisions, art. 13 §2, and art. 20 §2 for who was affected. The refutation is
    withdrawn publicly with the note, and every decision that rests on the rumour is put before a
    supervisor who took no part in it.

    :raises NotPermitted: if the actor may not reopen rumours.
    :raises StaleVersion: if the rumour has moved on.
    :raises TransitionRefused: if it was not told apart yet.
    :raises InvalidInput: if a refutation is withdrawn without a note.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, REOPEN)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(rumour, expected_version=expected_version)
    if rumour.status not in JUDGED:
        raise TransitionRefused(_("It was not told apart yet: there is nothing to begin anew."))
    ended_round = rumour.round
    _withdraw(rumour, public_note.strip(), grounds)
    decided = list(
        rumour.accounts.exclude(conclusion="").select_related("decision__case").order_by("pk")
    )
    go_on(rumour, "reopen", grounds, verdict="", round=ended_round + 1, closed_at=None)
    reviews = [
        _put_up(rumour, ended_round, each.decision, grounds)
        for each in decided
        if each.decision is not None and each.decision.status in STANDING_DECISIONS
    ]
    for each in decided:
        audit.amend(
            each,
            "reopen",
            **grounds,
            fault="",
            conclusion="",
            decision=None,
            conclusion_reason="",
            concluded_at=None,
        )
    return reviews


def _withdraw(rumour: Rumour, note: str, grounds: Grounds) -> None:
    published = Refutation.objects.filter(rumour=rumour, status=RefutationStatus.PUBLISHED).first()
    if published is None:
        return
    if not note or len(note) > LONGEST_NOTE or audit.UNSEEN.search(note):
        raise InvalidInput(
            _("Write the note with which the refutation is withdrawn; everybody reads it.")
        )
    audit.move(published, "withdraw", **grounds, withdrawn_at=timezone.now(), withdrawn_note=note)


def _put_up(rumour: Rumour, ended_round: int, decision: Decision, grounds: Grounds) -> RumourReview:
    now = timezone.now()
    clock = start_clock(step=REVIEW_STEP, at=now, **grounds)
    item = work.open_item(
        queue=REVIEW_QUEUE,
        clock=clock,
        weight=REVIEW_WEIGHT,
        matter=decision.case.matter,
        side=Side.REVIEWER,
    )
    review = RumourReview(
        rumour=rumour, round=ended_round, decision=decision, work_item=item, opened_at=now
    )
    return audit.create(review, **grounds)


@transaction.atomic
def keep_decision(
    *,
    review: RumourReview,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Keep a decision although the rumour that it rests on was reopened; the reason says on what it stands.

    Public Account Provisions, art. 20 §2. Our choice, no article: by somebody who took no part in it.

    :raises NotPermitted: if the actor may not review.
    :raises SamePerson: if the actor took part in the decision.
    :raises StaleLease: if the actor does not hold the review.
    :raises TransitionRefused: if it was answered before.
    :raises MissingReason: if the reason is blank.
    """
    grounds = _begin(review, fence, expected_version, actor, provision, reason)
    proposals.take_part(review.decision.case.matter, actor, Side.REVIEWER)
    _answer(review, "keep", grounds)


@transaction.atomic
def reverse_for_rumour(
    *,
    review: RumourReview,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ReversalReport:
    """
    Reverse a decision because the rumour that it rests on was none; exactly its own measures end.

    Public Account Provisions, art. 20 §2. The operator is told.

    :raises NotPermitted: if the actor may not review or reverse.
    :raises SamePerson: if the actor took part in the decision.
    :raises StaleLease: if the actor does not hold the review.
    :raises TransitionRefused: if it was answered before, or the decision reversed.
    :raises MissingReason: if the reason is blank.
    """
    grounds = _begin(review, fence, expected_version, actor, provision, reason)
    report = reverse_decision(decision=review.decision, side=Side.REVIEWER, **grounds)
    _answer(review, "reverse", grounds)
    return report


def _begin(
    review: RumourReview,
    fence: int,
    expected_version: int | None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Grounds:
    require_permission(actor, REOPEN)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    work.require_lease(work_item=review.work_item, actor=actor, fence=fence)
    audit.lock(review, expected_version=expected_version)
    if review.status != RumourReviewStatus.WAITING:
        raise TransitionRefused(
            _("%(number)s was answered before: %(state)s.")
            % {"number": review.number, "state": review.get_status_display()}
        )
    return grounds


def _answer(review: RumourReview, arrow: str, grounds: Grounds) -> None:
    audit.move(
        review,
        arrow,
        **grounds,
        decided_by=grounds["actor"].person,
        decided_at=timezone.now(),
        decided_reason=grounds["reason"],
    )
    work.close_item(review.work_item)
    finish_clock(clock=review.work_item.clock, **grounds)
