"""Services that carry measures out, called by approval alone, and that lift them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import GroundKind, RestrictionKind
from accounts.models import BlacklistEntry, Correction, ListedName, Restriction
from accounts.services import restrictions
from accounts.services.barred_names import bar_name
from accounts.services.blacklist import listing
from compliance import audit
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import PlatformCommand, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.enums import (
    LISTING_MEASURES,
    PLATFORM_MEASURES,
    TIMED_MEASURES,
    MeasureCode,
)
from enforcement.measure_words import LiftGround
from enforcement.models import Decision, Measure, OrderedMeasure
from enforcement.rules.measures import measure_end
from enforcement.services import terminations
from enforcement.services.blacklist.ordering import entry_draft
from enforcement.services.contents.commands import command_contents
from enforcement.services.lifting.ending import LiftDraft, end_before_time, lock_for_lifting
from enforcement.services.ordered_corrections import (
    begin_correction,
    suspension_of,
)

RESTRICTION_OF: Final[Mapping[str, RestrictionKind]] = {
    MeasureCode.RESTRICT_FUNCTIONS: RestrictionKind.RESTRICT_FUNCTIONS,
    MeasureCode.SUSPEND_UPDATES: RestrictionKind.SUSPEND_UPDATES,
    MeasureCode.STOP_ADVERTISING: RestrictionKind.STOP_ADVERTISING,
    MeasureCode.SUSPEND_SERVICE: RestrictionKind.SUSPEND_SERVICE,
}


class _CarriesOut(Protocol):
    def __call__(
        self,
        *,
        ordered: OrderedMeasure,
        decision: Decision,
        at: datetime,
        actor: StaffUser,
        provision: Provision,
        reason: str,
    ) -> Measure: ...


def _put_in_force(
    ordered: OrderedMeasure,
    decision: Decision,
    at: datetime,
    *,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    until: datetime | None = None,
    restriction: Restriction | None = None,
    entry: BlacklistEntry | None = None,
    command: PlatformCommand | None = None,
    correction: Correction | None = None,
    barred_name: ListedName | None = None,
) -> Measure:
    measure = Measure(
        ordered=ordered,
        decision=decision,
        proposal=decision.proposal,
        approvals_given=decision.proposal.approvals_needed,
        account=decision.account,
        measure=ordered.measure,
        in_force_from=at,
        in_force_until=until,
        restriction=restriction,
        entry=entry,
        command=command,
        correction=correction,
        barred_name=barred_name,
    )
    return audit.create(measure, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def warn_account(
    *,
    ordered: OrderedMeasure,
    decision: Decision,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Measure:
    """
    Warn the operator of an account, on record.

    Public Account Provisions, art. 19 §2: the mildest of the measures; it limits nothing.
    """
    return _put_in_force(ordered, decision, at, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def limit_account(
    *,
    ordered: OrderedMeasure,
    decision: Decision,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Measure:
    """
    Limit an account for the ordered term: functions, updates, advertising or the whole service.

    Public Account Provisions, art. 19 §2 and art. 8 §2. The term runs from `at` and ends by comparison with the
    time; a restriction of another ground is not touched, even of the same kind.
    """
    if ordered.goes_with is not None:
        # Until what the same decision orders to be corrected was corrected (art. 8 §2).
        return _put_in_force(
            ordered,
            decision,
            at,
            actor=actor,
            provision=provision,
            reason=reason,
            restriction=suspension_of(decision),
        )
    until = measure_end(at, ordered.term_days)
    restriction = restrictions.impose_restriction(
        account=decision.account,
        kind=RESTRICTION_OF[ordered.measure],
        functions=ordered.functions,
        from_=at,
        until=until,
        ground_kind=GroundKind.DECISION,
        ground_ref=decision.number,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    return _put_in_force(
        ordered,
        decision,
        at,
        actor=actor,
        provision=provision,
        reason=reason,
        until=until,
        restriction=restriction,
    )


@transaction.atomic
def close_account(
    *,
    ordered: OrderedMeasure,
    decision: Decision,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Measure:
    """
    Close an account for good and bar its name.

    Public Account Provisions, art. 19 §2; art. 8 §3: the name of a closed account is not
    registered again.

    :raises TransitionRefused: if the account is closed already.
    """
    violation = decision.violation_type
    restrictions.close_account(
        account=decision.account,
        ground_kind=GroundKind.DECISION,
        ground_ref=decision.number,
        actor=actor,
        provision=provision,
        # Stays beside the barred name, where an approver's remark would explain nothing.
        reason=f"{decision.number} {violation.code} {violation.title_zh}",
    )
    return _put_in_force(ordered, decision, at, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def terminate_service(
    *,
    ordered: OrderedMeasure,
    decision: Decision,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Measure:
    """
    Terminate the service to an account and bar its name.

    Public Account Provisions, art. 8 §2 (a correction that was refused or missed) and art. 11 §2 (a
    transfer without approval). It closes the account by law and agreement, so that its name is not
    registered again (art. 8 §3).

    :raises ActionRefused: if what it rests on does not allow it now.
    :raises TransitionRefused: if the account is closed already.
    """
    terminations.require_terminable(ordered.ground_ref, decision.account)
    measure = _put_in_force(ordered, decision, at, actor=actor, provision=provision, reason=reason)
    violation = decision.violation_type
    # Before the account closes: what is then still open about it ends otherwise.
    terminations.note_terminated(
        ordered.ground_ref, Grounds(actor=actor, provision=provision, reason=reason)
    )
    restrictions.close_account(
        account=decision.account,
        ground_kind=GroundKind.DECISION,
        ground_ref=decision.number,
        actor=actor,
        provision=provision,
        reason=f"{decision.number} {violation.code} {violation.title_zh}",
    )
    return measure


@transaction.atomic
def list_subject(
    *,
    ordered: OrderedMeasure,
    decision: Decision,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Measure:
    """
    Put the subject of an account on the blacklist, or bar it and the name from coming back.

    Public Account Provisions, art. 13 §2, art. 19 §2 and art. 8 §3. The account itself goes on,
    unless the same decision closes it.

    :raises InvalidInput: if its review date is past by now.
    :raises ActionRefused: if no valid document number of the subject is known.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    entry = listing.list_subject(draft=entry_draft(ordered, decision), **grounds)
    return _put_in_force(ordered, decision, at, **grounds, entry=entry)


