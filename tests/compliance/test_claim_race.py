"""Sixty-four people empty one queue: nothing is claimed twice, nothing lost, nothing decided twice."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from compliance import work
from compliance.errors import NothingToClaim, StaleLease
from compliance.models import StaffUser, WorkItem
from tests.compliance.clocks import clock_due

QUEUE = "race-queue"
NAIVE = "naive-queue"
PROCESSES = 64
# The benchmark of claims empties a queue five times as long.
ITEMS = 4_000
NAIVE_PROCESSES = 16
NAIVE_ITEMS = 400
# Of so many items a process lets the lease of one lapse, and tries to decide it in the end.
LAPSES = 10

pytestmark = pytest.mark.django_db(transaction=True)


def fill(queue: str, size: int) -> None:
    """Put items into a queue; many are due at one instant, as what comes in a file is."""
    now = timezone.now()
    clocks = [clock_due(now + timedelta(seconds=number)).pk for number in range(50)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO compliance_workitem (queue, clock_id, due_at, weight, opened_at, side) "
            "SELECT %s, c.id, c.due_at, n %% 3, now(), '' "
            "FROM generate_series(1, %s) n JOIN unnest(%s::bigint[]) WITH ORDINALITY k(id, place) "
            "ON k.place = n %% %s + 1 JOIN compliance_clock c ON c.id = k.id",
            [queue, size, clocks, len(clocks)],
        )


# What `close_item` leaves behind; it closes what is open, and says whether it did.
CLOSE = """
WITH closed AS (
    UPDATE compliance_workitem SET closed_at = now() WHERE id = %s AND closed_at IS NULL
    RETURNING id, closed_at
), ended AS (
    UPDATE compliance_lease l SET until = closed.closed_at FROM closed
    WHERE l.work_item_id = closed.id
)
SELECT count(*) FROM closed
"""


@transaction.atomic
def decide(item: WorkItem, actor: StaffUser, fence: int) -> int:
    """Decide as every service does, under the lease; return how many items that closed."""
    work.require_lease(work_item=item, actor=actor, fence=fence)
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [item.pk])
        closed: int = cursor.fetchone()[0]
    return closed


def let_lapse(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE compliance_lease SET until = statement_timestamp() - interval '1 second' "
            "WHERE work_item_id = %s",
            [number],
        )


def work_through(actor_number: int) -> dict[str, Any]:
    """Claim and decide until nothing waits; what one let lapse is tried in the end."""
    actor = StaffUser.objects.select_related("person").get(pk=actor_number)
    decided: list[int] = []
    claimed: list[tuple[int, int]] = []
    lapsed: list[tuple[WorkItem, int]] = []
    refused = 0
    try:
        while True:
            lease = work.claim_next(queue=QUEUE, actor=actor)
            claimed.append((lease.work_item_id, lease.fence))
            if len(claimed) % LAPSES == 0:
                let_lapse(lease.work_item_id)
                lapsed.append((WorkItem(pk=lease.work_item_id), lease.fence))
                continue
            decided += [lease.work_item_id] * decide(
                WorkItem(pk=lease.work_item_id), actor, lease.fence
            )
    except NothingToClaim:
        pass
    for item, fence in lapsed:
        try:
            decided += [item.pk] * decide(item, actor, fence)
        except StaleLease:
            refused += 1
    return {"claimed": claimed, "decided": decided, "lapsed": len(lapsed), "refused": refused}


def work_naively(actor_number: int) -> dict[str, Any]:
    """Do what consoles do that look first and write then: no lock holds the two together."""
    claimed: list[int] = []
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT w.id FROM compliance_workitem w WHERE w.queue = %s "
                "AND w.closed_at IS NULL ORDER BY w.due_at, w.weight DESC, w.id LIMIT 1",
                [NAIVE],
            )
            row = cursor.fetchone()
            if row is None:
                return {"claimed": claimed}
            cursor.execute("UPDATE compliance_workitem SET closed_at = now() WHERE id = %s", row)
            claimed.append(row[0])


def run(
    job: Callable[[int], dict[str, Any]],
    actor_number: int,
    start: Barrier,
    answers: "multiprocessing.SimpleQueue[dict[str, Any]]",
) -> None:
    """Live as a process of its own, with a connection of its own, and leave without farewell."""
    try:
        connection.ensure_connection()
        start.wait()
        answer = job(actor_number)
        connection.close()
    except BaseException as problem:  # noqa: BLE001  # told to the one who waits for an answer
        answer = {"problem": repr(problem)}
        start.abort()
    answers.put(answer)
    # Not through the fixtures and reports of the process that this one was copied from.
    os._exit(0)


def race(job: Callable[[int], dict[str, Any]], actors: list[StaffUser]) -> list[dict[str, Any]]:
    """Let every actor work at once, each in a real process; return what each did."""
    # Nothing that is open may be shared by parent and child.
    connections.close_all()
    # A copy of this process: its imports are paid for, and the copies share its memory.
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(len(actors)), context.SimpleQueue()
    children = [
        context.Process(target=run, args=(job, actor.pk, start, answers)) for actor in actors
    ]
    for child in children:
        child.start()
    found = [answers.get() for _child in children]
    for child in children:
        child.join()
    assert [each["problem"] for each in found if "problem" in each] == []
    return found


@pytest.fixture
def many_moderators(staff_user: Callable[..., StaffUser]) -> list[StaffUser]:
    """One person a process; several logins would be one holder."""
    return [staff_user("moderator") for _number in range(PROCESSES)]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_sixty_four_processes_never_share_an_item_and_looking_first_does(
    many_moderators: list[StaffUser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        work._queues, QUEUE, work.Queue(QUEUE, "race", "compliance.reveal_identity", "admin:index")
    )
    fill(QUEUE, ITEMS)
    fill(NAIVE, NAIVE_ITEMS)

    answers = race(work_through, many_moderators)
    naive = race(work_naively, many_moderators[:NAIVE_PROCESSES])

    # An item is claimed again only after its lease lapsed, and then with another fence.
    claims = Counter(claim for answer in answers for claim in answer["claimed"])
    assert [claim for claim, times in claims.items() if times > 1] == []
    assert len({number for number, _fence in claims}) == ITEMS
    # None lost, none decided twice.
    decided = [number for answer in answers for number in answer["decided"]]
    assert len(decided) == len(set(decided)) == ITEMS
    assert not WorkItem.objects.open().filter(queue=QUEUE).exists()
    # Whoever let it lapse decided nothing by the old fence: a second claimer had it by then.
    lapsed = sum(answer["lapsed"] for answer in answers)
    assert lapsed > PROCESSES
    assert sum(answer["refused"] for answer in answers) == lapsed
    assert len(claims) == ITEMS + lapsed
    # The same race without a lock: that the counts above can come out otherwise.
    naive_claims = [number for answer in naive for number in answer["claimed"]]
    assert len(set(naive_claims)) == NAIVE_ITEMS
    assert len(naive_claims) > NAIVE_ITEMS
