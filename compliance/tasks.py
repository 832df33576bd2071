"""Jobs of the floor: the outbox, and what keeps the jobs themselves going."""

import logging

from procrastinate.contrib.django import app

from compliance.notices import dispatch, jobs

logger = logging.getLogger("heyan.notices")


@app.periodic(cron="* * * * * */20")
@app.task(name="compliance.sweep_outbox", queueing_lock="compliance.sweep_outbox")
def sweep_outbox(timestamp: int) -> None:
    """
    Show that the worker is alive, and send what no job of its own was left for.

    Our choice, no article: what a worker held when it died goes out when its lease is over.
    """
    jobs.note_pulse()
    dispatch.drain_outbox()


@app.task(name=jobs.DRAIN)
def drain_outbox() -> None:
    """Send what is due; asked for by the transaction that wrote it."""
    dispatch.drain_outbox()


@app.periodic(cron="* * * * * */30")
@app.task(name="compliance.revive_stalled_jobs", queueing_lock="compliance.revive_stalled_jobs")
def revive_stalled_jobs(timestamp: int) -> None:
    """
    Put jobs whose worker died back into the queue.

    Our choice, no article: the library leaves them as "doing" for ever.
    """
    count = jobs.revive_stalled_jobs()
    if count:
        logger.warning("put %s jobs of dead workers back into the queue", count)
