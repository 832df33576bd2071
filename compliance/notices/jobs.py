"""Jobs put into the queue by the transaction that needs them, and those that nobody finished."""

from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils import timezone
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status

from compliance.models import WorkerPulse

DRAIN = "compliance.drain_outbox"
PULSE = "worker"
# Our choices; no article sets them.
SILENT_AFTER = timedelta(minutes=3)
MOST_ATTEMPTS = 20

# Always on Django's own connection: inside the worker the library's app writes on another one, and
# a job would then be there before what it is about, or without it.
_queue = App(connector=DjangoConnector())


def defer_drain(at: datetime | None = None) -> None:
    """
    Ask for the outbox to be emptied at an instant, or now; part of the running transaction.

    No lock keeps such jobs apart: a unique key would make every transaction wait for the one
    before. A job that finds nothing to do is over in a moment.
    """
    _queue.configure_task(name=DRAIN, schedule_at=at).defer()


def note_pulse() -> None:
    """Write down that the worker carries out jobs."""
    WorkerPulse.objects.update_or_create(name=PULSE, defaults={"at": timezone.now()})


def silent_since(now: datetime) -> datetime | None:
    """Return since when no job was carried out, or None while that is no cause for worry."""
    last = WorkerPulse.objects.filter(name=PULSE).values_list("at", flat=True).first()
    return last if last is not None and now - last > SILENT_AFTER else None


def revive_stalled_jobs() -> int:
    """
    Put jobs whose worker died back into the queue; return how many.

    A job that was begun too often is ended as failed: it may be what ends the workers. So is one
    that waits in the queue anew already.
    """
    manager = _queue.job_manager
    stalled = list(async_to_sync(manager.get_stalled_jobs)())
    return sum(_revive(job) for job in stalled)


def _revive(job: Job) -> bool:
    manager = _queue.job_manager
    if job.id is None:
        return False
    if job.attempts < MOST_ATTEMPTS:
        try:
            with transaction.atomic():
                async_to_sync(manager.retry_job_by_id_async)(job.id, retry_at=timezone.now())
        except ConnectorException:
            pass  # Its queueing lock is taken: the same is waiting already.
        else:
            return True
    async_to_sync(manager.finish_job_by_id_async)(job.id, status=Status.FAILED, delete_job=False)
    return False
