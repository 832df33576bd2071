"""Services that bar one name for a time, whatever becomes of the account that bears it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import GroundKind, ListedNameKind
from accounts.models import ListedName, PublicAccount
from accounts.services.name_keys import forget_listed, index_listed
from accounts.services.restrictions import REASON_LENGTH
from compliance import audit
from compliance.errors import ActionRefused
from compliance.models import StaffUser
from compliance.provisions import Provision


def require_barrable(account: PublicAccount) -> None:
    """
    Refuse to bar a name that equals none.

    Public Account Provisions, art. 8 §3.

    :raises ActionRefused: if the name is of nothing but symbols.
    """
    if not account.folded_name:
        raise ActionRefused(_("This name is of symbols alone: it equals no name and bars none."))


@transaction.atomic
def bar_name(
    *,
    account: PublicAccount,
    ground_ref: str,
    basis: str,
    from_: datetime,
    until: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ListedName:
    """
    Bar the name of an account from being registered by anybody else until an instant.

    Public Account Provisions, art. 8 §3. Who may order it is the matter of the service that decides.
    The bar ends by comparison with the time; another one of the same name goes on.

    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the name is of nothing but symbols.
    """
    require_barrable(account)
    barred = ListedName(
        kind=ListedNameKind.BARRED,
        name=account.name,
        folded_name=account.folded_name,
        reason=basis[:REASON_LENGTH],
        ground_kind=GroundKind.DECISION,
        ground_ref=ground_ref,
        listed_at=from_,
        in_force_until=until,
    )
    audit.create(barred, actor=actor, provision=provision, reason=reason)
    index_listed([barred])
    return barred


@transaction.atomic
def unbar_name(*, barred: ListedName, actor: StaffUser, provision: Provision, reason: str) -> bool:
    """
    End one bar of a name; return whether it still stood.

    Public Account Provisions, art. 8 §3 and art. 20 §2. Also puts on record that its time is over.

    :raises MissingReason: if the reason is blank.
    """
    audit.lock(barred)
    now = timezone.now()
    if barred.removed_at is not None:
        return False
    audit.amend(barred, "remove", actor=actor, provision=provision, reason=reason, removed_at=now)
    forget_listed([barred])
    return barred.in_force_until is None or barred.in_force_until > now
