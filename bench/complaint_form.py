"""The public form of complaints, sent by many addresses behind a proxy for minutes on end."""

import statistics
import time
from collections.abc import Iterator

from bench.complaint_load import ADDRESSES, Form, Sent, flood, running, settle
from bench.complaint_records import parts_missing, untold, wait_for_deliveries
from bench.result import Result
from compliance.responses.wrong_codes import MOST_WRONG
from enforcement.models import Complaint
from tests.enforcement.proof.world import World


def run(size: int) -> Iterator[Result]:
    """Send for `size` seconds; hold what was acknowledged against what is on record."""
    settle()
    world = World()
    form = Form(tuple(world.account().platform_uid for _number in range(20)))
    sent = Sent()
    with running() as product:
        until = time.monotonic() + size
        for each in flood(product.port, form, lambda: time.monotonic() >= until, sent):
            each.join()
        undelivered = wait_for_deliveries()
    yield from results(size, sent, undelivered)


def results(size: int, sent: Sent, undelivered: int) -> Iterator[Result]:
    """Return what was lost, what failed, and whether the limit held."""
    kept = {each.number: each for each in Complaint.objects.all()}
    lost = [number for number in sent.acknowledged if number not in kept]
    parts = {number: missing for number, each in kept.items() if (missing := parts_missing(each))}
    told = [number for number, has_contact in sent.acknowledged.items() if has_contact]
    failed = sum(count for status, count in sent.statuses.items() if status >= 500)
    over = [each for each in sent.of_address.values() if each > MOST_WRONG]
    every = statistics.quantiles(sent.seconds, n=20) if len(sent.seconds) > 1 else [0.0] * 19
    yield Result(
        name="acknowledged complaints that are not whole on record and told once",
        ratio=len(lost) + len(parts) + len(untold(told)) + undelivered + len(sent.problems),
        limit=0,
        is_ceiling=True,
        figures={
            "seconds": size,
            "addresses": ADDRESSES,
            "acknowledged": len(sent.acknowledged),
            "on record": len(kept),
            "with a contact": len(told),
            "a second": round(len(sent.acknowledged) / size, 1),
            "median ms": round(statistics.median(sent.seconds) * 1000),
            "p95 ms": round(every[-1] * 1000),
            **({"problems": sent.problems} if sent.problems else {}),
        },
    )
    yield Result(
        name="answers of a failed server, and requests without an answer",
        ratio=failed + sent.cut_off,
        limit=0,
        is_ceiling=True,
        figures={str(status): count for status, count in sorted(sent.statuses.items())},
    )
    yield Result(
        name="addresses from which more was taken than the limit allows",
        ratio=len(over),
        limit=0,
        is_ceiling=True,
        figures={
            "limit": MOST_WRONG,
            "most from one": max(sent.of_address.values(), default=0),
            "refused with 429": sent.statuses[429],
        },
    )
