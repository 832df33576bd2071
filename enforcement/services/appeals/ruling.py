"""The service that decides an appeal, with the exact undoing of what does not stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, HoldKind
from accounts.services.holds import holds_in_force, place_hold
from compliance import audit, work
from compliance.clocks import start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Clock, Side, StaffUser
from compliance.provisions import Provision
from enforcement.appeal_words import (
    REVERSING_OUTCOMES,
    SECOND_LEVEL_AFTER,
    SECOND_LEVEL_MEASURES,
    AppealGround,
    AppealOutcome,
    AppealStatus,
)
from enforcement.enums import CaseStatus, DecisionStatus, MeasureStatus
from enforcement.models import Appeal, AppealRuling, Decision
from enforcement.models.appeals import FIRST
from enforcement.services.appeals.taking_up import end_appeal, take_up, told
from enforcement.services.appeals.telling import OUTCOME, tell
from enforcement.services.blacklist.undoing import Undone
from enforcement.services.cases import CASES, RETURNED_WEIGHT, case_ref
from enforcement.services.reversals import reverse_decision, reverse_measures
from enforcement.services.shortening import shorten_measures

WINDOW_STEP: Final = "appeal_window"


@transaction.atomic
def decide_appeal(
    *,
    appeal: Appeal,
    outcome: str,
    text: str,
    ground: str = "",
    measures: Collection[str] = (),
    terms: Mapping[str, int] | None = None,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> AppealRuling:
    """
    Decide an appeal: the decision is confirmed, reduced, revoked or sent back; never heavier.

    Public Account Provisions, art. 20 §2. What does not stand is undone exactly and in the same
    transaction; what is sent back is decided anew by others. `text` is told, `ground` is why the
    decision did not stand. Where it is reduced, `measures` are undone and `terms` end earlier, each
    after so many days from its beginning.

    :raises NotPermitted: if the actor may not hear appeals on its level.
    :raises SamePerson: if the actor took part in the decision or heard it before.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises InvalidInput: if outcome, ground, measures or reasons do not do.
    :raises ActionRefused: if it is not accepted, the decision was reversed in the meantime and that
        is not said, or it would be sent back twice.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    take_up(appeal, actor, fence, expected_version)
    if appeal.status != AppealStatus.ACCEPTED:
        raise ActionRefused(_("It is decided when it was accepted and its questions answered."))
    if outcome not in AppealOutcome.values:
        raise InvalidInput(_("Say what becomes of the decision."))
    text = told(text)
    reduction = Reduction(frozenset(measures), terms or {})
    _check(appeal, outcome, ground, reduction)
    items, at = _carry_out(appeal, outcome, reduction, grounds)
    ruling = AppealRuling.objects.create(
        appeal=appeal,
        matter=appeal.matter,
        outcome=outcome,
        ground=ground,
        text=text,
        undone=[[str(each.measure), each.is_restored] for each in items],
        person=actor.person,
        hearing_side=appeal.hearing_side,
        at=at,
        second_window=_second_window(appeal, outcome, at, grounds),
    )
    end_appeal(appeal, "decide", grounds)
    if outcome == AppealOutcome.REMITTED:
        _send_back(appeal.decision, grounds)
    tell(appeal, OUTCOME, actor=actor)
    return ruling


@dataclass(frozen=True)
class Reduction:
    """What is taken from a decision that is reduced: measures undone, and terms in days."""

    measures: frozenset[str]
    terms: Mapping[str, int]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is taken from it."""
        return not self.measures and not self.terms


def _check(appeal: Appeal, outcome: str, ground: str, reduction: Reduction) -> None:
    if outcome == AppealOutcome.CONFIRMED:
        if ground or not reduction.is_empty:
            raise InvalidInput(_("What is confirmed stands as it is: nothing is undone."))
        return
    if ground not in AppealGround.values:
        raise InvalidInput(_("Say why the decision does not stand as it was."))
    if not reduction.is_empty and outcome != AppealOutcome.REDUCED:
        raise InvalidInput(_("The whole decision is undone: name no measures."))
    if reduction.is_empty and outcome == AppealOutcome.REDUCED:
        raise InvalidInput(_("Choose which measures are undone or end earlier."))
    if reduction.measures & set(reduction.terms):
        raise InvalidInput(_("A measure is undone or ends earlier: not both."))
    if outcome == AppealOutcome.REMITTED and (
        appeal.level != FIRST or appeal.proposer_side == Side.DECIDED_ANEW
    ):
        raise ActionRefused(_("It was decided anew already: confirm, reduce or revoke it."))


def _carry_out(
    appeal: Appeal, outcome: str, reduction: Reduction, grounds: Grounds
) -> tuple[tuple[Undone, ...], datetime]:
    decision, side = appeal.decision, Side(appeal.hearing_side)
    decision.refresh_from_db(fields=["status", "ended_at"])
    if decision.status == DecisionStatus.REVERSED:
        if outcome != AppealOutcome.REVOKED:
            raise ActionRefused(_("The decision was reversed in the meantime: say so."))
        return (), timezone.now()
    if outcome in REVERSING_OUTCOMES:
        report = reverse_decision(decision=decision, side=side, **grounds)
        return report.items, report.at
    if outcome == AppealOutcome.REDUCED:
        # First what ends earlier: with the last measure that is undone the decision may end.
        if reduction.terms:
            shorten_measures(appeal=appeal, terms=reduction.terms, **grounds)
        if reduction.measures:
            report = reverse_measures(
                decision=decision, measures=reduction.measures, side=side, **grounds
            )
            return report.items, report.at
    return (), timezone.now()


def _second_window(appeal: Appeal, outcome: str, at: datetime, grounds: Grounds) -> Clock | None:
    """Return the time for an appeal on the second level, where what stands is grave enough."""
    if appeal.level != FIRST or outcome not in SECOND_LEVEL_AFTER:
        return None
    grave = appeal.decision.measures.filter(measure__in=SECOND_LEVEL_MEASURES)
    if not grave.exclude(status=MeasureStatus.REVERSED).exists():
        return None
    return start_clock(step=WINDOW_STEP, at=at, **grounds)


def _send_back(decision: Decision, grounds: Grounds) -> None:
    """Put the case into its queue again, for those who took no part in it."""
    case = decision.case
    audit.lock(case)
    clock = start_clock(step="case_decision", **grounds)
    item = work.open_item(
        queue=CASES,
        clock=clock,
        weight=case.work_item.weight + RETURNED_WEIGHT,
        matter=case.matter,
        side=Side.DECIDED_ANEW,
    )
    was_closed = case.status == CaseStatus.CLOSED
    audit.move(case, "reopen", **grounds, work_item=item, closed_at=None)
    account = case.account
    account.refresh_from_db()
    held = holds_in_force(account).filter(kind=HoldKind.OPEN_CASE, ground_ref=case_ref(case))
    if was_closed and account.status == AccountStatus.ACTIVE and not held.exists():
        place_hold(account=account, kind=HoldKind.OPEN_CASE, ground_ref=case_ref(case), **grounds)
