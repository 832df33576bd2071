"""Who may act: by role, as somebody's deputy, and kept from it by what they did or declared."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from compliance.errors import NotPermitted, Recused, SamePerson
from compliance.exclusions import may_hold
from compliance.models import (
    Absence,
    Deputy,
    Matter,
    Participation,
    Person,
    Proposal,
    Recusal,
    StaffUser,
    WorkItem,
)
from compliance.roles import people_with_each


def is_recused(matter: Matter, person: Person) -> bool:
    """Return whether the person keeps out of the matter."""
    return Recusal.objects.filter(matter=matter, person=person).exists()


def deputyships(
    proposal: Proposal, permissions: Collection[str], now: datetime
) -> QuerySet[Deputy]:
    """
    Return who stands in at `now` for the approvers of a proposal.

    Whoever proposed it, or stands on another side of its matter, has no say in who approves it:
    those whom they named do not count.
    """
    elsewhere = Participation.objects.filter(matter=proposal.matter_id).exclude(
        side=proposal.approver_side
    )
    return (
        Deputy.objects.valid(now)
        .filter(Q(matter=None) | Q(matter=proposal.matter_id), permission__in=permissions)
        .exclude(given_by=proposal.proposer_id)
        .exclude(given_by__in=elsewhere.values("person"))
    )


def require_may_take(actor: StaffUser, work_item: WorkItem, permission: str) -> None:
    """
    Refuse who may not take from an item's queue, by role or as a deputy.

    :raises NotPermitted: if the actor is neither.
    """
    if actor.person.is_system or (actor.is_active and actor.has_perm(permission)):
        return
    if work_item.proposal is None or not actor.is_active:
        raise NotPermitted
    standing_in = deputyships(work_item.proposal, [permission], timezone.now())
    if not standing_in.filter(deputy=actor.person).exists():
        raise NotPermitted


def require_may_hold(work_item: WorkItem, person: Person) -> None:
    """
    Refuse an item to a person who is kept from it; the database refuses it all the same.

    :raises Recused: if the person keeps out of its matter.
    :raises SamePerson: if the person took part in its matter and may not go on in it.
    """
    if WorkItem.objects.filter(pk=work_item.pk).holdable_by(person.pk).exists():
        return
    recusals = Recusal.objects.filter(person=person)
    if recusals.filter(Q(work_item=work_item) | Q(matter=work_item.matter_id)).exists():
        raise Recused
    raise SamePerson


def people_who_may_hold(work_item: WorkItem, people: Collection[int]) -> set[int]:
    """Return those of `people` whom nothing keeps from an item."""
    condition = may_hold("h.person")
    statement = (
        "SELECT h.person FROM unnest(%s::bigint[]) h(person), compliance_workitem w "  # noqa: S608
        f"WHERE w.id = %s AND {condition}"
    )
    with connection.cursor() as cursor:
        # The text is ours alone; numbers are parameters.
        cursor.execute(statement, [list(people), work_item.pk])
        return {number for (number,) in cursor.fetchall()}


def absent_people(now: datetime) -> dict[int, datetime]:
    """Return who is away at `now`, by number, and until when."""
    away: dict[int, datetime] = {}
    for number, until in Absence.objects.running(now).values_list("person", "absent_until"):
        away[number] = max(until, away.get(number, until))
    return away


def people_who_may(permissions: Iterable[str], now: datetime) -> dict[str, set[int]]:
    """Return who may give each permission at `now`: by role, or as deputy for all matters."""
    wanted = set(permissions)
    found: dict[str, set[int]] = defaultdict(set, people_with_each(wanted))
    for permission, number in (
        Deputy.objects.valid(now)
        .filter(permission__in=wanted, matter=None, deputy__logins__is_active=True)
        .values_list("permission", "deputy")
    ):
        found[permission].add(number)
    return found
