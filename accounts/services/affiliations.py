"""Services that note which accounts are the platform's own, or belong to whom it is tied to."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Affiliation, PublicAccount
from accounts.powers_words import AffiliationKind
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

NOTE: Final = "accounts.note_affiliation"


def affiliation_of(account: PublicAccount) -> Affiliation | None:
    """Return the tie of an account to the platform that stands now, if there is one."""
    return account.affiliations.standing(timezone.now()).first()


@transaction.atomic
def note_affiliation(
    *, account: PublicAccount, kind: str, actor: StaffUser, provision: Provision, reason: str
) -> Affiliation:
    """
    Note that an account is the platform's own or belongs to whom it is tied to.

    Opinions on Platform Responsibility, point 2: nobody is dealt with differently, the platform's
    own accounts neither; how they are dealt with is counted beside all others. `reason` is what it
    rests on.

    :raises NotPermitted: if the actor may not note it.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if there is no such tie.
    :raises ActionRefused: if one is noted already.
    """
    require_permission(actor, NOTE)
    if kind not in AffiliationKind.values:
        raise InvalidInput(_("Say how the account is tied to the platform."))
    audit.lock(account)
    if affiliation_of(account) is not None:
        raise ActionRefused(_("A tie of this account to the platform is noted already."))
    return audit.create(
        Affiliation(
            account=account,
            kind=kind,
            ground=audit.require_reason(reason),
            since=timezone.now(),
        ),
        actor=actor,
        provision=provision,
        reason=reason,
    )


@transaction.atomic
def end_affiliation(
    *,
    account: PublicAccount,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Affiliation:
    """
    Note that the tie of an account to the platform has ended.

    Opinions on Platform Responsibility, point 2. What was counted before stays as it was counted.

    :raises NotPermitted: if the actor may not note it.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if none is noted.
    """
    require_permission(actor, NOTE)
    audit.lock(account)
    found = affiliation_of(account)
    if found is None:
        raise ActionRefused(_("No tie of this account to the platform is noted."))
    audit.amend(
        found, "end", actor=actor, provision=provision, reason=reason, ended_at=timezone.now()
    )
    return found
