"""The two sides of a transfer, as notices and the response page know them."""

from typing import Final

from accounts.models import Application, Transfer
from accounts.models.transfers import TRANSFER_PREFIX
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import address_among
from accounts.transfer_words import TransferParty, TransferStatus
from compliance.models import Channel, IdentityValue
from compliance.notices.recipients import Reference
from compliance.numbers import read_number

ASK_MATERIAL: Final = "accounts.transfer_material"
ASK_OF: Final = {
    TransferParty.TRANSFEROR: "accounts.transfer_by_transferor",
    TransferParty.TRANSFEREE: "accounts.transfer_by_transferee",
}


def side_of(transfer: Transfer, party: TransferParty) -> Reference:
    """
    Return by what one side is known: who runs the account by it, the other one by the transfer.

    Our choice, no article. Once the account has passed on, both are known by the transfer.
    """
    is_operator = party == TransferParty.TRANSFEROR and transfer.status != TransferStatus.EFFECTIVE
    if is_operator:
        return Reference(ACCOUNT, transfer.account.platform_uid)
    return Reference(party.value, transfer.reference)


def contact_of_transferee(recipient_id: str, channel: Channel) -> IdentityValue | None:
    """
    Return the sealed address that a transferee gave, if there is one.

    Personal Information Protection Law, art. 51: it is read for the sending and kept nowhere else.
    """
    return address_among(_found(recipient_id), channel)


def contact_of_transferor(recipient_id: str, channel: Channel) -> IdentityValue | None:
    """
    Return the sealed address of whoever ran the account before a transfer, if there is one.

    Personal Information Protection Law, art. 51.
    """
    transfer = _found(recipient_id)
    if transfer is None:
        return None
    earlier = (
        Transfer.objects.select_related("contact__key", "mobile__key")
        .filter(account=transfer.account_id, effective_at__isnull=False, pk__lt=transfer.pk)
        .order_by("-pk")
        .first()
    )
    application = Application.objects.select_related("contact__key", "mobile__key").filter(
        account=transfer.account_id
    )
    return address_among(earlier or application.first(), channel)


def _found(recipient_id: str) -> Transfer | None:
    number = read_number(TRANSFER_PREFIX, recipient_id)
    return (
        Transfer.objects.select_related("contact__key", "mobile__key").filter(pk=number).first()
        if number is not None
        else None
    )
