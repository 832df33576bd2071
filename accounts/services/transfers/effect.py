"""The service by which an announced transfer takes effect, or lapses because something came up."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import (
    AccountFunction,
    ApplicationSource,
    GroundKind,
    RestrictionKind,
)
from accounts.models import PublicAccount, Transfer
from accounts.rules.qualifications import beginning_of, months_later
from accounts.services.commands import TRANSFER, command_transfer
from accounts.services.exit_policies import exit_limits_in_force
from accounts.services.qualifications.submission import QualificationDraft, submit_qualification
from accounts.services.restrictions import impose_restriction
from accounts.services.subjects import set_subject
from accounts.services.transfer_notices import EFFECTIVE, LAPSED, tell
from accounts.services.transfers.materials import lock_transfer, open_work_item
from accounts.services.transfers.regularising import regularise_by
from accounts.services.transfers.review import end_transfer, require_possible
from accounts.transfer_words import TransferStatus
from compliance import proposals
from compliance.context import record_language
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from compliance.work import close_item

# Kept as they are in the log, whichever language a screen has.
_NO_MONEY: Final = "主体变更后暂停营利权限"


@transaction.atomic
def take_effect(*, transfer: Transfer, actor: StaffUser, provision: Provision, reason: str) -> bool:
    """
    Let an announced transfer take effect, or lapse where something stands in the way by now.

    Public Account Provisions, art. 11 §2: the account passes to who was verified. What would have
    blocked it before blocks it now, under the lock of the account. Return whether it took effect.

    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it is not announced, or the followers' time is not over.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    lock_transfer(transfer)
    now = timezone.now()
    clock = transfer.follower_clock
    if transfer.status != TransferStatus.ANNOUNCED or clock is None:
        raise ActionRefused(_("Only an announced transfer takes effect."))
    if clock.due_at > now:
        raise ActionRefused(_("The followers still have time to react to the announcement."))
    try:
        with record_language():
            require_possible(transfer, now)
    except ActionRefused as refusal:
        lapse(transfer, str(refusal), grounds, now)
        return False
    account = PublicAccount.objects.get(pk=transfer.account_id)
    until = _without_money_until(transfer, now)
    end_transfer(transfer, "take_effect", grounds, effective_at=now, monetisation_off_until=until)
    set_subject(account=account, transfer=transfer, **grounds)
    impose_restriction(
        account=account,
        kind=RestrictionKind.RESTRICT_FUNCTIONS,
        functions=[AccountFunction.MONETISE],
        from_=now,
        until=until,
        ground_kind=GroundKind.TRANSFER,
        ground_ref=transfer.ground_ref,
        actor=actor,
        provision=provision,
        reason=_NO_MONEY,
    )
    _submit_qualification(transfer, account, now)
    regularise_by(transfer, grounds)
    command_transfer(account, kind=TRANSFER, transfer=transfer, on=now, grounds=grounds)
    tell(transfer, EFFECTIVE, actor=actor)
    return True


def _without_money_until(transfer: Transfer, now: datetime) -> datetime:
    """Return until when nothing is earned: whole months of the policy, counted in China's days."""
    months = exit_limits_in_force(transfer.applied_at).monetisation_off_months
    return beginning_of(months_later(timezone.localdate(now), months) + timedelta(days=1))


def lapse(transfer: Transfer, told: str, grounds: Grounds, now: datetime) -> None:
    """End a transfer because its time is over or something came up; both sides are told why."""
    end_transfer(
        transfer,
        "lapse",
        grounds,
        decided_by=grounds["actor"].person,
        decided_at=now,
        decision_reason=told,
    )
    tell(transfer, LAPSED, actor=grounds["actor"])


def lapse_with_account(transfer: Transfer, told: str, grounds: Grounds) -> None:
    """End a transfer in whatever state, because its account was closed; both sides are told."""
    proposal, item = transfer.proposal, open_work_item(transfer)
    was_proposed = transfer.status == TransferStatus.PROPOSED
    lapse(transfer, told, grounds, timezone.now())
    if item is not None:
        close_item(item)
    if was_proposed and proposal is not None and proposals.is_open(proposal):
        # Whoever proposed it did not take it back; what it was about is gone.
        proposals.withdraw_proposal(
            proposal=proposal,
            actor=system_actor(),
            provision=grounds["provision"],
            reason=grounds["reason"],
        )


def _submit_qualification(transfer: Transfer, account: PublicAccount, now: datetime) -> None:
    """Put what the transferee showed for its field into the queue of qualifications to review."""
    until, number = transfer.qualification_valid_until, transfer.qualification_number
    is_over = until is not None and until < timezone.localdate(now)
    if not transfer.qualification_type or number is None or is_over:
        return
    submit_qualification(
        account=account,
        draft=QualificationDraft(
            type=transfer.qualification_type,
            number=vault.read(number),
            issuer=transfer.qualification_issuer,
            valid_until=until,
        ),
        source=ApplicationSource(transfer.source),
        actor=system_actor(),
        provision=Provision.PUBLIC_ACCOUNT_9_1,
        reason="受让方随转让申请提交的资质材料",
    )
