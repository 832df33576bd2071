"""What waits for a person: proposals to approve, proposals that came back, items handed over, due."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from django.db import connection
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from compliance.desk.kinds import ready_for_approval, still_waits
from compliance.exclusions import may_hold
from compliance.models import (
    Approval,
    ApprovalSlot,
    Deputy,
    HandOver,
    Participation,
    Person,
    Proposal,
    ProposalResult,
    Recusal,
    StaffUser,
    Verdict,
    WorkItem,
)
from compliance.models.work import WorkItemQuerySet
from compliance.work import ASSIGN, Queue, queues

# Whoever assigns work sees what waits in every queue, also where they take nothing from.
OVERSEE = ASSIGN

# Stand in the question, as long as nobody asks it, for who asks and when.
_SOMEBODY: Final = -1
_SOME_TIME: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Asker:
    """As much of a colleague as decides what waits for them: their rights alone."""

    permissions: frozenset[str]
    person_id: int = _SOMEBODY

    @property
    def person(self) -> Person:
        return Person(pk=self.person_id)

    def get_group_permissions(self) -> frozenset[str]:
        return self.permissions


def own_queues(staff: StaffUser) -> list[Queue]:
    """Return the queues from which the person takes."""
    return [queue for queue in queues() if staff.has_perm(queue.permission)]


def seen_queues(staff: StaffUser) -> list[Queue]:
    """Return the queues whose items the person sees: their own, or all for who assigns work."""
    return queues() if staff.has_perm(OVERSEE) else own_queues(staff)


def open_slots() -> QuerySet[ApprovalSlot]:
    """Return the approvals that open proposals still need."""
    filled = Approval.objects.filter(
        proposal=OuterRef("proposal"), slot=OuterRef("number"), verdict=Verdict.APPROVE
    )
    return ApprovalSlot.objects.filter(~Exists(filled), proposal__open_mark__isnull=False)


def awaiting_approval(staff: StaffUser | _Asker, now: datetime) -> QuerySet[Proposal]:
    """
    Return the open proposals on which the person can give a verdict now.

    Not their own, none that they spoke on, none in a matter where they stand on another side or
    keep out; with a slot that their roles fill, or for which somebody named them deputy.
    """
    elsewhere = Participation.objects.filter(matter=OuterRef("matter"), person=staff.person_id)
    named_from_elsewhere = Participation.objects.filter(
        matter=OuterRef(OuterRef("proposal__matter")), person=OuterRef("given_by")
    ).exclude(side=OuterRef(OuterRef("proposal__approver_side")))
    as_deputy = Deputy.objects.valid(now).filter(
        Q(matter=None) | Q(matter=OuterRef("proposal__matter")),
        ~Q(given_by=OuterRef("proposal__proposer")),
        ~Exists(named_from_elsewhere),
        deputy=staff.person_id,
        permission=OuterRef("permission"),
    )
    slots = open_slots().filter(
        Q(proposal=OuterRef("pk")),
        Q(permission__in=staff.get_group_permissions()) | Q(Exists(as_deputy)),
    )
    return Proposal.objects.open().filter(
        ready_for_approval(),
        ~Q(proposer=staff.person_id),
        ~Exists(Approval.objects.filter(proposal=OuterRef("pk"), approver=staff.person_id)),
        ~Exists(elsewhere.exclude(side=OuterRef("approver_side"))),
        ~Exists(Recusal.objects.filter(matter=OuterRef("matter"), person=staff.person_id)),
        Exists(slots),
    )


def returned_proposals(staff: StaffUser | _Asker) -> QuerySet[Proposal]:
    """Return the person's proposals that came back and wait for what they do next."""
    return Proposal.objects.filter(
        still_waits(),
        proposer=staff.person_id,
        outcome__result=ProposalResult.RETURNED,
        superseded_by__isnull=True,
    )


def held_items(staff: StaffUser | _Asker, now: datetime) -> WorkItemQuerySet:
    """Return what the person holds."""
    return WorkItem.objects.held_by(staff.person, now)


def handed_items(staff: StaffUser | _Asker, now: datetime) -> WorkItemQuerySet:
    """Return what was handed to the person and not opened yet."""
    unopened = HandOver.objects.filter(
        work_item=OuterRef("pk"),
        fence=OuterRef("lease__fence"),
        receiver=staff.person_id,
        accepted_at=None,
    )
    return held_items(staff, now).filter(Exists(unopened))


