"""Services by which an operator ends or pauses an account of the own wish."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import (
    AccountStatus,
    ApplicationSource,
    GroundKind,
    HoldKind,
    RestrictionKind,
)
from accounts.models import AccountActivity, PublicAccount, Stop
from accounts.services.blocks import Blocked, require_free
from accounts.services.exit_policies import exit_limits_in_force, exit_policy_in_force
from accounts.services.holds import place_hold, release_hold
from accounts.services.invitations import ACCOUNT
from accounts.services.restrictions import close_account, end_restriction, impose_restriction
from accounts.services.stop_notices import (
    BLOCKED,
    CLOSED,
    PAUSED,
    RECEIVED,
    RESUMED,
    REVOKED,
    tell,
)
from accounts.services.stops.protecting import protect_name
from accounts.transfer_words import StopKind, StopStatus
from compliance import audit, responses
from compliance.clocks import finish_clock, start_clock
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.notices.recipients import Reference
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission

SUBMIT: Final = "accounts.submit_stop"
ASK_REVOKE: Final = "accounts.stop_revocation"


@transaction.atomic
def apply_to_close(
    *,
    account: PublicAccount,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Stop:
    """
    Take in the wish of an operator to end an account; time to think again begins.

    Public Account Provisions, art. 11 §3. How long depends on the followers. Until then the
    operator takes it back by the link in the notice; the account goes on as it is.

    :raises NotPermitted: if the actor may not hand in stops.
    :raises MissingReason: if the reason is blank.
    :raises Blocked: with the open matters and running measures that stand in the way.
    :raises ActionRefused: if the account is closed or paused.
    """
    stop, grounds = _take_in(account, StopKind.CLOSE, source, actor, provision, reason)
    limits = exit_limits_in_force(stop.applied_at)
    clock = start_clock(step=limits.cooling_step(stop.followers), **grounds)
    audit.move(stop, "begin_cooling", **grounds, clock=clock)
    place_hold(account=account, kind=HoldKind.PENDING_STOP, ground_ref=stop.ground_ref, **grounds)
    responses.open_invitation(
        responses.InvitationDraft(
            kind=ASK_REVOKE,
            about=stop,
            recipient=Reference(ACCOUNT, account.platform_uid),
            until=clock,
        ),
        **grounds,
    )
    tell(stop, RECEIVED, actor=actor)
    return stop


def _take_in(
    account: PublicAccount,
    kind: StopKind,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> tuple[Stop, Grounds]:
    require_permission(actor, SUBMIT)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    now = timezone.now()
    audit.lock(account)
    waiting = Stop.objects.open().filter(account=account).first()
    if waiting is not None:
        raise ActionRefused(
            _("%(reference)s is there already (%(state)s).")
            % {"reference": waiting.reference, "state": waiting.get_status_display()}
        )
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed."))
    if kind == StopKind.CLOSE:
        require_free(account, now)
    followers = (
        AccountActivity.objects.filter(account=account).values_list("followers", flat=True).first()
    )
    stop = Stop(
        account=account,
        subject_id=account.subject_id,
        kind=kind,
        source=source,
        applied_at=now,
        followers=followers or 0,
        policy=exit_policy_in_force(now).row,
    )
    audit.create(stop, **grounds)
    return stop, grounds


@transaction.atomic
def revoke_stop(
    *,
    stop: Stop,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take back the wish to end an account, as long as it is not carried out.

    Public Account Provisions, art. 11 §3.

    :raises NotPermitted: if the actor may not hand in stops.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it was carried out, taken back or ended before.
    """
    require_permission(actor, SUBMIT)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    lock_stop(stop, expected_version=expected_version)
    _end(stop, "revoke", grounds)
    tell(stop, REVOKED, actor=actor)


def lock_stop(stop: Stop, *, expected_version: int | None = None) -> None:
    """Lock account and stop for an act; the account first, as everything that reads its holds."""
    audit.lock(PublicAccount.objects.get(pk=stop.account_id))
    audit.lock(stop, expected_version=expected_version)


def _end(stop: Stop, arrow: str, grounds: Grounds, *, told: str = "") -> None:
    """Take an arrow after which nobody thinks again and the account is held no longer."""
    audit.move(stop, arrow, **grounds, ended_at=timezone.now(), told=told)
    finish_clock(clock=stop.clock, **grounds)
    close_invitations(about=stop, **grounds)
    release_hold(
        account=PublicAccount.objects.get(pk=stop.account_id),
        kind=HoldKind.PENDING_STOP,
        ground_ref=stop.ground_ref,
        **grounds,
    )


