"""The service by which a person keeps out of a matter."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused
from compliance.models import Matter, Person, Recusal, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission


@transaction.atomic
def recuse(
    *,
    person: Person,
    matter: Matter | None = None,
    work_item: WorkItem | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Recusal:
    """
    Keep a person out of a matter for good: they hold, decide and approve nothing of it any more.

    Opinions on Platform Responsibility, point 2: measures are decided without bias. Everybody keeps
    out themself; a supervisor, who knows of a tie, also keeps a colleague out. An item of no matter
    is named itself. What the person holds of the matter goes back to its queue at once. There is no
    way back: it is a fact, and what was done before it stays on record.

    :raises NotPermitted: if it is somebody else and the actor may not keep colleagues out.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the person keeps out already.
    """
    reason = audit.require_reason(reason)
    if person.pk != actor.person_id:
        require_permission(actor, "compliance.recuse_others")
    if work_item is not None:
        matter = work_item.matter or matter
    if matter is None and work_item is None:
        raise ValueError("A recusal names a matter or an item.")
    try:
        with transaction.atomic():
            recusal = Recusal.objects.create(
                person=person,
                matter=matter,
                work_item=work_item if matter is None else None,
                reason=reason,
                recorded_by=actor.person,
            )
    except IntegrityError as problem:
        raise ActionRefused(
            _("%(name)s keeps out of this matter already.") % {"name": person.name}
        ) from problem
    audit.record(
        action="compliance.recusal.recuse",
        target=recusal,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"person": person.pk, "matter": matter.pk if matter else None},
    )
    if work_item is not None:
        # Where its page looks for what happened to it.
        audit.record(
            action="compliance.workitem.recuse",
            target=work_item,
            actor=actor,
            provision=provision,
            reason=reason,
            changes={"person": person.pk},
        )
    return recusal
