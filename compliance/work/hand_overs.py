"""Services by which a held item changes hands: hand over, accept, take over, one or all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance import audit
from compliance.eligibility import (
    absent_people,
    people_who_may,
    require_may_hold,
    require_may_take,
)
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.models import ActionLog, HandOver, Lease, Person, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work.leases import LEASE_TIME, lock_open, locked_lease, renew_lease, require_lease
from compliance.work.queues import get_queue

ASSIGN = "compliance.assign_work"
# Our choice; no article sets it. So long an item waits for whom it was handed to, then it is
# anybody's again.
HAND_OVER_TIME = timedelta(hours=24)


@dataclass(frozen=True)
class HandedOver:
    """What became of a person's items: how many each colleague got, how many went to the queues."""

    received: dict[int, int]
    returned: int


def _require_can_receive(receiver: Person, work_item: WorkItem, now: datetime) -> None:
    # Where one login of the person may take it, the person may.
    logins = receiver.logins.filter(is_active=True).select_related("person")
    permission = get_queue(work_item.queue).permission
    if not any(_may_take(login, work_item, permission) for login in logins):
        raise InvalidInput(_("%(name)s may not take from this queue.") % {"name": receiver.name})
    until = absent_people(now).get(receiver.pk)
    if until is not None:
        raise InvalidInput(
            _("%(name)s is absent until %(time)s.")
            % {
                "name": receiver.name,
                "time": date_format(timezone.localtime(until), "SHORT_DATETIME_FORMAT"),
            }
        )
    try:
        require_may_hold(work_item, receiver)
    except ActionRefused as kept:
        raise InvalidInput(
            _("%(name)s is kept from this matter and cannot take it.") % {"name": receiver.name}
        ) from kept


def _may_take(login: StaffUser, work_item: WorkItem, permission: str) -> bool:
    try:
        require_may_take(login, work_item, permission)
    except NotPermitted:
        return False
    return True


def _give(work_item: WorkItem, lease: Lease | None, receiver: Person, until: datetime) -> Lease:
    if lease is None:
        return Lease.objects.create(work_item=work_item, holder=receiver, until=until)
    lease.holder, lease.until, lease.fence = receiver, until, lease.fence + 1
    lease.save(update_fields=["holder", "until", "fence"])
    return lease


@transaction.atomic
def hand_over_item(
    *,
    work_item: WorkItem,
    receiver: Person,
    fence: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Lease:
    """
    Give an item to a named colleague, who has a day to open it.

    Public Account Provisions, art. 6 §1. Whoever holds it hands it over; a supervisor also what
    somebody else holds or nobody does, and `fence` is then of no account. Whoever held it cannot
    decide it any more from this moment on.

    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the receiver is the actor, may not take it, is absent or kept from it.
    :raises StaleLease: if the actor no longer holds it, or it is closed.
    :raises NotPermitted: if the actor does not hold it and may not assign work.
    """
    reason = audit.require_reason(reason)
    if receiver.pk == actor.person_id:
        raise InvalidInput(_("Choose a colleague: this item would stay with you."))
    now = timezone.now()
    locked = lock_open(work_item)
    lease = locked_lease(locked)
    is_holder = lease is not None and lease.until > now and lease.holder_id == actor.person_id
    if is_holder or not actor.has_perm(ASSIGN):
        lease = require_lease(work_item=locked, actor=actor, fence=fence)
    _require_can_receive(receiver, locked, now)
    before = _holder_of(lease, now)
    given = _give(locked, lease, receiver, now + HAND_OVER_TIME)
    HandOver.objects.create(
        work_item=locked, fence=given.fence, giver=actor.person, receiver=receiver, reason=reason
    )
    audit.record(
        action="compliance.workitem.hand_over",
        target=locked,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"holder": [before, receiver.pk], "fence": given.fence},
    )
    return given


def _holder_of(lease: Lease | None, now: datetime) -> int | None:
    return lease.holder_id if lease is not None and lease.until > now else None


@transaction.atomic
def accept_item(*, work_item: WorkItem, actor: StaffUser, fence: int) -> Lease:
    """
    Take up an item that was handed over, as opening its page does; from now on the lease is short.

    Our choice, no article. What was not handed over is simply held on.

    :raises StaleLease: if the actor no longer holds it.
    """
    lease = renew_lease(work_item=work_item, actor=actor, fence=fence)
    HandOver.objects.filter(
        work_item=work_item, fence=fence, receiver=actor.person, accepted_at=None
    ).update(accepted_at=timezone.now())
    return lease