@transaction.atomic
def handle_contents(
    *,
    ordered: OrderedMeasure,
    decision: Decision,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Measure:
    """
    Have the platform stop, remove or keep contents, or show a label on them or on the account.

    Public Account Provisions, art. 19 §2; Cybersecurity Law, art. 49. Only what the decision names is
    touched. The platform is ordered by a command of the same transaction and says what became of it.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    until = measure_end(at, ordered.term_days)
    command = command_contents(
        ordered, decision, from_=at, until=until, is_in_force=True, grounds=grounds
    )
    return _put_in_force(ordered, decision, at, **grounds, until=until, command=command)


@transaction.atomic
def order_correction(
    *,
    ordered: OrderedMeasure,
    decision: Decision,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Measure:
    """
    Suspend the service and tell the operator what of the profile to correct, and until when.

    Public Account Provisions, art. 8 §2. From here on it is a correction like any other: answered
    without a login, reviewed, missed only by whoever was told, and then a ground for a termination.

    :raises ActionRefused: if another correction of the account is open.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    correction = begin_correction(ordered, decision, grounds)
    return _put_in_force(ordered, decision, at, **grounds, correction=correction)


@transaction.atomic
def bar_account_name(
    *,
    ordered: OrderedMeasure,
    decision: Decision,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Measure:
    """
    Bar the name of an account from being registered by anybody else for the ordered term.

    Public Account Provisions, art. 8 §3. The account goes on under it, unless the same decision closes
    it; that bars the name without end, on a ground of its own.

    :raises ActionRefused: if the name is of nothing but symbols.
    """
    until = measure_end(at, ordered.term_days)
    assert until is not None
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    violation = decision.violation_type
    barred = bar_name(
        account=decision.account,
        ground_ref=f"{decision.number}/measure",
        basis=f"{decision.number} {violation.code} {violation.title_zh}",
        from_=at,
        until=until,
        **grounds,
    )
    return _put_in_force(ordered, decision, at, **grounds, until=until, barred_name=barred)


_CARRIED_OUT_BY: dict[str, _CarriesOut] = {
    MeasureCode.WARN: warn_account,
    **dict.fromkeys(TIMED_MEASURES, limit_account),
    MeasureCode.CLOSE: close_account,
    MeasureCode.TERMINATE: terminate_service,
    **dict.fromkeys(LISTING_MEASURES, list_subject),
    **dict.fromkeys(PLATFORM_MEASURES, handle_contents),
    MeasureCode.ORDER_CORRECTION: order_correction,
    MeasureCode.BAR_NAME: bar_account_name,
}


def in_order(ordered: Iterable[OrderedMeasure]) -> list[OrderedMeasure]:
    """Return measures in the order in which they are carried out: a correction before what it ends."""
    return sorted(ordered, key=lambda each: each.measure != MeasureCode.ORDER_CORRECTION)


def carry_out(
    *,
    ordered: OrderedMeasure,
    decision: Decision,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Measure:
    """
    Carry out one measure of a decision that was approved.

    Public Account Provisions, art. 19 §2. The database refuses a measure without that approval.
    """
    return _CARRIED_OUT_BY[ordered.measure](
        ordered=ordered,
        decision=decision,
        at=at,
        actor=actor,
        provision=provision,
        reason=reason,
    )


@transaction.atomic
def lift_measure(
    *,
    measure: Measure,
    ground: str = LiftGround.PUT_RIGHT,
    told: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    End a measure before its time; whatever else limits the account goes on.

    Public Account Provisions, art. 19 §2. One person lifts what one has approved; the decision ends
    with the last of its measures. The operator is told `told`, or the reason where it is empty.

    :raises NotPermitted: if the actor may not lift measures.
    :raises InvalidInput: if the ground is unknown.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it is a closure, two have approved it, or its term is over.
    :raises TransitionRefused: if it ended before.
    """
    require_permission(actor, "enforcement.lift_measure")
    draft = LiftDraft(ground, told or audit.require_reason(reason)).checked()
    lock_for_lifting(measure)
    if measure.approvals_given > 1:
        raise ActionRefused(
            _("Two have approved this measure: propose its lifting, for two to approve.")
        )
    end_before_time(measure, draft, Grounds(actor=actor, provision=provision, reason=reason))
