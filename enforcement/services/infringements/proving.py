"""Services about the lawsuit of whoever gave notice: shown by its code, then looked at by a handler."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.clocks import finish_clock, pause_clock, resume_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import StaffUser
from compliance.models.identity import IdentityField
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import close_item, open_item, require_lease
from enforcement.infringement_words import InfringementParty, InfringementStatus, SuitKind
from enforcement.models import Infringement
from enforcement.services.complaint_appeals.sides import handling_side
from enforcement.services.complaints.answers import require_told
from enforcement.services.complaints.review import HANDLE
from enforcement.services.complaints.sealing import require_sealed
from enforcement.services.complaints.submission import ENTER, require_words
from enforcement.services.infringements import notices
from enforcement.services.infringements.countering import attach_files
from enforcement.services.infringements.stages import lock_infringement

QUEUE: Final = "infringements"
PROOF: Final = "infringement_proof"
# Our choice; no article sets it.
WEIGHT: Final = 40
N = InfringementStatus


@transaction.atomic
def show_suit(
    *,
    infringement: Infringement,
    kind: str,
    words: str,
    files: Sequence[IncomingFile],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take the proof that whoever gave notice has sued, or turned to an authority.

    Civil Code, art. 1196; E-Commerce Law, art. 43. The fifteen days stand still while it is looked at.

    :raises NotPermitted: if the actor may not enter what complainants say.
    :raises InvalidInput: if it is not said before whom, nothing is written, or no file shows it.
    :raises TransitionRefused: if nothing is disputed, or it was shown already.
    :raises ActionRefused: if the fifteen days are over.
    """
    require_permission(actor, ENTER)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    lock_infringement(infringement)
    clock = infringement.wait_clock
    if infringement.status != N.COUNTERED or clock is None:
        raise TransitionRefused(_("No proof of a lawsuit is waited for."))
    if clock.due_at <= timezone.now():
        raise ActionRefused(_("The time to show a lawsuit is over."))
    if kind not in SuitKind.values:
        raise InvalidInput(_("Say before whom you have taken it."))
    if not files:
        raise InvalidInput(_("Attach what shows it: the court’s or the authority’s receipt."))
    matter = infringement.complaint.matter
    item = open_item(
        queue=QUEUE,
        clock=start_clock(step=PROOF, **grounds),
        weight=WEIGHT,
        matter=matter,
        side=handling_side(infringement.complaint),
    )
    audit.move(
        infringement,
        "show_suit",
        **grounds,
        suit_kind=kind,
        suit=vault.store(
            infringement.complaint.complainant.key, IdentityField.STATEMENT, require_words(words)
        ),
        work_item=item,
    )
    pause_clock(clock=clock, **grounds)
    attach_files(infringement, InfringementParty.COMPLAINANT, files, grounds)


def begin(
    infringement: Infringement,
    told: str,
    fence: int,
    expected_version: int | None,
    grounds: Grounds,
) -> str:
    """Check and lock a notice for an act of whoever holds its item; return what both are told."""
    actor = grounds["actor"]
    require_permission(actor, HANDLE)
    item = infringement.work_item
    if item is None:
        raise TransitionRefused
    lock_infringement(infringement)
    require_lease(work_item=item, actor=actor, fence=fence)
    if expected_version is not None:
        audit.lock(infringement, expected_version=expected_version)
    take_part(infringement.complaint.matter, actor, handling_side(infringement.complaint))
    told = require_told(told)
    require_sealed(infringement.complaint, told, grounds["reason"])
    return told


@transaction.atomic
def accept_suit(
    *,
    infringement: Infringement,
    told: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Accept that the matter is before a court or an authority: what was done about the content stays.

    Civil Code, art. 1196. Both sides are told.

    :raises NotPermitted: if the actor may not handle complaints.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises InvalidInput: if nothing is told, or it holds the complainant's contact.
    :raises TransitionRefused: if no proof waits to be looked at.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    told = begin(infringement, told, fence, expected_version, grounds)
    audit.move(infringement, "accept_suit", **grounds, told=told, ended_at=timezone.now())
    assert infringement.work_item is not None
    close_item(infringement.work_item)
    for clock in (infringement.wait_clock, infringement.work_item.clock):
        finish_clock(clock=clock, **grounds)
    notices.tell_operator(infringement, notices.ENDED, actor=actor)
    notices.tell_complainant(infringement, notices.RESULT, actor=actor)


@transaction.atomic
def refuse_suit(
    *,
    infringement: Infringement,
    told: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Say that a proof shows no lawsuit; what was left of the fifteen days runs on.

    Civil Code, art. 1196. The complainant is told why, and may show it anew in that time.

    :raises NotPermitted: if the actor may not handle complaints.
    :raises StaleLease: if the actor does not hold it.
    :raises StaleVersion: if it has moved on.
    :raises InvalidInput: if nothing is told, or it holds the complainant's contact.
    :raises TransitionRefused: if no proof waits to be looked at.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    told = begin(infringement, told, fence, expected_version, grounds)
    audit.move(infringement, "refuse_suit", **grounds, told=told)
    assert infringement.work_item is not None
    assert infringement.wait_clock is not None
    close_item(infringement.work_item)
    finish_clock(clock=infringement.work_item.clock, **grounds)
    resume_clock(clock=infringement.wait_clock, **grounds)
    notices.tell_complainant(infringement, notices.RESULT, actor=actor)
