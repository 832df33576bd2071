"""Jobs of the floor that run by the clock."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from compliance.clocks import alarms, reconciliation
from compliance.staff import system_actor

logger = logging.getLogger("heyan.clocks")


@app.periodic(cron="*/5 * * * *")
@app.task(name="compliance.raise_alarms", queueing_lock="compliance.raise_alarms")
def raise_alarms(timestamp: int) -> None:
    """
    Warn of what is nearly due, put on record what is late, and lay it before who answers for it.

    Public Account Provisions, art. 20 §2: time limits are kept.
    """
    count = alarms.raise_alarms(now=timezone.now(), actor=system_actor())
    logger.info("raised %s", count)


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
        logger.info("compared %s clocks", found.compared)
    else:
        logger.error("clocks differed and were repaired: %s", found)
