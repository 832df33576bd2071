"""Services for absences: from when until when a colleague is away."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import Absence, Person, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

ENTER = "compliance.enter_absence"


@transaction.atomic
def enter_absence(
    *,
    person: Person,
    absent_from: datetime,
    absent_until: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Absence:
    """
    Enter that a person is away, so that nobody waits for them and nothing is handed to them.

    Public Account Provisions, art. 6 §1: staff is there for what is due. Everybody enters their
    own; a supervisor also a colleague's. Whoever comes back early is simply there again.

    :raises NotPermitted: if it is somebody else and the actor may not enter absences.
    :raises InvalidInput: if it ends before it begins, or is over already.
    :raises MissingReason: if the reason is blank.
    """
    if person.pk != actor.person_id:
        require_permission(actor, ENTER)
    if absent_until <= absent_from:
        raise InvalidInput(_("The absence ends before it begins."))
    if absent_until <= timezone.now():
        raise InvalidInput(_("This absence is over already."))
    return audit.create(
        Absence(
            person=person,
            absent_from=absent_from,
            absent_until=absent_until,
            entered_by=actor.person,
        ),
        actor=actor,
        provision=provision,
        reason=reason,
    )


@transaction.atomic
def end_absence(*, absence: Absence, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    End an absence early, or one that is not to begin.

    Public Account Provisions, art. 6 §1.

    :raises NotPermitted: if it is somebody else's and the actor may not enter absences.
    :raises ActionRefused: if it is over.
    :raises MissingReason: if the reason is blank.
    """
    if absence.person_id != actor.person_id:
        require_permission(actor, ENTER)
    audit.lock(absence)
    now = timezone.now()
    if absence.ended_at is not None or absence.absent_until <= now:
        raise ActionRefused(_("This absence is over already."))
    audit.amend(absence, "end", actor=actor, provision=provision, reason=reason, ended_at=now)
