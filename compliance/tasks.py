"""Jobs of the floor: the outbox, the clocks, and what keeps the jobs themselves going."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from compliance.clocks import alarms, reconciliation
from compliance.letters import rendering
from compliance.notices import dispatch, jobs
from compliance.staff import system_actor

logger = logging.getLogger("heyan.notices")
letters_logger = logging.getLogger("heyan.letters")
clocks_logger = logging.getLogger("heyan.clocks")


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


@app.periodic(cron="*/5 * * * *")
@app.task(name="compliance.raise_alarms", queueing_lock="compliance.raise_alarms")
def raise_alarms(timestamp: int) -> None:
    """
    Warn of what is nearly due, put on record what is late, and lay it before who answers for it.

    Public Account Provisions, art. 20 §2: time limits are kept.
    """
    count = alarms.raise_alarms(now=timezone.now(), actor=system_actor())
    clocks_logger.info("raised %s", count)


@app.periodic(cron="* * * * *")
@app.task(name="compliance.draw_letters", queueing_lock="compliance.draw_letters")
def draw_letters(timestamp: int) -> None:
    """
    Draw the letters that were issued since, so that the digest of each is kept.

    Our choice, no article: what is told can be verified, and a file that changed is noticed.
    """
    count = rendering.draw_new_letters()
    if count:
        letters_logger.info("drew %s letters", count)


# At night in China; periodic jobs are planned in UTC.
@app.periodic(cron="20 18 * * *")
@app.task(name="compliance.reconcile_clocks", queueing_lock="compliance.reconcile_clocks")
def reconcile_clocks(timestamp: int) -> None:
    """
    Compute every running clock anew and repair what differs.

    Public Account Provisions, art. 20 §2.
    """
    found = reconciliation.reconcile_clocks(actor=system_actor())
    if found.is_clean:
        clocks_logger.info("compared %s clocks", found.compared)
    else:
        clocks_logger.error("clocks differed and were repaired: %s", found)
