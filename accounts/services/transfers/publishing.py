"""The changes of subject that everybody may read."""

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from accounts.enums import SubjectNature
from accounts.models import PublicAccount, Transfer
from accounts.services.disclosure.sources import SubjectChange, Text
from accounts.transfer_words import TransferStatus


def published_changes(account: PublicAccount) -> list[SubjectChange]:
    """
    Return the transfers of an account that took effect or are announced.

    Public Account Provisions, art. 11 §2 and art. 9 §2: an organisation is named, of a person only
    the nature is.
    """
    found = Transfer.objects.filter(
        account=account, status__in=[TransferStatus.ANNOUNCED, TransferStatus.EFFECTIVE]
    ).select_related("from_subject", "follower_clock")
    return [_change(each) for each in found.order_by("pk")]


def _change(transfer: Transfer) -> SubjectChange:
    clock = transfer.follower_clock
    assert clock is not None
    return SubjectChange(
        on=localdate(transfer.effective_at or clock.due_at),
        earlier=_named(transfer.from_subject.organisation_name, transfer.from_nature),
        later=_named(transfer.organisation_name, transfer.subject_nature),
        is_planned=transfer.status == TransferStatus.ANNOUNCED,
    )


def _named(organisation: str, nature: str) -> Text:
    if organisation:
        return organisation
    is_known = nature in SubjectNature.values
    return SubjectNature(nature).label if is_known else gettext_lazy("another subject")
