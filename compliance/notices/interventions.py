"""What people do about a delivery: cancel it before it is sent, send it anew, give it up."""

from collections.abc import Collection
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused, NotPermitted
from compliance.models import ActionLog, Delivery, DeliveryState, StaffUser
from compliance.models.outbox import OPEN_DELIVERY
from compliance.notices import jobs
from compliance.notices.writing import may_act_for
from compliance.provisions import Provision
from compliance.roles import require_permission


def _lock(delivery: Delivery) -> Delivery:
    locked = Delivery.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("notice").get(pk=delivery.pk)


@transaction.atomic
def cancel_delivery(
    *, delivery: Delivery, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Cancel a notice on one channel while nothing of it has been sent.

    Our choice, no article: a short hold lets whoever wrote a notice take it back. It stays on
    record, and what was cancelled can be written again.

    :raises NotPermitted: if the actor neither wrote nor prepared it and may not act for others.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it is being sent, was sent, or is a command.
    """
    reason = audit.require_reason(reason)
    # Whoever sends holds this lock too: either it sees the cancellation, or we see the attempt.
    locked = _lock(delivery)
    if locked.notice is None:
        raise ActionRefused(_("A command is not cancelled: decide otherwise, and that is ordered."))
    if not may_act_for(locked.notice, actor):
        raise NotPermitted
    now = timezone.now()
    if locked.state(now) not in (DeliveryState.HELD, DeliveryState.WAITING):
        raise ActionRefused(
            _("It is too late to cancel: the state of the delivery is “%(state)s”.")
            % {"state": locked.state(now).label}
        )
    _end(locked, "cancel", actor=actor, provision=provision, reason=reason, cancelled_at=now)


@transaction.atomic
def cancel_unsent(
    *,
    about: models.Model,
    purposes: Collection[str] = (),
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> int:
    """
    Cancel what was written about a record and has not been sent, because it is no longer so.

    Our choice, no article: nobody is told first what was and then what is. Part of the act that
    makes it untrue; of some purposes where they are named. Return how many deliveries there were.

    :raises MissingReason: if the reason is blank.
    """
    now = timezone.now()
    written = Delivery.objects.filter(
        OPEN_DELIVERY,
        notice__about_type=about._meta.label_lower,
        notice__about_id=str(about.pk),
        **({"notice__purpose__in": list(purposes)} if purposes else {}),
    ).order_by("pk")
    cancelled = 0
    for each in written:
        locked = _lock(each)
        if locked.state(now) in (DeliveryState.HELD, DeliveryState.WAITING):
            _end(
                locked, "cancel", actor=actor, provision=provision, reason=reason, cancelled_at=now
            )
            cancelled += 1
    return cancelled


@transaction.atomic
def cancel_held(*, until: datetime, actor: StaffUser, provision: Provision, reason: str) -> int:
    """
    Cancel whatever one act wrote and held back until one instant (`holding_back`), in two statements.

    Our choice, no article: nobody is told of what was undone first. Part of the act that undoes it.
    Return how many deliveries there were.

    :raises MissingReason: if the reason is blank.
    """
    reason = audit.require_reason(reason)
    held = list(
        Delivery.objects.select_for_update(no_key=True, of=("self",))
        .filter(OPEN_DELIVERY, not_before=until, lease=0, notice__isnull=False)
        .order_by("pk")
    )
    Delivery.objects.filter(pk__in=[each.pk for each in held]).update(
        ended_by=actor.person, ended_reason=reason, cancelled_at=timezone.now()
    )
    ActionLog.objects.bulk_create(
        audit.draft_record(
            action="compliance.delivery.cancel",
            target=each,
            actor=actor,
            provision=provision,
            reason=reason,
        )
        for each in held
    )
    return len(held)


@transaction.atomic
def give_up_delivery(
    *, delivery: Delivery, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Give up what cannot be delivered, so that what comes after it is sent.

    Public Account Provisions, art. 20 §2: that somebody was not told is on record with a reason.

    :raises NotPermitted: if the actor does not keep the outbox.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it is not undeliverable.
    """
    require_permission(actor, "compliance.resend_delivery")
    locked = _require_dead(delivery)
    _end(
        locked,
        "give_up",
        actor=actor,
        provision=provision,
        reason=reason,
        given_up_at=timezone.now(),
    )
    # What waited behind it may go now.
    jobs.defer_drain()


@transaction.atomic
def resend_delivery(
    *, delivery: Delivery, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Have sent anew what could not be delivered, with its attempts counted from the beginning.

    Public Account Provisions, art. 20 §2. The number of the message stays, so that a receiver who
    has it after all takes it once.

    :raises NotPermitted: if the actor does not keep the outbox.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it is not undeliverable.
    """
    require_permission(actor, "compliance.resend_delivery")
    locked = _require_dead(delivery)
    locked.dead_at = None
    locked.next_at = timezone.now()
    locked.forgiven = locked.lease
    locked.save(update_fields=["dead_at", "next_at", "forgiven"])
    audit.record(
        action="compliance.delivery.resend",
        target=locked,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    jobs.defer_drain()


def _require_dead(delivery: Delivery) -> Delivery:
    locked = _lock(delivery)
    if locked.state(timezone.now()) != DeliveryState.DEAD:
        raise ActionRefused(_("This delivery is not undeliverable: there is nothing to do."))
    return locked


def _end(
    delivery: Delivery,
    act: str,
    *,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    **columns: object,
) -> None:
    delivery.ended_by, delivery.ended_reason = actor.person, audit.require_reason(reason)
    for name, value in columns.items():
        setattr(delivery, name, value)
    delivery.save(update_fields=["ended_by", "ended_reason", *columns])
    audit.record(
        action=f"compliance.delivery.{act}",
        target=delivery,
        actor=actor,
        provision=provision,
        reason=reason,
    )
