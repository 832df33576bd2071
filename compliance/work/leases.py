"""Services for work items: open, claim next, hold, release, skip, close."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance import audit
from compliance.eligibility import require_may_hold, require_may_take
from compliance.errors import NothingToClaim, StaleLease
from compliance.models import (
    ActionLog,
    Clock,
    Lease,
    Matter,
    Proposal,
    Side,
    Skip,
    StaffUser,
    WorkItem,
)
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work.queues import get_queue

# Our choices; no article sets them.
LEASE_TIME = timedelta(minutes=15)
SKIP_TIME = timedelta(hours=4)


def open_item(
    *,
    queue: str,
    clock: Clock,
    weight: int = 0,
    matter: Matter | None = None,
    side: Side | str = "",
    proposal: Proposal | None = None,
) -> WorkItem:
    """
    Put an item into a queue, due with its clock; what it is about refers to it one to one.

    `matter` and `side` say in what whoever decides it takes part, and `proposal` alone stands for
    both where a verdict on it is waited for: who may not take part is then not offered the item.
    """
    if proposal is not None:
        matter, side = proposal.matter, proposal.approver_side
    return WorkItem.objects.create(
        queue=queue,
        clock=clock,
        due_at=clock.due_at,
        weight=weight,
        matter=matter,
        side=side,
        proposal=proposal,
    )


def claim_next(*, queue: str, actor: StaffUser) -> Lease:
    """
    Give the actor the next item of a queue that nobody holds: due first, then weight.

    Public Account Provisions, art. 6 §1: staff works through what is due. What the actor already
    holds in this queue comes before anything new. One statement is its own transaction.

    :raises NotPermitted: if the actor may not take from this queue.
    :raises NothingToClaim: if nothing waits.
    """
    require_permission(actor, get_queue(queue).permission)
    wanted: list[str | int | float] = [queue, actor.person_id, LEASE_TIME.total_seconds()]
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM heyan_claim_next(%s, %s, %s)", wanted)
            row = cursor.fetchone()
        if row is None:
            raise NothingToClaim
        if row[0] is not None:
            return Lease(work_item_id=row[0], holder_id=row[1], until=row[2], fence=row[3])


def lock_open(work_item: WorkItem) -> WorkItem:
    """
    Lock an item for what changes its lease: item before lease, as in claiming.

    :raises StaleLease: if it is closed.
    """
    locked = WorkItem.objects.select_for_update(no_key=True).get(pk=work_item.pk)
    if locked.closed_at is not None:
        raise _closed(locked)
    return locked


def _closed(work_item: WorkItem) -> StaleLease:
    """Return the refusal with when the item was closed, and who was the last to hold it."""
    assert work_item.closed_at is not None
    lease = Lease.objects.select_related("holder").filter(work_item=work_item).first()
    words = {
        "time": date_format(timezone.localtime(work_item.closed_at), "SHORT_DATETIME_FORMAT"),
        "name": lease.holder.name if lease is not None else "",
    }
    if lease is None:
        return StaleLease(_("This item was closed in the meantime (%(time)s).") % words)
    return StaleLease(
        _("This item was closed in the meantime (%(time)s); %(name)s was the last to hold it.")
        % words
    )


def locked_lease(work_item: WorkItem) -> Lease | None:
    """Return the lease of a locked item, locked too, or None if nobody ever held it."""
    return (
        Lease.objects.select_for_update(of=("self",), no_key=True)
        .select_related("holder")
        .filter(work_item=work_item)
        .first()
    )


@transaction.atomic
def claim_item(*, work_item: WorkItem, actor: StaffUser) -> Lease:
    """
    Give the actor one chosen item, if nobody else holds it.

    Public Account Provisions, art. 6 §1.

    :raises NotPermitted: if the actor may not take from its queue.
    :raises StaleLease: if somebody else holds it or it is closed.
    :raises Recused: if the actor keeps out of its matter.
    :raises SamePerson: if the actor took part in its matter and may not go on in it.
    """
    require_may_take(actor, work_item, get_queue(work_item.queue).permission)
    locked = lock_open(work_item)
    require_may_hold(locked, actor.person)
    now = timezone.now()
    lease = locked_lease(locked)
    if lease is None:
        return Lease.objects.create(work_item=locked, holder=actor.person, until=now + LEASE_TIME)
    if lease.until > now and lease.holder_id != actor.person_id:
        raise _held_by_other(lease)
    if lease.until <= now:
        lease.fence += 1
    lease.holder = actor.person
    lease.until = now + LEASE_TIME
    lease.save(update_fields=["holder", "until", "fence"])
    return lease


# How an item leaves the hands of its holder by somebody else's act.
CHANGES_OF_HANDS = (
    "compliance.workitem.hand_over",
    "compliance.workitem.take_over",
    "compliance.workitem.send_back",
)


def _held_by_other(lease: Lease) -> StaleLease:
    until = timezone.localtime(lease.until)
    told = _("%(name)s holds this item until %(time)s.") % {
        "name": lease.holder.name,
        "time": until.strftime("%H:%M")
        if until.date() == timezone.localdate()
        else date_format(until, "SHORT_DATETIME_FORMAT"),
    }
    return StaleLease(f"{told} {why_it_changed_hands(lease)}".strip())


def why_it_changed_hands(lease: Lease) -> str:
    """Return who moved an item to whoever holds it now, and why; nothing if it was just taken."""
    row = (
        ActionLog.objects.for_object(lease.work_item)
        .filter(action__in=CHANGES_OF_HANDS, changes__fence=lease.fence)
        .order_by("-id")
        .first()
    )
    if row is None:
        return ""
    words = {"name": row.actor_name, "reason": row.reason}
    if row.action.endswith(".take_over"):
        return _("%(name)s took it over: %(reason)s") % words
    if row.action.endswith(".send_back"):
        return _("%(name)s put it back into its queue: %(reason)s") % words
    return _("%(name)s handed it over: %(reason)s") % words


@transaction.atomic
def require_lease(*, work_item: WorkItem, actor: StaffUser, fence: int | None) -> Lease:
    """
    Lock the actor's lease for a decision, or say who has it.

    Our choice, no article: two persons never work on one item.

    :raises StaleLease: if the lease lapsed, was taken over, no fence is named, or the item is closed.
    """
    lease = locked_lease(lock_open(work_item))
    if lease is None:
        raise StaleLease
    if lease.holder_id != actor.person_id and lease.until > timezone.now():
        raise _held_by_other(lease)
    if lease.holder_id != actor.person_id or lease.fence != fence:
        raise StaleLease(f"{StaleLease.message} {why_it_changed_hands(lease)}".strip())
    if lease.until <= timezone.now():
        raise StaleLease
    return lease


@transaction.atomic
def renew_lease(*, work_item: WorkItem, actor: StaffUser, fence: int) -> Lease:
    """
    Extend the actor's lease, as the page's heart-beat does.

    Our choice, no article.

    :raises StaleLease: if the actor no longer holds it.
    """
    lease = require_lease(work_item=work_item, actor=actor, fence=fence)
    lease.until = timezone.now() + LEASE_TIME
    lease.save(update_fields=["until"])
    return lease


def _let_go(work_item: WorkItem, actor: StaffUser, fence: int) -> None:
    lease = require_lease(work_item=work_item, actor=actor, fence=fence)
    lease.until = timezone.now()
    lease.save(update_fields=["until"])


@transaction.atomic
def release_item(
    *, work_item: WorkItem, actor: StaffUser, fence: int, provision: Provision, reason: str
) -> None:
    """
    Give an item back to its queue, with a reason on record.

    Public Account Provisions, art. 6 §1.

    :raises StaleLease: if the actor no longer holds it.
    :raises MissingReason: if the reason is blank.
    """
    _let_go(work_item, actor, fence)
    audit.record(
        action="compliance.workitem.release",
        target=work_item,
        actor=actor,
        provision=provision,
        reason=reason,
    )


@transaction.atomic
def skip_item(
    *, work_item: WorkItem, actor: StaffUser, fence: int, provision: Provision, reason: str
) -> None:
    """
    Give an item back and not be offered it again for a while, with a reason on record.

    Public Account Provisions, art. 6 §1.

    :raises StaleLease: if the actor no longer holds it.
    :raises MissingReason: if the reason is blank.
    """
    _let_go(work_item, actor, fence)
    Skip.objects.create(work_item=work_item, person=actor.person, until=timezone.now() + SKIP_TIME)
    audit.record(
        action="compliance.workitem.skip",
        target=work_item,
        actor=actor,
        provision=provision,
        reason=reason,
    )


def close_item(work_item: WorkItem) -> None:
    """
    Take an item out of its queue; its lease ends too.

    Its clock runs on: what is done stops it, what waits for somebody outside pauses it.
    """
    work_item.closed_at = timezone.now()
    work_item.save(update_fields=["closed_at"])
    # A person's next claim looks through what they hold: what is closed no longer belongs to it.
    Lease.objects.filter(work_item=work_item).update(until=work_item.closed_at)
