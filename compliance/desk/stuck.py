"""What nobody can do: approvals and items for which no eligible person is left, or none is here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from compliance.desk.waiting import open_slots
from compliance.eligibility import absent_people, people_who_may
from compliance.exclusions import may_hold
from compliance.models import Proposal, WorkItem
from compliance.roles import people_with_each
from compliance.work import queues


@dataclass(frozen=True)
class StuckProposal:
    """An open proposal that cannot be approved now, and the permission that is missing for it."""

    proposal: Proposal
    permission: str
    # When the first who could act is back; None if nobody could, whoever was here.
    back_at: datetime | None


@dataclass(frozen=True)
class StuckItems:
    """Items that nobody who is here may take: the first of them, and how many they are."""

    items: list[WorkItem]
    number: int


# For each approval that an open proposal still needs: who could give it. By role, or as a deputy
# whom somebody independent of the proposal named, as `heyan_deputy_is_valid` holds it.
_ELIGIBLE = """
WITH by_role(permission, person) AS (SELECT * FROM unnest(%(permissions)s::text[], %(people)s::bigint[])),
candidate AS (
    SELECT permission, person, NULL::bigint AS matter, NULL::bigint AS giver FROM by_role
    UNION ALL
    SELECT d.permission, d.deputy_id, d.matter_id, d.given_by_id FROM compliance_deputy d
    WHERE d.ended_at IS NULL AND d.valid_from <= %(now)s AND d.valid_until > %(now)s
)
SELECT p.id, s.permission, array_remove(array_agg(DISTINCT c.person), NULL)
FROM compliance_openproposal o
JOIN compliance_proposal p ON p.id = o.proposal_id
JOIN compliance_approvalslot s ON s.proposal_id = p.id
LEFT JOIN candidate c ON c.permission = s.permission
    AND c.person <> p.proposer_id
    AND (c.matter IS NULL OR c.matter = p.matter_id)
    AND (c.giver IS NULL OR (c.giver <> p.proposer_id AND NOT EXISTS (
        SELECT 1 FROM compliance_participation e
        WHERE e.matter_id = p.matter_id AND e.person_id = c.giver AND e.side <> p.approver_side)))
    AND NOT EXISTS (SELECT 1 FROM compliance_approval a
                    WHERE a.proposal_id = p.id AND a.approver_id = c.person)
    AND NOT EXISTS (SELECT 1 FROM compliance_participation e
                    WHERE e.matter_id = p.matter_id AND e.person_id = c.person
                      AND e.side <> p.approver_side)
    AND NOT EXISTS (SELECT 1 FROM compliance_recusal r
                    WHERE r.matter_id = p.matter_id AND r.person_id = c.person)
WHERE NOT EXISTS (SELECT 1 FROM compliance_approval a
                  WHERE a.proposal_id = p.id AND a.slot = s.number AND a.verdict = 'approve')
GROUP BY p.id, s.number, s.permission
ORDER BY p.id, s.number
"""


def stuck_proposals(now: datetime) -> list[StuckProposal]:
    """Return the open proposals whose approvals nobody eligible, or nobody present, can give."""
    permissions = open_slots().values_list("permission", flat=True)
    by_role = people_with_each(set(permissions))
    pairs = [(name, person) for name, people in by_role.items() for person in people]
    wanted: dict[str, Any] = {
        "now": now,
        "permissions": [name for name, _person in pairs],
        "people": [person for _name, person in pairs],
    }
    needed: dict[int, list[tuple[str, set[int]]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ELIGIBLE, wanted)
        for number, permission, people in cursor.fetchall():
            needed.setdefault(number, []).append((permission, set(people)))
    away = absent_people(now)
    found: dict[int, tuple[str, datetime | None]] = {}
    for number, slots in needed.items():
        missing = _missing([people - away.keys() for _permission, people in slots])
        if missing is None:
            continue
        permission, people = slots[missing]
        is_only_absent = _missing([people for _permission, people in slots]) is None
        back = [away[person] for person in people if person in away]
        found[number] = (permission, min(back) if is_only_absent else None)
    proposals = Proposal.objects.select_related("proposer", "matter").filter(pk__in=found)
    return [StuckProposal(each, *found[each.pk]) for each in proposals.order_by("pk")]


def _missing(eligible: list[set[int]]) -> int | None:
    """Return which approval is left without anybody if each is given by another, or None."""
    for number, people in enumerate(eligible):
        if not people:
            return number
    # At most two approvals: where one person is all there is for both, the second has nobody.
    return 1 if len(eligible) == 2 and len(eligible[0] | eligible[1]) < 2 else None


_STUCK_ITEMS = f"""
WITH holder(queue, person) AS (SELECT * FROM unnest(%(queues)s::text[], %(people)s::bigint[]))
SELECT w.id, count(*) OVER () FROM compliance_workitem w
WHERE w.closed_at IS NULL AND w.proposal_id IS NULL AND w.queue = ANY(%(known)s)
  AND NOT EXISTS (
      SELECT 1 FROM holder h WHERE h.queue = w.queue AND {may_hold("h.person")})
ORDER BY w.due_at, w.weight DESC, w.id LIMIT %(limit)s
"""  # noqa: S608  # only the condition that is ours is put in


def stuck_items(now: datetime, *, limit: int) -> StuckItems:
    """
    Return the first items that nobody who is here may take, and how many they are.

    What waits for a verdict is looked at as a proposal.
    """
    permissions = {queue.code: queue.permission for queue in queues()}
    may = people_who_may(permissions.values(), now)
    away = absent_people(now)
    pairs = [
        (code, person)
        for code, permission in permissions.items()
        for person in may[permission] - away.keys()
    ]
    wanted: dict[str, Any] = {
        "queues": [code for code, _person in pairs],
        "people": [person for _code, person in pairs],
        "known": list(permissions),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STUCK_ITEMS, wanted)
        found = cursor.fetchall()
    items = WorkItem.objects.in_bulk([number for number, _all in found])
    return StuckItems([items[number] for number, _all in found], found[0][1] if found else 0)
