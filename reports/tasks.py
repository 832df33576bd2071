"""Jobs of reports that run by the clock."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from compliance.provisions import Provision
from compliance.staff import system_actor
from reports.services.transparency import publishing

logger = logging.getLogger("heyan.reports")


# Early in the morning in China; periodic jobs are planned in UTC.
@app.periodic(cron="10 21 * * *")
@app.task(name="reports.publish_figures", queueing_lock="reports.publish_figures")
def publish_figures(timestamp: int) -> None:
    """
    Publish the figures of the months and half-years that are over; a missed run is made up.

    Public Account Provisions, art. 20 §2.
    """
    published = publishing.publish_figures(
        as_of=timezone.localdate(),
        actor=system_actor(),
        provision=Provision.PUBLIC_ACCOUNT_20_2,
        reason=publishing.REASON,
    )
    logger.info("published the figures of %s", ", ".join(str(each) for each in published) or "-")
