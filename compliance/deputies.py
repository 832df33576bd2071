"""Services for deputies: who gives an approval where nobody who could is left."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.models import LONGEST_DEPUTY, Deputy, Matter, Participation, Person, StaffUser
from compliance.provisions import Provision
from compliance.roles import delegable, require_permission

NAME_DEPUTY = "compliance.delegate_approval"


@transaction.atomic
def name_deputy(
    *,
    deputy: Person,
    permission: str,
    valid_from: datetime,
    valid_until: datetime,
    matter: Matter | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Deputy:
    """
    Name a deputy, who may give one kind of approval for a while: in all matters or in one.

    Opinions on Platform Responsibility, point 2: who decides is laid down beforehand. One person's
    act: a second signature would be missing where people are. In its place stand other bounds,
    which the database holds as well: nobody names themself; who proposed something, or stands on
    another side of its matter, has named nobody for it; holders of excluded roles do not stand in;
    after thirty days at most it is over. The deputy is bound like every approver: never for their
    own proposal, never on two sides of one matter.

    :raises NotPermitted: if the actor may not name deputies, or took part in the matter.
    :raises InvalidInput: if the permission is no approval, the time is wrong, or the person is the
        actor, has no login, or holds a role that excludes the approvers'.
    :raises MissingReason: if the reason is blank.
    """
    reason = audit.require_reason(reason)
    require_permission(actor, NAME_DEPUTY)
    if permission not in delegable():
        raise InvalidInput(_("A deputy is named for approvals only."))
    if deputy.pk == actor.person_id:
        raise InvalidInput(_("Nobody names themself a deputy."))
    if valid_until <= max(valid_from, timezone.now()):
        raise InvalidInput(_("The deputy's time ends before it begins."))
    if valid_until > valid_from + LONGEST_DEPUTY:
        raise InvalidInput(
            _("A deputy is named for %(days)s days at most.") % {"days": LONGEST_DEPUTY.days}
        )
    if deputy.is_system or not deputy.logins.filter(is_active=True).exists():
        raise InvalidInput(_("%(name)s has no login in use.") % {"name": deputy.name})
    if matter is not None:
        _require_independent(matter, deputy, actor)
    try:
        with transaction.atomic():
            return audit.create(
                Deputy(
                    deputy=deputy,
                    permission=permission,
                    matter=matter,
                    given_by=actor.person,
                    reason=reason,
                    valid_from=valid_from,
                    valid_until=valid_until,
                ),
                actor=actor,
                provision=provision,
                reason=reason,
            )
    except IntegrityError as problem:
        raise InvalidInput(
            _("%(name)s holds a role that excludes this approval.") % {"name": deputy.name}
        ) from problem


def _require_independent(matter: Matter, deputy: Person, actor: StaffUser) -> None:
    if Participation.objects.filter(matter=matter, person=actor.person).exists():
        raise NotPermitted(_("You took part in this matter. Somebody else has to name the deputy."))
    if Participation.objects.filter(matter=matter, person=deputy).exists():
        raise InvalidInput(
            _("%(name)s took part in this matter and cannot stand in.") % {"name": deputy.name}
        )


@transaction.atomic
def end_deputy(*, deputy: Deputy, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    End a deputy's time early; what they approved before stands.

    Opinions on Platform Responsibility, point 2.

    :raises NotPermitted: if the actor may not name deputies and is not the deputy.
    :raises ActionRefused: if it is over.
    :raises MissingReason: if the reason is blank.
    """
    if deputy.deputy_id != actor.person_id:
        require_permission(actor, NAME_DEPUTY)
    audit.lock(deputy)
    now = timezone.now()
    if deputy.ended_at is not None or deputy.valid_until <= now:
        raise ActionRefused(_("The time of this deputy is over already."))
    audit.amend(deputy, "end", actor=actor, provision=provision, reason=reason, ended_at=now)
