"""Services of whoever reviews an answer to a correction: accept it, or tell what is still wrong."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.correction_words import AnswerKind, CorrectionStatus
from accounts.enums import CheckOutcome, FindingKind
from accounts.models import Correction, CorrectionAnswer, Finding
from accounts.services.correction_notices import REJECTED, tell
from accounts.services.corrections.invitations import invite, invite_late
from accounts.services.corrections.ordering import (
    begin,
    correction_ref,
    decide,
    proof_of_delivery,
    require_told,
    settle,
)
from accounts.services.findings import FindingDraft, record_findings
from accounts.services.profiles import CheckedProfile, Profile, check_profile, set_profile
from compliance.clocks import finish_clock, resume_clock
from compliance.clocks.rules import last_day
from compliance.context import record_language
from compliance.errors import ActionRefused, StaleLease
from compliance.grounds import Grounds
from compliance.models import ClockState, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.staff import system_actor
from compliance.work import close_item

REVIEW: Final = "accounts.review_correction"
# Kept as it is in the log, whichever language a screen has.
MISSED: Final = "改正期限届满未改正或者运营者拒绝改正"


def latest_answer(correction: Correction) -> CorrectionAnswer | None:
    """Return the answer that came last."""
    return correction.answers.order_by("-pk").first()


def profile_of(answer: CorrectionAnswer) -> Profile:
    """Return the profile that an answer asks for."""
    return Profile(name=answer.name, bio=answer.bio)


def check_answer(answer: CorrectionAnswer, at: datetime) -> CheckedProfile:
    """
    Return what the checks say of the profile that an answer asks for; nothing is stored.

    Public Account Provisions, art. 8 §2 and §3: by the same rules as a registration.
    """
    return check_profile(account=answer.correction.account, profile=profile_of(answer), at=at)


@transaction.atomic
def accept_correction(
    *,
    correction: Correction,
    fence: int,
    expected_version: int,
    told: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Accept a corrected profile: it is shown, and the service resumes, at once and all together.

    Public Account Provisions, art. 8 §2. Only the suspension of this matter ends; others on the
    account go on. What a missed correction would have led to is withdrawn.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the correction has moved on.
    :raises TransitionRefused: if no answer is under review.
    :raises ActionRefused: if the answer corrects nothing, the new profile is refused by the checks,
        or the account is closed.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = begin(correction, actor, REVIEW, expected_version, fence)
    answer = latest_answer(correction)
    if correction.status == CorrectionStatus.SUBMITTED and (
        answer is None or answer.kind != AnswerKind.CORRECTED
    ):
        raise ActionRefused(
            _("The operator objects and changed nothing: withdraw the order, or reject.")
        )
    decide(correction, "accept_correction", grounds, decision_reason=told.strip())
    assert answer is not None
    if answer.name is not None or answer.bio is not None:
        if check_answer(answer, timezone.now()).outcome == CheckOutcome.REFUSED:
            raise ActionRefused(
                _("The checks refuse the new profile: it cannot be accepted. Reject the answer.")
            )
        set_profile(
            account=correction.account,
            profile=profile_of(answer),
            ground_ref=correction.reference,
            **grounds,
        )
    settle(correction, item, grounds)
    tell(correction, actor=actor)


@transaction.atomic
def reject_answer(
    *,
    correction: Correction,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Reject an answer, with the reason that the operator is told; the rest of the time runs on.

    Public Account Provisions, art. 8 §2. Where the time was over before the answer came, the
    correction is missed as before; it can still be made until the service is terminated.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the correction has moved on.
    :raises TransitionRefused: if no answer is under review.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    told = require_told(told)
    item = begin(correction, actor, REVIEW, expected_version, fence)
    if correction.status == CorrectionStatus.SUBMITTED and (
        correction.clock.state == ClockState.PAUSED
    ):
        resume_clock(clock=correction.clock, **grounds)
    now = timezone.now()
    delivered = proof_of_delivery(correction)
    is_late = correction.clock.due_at <= now and delivered is not None
    if is_late:
        decide(
            correction,
            "reject_late",
            grounds,
            decision_reason=told,
            notice_delivered_at=delivered,
            lapsed_at=correction.lapsed_at or now,
        )
    else:
        decide(correction, "reject", grounds, decision_reason=told)
    _close(item, grounds)
    if is_late:
        invite_late([correction], grounds)
    else:
        invite(correction, grounds)
    tell(correction, REJECTED, actor=actor)
    if is_late:
        record_missed([correction], actor=system_actor())


def _close(item: WorkItem | None, grounds: Grounds) -> None:
    if item is None:
        raise StaleLease(_("This item was closed in the meantime."))
    close_item(item)
    finish_clock(clock=item.clock, **grounds)


def record_missed(corrections: Sequence[Correction], *, actor: StaffUser) -> list[Finding]:
    """Record that corrections were missed or refused, for cases to be opened from."""
    if not corrections:
        return []
    with record_language():
        drafts = [
            FindingDraft(
                account=each.account,
                kind=FindingKind.CORRECTION_MISSED,
                facts=_missed_in_words(each),
                ground_ref=correction_ref(each),
                figures={
                    "delivered_at": _instant(each.notice_delivered_at),
                    "due_at": _instant(each.clock.due_at),
                },
            )
            for each in corrections
        ]
    return record_findings(
        drafts, actor=actor, provision=Provision.PUBLIC_ACCOUNT_8_2, reason=MISSED
    )


def _instant(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at is not None else ""


def _missed_in_words(correction: Correction) -> str:
    words = {
        "reference": correction.reference,
        "wrong": correction.mismatches_in_words,
        "day": last_day(correction.clock.due_at).isoformat(),
        "delivered": _instant(correction.notice_delivered_at) or _("not known"),
        "refused": _instant(correction.refused_at),
    }
    if correction.status == CorrectionStatus.REFUSED:
        return (
            _(
                "The operator refused on %(refused)s to correct the profile (%(wrong)s), as "
                "%(reference)s asked. Notice delivered: %(delivered)s; time until the end of "
                "%(day)s."
            )
            % words
        )
    return (
        _(
            "The profile (%(wrong)s) was not corrected by the end of %(day)s, as %(reference)s "
            "asked. Notice delivered: %(delivered)s."
        )
        % words
    )