@transaction.atomic
def carry_out_stop(*, stop: Stop, actor: StaffUser, provision: Provision, reason: str) -> bool:
    """
    Close an account whose operator did not think again; something that came up ends the wish.

    Public Account Provisions, art. 11 §3. No sanction: the name is not barred, but for a time only
    its operator gets it again. Return whether the account was closed.

    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the operator still has time, or it was carried out or taken back.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    lock_stop(stop)
    now = timezone.now()
    if stop.status != StopStatus.COOLING or stop.clock is None:
        raise ActionRefused(_("Only a stop whose time to think again runs is carried out."))
    if stop.clock.due_at > now:
        raise ActionRefused(_("The operator still has time to think again."))
    account = PublicAccount.objects.get(pk=stop.account_id)
    why = _in_the_way(account, stop, now)
    if why:
        _end(stop, "block", grounds, told=why)
        tell(stop, BLOCKED, actor=actor)
        return False
    _end(stop, "close", grounds)
    close_account(
        account=account,
        ground_kind=GroundKind.STOP,
        ground_ref=stop.ground_ref,
        is_name_barred=False,
        **grounds,
    )
    protect_name(stop, account, now)
    tell(stop, CLOSED, actor=actor)
    return True


def end_with_account(stop: Stop, told: str, grounds: Grounds) -> None:
    """End a wish because its account was closed on another ground; nobody is told otherwise."""
    if stop.status == StopStatus.COOLING:
        _end(stop, "block", grounds, told=told)
        return
    audit.move(stop, "block", **grounds, ended_at=timezone.now(), told=told)
    close_invitations(about=stop, **grounds)
    if stop.restriction is not None:
        end_restriction(restriction=stop.restriction, **grounds)


def _in_the_way(account: PublicAccount, stop: Stop, now: datetime) -> str:
    try:
        with record_language():
            require_free(account, now, own_ref=stop.ground_ref)
    except Blocked as blocked:
        return str(blocked)
    except ActionRefused as refused:
        return str(refused)
    return ""


@transaction.atomic
def pause_account(
    *,
    account: PublicAccount,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Stop:
    """
    Suspend service of an account because its operator asks for a pause; nothing else changes.

    Public Account Provisions, art. 11 §3. It is no sanction and lasts until the operator resumes; an
    open matter about the account goes on meanwhile.

    :raises NotPermitted: if the actor may not hand in stops.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the account is closed, paused or about to be closed.
    """
    stop, grounds = _take_in(account, StopKind.PAUSE, source, actor, provision, reason)
    restriction = impose_restriction(
        account=account,
        kind=RestrictionKind.SUSPEND_SERVICE,
        from_=stop.applied_at,
        until=None,
        ground_kind=GroundKind.STOP,
        ground_ref=stop.ground_ref,
        **grounds,
    )
    audit.move(stop, "pause", **grounds, restriction=restriction)
    tell(stop, PAUSED, actor=actor)
    return stop


@transaction.atomic
def resume_account(
    *,
    stop: Stop,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Resume service of a paused account; whatever else limits it stays.

    Public Account Provisions, art. 11 §3.

    :raises NotPermitted: if the actor may not hand in stops.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if the account is not paused.
    """
    require_permission(actor, SUBMIT)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    lock_stop(stop, expected_version=expected_version)
    audit.move(stop, "resume", **grounds, ended_at=timezone.now())
    account = PublicAccount.objects.get(pk=stop.account_id)
    if stop.restriction is not None and account.status == AccountStatus.ACTIVE:
        end_restriction(restriction=stop.restriction, **grounds)
    tell(stop, RESUMED, actor=actor)


def carry_out_stops(*, now: datetime, actor: StaffUser) -> tuple[int, int]:
    """
    Carry out the stops whose time to think again is over; return how many closed and how many not.

    Public Account Provisions, art. 11 §3. However often it runs, each is carried out once; one that
    is taken back at this moment is left alone.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: an operator has until the end of the time."))
    due = Stop.objects.select_related("account", "clock").filter(
        status=StopStatus.COOLING, clock__due_at__lte=now
    )
    closed = blocked = 0
    for stop in due.order_by("pk"):
        try:
            is_closed = carry_out_stop(
                stop=stop, actor=actor, provision=Provision.PUBLIC_ACCOUNT_11_3, reason=_OVER
            )
        except ActionRefused:
            continue
        closed += is_closed
        blocked += not is_closed
    return closed, blocked


# Kept as it is in the log, whichever language a screen has.
_OVER: Final = "冷静期届满，按运营者申请注销账号"
