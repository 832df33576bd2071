"""Undoing a whole list before anybody was told of it: at once on paper, account by account in fact."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from compliance import audit
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.notices.interventions import cancel_held
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.bulk_words import BulkItemStatus, BulkStatus
from enforcement.enums import DecisionStatus
from enforcement.models import BulkDecision, BulkItem
from enforcement.services.bulk.carrying import UNDO
from enforcement.services.bulk.proposing import CARRY_OUT_TASK
from enforcement.services.reversals import take_back_untold


@transaction.atomic
def undo_bulk(*, bulk: BulkDecision, actor: StaffUser, provision: Provision, reason: str) -> int:
    """
    Take back a whole list within its time: nobody is told, and the worker undoes every decision.

    Public Account Provisions, art. 20 §2; our choice: one person with the right is enough as long as
    nobody was told. Return how many notices were stopped. Afterwards each decision is reversed by
    itself.

    :raises NotPermitted: if the actor may not undo lists.
    :raises MissingReason: if the reason is blank.
    :raises TransitionRefused: if it was not approved, or was taken back before.
    :raises ActionRefused: if its time is over.
    """
    require_permission(actor, UNDO)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(bulk)
    now = timezone.now()
    if bulk.held_until is not None and bulk.held_until <= now:
        raise ActionRefused(
            _("The operators are being told already: each decision is reversed by itself now.")
        )
    audit.move(
        bulk,
        "undo",
        **grounds,
        undone_by=actor.person,
        undone_at=now,
        undone_reason=grounds["reason"],
    )
    assert bulk.held_until is not None
    stopped = cancel_held(until=bulk.held_until, **grounds)
    app.configure_task(CARRY_OUT_TASK).defer()
    return stopped


def undo_taken_back(*, actor: StaffUser) -> Iterator[BulkItem]:
    """
    Undo the decisions of every list that was taken back, one a transaction, and yield its account.

    Public Account Provisions, art. 20 §2. Whoever is interrupted goes on where it was.
    """
    for bulk in BulkDecision.objects.filter(status=BulkStatus.UNDOING).order_by("pk"):
        while (item := _undo_next(bulk, actor)) is not None:
            yield item


@transaction.atomic
def _undo_next(bulk: BulkDecision, actor: StaffUser) -> BulkItem | None:
    """Undo the last decision that still stands, or finish and return None."""
    grounds = Grounds(
        actor=actor,
        provision=Provision.PUBLIC_ACCOUNT_20_2,
        reason=f"{bulk.number} {bulk.undone_reason}",
    )
    audit.lock(bulk)
    if bulk.status != BulkStatus.UNDOING:
        return None
    # The last one first: what came later may rest on what came before.
    item = bulk.items.filter(status=BulkItemStatus.CARRIED_OUT).order_by("-place").first()
    if item is None:
        audit.move(bulk, "finish_undoing", **grounds)
        return None
    audit.lock(item)
    decision = item.decision
    assert decision is not None
    audit.lock(decision)
    if decision.status != DecisionStatus.REVERSED:
        take_back_untold(decision=decision, **grounds)
    audit.move(item, "undo", **grounds)
    return item
