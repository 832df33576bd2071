"""Jobs of accounts that run by the clock."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.services import lapsed_material
from accounts.services.qualifications import terms
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


@app.periodic(cron="15 * * * *")
@app.task(name="accounts.keep_qualifications", queueing_lock="accounts.keep_qualifications")
def keep_qualifications(timestamp: int) -> None:
    """
    Write down which qualifications ended, remind of those that will, and open the checks now due.

    Public Account Provisions, art. 9 §1. Every hour, so that a worker that was down catches up;
    nothing is told twice.
    """
    kept = terms.keep_terms(today=timezone.localdate(), actor=system_actor())
    logger.info("qualifications: %s", kept)
