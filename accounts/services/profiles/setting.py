"""The one door by which the profile of an account becomes another."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, Category
from accounts.models import AvatarImage, PublicAccount
from accounts.rules.application_data import COLUMN_LIMITS
from accounts.rules.names import fold
from accounts.services.commands import command_profile
from accounts.services.name_keys import forget_accounts, index_accounts
from accounts.services.names import FOLDED_LENGTH, NAME_LENGTH
from accounts.services.stops.protecting import require_unprotected
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What everybody sees of an account; None is left as it is."""

    name: str | None = None
    bio: str | None = None
    category: Category | None = None
    avatar: AvatarImage | None = None
    is_avatar_removed: bool = False


@transaction.atomic
def set_profile(
    *,
    account: PublicAccount,
    profile: Profile,
    ground_ref: str,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Give an account another name, introduction, category or avatar, and tell the platform to show it.

    Public Account Provisions, art. 8 §2 and art. 7 §1. What may be shown and who looked at it is
    the matter of the service that decides; this one keeps the name index in step, and a name that
    was given up for whoever gave it up (art. 11 §3).

    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if `expected_version` is given and the account has moved on.
    :raises InvalidInput: if a name is empty, too long or folds to too much, or nothing changes.
    :raises ActionRefused: if the account is closed, or the name is protected for somebody else.
    """
    audit.lock(account, expected_version=expected_version)
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; its profile stays as it is."))
    changes = changes_of(account, profile)
    if not changes:
        raise InvalidInput(_("Nothing of the profile would change."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    if changes.get("folded_name", account.folded_name) != account.folded_name:
        require_unprotected(changes["folded_name"], account.subject_id, timezone.now())
    if "name" in changes:
        forget_accounts([account])
    audit.amend(account, "set_profile", **grounds, **changes)
    if "name" in changes:
        index_accounts([account])
    command_profile(account, ground=ground_ref, grounds=grounds)


def changes_of(account: PublicAccount, profile: Profile) -> dict[str, Any]:
    """
    Return the columns of an account that a profile would change, each with its new value.

    :raises InvalidInput: if a name is empty, too long or folds to too much, or a bio is too long.
    """
    changes: dict[str, Any] = {}
    if profile.name is not None:
        name = profile.name.strip()
        folded = fold(name)
        if not name:
            raise InvalidInput(_("The name is empty."))
        if len(name) > NAME_LENGTH or len(folded) > FOLDED_LENGTH:
            raise InvalidInput(
                _("The name has more than %(limit)s characters.") % {"limit": NAME_LENGTH}
            )
        if name != account.name:
            changes |= {"name": name, "folded_name": folded}
    if profile.bio is not None and profile.bio != account.bio:
        if len(profile.bio) > COLUMN_LIMITS["bio"]:
            raise InvalidInput(
                _("The introduction has more than %(limit)s characters.")
                % {"limit": COLUMN_LIMITS["bio"]}
            )
        changes["bio"] = profile.bio
    if profile.category is not None and profile.category != account.category:
        changes["category"] = profile.category.value
    if profile.avatar is not None and profile.avatar.pk != account.avatar_id:
        changes["avatar"] = profile.avatar
    if profile.is_avatar_removed and account.avatar_id is not None:
        changes["avatar"] = None
    return changes
