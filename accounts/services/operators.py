"""Who stands behind the number of an account: at an instant, and for a matter of one subject."""

from datetime import datetime

from accounts.models import PublicAccount, Transfer
from accounts.services.invitations import ACCOUNT
from accounts.transfer_words import TransferParty
from compliance.notices.recipients import Reference


def whoever_ran(platform_uid: str, at: datetime) -> Reference:
    """
    Return by what whoever ran an account at `at` is reached now.

    Public Account Provisions, art. 11 §2; Personal Information Protection Law, art. 51: an account
    that passed on takes no message along that was written to its earlier operator.
    """
    left = Transfer.objects.filter(account__platform_uid=platform_uid, effective_at__gt=at)
    return _reference(left.order_by("effective_at", "pk").first(), platform_uid)


def operator_of(platform_uid: str, subject_id: int) -> Reference:
    """
    Return by what a subject is reached in a matter of its own, for which it named an account.

    Our choice, no article: by the account while the subject runs it, by the transfer afterwards.
    """
    account = PublicAccount.objects.filter(platform_uid=platform_uid).first()
    if account is None or account.subject_id == subject_id:
        return Reference(ACCOUNT, platform_uid)
    left = Transfer.objects.filter(
        account=account, from_subject=subject_id, effective_at__isnull=False
    )
    return _reference(left.order_by("-effective_at", "-pk").first(), platform_uid)


def _reference(left: Transfer | None, platform_uid: str) -> Reference:
    if left is None:
        return Reference(ACCOUNT, platform_uid)
    return Reference(TransferParty.TRANSFEROR.value, left.reference)
