"""Closing many accounts at once, where it is no sanction."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.enums import GroundKind
from accounts.models import PublicAccount
from accounts.services.closing_matters import end_matters
from accounts.services.commands import CLOSE, command_states
from accounts.services.name_keys import forget_accounts
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.set_audit import move_rows


@transaction.atomic
def close_accounts(
    *,
    accounts: Sequence[PublicAccount],
    ground_kind: GroundKind,
    ground_refs: Sequence[str],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Close accounts, each on a ground of its own, and let their names go free; a few statements.

    Public Account Provisions, art. 10 §2: an end by the agreement is no sanction, so no name is
    barred (art. 8 §3). Whatever else is open about them ends with them. Who may order it is the matter of the service that decides, which has locked
    the accounts. The rows that are given come out closed.

    :raises MissingReason: if the reason is blank.
    :raises TransitionRefused: if one of them is closed already.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    now = timezone.now()
    move_rows(
        accounts,
        "close",
        each={"closed_ground_ref": ground_refs},
        common={"closed_at": now, "closed_ground_kind": str(ground_kind)},
        grounds=grounds,
    )
    forget_accounts(accounts)
    end_matters(accounts, grounds)
    command_states(accounts, kind=CLOSE, ground_refs=ground_refs, grounds=grounds)
