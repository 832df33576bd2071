"""Jobs of enforcement that run by the clock."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from compliance.staff import system_actor
from enforcement.services import lapses
from enforcement.services.blacklist import reviews
from enforcement.services.credit.sweeping import move_credit as move_scores
from enforcement.services.emergencies import lapsing
from enforcement.services.hearings import ending as hearings
from enforcement.services.holds import ending as holds

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


@app.periodic(cron="5,15,25,35,45,55 * * * *")
@app.task(name="enforcement.move_credit", queueing_lock="enforcement.move_credit")
def move_credit(timestamp: int) -> None:
    """
    Move on the scores that time alone changes; a run that was missed is made up by the next.

    Public Account Provisions, art. 13 §1.
    """
    count = move_scores(now=timezone.now(), actor=system_actor())
    logger.info("moved the credit of %s subjects", count)


@app.periodic(cron="*/5 * * * *")
@app.task(name="enforcement.end_hearings", queueing_lock="enforcement.end_hearings")
def end_hearings(timestamp: int) -> None:
    """
    Pass on to their approvers the decisions whose operators let the time for a statement pass.

    Our choice, no article; a run that was missed is made up by the next.
    """
    count = hearings.lapse_hearings(now=timezone.now(), actor=system_actor())
    logger.info("%s hearings ended in silence, %s could not be told", count.lapsed, count.untold)


@app.periodic(cron="*/5 * * * *")
@app.task(name="enforcement.end_holds", queueing_lock="enforcement.end_holds")
def end_holds(timestamp: int) -> None:
    """
    Put on record the emergency holds whose time is over, and tell the operators.

    Our choice, no article. They have ended by then: nothing waits for this.
    """
    count = holds.record_all_over(now=timezone.now(), actor=system_actor())
    logger.info("%s emergency holds lapsed, %s expired", count.lapsed, count.expired)


@app.periodic(cron="*/5 * * * *")
@app.task(name="enforcement.lapse_emergencies", queueing_lock="enforcement.lapse_emergencies")
def lapse_emergencies(timestamp: int) -> None:
    """
    Put on record the emergency decisions that nobody confirmed in time; a missed run is made up.

    Our choice, no article. Nobody confirms them after their time, whether this has run or not.
    """
    count = lapsing.lapse_emergencies(now=timezone.now(), actor=system_actor())
    logger.info("%s emergency decisions lapsed unconfirmed", count)


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
