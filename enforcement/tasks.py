"""Jobs of enforcement that run by the clock."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from compliance.staff import system_actor
from enforcement.services import lapses
from enforcement.services.blacklist import reviews

logger = logging.getLogger("heyan.enforcement")


@app.periodic(cron="*/10 * * * *")
@app.task(name="enforcement.lapse_measures", queueing_lock="enforcement.lapse_measures")
def lapse_measures(timestamp: int) -> None:
    """
    Put on record the measures whose term is over; a run that was missed is made up by the next.

    Public Account Provisions, art. 19 §2: records are kept.
    """
    count = lapses.lapse_measures(now=timezone.now(), actor=system_actor())
    logger.info("lapsed %s measures, ended %s decisions", count.measures, count.decisions)


# Early in the morning in China; periodic jobs are planned in UTC.
@app.periodic(cron="40 20 * * *")
@app.task(name="enforcement.open_due_reviews", queueing_lock="enforcement.open_due_reviews")
def open_due_reviews(timestamp: int) -> None:
    """
    Lay the blacklist entries before somebody whose review falls due; a missed run is made up.

    Our choice, no article: an entry is looked at within twelve months.
    """
    count = reviews.open_due_reviews(now=timezone.now(), actor=system_actor())
    logger.info("put %s blacklist entries up for review", count)
