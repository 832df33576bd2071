"""The service that files an appeal, and whether one can be filed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, work
from compliance.clocks import start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.models import ResponseReceipt, Side, StaffUser
from compliance.provisions import Provision
from compliance.responses import InvitationDraft, open_invitation
from compliance.roles import require_permission
from enforcement.appeal_words import (
    OPEN_APPEALS,
    WRITTEN_DOWN,
    AppealChannel,
    AppealGround,
    AppealStatementKind,
)
from enforcement.enums import STANDING_DECISIONS
from enforcement.models import Appeal, Decision
from enforcement.models.appeals import FIRST, SECOND
from enforcement.services.appeals.material import check_words, keep_statement
from enforcement.services.appeals.telling import APPEAL_KIND, RECEIVED, appellant_of, tell
from enforcement.services.credit.disputes import follow_dispute

FILE: Final = "enforcement.file_appeal"
QUEUE: Final = "appeals"
SECOND_QUEUE: Final = "second_appeals"
ACCEPTANCE_STEP: Final = "appeal_acceptance"
SIDES: Final = {FIRST: Side.APPEAL, SECOND: Side.SECOND_APPEAL}
QUEUES: Final = {FIRST: QUEUE, SECOND: SECOND_QUEUE}


@dataclass(frozen=True)
class Possible:
    """On which level an appeal can be filed now and until when, or why none can."""

    level: int = 0
    until: datetime | None = None
    first: Appeal | None = None
    why_not: str = ""


def appeal_possible(decision: Decision, at: datetime) -> Possible:
    """
    Return whether an appeal against a decision can be filed that arrived at `at`.

    Public Account Provisions, art. 20 §2; the time limit is the published one of the notice.
    """
    if decision.status not in STANDING_DECISIONS:
        return Possible(
            why_not=_("The decision no longer stands: there is nothing to appeal against.")
        )
    filed = {each.level: each for each in decision.appeals.select_related("ruling__second_window")}
    if not filed:
        level, until, first = FIRST, decision.appealable_until, None
    else:
        first = filed[FIRST]
        window = getattr(getattr(first, "ruling", None), "second_window", None)
        if SECOND in filed or window is None:
            return Possible(why_not=_("An appeal against this decision was filed already."))
        level, until = SECOND, window.due_at
    if until is None or until < at:
        return Possible(why_not=_("The time for an appeal is over."))
    return Possible(level, until, first)


def invite_appeal(decision: Decision, grounds: Grounds) -> None:
    """
    Open the page on which a decision is appealed against, by the code in its notice.

    Public Account Provisions, art. 20 §2: no login is needed. Part of the transaction in which the
    decision comes into force.
    """
    if decision.appeal_clock is None:
        return
    draft = InvitationDraft(
        kind=APPEAL_KIND,
        about=decision,
        recipient=appellant_of(decision),
        until=decision.appeal_clock,
    )
    open_invitation(draft, **grounds)


@transaction.atomic
def file_appeal(
    *,
    decision: Decision,
    ground: str,
    words: str,
    files: Sequence[IncomingFile] = (),
    channel: str = AppealChannel.PUBLIC_PAGE,
    filed_at: datetime | None = None,
    receipt: ResponseReceipt | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Appeal:
    """
    File an appeal against a decision; on the second level where the first one left that open.

    Public Account Provisions, art. 20 §2. Once on each level; its deduction of credit counts as
    disputed from here on. A letter counts from the day on which it arrived, `filed_at`.

    :raises NotPermitted: if the actor may not file appeals.
    :raises InvalidInput: if it is not said what is contested and why, or how it came.
    :raises ActionRefused: if the time is over, it was filed already, or the decision no longer stands.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, FILE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    if ground not in AppealGround.values:
        raise InvalidInput(_("Say what is contested."))
    if channel not in AppealChannel.values:
        raise InvalidInput(_("Say how the appeal came in."))
    words = check_words(words, files)
    now = timezone.now()
    arrived = filed_at or now
    audit.lock(decision)
    if arrived > now or decision.in_force_from is None or arrived < decision.in_force_from:
        raise InvalidInput(_("Give when it arrived: after the decision, and not later than now."))
    possible = appeal_possible(decision, arrived)
    if possible.why_not:
        raise ActionRefused(possible.why_not)
    side = SIDES[possible.level]
    proposal = decision.proposal
    clock = start_clock(step=ACCEPTANCE_STEP, at=arrived, **grounds)
    appeal = Appeal(
        decision=decision,
        proposal=proposal,
        matter_id=proposal.matter_id,
        proposer_id=proposal.proposer_id,
        proposer_side=proposal.approver_side,
        level=possible.level,
        first=possible.first,
        channel=channel,
        ground=ground,
        filed_at=arrived,
        acceptance_clock=clock,
        hearing_side=side,
        work_item=work.open_item(
            queue=QUEUES[possible.level],
            clock=clock,
            weight=decision.severity,
            matter=proposal.matter,
            side=side,
        ),
    )
    audit.create(appeal, **grounds)
    keep_statement(
        appeal,
        AppealStatementKind.FILING,
        words,
        files,
        grounds,
        receipt=receipt,
        person=actor.person if channel in WRITTEN_DOWN else None,
    )
    follow_dispute(decision=decision, **grounds)
    tell(appeal, RECEIVED, actor=actor)
    return appeal


def disputed(decisions: Collection[int]) -> Iterable[int]:
    """Return which of some decisions an open appeal disputes."""
    return Appeal.objects.filter(decision__in=decisions, status__in=OPEN_APPEALS).values_list(
        "decision_id", flat=True
    )
