"""The service that undoes a decision: exactly its own measures, and says what came back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import AccountStatus, GroundKind, RestrictionKind
from accounts.models import Restriction
from accounts.services import restrictions
from accounts.services.barred_names import unbar_name
from accounts.services.violations import withdraw_violation
from compliance import audit, proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.enums import (
    CLOSING_MEASURES,
    LISTING_MEASURES,
    PLATFORM_MEASURES,
    STANDING_DECISIONS,
    DecisionStatus,
    MeasureCode,
    MeasureStatus,
)
from enforcement.models import Decision, Measure
from enforcement.services import terminations
from enforcement.services.blacklist.undoing import Undone, take_back
from enforcement.services.contents.commands import release_contents
from enforcement.services.contents.telling import undone_content, was_removed_for_good
from enforcement.services.credit import restore_credit, tell_change
from enforcement.services.credit.counting import CreditChange
from enforcement.services.deviations import counted_by
from enforcement.services.measure_lines import ENDED_BEFORE
from enforcement.services.notices import write_reversal
from enforcement.services.ordered_corrections import lock_account_of, undo_correction
from enforcement.services.spent import end_if_spent

# What is said of a restriction that ended: where another of its kind goes on, and where none does.
_AFTERWARDS: Final[Mapping[str, tuple[Promise, Promise]]] = {
    RestrictionKind.RESTRICT_FUNCTIONS: (
        _("This restriction ended; some of its functions stay off on another ground."),
        _("The functions are on again."),
    ),
    RestrictionKind.SUSPEND_UPDATES: (
        _("This suspension ended; updates stay suspended on another ground."),
        _("Updates are possible again."),
    ),
    RestrictionKind.STOP_ADVERTISING: (
        _("This stop ended; advertising stays stopped on another ground."),
        _("Advertising is possible again."),
    ),
    RestrictionKind.SUSPEND_SERVICE: (
        _("This suspension ended; the service stays suspended on another ground."),
        _("The service is resumed."),
    ),
}


# A closure ends more than it takes away: neither comes back by itself.
_REOPENED: Final = _(
    "The account is open again, and this bar of its name is gone. What was under way about it ended "
    "with the closure and begins anew only when it is asked for again."
)


@dataclass(frozen=True)
class ReversalReport:
    """
    What a reversal restored and what it could not.

    `counted_by` are decisions that stand and counted it as an earlier one: they are not recalculated,
    and each is reversed by itself if it is to be.
    """

    items: tuple[Undone, ...]
    at: datetime
    counted_by: tuple[Decision, ...] = ()

    @property
    def restored(self) -> list[Undone]:
        """What is again as it was before."""
        return [item for item in self.items if item.is_restored]

    @property
    def not_restored(self) -> list[Undone]:
        """What cannot be made undone any more."""
        return [item for item in self.items if not item.is_restored]


@transaction.atomic
def reverse_decision(
    *,
    decision: Decision,
    side: Side = Side.APPEAL,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ReversalReport:
    """
    Undo a decision: the inverse of each of its measures and of nothing else.

    Public Account Provisions, art. 20 §2: appeals are heard. Our choice, no article: whoever took
    part in the decision does not undo it; the actor joins the matter on `side`.

    :raises NotPermitted: if the actor may not reverse decisions.
    :raises SamePerson: if the actor took part in the decision.
    :raises TransitionRefused: if it never came into force or was reversed before.
    """
    require_permission(actor, "enforcement.reverse_decision")
    proposals.take_part(decision.case.matter, actor, side)
    items, change = _take_back(decision, actor=actor, provision=provision, reason=reason)
    write_reversal(decision, actor=actor)
    tell_change(change, actor=actor)
    assert decision.ended_at is not None
    return ReversalReport(items, decision.ended_at, tuple(counted_by(decision)))


@transaction.atomic
def take_back_untold(
    *, decision: Decision, actor: StaffUser, provision: Provision, reason: str
) -> ReversalReport:
    """
    Undo a decision of which nobody was told yet, exactly as a reversal does; nobody is told of it.

    Public Account Provisions, art. 20 §2. Called by the service that has stopped what was to be
    told, and that answers for who may do so.

    :raises TransitionRefused: if it never came into force or was reversed before.
    """
    items, _change = _take_back(decision, actor=actor, provision=provision, reason=reason)
    assert decision.ended_at is not None
    return ReversalReport(items, decision.ended_at, tuple(counted_by(decision)))


@transaction.atomic
def reverse_measures(
    *,
    decision: Decision,
    measures: Collection[str],
    side: Side = Side.APPEAL,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ReversalReport:
    """
    Undo some of the measures of a decision that stands for the rest: what it found stays.

    Public Account Provisions, art. 20 §2: an appeal reduces what was too heavy. Each is undone as it is
    with the whole decision; the violation and its credit are left, for they are confirmed.

    :raises NotPermitted: if the actor may not reverse decisions.
    :raises SamePerson: if the actor took part in the decision.
    :raises InvalidInput: if none is named, one that it has not, or all that are left.
    :raises ActionRefused: if the decision does not stand, or one measure hangs on another.
    """
    require_permission(actor, "enforcement.reverse_decision")
    proposals.take_part(decision.case.matter, actor, side)
    lock_account_of(decision)
    audit.lock(decision)
    if decision.status not in STANDING_DECISIONS:
        raise ActionRefused(_("The decision no longer stands."))
    now = timezone.now()
    standing = list(
        decision.measures.exclude(status=MeasureStatus.REVERSED)
        .select_related("restriction", "ordered", "correction", "decision__account")
        .order_by("pk")
    )
    chosen = [each for each in standing if each.measure in set(measures)]
    _check_chosen(standing, chosen, measures)
    running = {each.pk for each in chosen if _is_running(each, now)}
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    items = tuple(
        _reverse_measure(each, decision, now, was_running=each.pk in running, **grounds)
        for each in chosen
    )
    if decision.status == DecisionStatus.IN_FORCE:
        end_if_spent(decision, "lift", at=now, **grounds)
    return ReversalReport(items, now)


def _check_chosen(
    standing: Sequence[Measure], chosen: Sequence[Measure], named: Collection[str]
) -> None:
    if not chosen or len(chosen) != len(set(named)):
        raise InvalidInput(_("Choose which measures are undone."))
    if len(chosen) == len(standing):
        raise InvalidInput(_("Nothing would be left of the decision: revoke it instead."))
    for each in chosen:
        other = each.ordered.goes_with
        if other is not None and other not in named:
            raise ActionRefused(
                _("“%(measure)s” goes with “%(other)s”: choose both or neither.")
                % {
                    "measure": MeasureCode(each.measure).label,
                    "other": MeasureCode(other).label,
                }
            )


def _take_back(
    decision: Decision, *, actor: StaffUser, provision: Provision, reason: str
) -> tuple[tuple[Undone, ...], CreditChange | None]:
    lock_account_of(decision)
    now = timezone.now()
    audit.move(
        decision,
        "reverse",
        actor=actor,
        provision=provision,
        reason=reason,
        ended_at=now,
        ended_reason=reason.strip(),
    )
    measures = list(
        decision.measures.select_related(
            "restriction", "ordered", "correction", "decision__account"
        ).order_by("pk")
    )
    # Before any of them: with an order to correct its suspension ends, which ran until now.
    running = {each.pk for each in measures if _is_running(each, now)}
    items = tuple(
        _reverse_measure(
            measure,
            decision,
            now,
            was_running=measure.pk in running,
            actor=actor,
            provision=provision,
            reason=reason,
        )
        for measure in measures
    )
    withdraw_violation(
        account=decision.account,
        reference=decision.number,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    change = restore_credit(
        decision=decision, at=now, actor=actor, provision=provision, reason=reason
    )
    return items, change


def _is_running(measure: Measure, now: datetime) -> bool:
    return measure.status == MeasureStatus.IN_FORCE and (
        measure.in_force_until is None or measure.in_force_until > now
    )


def _reverse_measure(
    measure: Measure,
    decision: Decision,
    now: datetime,
    *,
    was_running: bool,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Undone:
    audit.lock(measure)
    ended_at = now if was_running else (measure.ended_at or measure.in_force_until or now)
    code = MeasureCode(measure.measure)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    taken_back = code in PLATFORM_MEASURES and was_running
    released: dict[str, Any] = {"release": release_contents(measure, grounds)} if taken_back else {}
    audit.move(measure, "reverse", **grounds, ended_at=ended_at, **released)
    if code == MeasureCode.WARN:
        return Undone(code, True, _("The warning no longer counts."))
    if code in CLOSING_MEASURES:
        undone = _reopen(decision, code, actor=actor, provision=provision, reason=reason)
        if code == MeasureCode.TERMINATE and undone.is_restored:
            return _reinstate(
                measure, undone, Grounds(actor=actor, provision=provision, reason=reason)
            )
        return undone
    if code in LISTING_MEASURES:
        return take_back(measure, Grounds(actor=actor, provision=provision, reason=reason))
    if measure.barred_name is not None:
        stood = unbar_name(barred=measure.barred_name, **grounds)
        return Undone(
            code, stood, _("This bar of the name is gone.") if stood else ENDED_BEFORE[code]
        )
    if code == MeasureCode.ORDER_CORRECTION:
        return Undone(code, *undo_correction(measure, grounds))
    if taken_back:
        is_whole = not was_removed_for_good(measure.ordered)
        return Undone(code, is_whole, undone_content(measure))
    if not was_running or measure.restriction is None:
        return Undone(code, False, ENDED_BEFORE[code])
    # The suspension of an order to correct ended with the order.
    measure.restriction.refresh_from_db()
    if measure.restriction.ended_at is None:
        restrictions.end_restriction(restriction=measure.restriction, **grounds)
    return Undone(code, True, _what_came_back(measure.restriction, now))


def _what_came_back(ended: Restriction, now: datetime) -> str | Promise:
    """Return what the end of a restriction gave back; another of its kind may still run."""
    same = Restriction.objects.for_account(ended.account).in_force(now).filter(kind=ended.kind)
    if ended.functions:
        same = same.filter(functions__overlap=ended.functions)
    still, again = _AFTERWARDS[ended.kind]
    return still if same.exclude(pk=ended.pk).exists() else again


def _reinstate(measure: Measure, undone: Undone, grounds: Grounds) -> Undone:
    """Put back what the termination rested on: the account is as it was before, no more."""
    terminations.note_reversed(measure.ordered.ground_ref, grounds)
    return Undone(
        undone.measure,
        True,
        _(
            "The account is open again, and this bar of its name is gone. What the termination "
            "rested on stands as it stood before: %(ground)s"
        )
        % {"ground": terminations.ground_in_words(measure.ordered.ground_ref)},
    )


def _reopen(
    decision: Decision,
    code: MeasureCode,
    *,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Undone:
    account = audit.lock(decision.account)
    if (
        account.status != AccountStatus.CLOSED
        or account.closed_ground_kind != GroundKind.DECISION
        or account.closed_ground_ref != decision.number
    ):
        return Undone(code, False, _("The account's present state comes from another ground."))
    restrictions.reopen_account(
        account=account,
        ground_kind=GroundKind.DECISION,
        ground_ref=decision.number,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    return Undone(code, True, _REOPENED)
