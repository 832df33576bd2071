"""Web server and worker killed under the load of the form, while colleagues decide and approve."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connections
from django.urls import reverse

from bench.complaint_load import Colleague, Form, Running, Sent, flood, running, settle
from bench.complaint_records import parts_missing, untold, wait_for_deliveries
from bench.result import Result
from compliance.models import Delivery, Notice, SandboxMessage
from enforcement.models import Complaint, Decision, Measure
from enforcement.pages.complaints.presentation import work_url
from enforcement.services.complaints import notices
from enforcement.services.notices import DECISION
from tests.enforcement.conftest import suspension
from tests.enforcement.proof.world import World

SEED = 20261123
BETWEEN = (2.0, 5.0)
# As many decisions wait for their approval for each kill.
DECISIONS = 2
REASON = "基准测试：核对无误"


@dataclass
class Acknowledged:
    """What colleagues were told was done."""

    decided: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    approved: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def run(size: int) -> Iterator[Result]:
    """Kill one of the two `size` times, at instants that nobody chose."""
    settle()
    chance, world, done, sent = random.Random(SEED), World(), Acknowledged(), Sent()
    form = Form(tuple(world.account().platform_uid for _number in range(20)))
    waiting = [world.proposed(*suspension(7)).pk for _number in range(size * DECISIONS)]
    over = threading.Event()
    with running() as product:
        handler = Colleague(product.port, world.handler)
        supervisor = Colleague(product.port, world.supervisor)
        threads = [
            *flood(product.port, form, over.is_set, sent),
            _thread(lambda: handle(handler, over, done), done),
            _thread(lambda: approve(supervisor, waiting, over, done), done),
        ]
        for number in range(size):
            time.sleep(chance.uniform(*BETWEEN))
            _kill(product, ("web server", "worker")[number % 2])
        product.wait_until_ready()
        time.sleep(BETWEEN[1])
        over.set()
        for each in threads:
            each.join()
        undelivered = wait_for_deliveries()
    yield from results(size, sent, done, undelivered)


def _thread(work: Callable[[], None], done: Acknowledged) -> threading.Thread:
    def go() -> None:
        try:
            work()
        except Exception as problem:  # noqa: BLE001 - what a thread raises nobody would see
            done.problems.append(repr(problem))
        finally:
            connections.close_all()

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    return thread


def _kill(product: Running, name: str) -> None:
    product.kill(name)
    product.start(name)


def tried(colleague: Colleague, address: str, **given: object) -> int:
    """Return the status of a form that a colleague sends, or 0 where no answer came."""
    try:
        return colleague.post(address, **given)
    except OSError:
        time.sleep(0.2)
        return 0


def handle(colleague: Colleague, over: threading.Event, done: Acknowledged) -> None:
    """Accept, decide and answer complaint after complaint, going by what is on record."""
    acts = {
        "acknowledged": ("accept", {}),
        "investigating": ("decide", {"outcome": "not_upheld"}),
        "decided": ("feed_back", {}),
    }
    while not over.is_set():
        mine = Complaint.objects.filter(status__in=acts).exclude(pk__in=done.told)
        complaint = mine.select_related("work_item__lease").order_by("pk").first()
        if complaint is None:
            time.sleep(0.1)
            continue
        act, more = acts[complaint.status]
        item = complaint.work_item_id
        if tried(colleague, reverse("admin:claim_item", args=[item])) == 0:
            continue
        fresh = Complaint.objects.select_related("work_item__lease").get(pk=complaint.pk)
        if fresh.work_item_id != item or getattr(fresh.work_item, "lease", None) is None:
            continue
        given = {
            "action": act,
            "fence": fresh.work_item.lease.fence,
            "version": fresh.version,
            "reason": REASON,
            **more,
        }
        if tried(colleague, work_url(fresh), **given) == 302:
            if act == "decide":
                done.decided.add(complaint.pk)
            elif act == "feed_back":
                done.told.add(complaint.pk)


def approve(
    colleague: Colleague,
    waiting: list[int],
    over: threading.Event,
    done: Acknowledged,
) -> None:
    """Approve decision after decision, each until it is known to be in force."""
    for number in waiting:
        while not over.is_set():
            decision = Decision.objects.select_related("approval_item__lease").get(pk=number)
            if decision.status != "proposed" or decision.approval_item is None:
                break
            item = decision.approval_item_id
            if tried(colleague, reverse("admin:claim_item", args=[item])) == 0:
                continue
            decision = Decision.objects.select_related("approval_item__lease").get(pk=number)
            if decision.approval_item is None or not hasattr(decision.approval_item, "lease"):
                continue
            given = {
                "action": "approve",
                "fence": decision.approval_item.lease.fence,
                "version": decision.version,
                "reason": REASON,
            }
            page = reverse("admin:approve_decision", args=[item])
            if tried(colleague, page, **given) == 302:
                done.approved.add(number)
                break
        time.sleep(0.5)


def results(size: int, sent: Sent, done: Acknowledged, undelivered: int) -> Iterator[Result]:
    """Return what was lost, done in part or done twice."""
    kept = {each.number: each for each in Complaint.objects.all()}
    lost = [each for each in sent.acknowledged if each not in kept]
    states = dict(Complaint.objects.values_list("pk", "status"))
    lost_acts = [
        *(each for each in done.decided if states[each] not in ("decided", "fed_back", "closed")),
        *(each for each in done.told if states[each] not in ("fed_back", "closed")),
        *Decision.objects.filter(pk__in=done.approved).exclude(status="in_force"),
    ]
    problems = [*done.problems, *sent.problems]
    in_part = [number for number, each in kept.items() if parts_missing(each)]
    in_part += [f"decision {each.pk}" for each in Decision.objects.all() if _is_partial(each)]
    told_badly = untold(number for number, has in sent.acknowledged.items() if has)
    doubled = _doubled()
    yield Result(
        name="acknowledged complaints, decisions and notices that were lost",
        ratio=len(lost) + len(lost_acts) + len(told_badly) + undelivered + len(problems),
        limit=0,
        is_ceiling=True,
        figures={
            "kills": size,
            "complaints": len(sent.acknowledged),
            "decided": len(done.decided),
            "answered": len(done.told),
            "decisions approved": len(done.approved),
            "undelivered": undelivered,
            "not told once": len(told_badly),
            "acts lost": len(lost_acts),
            "messages": SandboxMessage.objects.count(),
            "requests cut off": sent.cut_off,
            **{str(status): count for status, count in sorted(sent.statuses.items())},
            **({"problems": problems} if problems else {}),
        },
    )
    yield Result(
        name="complaints and decisions of which a part is there, or something twice",
        ratio=len(in_part) + len(doubled),
        limit=0,
        is_ceiling=True,
        figures={
            "complaints on record": len(kept),
            "never acknowledged": len(kept) - len(sent.acknowledged),
            "decisions": Decision.objects.count(),
        },
    )


def _is_partial(decision: Decision) -> bool:
    """Return whether of a decision something is missing, or there before it is in force."""
    measures = Measure.objects.filter(decision=decision).count()
    ordered = decision.ordered_measures.count()
    told = Notice.objects.about(decision).filter(purpose=DECISION).exists()
    if decision.status == "in_force":
        return measures != ordered or not told
    return measures != 0


def _doubled() -> list[str]:
    """Return which answers were written, or reached somebody, more than once."""
    twice = []
    for complaint in Complaint.objects.filter(status__in=("fed_back", "closed")):
        answers = Notice.objects.about(complaint).filter(purpose=notices.RESULT)
        languages = list(answers.values_list("language", flat=True))
        if len(languages) != len(set(languages)):
            twice.append(complaint.number)
        if Delivery.objects.filter(notice__in=answers, delivered_at__isnull=False).count() > 1:
            twice.append(f"{complaint.number} delivered")
    return twice
