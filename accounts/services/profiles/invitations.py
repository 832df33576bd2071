"""Invitations to hand in another profile after a change was refused or one was set back."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts.models import ProfileChange, PublicAccount
from accounts.profile_words import ProfilePart
from accounts.services.invitations import ACCOUNT
from compliance import responses
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation
from compliance.notices.recipients import Reference

CHANGE: Final = "accounts.profile_change"
# Our choice; no article sets it: so long another change can be sent by the link of a refusal.
OPEN_FOR: Final = timedelta(days=30)


def invite_after_refusal(change: ProfileChange, grounds: Grounds) -> ResponseInvitation | None:
    """
    Open the response page for another change in the place of one that was refused or set back.

    Words are taken there; whoever wished for another avatar alone sends it through the platform.
    """
    if set(change.parts) == {ProfilePart.AVATAR}:
        return None
    return responses.open_invitation(
        responses.InvitationDraft(
            kind=CHANGE,
            about=change,
            recipient=Reference(ACCOUNT, change.account.platform_uid),
            until=timezone.now() + OPEN_FOR,
        ),
        **grounds,
    )


def open_invitation_of(change: ProfileChange) -> ResponseInvitation | None:
    """Return the invitation that is open in the place of a refused change, if there is one."""
    return ResponseInvitation.objects.open().about(change).filter(kind=CHANGE).first()


def close_invitations_of(account: PublicAccount, grounds: Grounds) -> None:
    """Close what is still open after earlier refusals, because another change has come."""
    asked = ResponseInvitation.objects.open().filter(
        kind=CHANGE, recipient_type=ACCOUNT, recipient_id=account.platform_uid
    )
    numbers = [int(each) for each in asked.values_list("about_id", flat=True)]
    for change in ProfileChange.objects.filter(pk__in=numbers, account=account).order_by("pk"):
        responses.close_invitations(about=change, **grounds)
