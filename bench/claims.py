"""Claim next through the service against the same statement sent bare, by several processes."""

import multiprocessing
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection, connections

from bench.result import Result

PROCESSES = 4
# Some hundred items for each, and never more than so many people at once.
MOST_PEOPLE, ITEMS_EACH = 64, 300
QUEUE = "bench"


# As the service `close_item` leaves an item behind, in one statement for both sides.
CLOSE = """
WITH closed AS (
    UPDATE compliance_workitem SET closed_at = now() WHERE id = %s RETURNING id, closed_at
)
UPDATE compliance_lease l SET until = closed.closed_at FROM closed WHERE l.work_item_id = closed.id
"""


def fill(size: int) -> None:
    """Put `size` items into the queue, all free."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE compliance_workitem SET closed_at = now() WHERE queue = %s", [QUEUE])
        cursor.execute(
            "WITH clocks AS ("
            "INSERT INTO compliance_clock (step, is_window, started_at, due_at, warn_at, state) "
            "SELECT %s, false, now(), now() + make_interval(secs => n %% 5000), now(), 'running' "
            "FROM generate_series(1, %s) n RETURNING id, due_at, warn_at"
            "), events AS ("
            "INSERT INTO compliance_clockevent (clock_id, number, kind, at, state, due_at, "
            "warn_at, person_id, provision, reason) "
            "SELECT c.id, 1, 'start', c.warn_at, 'running', c.due_at, c.warn_at, p.number, "
            "'public-account-2021:6.1', 'benchmark' "
            "FROM clocks c, compliance_person p WHERE p.is_system"
            ") "
            "INSERT INTO compliance_workitem (queue, clock_id, due_at, weight, opened_at, side) "
            "SELECT %s, id, due_at, id %% 3, now(), '' FROM clocks",
            [QUEUE, size, QUEUE],
        )
        # Each was held before and given back: no side plans its statements for an empty table.
        cursor.execute(
            "INSERT INTO compliance_lease (work_item_id, holder_id, until, fence) "
            "SELECT w.id, p.number, now() - interval '1 hour', 1 "
            "FROM compliance_workitem w, compliance_person p "
            "WHERE w.queue = %s AND w.closed_at IS NULL AND p.is_system",
            [QUEUE],
        )


def analyse() -> None:
    """Tell the planner what was just filled in, as autovacuum would a minute later."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE compliance_workitem, compliance_lease")


def make_people(count: int) -> list[str]:
    """Create one moderator a process and return their login names."""
    from compliance import staff
    from compliance.models import StaffUser
    from compliance.provisions import Provision

    system = staff.system_actor()
    names = [f"bench{number}" for number in range(count)]
    known = StaffUser.objects.filter(username__in=names).values_list("username", flat=True)
    for name in sorted({*names} - {*known}):
        staff.add_colleague(
            name=name,
            post="",
            username=name,
            password="made-up-for-a-benchmark-1",
            role="moderator",
            actor=system,
            provision=Provision.OPINIONS_10,
            reason="benchmark",
        )
    return names


def _close(bare: Any, number: int) -> None:
    """Take an item out of the queue, on either side with the same statement: it is not measured."""
    bare.execute(CLOSE, [number], prepare=True)


def _claim_by_service(username: str, ready: Any, results: "multiprocessing.Queue") -> None:
    import django

    django.setup()
    from compliance import work
    from compliance.errors import NothingToClaim
    from compliance.models import StaffUser

    work.register_queue(work.Queue(QUEUE, QUEUE, "compliance.reveal_identity", "admin:index"))
    actor = StaffUser.objects.select_related("person").get(username=username)
    connection.ensure_connection()
    ready.wait()
    began = time.time()
    claimed = []
    try:
        while True:
            lease = work.claim_next(queue=QUEUE, actor=actor)
            claimed.append(lease.work_item_id)
            _close(connection.connection, lease.work_item_id)
    except NothingToClaim:
        results.put((claimed, began, time.time()))


def _claim_bare(username: str, ready: Any, results: "multiprocessing.Queue") -> None:
    import django

    django.setup()
    import psycopg

    from compliance.models import StaffUser
    from compliance.work import LEASE_TIME

    person = StaffUser.objects.get(username=username).person_id
    # The database's own function, prepared: the fastest way there is to ask for the next item.
    claim = "SELECT * FROM heyan_claim_next(%s, %s, %s)"
    wanted = [QUEUE, person, LEASE_TIME.total_seconds()]
    parameters = connection.get_connection_params()
    parameters = {k: v for k, v in parameters.items() if k in {"dbname", "user", "host", "port"}}
    claimed = []
    with psycopg.connect(**parameters, autocommit=True) as bare:
        ready.wait()
        began = time.time()
        while True:
            row = bare.execute(claim, wanted, prepare=True).fetchone()
            if row is None:
                break
            if row[0] is None:
                continue
            claimed.append(row[0])
            _close(bare, row[0])
    results.put((claimed, began, time.time()))


def _race(worker: object, usernames: list[str], size: int) -> tuple[float, int]:
    fill(size)
    analyse()
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    # Every process has to be up before the first claim counts.
    ready = context.Barrier(len(usernames))
    running = [
        context.Process(target=worker, args=(name, ready, results))  # type: ignore[arg-type]
        for name in usernames
    ]
    for process in running:
        process.start()
    answers = [results.get() for _ in running]
    for process in running:
        process.join()
    claimed = [number for numbers, _began, _ended in answers for number in numbers]
    doubles = len(claimed) - len(set(claimed))
    if len(set(claimed)) != size:
        raise RuntimeError(f"{size - len(set(claimed))} items were never claimed")
    began = min(began for _numbers, began, _ended in answers)
    ended = max(ended for _numbers, _began, ended in answers)
    return size / (ended - began), doubles


def run(size: int) -> Iterator[Result]:
    """Empty the queue bare and through the service, then once more by many people at once."""
    people = make_people(PROCESSES)
    bare, bare_doubles = _race(_claim_bare, people, size)
    service, doubles = _race(_claim_by_service, people, size)
    crowd = make_people(min(MOST_PEOPLE, size // ITEMS_EACH))
    _speed, crowd_doubles = _race(_claim_by_service, crowd, size)
    yield Result(
        name="claim next, service against bare SQL",
        ratio=service / bare,
        limit=0.5,
        figures={
            "items": size,
            "processes": PROCESSES,
            "service per second": round(service),
            "bare per second": round(bare),
        },
    )
    yield Result(
        name="items claimed twice",
        ratio=float(doubles + bare_doubles + crowd_doubles),
        limit=0.0,
        is_ceiling=True,
        figures={"items": 3 * size, "most processes": len(crowd)},
    )
