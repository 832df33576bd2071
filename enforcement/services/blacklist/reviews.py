"""Work items of the review of blacklist entries: opened when one falls due or is asked for, closed."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.blacklist_words import EntryStatus
from accounts.models import BlacklistEntry
from accounts.services.blacklist.listing import REVIEW_STEP
from compliance import audit
from compliance.clocks import finish_clock, start_clock
from compliance.clocks.rules import ZONE
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import Clock, Proposal, Side, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import close_item, open_item

QUEUE: Final = "blacklist_reviews"
REQUEST_STEP: Final = "blacklist_request"
REVIEW: Final = "accounts.review_blacklist"
REMOVAL_KIND: Final = "blacklist_removal"
# Our choice; no article sets it: so long before its day an entry is laid before somebody.
AHEAD: Final = timedelta(days=30)
_REASON: Final = "黑名单条目到期复核"


def removal_of(entry: BlacklistEntry) -> Proposal | None:
    """Return the proposal to remove an entry that waits for approval, if one does."""
    waiting = Proposal.objects.open().filter(
        kind=REMOVAL_KIND, matter=entry.proposal.matter_id, content__contains=f'"{entry.reference}"'
    )
    return waiting.select_related("proposer").order_by("pk").first()


def open_review_item(entry: BlacklistEntry) -> WorkItem | None:
    """Return the item in which an entry waits for its review, if it does."""
    return WorkItem.objects.open().filter(blacklist_entry=entry).first()


def _end_of(entry: BlacklistEntry) -> datetime:
    day = entry.review_date + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def put_up_for_review(entry: BlacklistEntry, clock: Clock, act: str, grounds: Grounds) -> None:
    """Open the item of a review; only who had no part in the listing is offered it."""
    item = open_item(queue=QUEUE, clock=clock, matter=entry.proposal.matter, side=Side.REVIEWER)
    audit.amend(entry, act, **grounds, review_item=item)


def close_review(entry: BlacklistEntry, grounds: Grounds) -> None:
    """Take an entry out of the queue of reviews, if it stands there."""
    item = open_review_item(entry)
    if item is not None:
        close_item(item)
        finish_clock(clock=item.clock, **grounds)


@transaction.atomic
def open_due_reviews(*, now: datetime, actor: StaffUser) -> int:
    """
    Lay every entry before somebody whose review is due within thirty days; return how many.

    Our choice, no article: an entry is looked at within twelve months. One that was missed stays in
    force and stands on the desk as overdue: only two people end it.
    """
    until = timezone.localdate(now) + AHEAD
    grounds = Grounds(actor=actor, provision=Provision.OPINIONS_3, reason=_REASON)
    waiting = (
        BlacklistEntry.objects.in_force()
        .filter(Q(review_item__isnull=True) | Q(review_item__closed_at__isnull=False))
        .filter(review_date__lte=until)
        .select_related("proposal__matter")
        .order_by("pk")
    )
    count = 0
    for entry in waiting:
        audit.lock(entry)
        if entry.status != EntryStatus.LISTED or entry.review_date > until:
            continue
        if removal_of(entry) is not None:
            continue
        # A review that was missed is due at once, never before it begins.
        due = max(_end_of(entry), now + timedelta(minutes=1))
        clock = start_clock(step=REVIEW_STEP, due_at=due, **grounds)
        put_up_for_review(entry, clock, "fall_due", grounds)
        count += 1
    return count


@transaction.atomic
def ask_for_review(
    *,
    entry: BlacklistEntry,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> WorkItem:
    """
    Put an entry up for review before its day, because its operator asked to leave the blacklist.

    Our choice, no article: whoever is listed may ask at any time. `reason` says who asked, and why.

    :raises NotPermitted: if the actor may not review entries.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if the entry has moved on.
    :raises ActionRefused: if it is not in force, or under review already.
    """
    require_permission(actor, REVIEW)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(entry, expected_version=expected_version)
    if entry.status != EntryStatus.LISTED:
        raise ActionRefused(_("This entry is not in force any more."))
    if open_review_item(entry) is not None or removal_of(entry) is not None:
        raise ActionRefused(_("This entry is under review already."))
    put_up_for_review(entry, start_clock(step=REQUEST_STEP, **grounds), "ask_review", grounds)
    assert entry.review_item is not None
    return entry.review_item
