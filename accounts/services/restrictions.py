"""Services for what limits an account: restrictions for a time, closure and its exact undoing."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, GroundKind, ListedNameKind, RestrictionKind
from accounts.models import ListedName, PublicAccount, Restriction
from accounts.rules.effective_state import EffectiveState, RestrictionTerm, effective_state
from accounts.services.closing_matters import end_matters
from accounts.services.commands import CLOSE, RELEASE, REOPEN, RESTRICT, command_state
from accounts.services.name_keys import (
    forget_accounts,
    forget_listed,
    index_accounts,
    index_listed,
)
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision

REASON_LENGTH = 200


def terms_of(restrictions: Iterable[Restriction]) -> list[RestrictionTerm]:
    """Return restrictions as the plain values that the rules compute with."""
    return [
        RestrictionTerm(
            kind=RestrictionKind(each.kind),
            in_force_from=each.in_force_from,
            in_force_until=each.in_force_until,
            ended_at=each.ended_at,
            functions=tuple(each.functions),
        )
        for each in restrictions
    ]


def state_of(account: PublicAccount, now: datetime) -> EffectiveState:
    """Return what the account may do at `now`, from the facts about it alone."""
    return effective_state(
        terms_of(account.restrictions.all()),
        now,
        is_open=account.status == AccountStatus.ACTIVE,
    )


def restrictions_in_force(account: PublicAccount, now: datetime) -> list[Restriction]:
    """Return the restrictions of an account that hold at `now`, the longest first."""
    endless = datetime.max.replace(tzinfo=UTC)
    return sorted(
        (each for each in account.restrictions.all() if terms_of([each])[0].is_in_force(now)),
        key=lambda each: each.in_force_until or endless,
        reverse=True,
    )


@transaction.atomic
def impose_restriction(
    *,
    account: PublicAccount,
    kind: RestrictionKind,
    functions: Sequence[str] = (),
    from_: datetime,
    until: datetime | None,
    ground_kind: GroundKind,
    ground_ref: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Restriction:
    """
    Restrict an account from one instant to another, on one ground.

    Public Account Provisions, art. 19 §2 (measures) and art. 8 §2 (correction). Who may order it is
    the matter of the service that decides; this one records the fact.

    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the term is not positive, or functions are missing or out of place.
    :raises ActionRefused: if the account is closed.
    """
    audit.lock(account)
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; nothing about it can be restricted."))
    if until is not None and until <= from_:
        raise InvalidInput(_("The restriction must end after it begins."))
    names = list(dict.fromkeys(name.strip() for name in functions if name.strip()))
    if bool(names) != (kind == RestrictionKind.RESTRICT_FUNCTIONS):
        raise InvalidInput(
            _("Name the functions where single functions are restricted, only then.")
        )
    if not ground_ref.strip():
        raise InvalidInput(_("Name the decision or matter that the restriction rests on."))
    restriction = Restriction(
        account=account,
        kind=kind,
        functions=names,
        in_force_from=from_,
        in_force_until=until,
        ground_kind=ground_kind,
        ground_ref=ground_ref,
    )
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.create(restriction, **grounds)
    command_state(account, kind=RESTRICT, ground=ground_ref, grounds=grounds)
    return restriction


@transaction.atomic
def prolong_restriction(
    *,
    restriction: Restriction,
    until: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Let a restriction that runs last longer, on the same ground.

    Public Account Provisions, art. 19 §2. Who may order it is the matter of the service that decides.

    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if it would not end later than now.
    :raises ActionRefused: if it is over already.
    """
    audit.lock(restriction)
    end = restriction.in_force_until
    if restriction.ended_at is not None or (end is not None and end <= timezone.now()):
        raise ActionRefused(_("This restriction is over already."))
    if end is None or until <= end:
        raise InvalidInput(_("A restriction is prolonged to a later end than it has."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.amend(restriction, "prolong", **grounds, in_force_until=until)
    command_state(
        restriction.account, kind=RESTRICT, ground=restriction.ground_ref, grounds=grounds
    )


@transaction.atomic
def shorten_restriction(
    *,
    restriction: Restriction,
    until: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Let a restriction that runs end earlier, on the same ground; any other on the account goes on.

    Public Account Provisions, art. 20 §2. Who may order it is the matter of the service that decides.

    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if it would not end earlier, or would have ended by now.
    :raises ActionRefused: if it is over already.
    """
    audit.lock(restriction)
    now, end = timezone.now(), restriction.in_force_until
    if restriction.ended_at is not None or (end is not None and end <= now):
        raise ActionRefused(_("This restriction is over already."))
    if until <= now or (end is not None and until >= end):
        raise InvalidInput(_("A restriction is shortened to an end that is to come, and earlier."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.amend(restriction, "shorten", **grounds, in_force_until=until)
    command_state(restriction.account, kind=RELEASE, ground=restriction.ground_ref, grounds=grounds)


@transaction.atomic
def end_restriction(
    *, restriction: Restriction, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    End one restriction at once; any other on the account goes on.

    Public Account Provisions, art. 19 §2.

    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it is over already.
    """
    audit.lock(restriction)
    now = timezone.now()
    is_over = restriction.in_force_until is not None and restriction.in_force_until <= now
    if restriction.ended_at is not None or is_over:
        raise ActionRefused(_("This restriction is over already."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.amend(restriction, "end", **grounds, ended_at=now)
    command_state(restriction.account, kind=RELEASE, ground=restriction.ground_ref, grounds=grounds)


@transaction.atomic
def close_account(
    *,
    account: PublicAccount,
    ground_kind: GroundKind,
    ground_ref: str,
    is_name_barred: bool = True,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
) -> None:
    """
    Close an account on one ground, and bar its name unless the closure is no sanction.

    Public Account Provisions, art. 8 §3: nobody registers again under the name of an account that
    was closed by law or agreement. Whatever else is open about the account ends with it. Who may
    order it is the matter of the service that decides.

    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if `expected_version` is given and the account has moved on.
    :raises TransitionRefused: if the account is closed already.
    :raises InvalidInput: if no ground is named.
    """
    if not ground_ref.strip():
        raise InvalidInput(_("Name the decision or matter that the closure rests on."))
    audit.move(
        account,
        "close",
        actor=actor,
        provision=provision,
        reason=reason,
        expected_version=expected_version,
        closed_at=timezone.now(),
        closed_ground_kind=ground_kind,
        closed_ground_ref=ground_ref,
    )
    # A name of nothing but symbols folds to nothing: it equals no name and bars none.
    if is_name_barred and account.folded_name:
        barred = ListedName(
            kind=ListedNameKind.BARRED,
            name=account.name,
            folded_name=account.folded_name,
            reason=reason.strip()[:REASON_LENGTH],
            ground_kind=ground_kind,
            ground_ref=_closure_ref(account, ground_ref),
        )
        audit.create(barred, actor=actor, provision=provision, reason=reason)
        index_listed([barred])
    forget_accounts([account])
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    end_matters([account], grounds)
    command_state(account, kind=CLOSE, ground=ground_ref, grounds=grounds)


def _closure_ref(account: PublicAccount, ground_ref: str) -> str:
    # One decision may close two accounts of one name; each bar must end with its own account.
    return f"{ground_ref}/account:{account.pk}"


@transaction.atomic
def reopen_account(
    *,
    account: PublicAccount,
    ground_kind: GroundKind,
    ground_ref: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
) -> None:
    """
    Undo the closure of an account that rests on the given ground, and the bar of its name.

    Public Account Provisions, art. 20 §2: what an appeal revokes is undone exactly. A bar of the
    same name on another ground stays.

    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if `expected_version` is given and the account has moved on.
    :raises TransitionRefused: if the account is not closed.
    :raises ActionRefused: if it was closed on another ground.
    """
    audit.lock(account, expected_version=expected_version)
    is_closed = account.status == AccountStatus.CLOSED
    ground = (account.closed_ground_kind, account.closed_ground_ref)
    if is_closed and ground != (ground_kind, ground_ref):
        raise ActionRefused(_("The account was closed on another ground, which still stands."))
    audit.move(
        account,
        "reopen",
        actor=actor,
        provision=provision,
        reason=reason,
        closed_at=None,
        closed_ground_kind="",
        closed_ground_ref="",
    )
    bars = list(
        ListedName.objects.in_force().filter(
            kind=ListedNameKind.BARRED,
            ground_kind=ground_kind,
            ground_ref=_closure_ref(account, ground_ref),
        )
    )
    for barred in bars:
        audit.amend(
            barred,
            "remove",
            actor=actor,
            provision=provision,
            reason=reason,
            removed_at=timezone.now(),
        )
    forget_listed(bars)
    index_accounts([account])
    command_state(
        account,
        kind=REOPEN,
        ground=ground_ref,
        grounds=Grounds(actor=actor, provision=provision, reason=reason),
    )