def seen_items(staff: StaffUser) -> WorkItemQuerySet:
    """Return the open items of the queues that the person sees."""
    return WorkItem.objects.open().filter(queue__in=[queue.code for queue in seen_queues(staff)])


def overdue_items(staff: StaffUser, now: datetime) -> WorkItemQuerySet:
    """Return the items of the person's queues that are past their due instant."""
    return seen_items(staff).overdue(now)


def items_due_today(staff: StaffUser, now: datetime) -> WorkItemQuerySet:
    """Return the items of the person's queues that are due before the day ends, not yet past."""
    return seen_items(staff).filter(due_at__gte=now, due_at__lte=end_of_day(now))


def end_of_day(now: datetime) -> datetime:
    """Return the midnight that ends the day of the screen's clock; limits in days end there."""
    tomorrow = timezone.localtime(now).date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))


@dataclass(frozen=True)
class Counts:
    """How much waits for a person, as the sidebar and the title of every page say it."""

    awaiting: int = 0
    returned: int = 0
    handed: int = 0
    overdue: int = 0

    @property
    def for_me(self) -> int:
        """What waits for this person and nobody else."""
        return self.awaiting + self.returned + self.handed


def counts_of(staff: StaffUser, now: datetime) -> Counts:
    """
    Return how much waits for a person; one question to the database.

    Every page asks it, so it is put into words once for all who have the same rights: to build it
    anew took a third of the time of a page.
    """
    seen = tuple(queue.code for queue in seen_queues(staff))
    question, values = _question(frozenset(staff.get_group_permissions()), seen)
    person = staff.person_id
    known = [
        person if value == _SOMEBODY else now if value == _SOME_TIME else value for value in values
    ]
    with connection.cursor() as cursor:
        cursor.execute(question, known)
        return Counts(**dict(cursor.fetchall()))


@lru_cache(maxsize=64)
def _question(permissions: frozenset[str], seen: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the question that counts for whoever has these rights and queues, and its values."""
    asker = _Asker(permissions)
    parts = {
        "awaiting": awaiting_approval(asker, _SOME_TIME),
        "returned": returned_proposals(asker),
        "handed": handed_items(asker, _SOME_TIME),
        "overdue": WorkItem.objects.overdue(_SOME_TIME).filter(queue__in=seen),
    }
    counted = [
        rows.order_by()
        .annotate(part=Value(name, output_field=CharField()))
        .values("part")
        .annotate(number=Count("pk"))
        .values_list("part", "number")
        for name, rows in parts.items()
    ]
    query = counted[0].union(*counted[1:], all=True).query
    sql, values = query.get_compiler(connection=connection).as_sql()
    return sql, tuple(values)


@dataclass(frozen=True)
class QueueState:
    """What stands in one queue, and what of it the person would be given."""

    queue: Queue
    open: int
    held: int
    overdue: int
    mine_to_take: int
    next_due: datetime | None


# As `claim_next` looks at it: free, not passed over, and nothing keeps the person from it.
_STATES = f"""
SELECT s.queue, count(*), count(*) FILTER (WHERE s.is_held),
       count(*) FILTER (WHERE s.due_at < %(now)s),
       count(*) FILTER (WHERE s.is_mine), min(s.due_at) FILTER (WHERE s.is_mine)
FROM (
    SELECT w.queue, w.due_at, coalesce(l.until > %(now)s, false) AS is_held,
           (l.until IS NULL OR l.until <= %(now)s)
           AND coalesce((SELECT max(k.until) FROM compliance_skip k
                         WHERE k.work_item_id = w.id AND k.person_id = %(person)s),
                        '-infinity') <= %(now)s
           AND {may_hold("%(person)s")} AS is_mine
    FROM compliance_workitem w LEFT JOIN compliance_lease l ON l.work_item_id = w.id
    WHERE w.closed_at IS NULL AND w.queue = ANY(%(queues)s)
) s GROUP BY s.queue
"""  # noqa: S608  # only the condition that is ours is put in


def queue_states(staff: StaffUser, now: datetime) -> list[QueueState]:
    """Return the state of each queue from which the person takes; one question for all."""
    mine = own_queues(staff)
    wanted: dict[str, Any] = {
        "now": now,
        "person": staff.person_id,
        "queues": [queue.code for queue in mine],
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATES, wanted)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [QueueState(queue, *found.get(queue.code, (0, 0, 0, 0, None))) for queue in mine]
