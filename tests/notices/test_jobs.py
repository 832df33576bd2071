"""Jobs that nobody finished come back; a worker that is silent is seen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from compliance import tasks
from compliance.models import Notice, SandboxMessage
from compliance.notices import jobs
from tests.notices.conftest import AT_ONCE

pytestmark = pytest.mark.django_db


def job_of_dead_worker(*, attempts: int = 0, lock: str | None = None, pruned: bool = False) -> int:
    """Leave a job as a worker leaves it that was killed; return its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - interval '2 minutes') RETURNING id"
        )
        (worker,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs "
            "(queue_name, task_name, args, status, attempts, queueing_lock, worker_id) "
            "VALUES ('default', %s, '{}', 'doing', %s, %s, %s) RETURNING id",
            [jobs.DRAIN, attempts, lock, worker],
        )
        (number,) = cursor.fetchone()
        if pruned:
            cursor.execute("DELETE FROM procrastinate_workers WHERE id = %s", [worker])
    return int(number)


def status_of(number: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=number).status)


@pytest.mark.parametrize("pruned", [False, True], ids=["worker silent", "worker forgotten"])
def test_a_job_of_a_dead_worker_goes_back_into_the_queue(pruned: bool) -> None:
    number = job_of_dead_worker(pruned=pruned)

    assert jobs.revive_stalled_jobs() == 1

    assert status_of(number) == "todo"


def test_a_job_that_ends_every_worker_is_ended_itself() -> None:
    number = job_of_dead_worker(attempts=jobs.MOST_ATTEMPTS)

    assert jobs.revive_stalled_jobs() == 0

    assert status_of(number) == "failed"


def test_a_job_that_waits_anew_already_is_not_doubled() -> None:
    number = job_of_dead_worker(lock="once")
    app.configure_task(name=jobs.DRAIN, queueing_lock="once").defer()

    assert jobs.revive_stalled_jobs() == 0

    assert status_of(number) == "failed"
    assert ProcrastinateJob.objects.filter(queueing_lock="once", status="todo").count() == 1


def test_a_job_of_a_living_worker_is_left_alone() -> None:
    number = job_of_dead_worker()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now()")

    assert jobs.revive_stalled_jobs() == 0

    assert status_of(number) == "doing"


def test_the_sweep_sends_what_no_job_was_left_for_and_shows_that_it_lives(
    write: Callable[..., Notice], client: Client
) -> None:
    write(purpose=AT_ONCE)
    ProcrastinateJob.objects.all().delete()

    tasks.sweep_outbox(timestamp=0)

    assert SandboxMessage.objects.count() == 1
    assert jobs.silent_since(timezone.now()) is None
    assert client.get("/healthz").json() == {"status": "ok", "worker": "ok"}


def test_a_silent_worker_is_said_to_whoever_asks_for_the_health(client: Client) -> None:
    jobs.note_pulse()

    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "worker": "silent"}


@pytest.mark.django_db(transaction=True)
def test_the_worker_carries_out_what_a_transaction_asked_for(
    write: Callable[..., Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The worker's threads then leave no connection behind.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    write(purpose=AT_ONCE)

    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(
            wait=False,
            listen_notify=False,
            install_signal_handlers=False,
            delete_jobs="successful",
        )

    assert SandboxMessage.objects.count() == 1
    assert not ProcrastinateJob.objects.filter(task_name=jobs.DRAIN).exists()
