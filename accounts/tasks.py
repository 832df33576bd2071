"""Jobs of accounts that run by the clock."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.services import lapsed_material
from compliance.staff import system_actor

logger = logging.getLogger("heyan.accounts")


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="accounts.return_lapsed_applications",
    queueing_lock="accounts.return_lapsed_applications",
)
def return_lapsed_applications(timestamp: int) -> None:
    """
    Put back into the queue what waited for material longer than the applicant had time.

    Public Account Provisions, art. 20 §2.
    """
    count = lapsed_material.return_lapsed_applications(now=timezone.now(), actor=system_actor())
    logger.info("put %s applications back into their queue", count)
