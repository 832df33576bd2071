"""Services for the material of a rumour: attach it to a step, and carry it over into its cases."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.incoming import IncomingFile
from compliance.evidence.services import receive_file
from compliance.grounds import Grounds
from compliance.models import Sensitivity, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.models import Case, Rumour, RumourAccount, RumourMaterial
from enforcement.rumour_words import RumourStatus, RumourStepCode
from enforcement.services.rumours.opening import HANDLE

OWNER_KIND: Final = "enforcement.rumour"
# Our choice; no article sets it.
LONGEST_WORDS: Final = 500


@transaction.atomic
def attach_material(
    *,
    rumour: Rumour,
    step: str,
    files: Sequence[IncomingFile],
    shows: str,
    sensitivity: str = Sensitivity.ORDINARY,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[RumourMaterial]:
    """
    Attach files to a step of a rumour for good: they are never detached and never exchanged.

    Public Account Provisions, art. 13 §2: what was found, traced, told apart can be shown.

    :raises NotPermitted: if the actor may not handle rumours.
    :raises InvalidInput: if it is not said to which step they belong or what they show.
    :raises ActionRefused: if the rumour is closed, or has one of the files already.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    shows = shows.strip()
    if not shows or len(shows) > LONGEST_WORDS:
        raise InvalidInput(
            _("Say what the files show, in at most %(count)s characters.")
            % {"count": LONGEST_WORDS}
        )
    if step not in RumourStepCode.values:
        raise InvalidInput(_("Say to which step the files belong."))
    audit.lock(rumour)
    if rumour.status == RumourStatus.CLOSED:
        raise ActionRefused(_("The rumour is closed; nothing is attached to it any more."))
    attached = []
    for incoming in files:
        twin = rumour.materials.filter(file__sha256=incoming.sink.sha256).first()
        if twin is not None:
            raise ActionRefused(
                _("The rumour has this very file already, as %(number)s.")
                % {"number": twin.file.number}
            )
        file = receive_file(
            incoming=incoming, owner_kind=OWNER_KIND, sensitivity=sensitivity, **grounds
        )
        attached.append(
            RumourMaterial.objects.create(
                rumour=rumour, step=step, file=file, shows=shows, attached_by=actor.person
            )
        )
    audit.record(
        action="enforcement.rumour.attach_material",
        target=rumour,
        **grounds,
        changes={
            "files": [
                {"number": each.file.number, "sha256": each.file.sha256, "size": each.file.size}
                for each in attached
            ]
        },
    )
    return attached


def materials_of(rumour: Rumour) -> list[RumourMaterial]:
    """Return what was attached to a rumour, in the order of its arrival."""
    return list(
        rumour.materials.select_related("file__key", "file__attached_by").order_by(
            "attached_at", "pk"
        )
    )


def carried_over(case: Case) -> list[RumourMaterial]:
    """Return the material of the rumour from which a case was opened: evidence of the case too."""
    # An earlier case of an account keeps its material when another one follows it.
    named = RumourAccount.history.filter(case_id=case.pk).values("id")
    concerned = RumourAccount.objects.filter(pk__in=named).select_related("rumour").first()
    return materials_of(concerned.rumour) if concerned is not None else []