@transaction.atomic
def take_over_item(
    *, work_item: WorkItem, actor: StaffUser, provision: Provision, reason: str
) -> Lease:
    """
    Take an item from whoever holds it; their page learns who has it and why.

    Public Account Provisions, art. 6 §1: whoever is responsible sees to it that work is done.

    :raises MissingReason: if the reason is blank.
    :raises NotPermitted: if the actor may not assign work or may not take from the queue.
    :raises StaleLease: if it is closed.
    :raises ActionRefused: if nobody else holds it, or the actor is kept from its matter.
    """
    reason = audit.require_reason(reason)
    require_permission(actor, ASSIGN)
    require_may_take(actor, work_item, get_queue(work_item.queue).permission)
    now = timezone.now()
    locked = lock_open(work_item)
    lease = locked_lease(locked)
    if lease is None or lease.until <= now:
        raise ActionRefused(_("Nobody holds this item: it can simply be taken."))
    if lease.holder_id == actor.person_id:
        raise ActionRefused(_("You hold this item yourself."))
    require_may_hold(locked, actor.person)
    before = lease.holder_id
    taken = _give(locked, lease, actor.person, now + LEASE_TIME)
    audit.record(
        action="compliance.workitem.take_over",
        target=locked,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"holder": [before, actor.person_id], "fence": taken.fence},
    )
    return taken


@transaction.atomic
def hand_over_all(
    *,
    holder: Person,
    receivers: Sequence[Person],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> HandedOver:
    """
    Give everything that an absent colleague holds to others in turn, or back to the queues.

    Public Account Provisions, art. 6 §1. An item that no receiver may have goes back to its queue.
    Statements over sets, with a log row for each item.

    :raises MissingReason: if the reason is blank.
    :raises NotPermitted: if the items are somebody else's and the actor may not assign work.
    :raises InvalidInput: if a receiver is the holder or absent.
    """
    reason = audit.require_reason(reason)
    if holder.pk != actor.person_id:
        require_permission(actor, ASSIGN)
    now = timezone.now()
    away = absent_people(now)
    for receiver in receivers:
        if receiver.pk == holder.pk or receiver.pk in away:
            raise InvalidInput(_("%(name)s cannot receive these items.") % {"name": receiver.name})
    items = list(
        WorkItem.objects.held_by(holder, now)
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    # Locked in the order of all who claim: what was decided or handed over meanwhile is left out.
    leases = {
        lease.pk: lease
        for lease in Lease.objects.filter(
            work_item__in=items, holder=holder, until__gt=now
        ).select_for_update(no_key=True, of=("self",))
    }
    items = [item for item in items if item.pk in leases]
    shares = _share_out(items, receivers, now)
    for lease in leases.values():
        given = shares.get(lease.pk)
        lease.fence += 1
        lease.until = now + HAND_OVER_TIME if given else now
        if given:
            lease.holder = given
    Lease.objects.bulk_update(leases.values(), ["holder", "until", "fence"])
    HandOver.objects.bulk_create(
        HandOver(
            work_item=item,
            fence=leases[item.pk].fence,
            giver=actor.person,
            receiver=shares[item.pk],
            reason=reason,
        )
        for item in items
        if item.pk in shares and shares[item.pk].pk != actor.person_id
    )
    ActionLog.objects.bulk_create(
        audit.draft_record(
            action=f"compliance.workitem.{'hand_over' if item.pk in shares else 'send_back'}",
            target=item,
            actor=actor,
            provision=provision,
            reason=reason,
            changes={
                "holder": [holder.pk, shares[item.pk].pk if item.pk in shares else None],
                "fence": leases[item.pk].fence,
            },
        )
        for item in items
    )
    received = {receiver.pk: 0 for receiver in receivers}
    for receiver in shares.values():
        received[receiver.pk] += 1
    return HandedOver(received=received, returned=len(items) - len(shares))


def _share_out(
    items: Sequence[WorkItem], receivers: Sequence[Person], now: datetime
) -> dict[int, Person]:
    """Return who gets which item, in turn among those who may have it."""
    if not receivers:
        return {}
    permissions = {item.queue: get_queue(item.queue).permission for item in items}
    may = people_who_may(permissions.values(), now)
    holdable = {
        receiver.pk: set(
            WorkItem.objects.filter(pk__in=[item.pk for item in items])
            .holdable_by(receiver.pk)
            .values_list("pk", flat=True)
        )
        for receiver in receivers
    }
    turns = cycle(receivers)
    shares: dict[int, Person] = {}
    for item in items:
        for _turn in receivers:
            receiver = next(turns)
            if receiver.pk in may[permissions[item.queue]] and item.pk in holdable[receiver.pk]:
                shares[item.pk] = receiver
                break
    return shares
