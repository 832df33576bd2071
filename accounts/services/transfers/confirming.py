"""Services by which both sides of an approved transfer confirm it, and by which it is announced."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import ApplicationSource
from accounts.models import PublicAccount, Transfer, TransferConfirmation
from accounts.services.blocks import require_free
from accounts.services.commands import TRANSFER_NOTICE, command_transfer
from accounts.services.transfer_notices import ANNOUNCED, tell
from accounts.services.transfers.materials import lock_transfer
from accounts.services.transfers.parties import ASK_OF, side_of
from accounts.transfer_words import TransferParty, TransferStatus
from compliance import audit, responses
from compliance.clocks import finish_clock, start_clock
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission

CONFIRM: Final = "accounts.submit_transfer"
FOLLOWER_STEP: Final = "transfer_follower_notice"


def invite_both(transfer: Transfer, grounds: Grounds) -> None:
    """Open the response page for each side until the time to confirm is over."""
    clock = transfer.confirmation_clock
    assert clock is not None
    responses.open_invitations(
        [
            responses.InvitationDraft(
                kind=ASK_OF[party],
                about=transfer,
                recipient=side_of(transfer, party),
                until=clock,
            )
            for party in TransferParty
        ],
        **grounds,
    )


@transaction.atomic
def confirm_transfer(
    *,
    transfer: Transfer,
    party: TransferParty,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Record that one side confirms a transfer; with the second one it is announced to the followers.

    Public Account Provisions, art. 11 §2: a change of the subject is published. The transferee
    declares with it that the service agreement is accepted (art. 6 §2).

    :raises NotPermitted: if the actor may not hand in transfers.
    :raises MissingReason: if the reason is blank.
    :raises Blocked: with the open matters and running measures that stand in the way.
    :raises ActionRefused: if it is not approved, its time is over, or this side confirmed before.
    """
    require_permission(actor, CONFIRM)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    lock_transfer(transfer)
    now = timezone.now()
    if transfer.status != TransferStatus.APPROVED or transfer.confirmation_clock is None:
        raise ActionRefused(_("The transfer waits for no confirmation."))
    if transfer.confirmation_clock.due_at <= now:
        raise ActionRefused(
            _("The time to confirm was over on %(date)s; hand the transfer in again.")
            % {"date": last_day(transfer.confirmation_clock.due_at).isoformat()}
        )
    if transfer.confirmations.filter(party=party).exists():
        raise ActionRefused(_("This side has confirmed the transfer already."))
    account = PublicAccount.objects.get(pk=transfer.account_id)
    require_free(account, now, own_ref=transfer.ground_ref)
    TransferConfirmation.objects.create(
        transfer=transfer, party=party, source=source, confirmed_at=now
    )
    audit.record(
        action="accounts.transfer.confirm",
        target=transfer,
        changes={"party": party.value},
        **grounds,
    )
    if transfer.confirmations.count() == len(TransferParty):
        _announce(transfer, account, grounds)


def _announce(transfer: Transfer, account: PublicAccount, grounds: Grounds) -> None:
    clock = start_clock(step=FOLLOWER_STEP, **grounds)
    audit.move(transfer, "announce", **grounds, announced_at=timezone.now(), follower_clock=clock)
    finish_clock(clock=transfer.confirmation_clock, **grounds)
    close_invitations(about=transfer, **grounds)
    command_transfer(
        account, kind=TRANSFER_NOTICE, transfer=transfer, on=clock.due_at, grounds=grounds
    )
    tell(transfer, ANNOUNCED, actor=grounds["actor"])
