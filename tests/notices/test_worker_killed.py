"""The worker killed fifty times under load: nothing lost, nothing twice in effect, all in order."""

import base64
import json
import os
import random
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from compliance.models import (
    AttemptResult,
    Delivery,
    DeliveryAttempt,
    Person,
    PlatformCommand,
    StaffUser,
)
from compliance.notices import commands, writing
from compliance.notices.recipients import Reference
from tests.notices.conftest import AT_ONCE, GROUNDS, draft

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 50
SUBJECTS = 200
TRANSACTIONS = 400
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
# Long enough for fifty lives and what they leave, however busy the machine is.
PATIENCE = 240


def started(*arguments: str, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        **more,
    )


def ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture
def receiver() -> Iterator[int]:
    """The port of a platform in a process of its own."""
    process = started("tests.notices.receiver", SECRET)
    assert process.stdout is not None
    yield int(process.stdout.readline())
    ended(process)


@pytest.fixture
def workers(receiver: int, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The product's worker on the database of this test, dying again and again."""
    keys = tmp_path / "webhook.json"
    keys.write_text(json.dumps({"keys": [SECRET]}))
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    said = (tmp_path / "worker.log").open("w")
    process = started(
        "tests.notices.worker_under_fire",
        str(KILLS),
        "20260302",
        stderr=said,
        env={
            **os.environ,
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
            "HEYAN_PLATFORM_CHANNEL": "webhook",
            "HEYAN_WEBHOOK_URL": f"http://127.0.0.1:{receiver}/heyan",
            "HEYAN_WEBHOOK_HOSTS": f"127.0.0.1:{receiver}",
            "HEYAN_WEBHOOK_NETWORKS": "127.0.0.0/8",
            "HEYAN_WEBHOOK_KEY_FILE": str(keys),
            "HEYAN_DELIVERY_SECONDS": "5",
            "HEYAN_DELIVERY_LEASE_SECONDS": "2",
            "HEYAN_DELIVERY_RETRY_SECONDS": ",".join(["1"] * 30),
        },
    )
    said.close()
    yield process
    ended(process)


class Undone(Exception):
    pass


def write_load(about: Person, actor: StaffUser) -> None:
    """Write notices and commands in many transactions, some of which are rolled back."""
    chance = random.Random(1)
    for number in range(TRANSACTIONS):
        subjects = [f"uid{chance.randrange(SUBJECTS)}" for _each in range(4)]
        try:
            with transaction.atomic():
                writing.write_notices(
                    [draft(about, each, purpose=AT_ONCE) for each in subjects], actor=actor
                )
                for each in sorted(subjects[:2]):
                    commands.order_command(
                        kind="tests.command",
                        subject=Reference("account", each),
                        payload={"number": number},
                        actor=actor,
                        **GROUNDS,
                    )
                if number % 10 == 9:
                    raise Undone
        except Undone:
            continue


def report_of(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def wait_until_empty(deadline: float) -> None:
    while Delivery.objects.open().exists():
        assert time.monotonic() < deadline, f"{Delivery.objects.open().count()} are still open"
        time.sleep(0.5)


def test_fifty_killed_workers_lose_nothing_repeat_no_effect_and_keep_the_order(
    weather: None,
    make_person: Callable[..., Person],
    system: StaffUser,
    receiver: int,
    workers: subprocess.Popen[str],
) -> None:
    deadline = time.monotonic() + PATIENCE

    write_load(make_person(), system)
    assert workers.stdout is not None
    assert workers.stdout.readline() == "the last one lives\n"
    wait_until_empty(deadline)

    deliveries = {str(each.message_id): each for each in Delivery.objects.all()}
    report = report_of(receiver)
    took = [effect[0] for effect in report["effects"]]
    # Nothing lost, nothing of what was rolled back, nothing twice in effect.
    assert len(deliveries) == TRANSACTIONS * 9 // 10 * 6
    assert set(took) == set(deliveries)
    assert len(took) == len(set(took))
    assert all(each.delivered_at is not None for each in deliveries.values())
    assert report["forged"] == 0
    # In order: what each subject has seen of each kind counts up from one without a gap.
    order: dict[tuple[str, str], list[int]] = defaultdict(list)
    for _key, kind, subject, sequence in report["effects"]:
        order[kind, subject].append(sequence)
    assert len({subject for _kind, subject in order}) > SUBJECTS * 0.9
    for sequences in order.values():
        assert sequences == list(range(1, len(sequences) + 1))
    assert set(PlatformCommand.objects.values_list("status", flat=True)) == {"delivered"}
    # The kills struck in the middle: leases were cut off, and messages came again.
    interrupted = DeliveryAttempt.objects.filter(result=AttemptResult.INTERRUPTED)
    assert interrupted.count() >= KILLS // 5
    assert report["repeats"] >= KILLS // 10
    assert report["refused"] > 0
    assert ProcrastinateJob.objects.filter(status="failed").count() == 0
