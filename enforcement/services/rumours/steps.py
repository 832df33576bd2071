"""The service that answers the next step of a rumour: done, or not applicable and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import audit, work
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.models import Refutation, Rumour, RumourStep
from enforcement.rumour_words import (
    ARROW_OF,
    STATE_BEFORE,
    RumourStatus,
    RumourStepCode,
    RumourVerdict,
    StepOutcome,
)
from enforcement.services.rumours.opening import (
    HANDLE,
    LIMIT_OF,
    LONGEST_REFERENCE,
    QUEUE,
    WEIGHT,
    require_past,
)

# Our choices; no article sets them.
LONGEST_WORDS: Final = 4000
MOST_HANDLED: Final = 5000


@dataclass(frozen=True, kw_only=True)
class StepDraft:
    """
    How a step is answered; the reason of the act says what was done, or why it does not apply.

    The later fields belong to one step each: verdict, refutation, elimination.
    """

    step: str
    outcome: str = StepOutcome.DONE
    done_at: datetime | None = None
    verdict: str = ""
    relied_on: str = ""
    refutation: str = ""
    published_in: str = ""
    link: str = ""
    handled_refs: Sequence[str] = ()
    residual: str = ""


@transaction.atomic
def answer_step(
    *,
    rumour: Rumour,
    draft: StepDraft,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> RumourStep:
    """
    Put the next step of a rumour on record and let it wait for the one after that.

    Public Account Provisions, art. 13 §2: warning, finding, tracing, telling apart, refutation,
    elimination, in this order. Whoever answered it goes on holding the rumour.

    :raises NotPermitted: if the actor may not handle rumours.
    :raises StaleLease: if the actor does not hold the rumour.
    :raises StaleVersion: if the rumour has moved on.
    :raises TransitionRefused: if the rumour waits for another step.
    :raises InvalidInput: if what the step asks for is missing, or the time is not between the last
        step and now.
    :raises MissingReason: if it is not said what was done, or why the step does not apply.
    """
    require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    work.require_lease(work_item=rumour.work_item, actor=actor, fence=fence)
    audit.lock(rumour, expected_version=expected_version)
    if STATE_BEFORE.get(draft.step) != rumour.status:  # type: ignore[call-overload]
        raise TransitionRefused(
            _("The steps come one after the other: %(number)s is “%(state)s”.")
            % {"number": rumour.number, "state": rumour.get_status_display()}
        )
    _check(rumour, draft)
    done_at = require_past(draft.done_at)
    latest = rumour.steps.order_by("-pk")[0]
    if done_at < latest.done_at:
        raise InvalidInput(_("A step is not done before the one that comes before it."))
    step = RumourStep.objects.create(
        rumour=rumour,
        round=rumour.round,
        step=draft.step,
        outcome=draft.outcome,
        text=grounds["reason"],
        done_at=done_at,
        person=actor.person,
        verdict=draft.verdict,
        relied_on=draft.relied_on.strip(),
        handled_refs=_handled(draft),
        residual=draft.residual.strip(),
    )
    if draft.step == RumourStepCode.REFUTATION and draft.outcome == StepOutcome.DONE:
        _publish(step, draft, grounds)
    fields = {"verdict": draft.verdict} if draft.step == RumourStepCode.VERDICT else {}
    go_on(rumour, ARROW_OF[RumourStepCode(draft.step)], grounds, **fields)
    work.claim_item(work_item=rumour.work_item, actor=actor)
    return step


def go_on(rumour: Rumour, arrow: str, grounds: Grounds, **fields: Any) -> None:
    """
    Move a rumour that is locked, and put it into its queue with the time limit of what comes next.

    Public Account Provisions, art. 13 §2.
    """
    if rumour.work_item.closed_at is None:
        work.close_item(rumour.work_item)
    finish_clock(clock=rumour.work_item.clock, **grounds)
    target = RumourStatus(Rumour.workflow[arrow].target)
    clock = start_clock(step=LIMIT_OF[target], **grounds)
    item = work.open_item(queue=QUEUE, clock=clock, weight=WEIGHT)
    audit.move(rumour, arrow, **grounds, work_item=item, **fields)


def _check(rumour: Rumour, draft: StepDraft) -> None:
    if draft.outcome not in StepOutcome.values:
        raise InvalidInput(_("Say whether the step was done."))
    is_done = draft.outcome == StepOutcome.DONE
    if draft.step == RumourStepCode.VERDICT:
        if not is_done:
            raise InvalidInput(_("It is always told apart; that nobody can tell is a verdict too."))
        if draft.verdict not in RumourVerdict.values:
            raise InvalidInput(_("Say whether it is a rumour."))
        if not draft.relied_on.strip():
            raise InvalidInput(_("Name the sources that the verdict relies on."))
    elif draft.verdict or draft.relied_on.strip():
        raise InvalidInput(_("A verdict belongs to telling apart."))
    if draft.step == RumourStepCode.REFUTATION and is_done:
        if rumour.verdict != RumourVerdict.RUMOUR:
            raise ActionRefused(
                _("What is no rumour is not refuted: answer “not applicable” and say why.")
            )
        if not draft.refutation.strip() or not draft.published_in.strip():
            raise InvalidInput(_("Give the text of the refutation and where it was published."))
        if audit.UNSEEN.search(draft.refutation):
            raise InvalidInput(_("The text holds invisible characters. Write it without them."))
        if draft.link and not draft.link.startswith(("https://", "http://")):
            raise InvalidInput(_("A link begins with https:// or http://."))
    if draft.step == RumourStepCode.ELIMINATION and is_done:
        if not _handled(draft):
            raise InvalidInput(_("Name the contents that were handled, one on each line."))
        if not draft.residual.strip():
            raise InvalidInput(_("Say what the residual check found: what is left of it."))
    elif draft.handled_refs or draft.residual.strip():
        raise InvalidInput(_("Contents handled belong to the elimination."))


def _handled(draft: StepDraft) -> list[str]:
    found = list(dict.fromkeys(each.strip() for each in draft.handled_refs if each.strip()))
    if len(found) > MOST_HANDLED or any(len(each) > LONGEST_REFERENCE for each in found):
        raise InvalidInput(
            _("At most %(count)s contents, each with at most %(length)s characters.")
            % {"count": MOST_HANDLED, "length": LONGEST_REFERENCE}
        )
    return found


def _publish(step: RumourStep, draft: StepDraft, grounds: Grounds) -> Refutation:
    return audit.create(
        Refutation(
            rumour=step.rumour,
            step=step,
            text=draft.refutation.strip(),
            published_in=draft.published_in.strip(),
            link=draft.link.strip(),
            published_at=step.done_at,
        ),
        **grounds,
    )
