"""Putting an approved change of a profile into effect, upon the state it was made for."""

from django.utils.translation import gettext as _

from accounts.enums import Category
from accounts.models import ProfileChange
from accounts.profile_words import ProfilePart
from accounts.services.profiles.setting import Profile, set_profile
from compliance.errors import ActionRefused
from compliance.grounds import Grounds


def apply_change(change: ProfileChange, grounds: Grounds) -> None:
    """
    Give the account what was approved, in the transaction of the approval.

    Public Account Provisions, art. 8 §2. The caller holds the lock of the account and has read it
    under that lock.

    :raises ActionRefused: if the account has other values by now than the change was made upon, is
        run by somebody else, or is closed.
    """
    account = change.account
    if account.subject_id != change.subject_id:
        raise ActionRefused(_("The account is run by somebody else by now; refuse this change."))
    stored = {
        ProfilePart.NAME: (account.name, change.name_before),
        ProfilePart.BIO: (account.bio, change.bio_before),
        ProfilePart.CATEGORY: (account.category, change.category_before),
        ProfilePart.AVATAR: (account.avatar_id, change.avatar_before_id),
    }
    moved = [part for part in map(ProfilePart, change.parts) if stored[part][0] != stored[part][1]]
    if moved:
        raise ActionRefused(
            _(
                "The account has changed since this was handed in (%(parts)s): refuse this change, "
                "and let it be handed in anew."
            )
            % {"parts": _(", ").join(str(part.label) for part in moved)}
        )
    set_profile(
        account=account,
        profile=profile_of(change),
        ground_ref=change.reference,
        **grounds,
    )


def profile_of(change: ProfileChange) -> Profile:
    """Return what a change sets; what it leaves as it is is None."""
    return Profile(
        name=change.name_after if ProfilePart.NAME in change.parts else None,
        bio=change.bio_after if ProfilePart.BIO in change.parts else None,
        category=Category(change.category_after) if ProfilePart.CATEGORY in change.parts else None,
        avatar=change.avatar_after if ProfilePart.AVATAR in change.parts else None,
    )
