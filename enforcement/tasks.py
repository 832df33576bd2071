"""Jobs of enforcement that run by the clock."""

import logging
from itertools import islice
from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app

from compliance.errors import ActionRefused
from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.services import lapses
from enforcement.services.blacklist import reviews
from enforcement.services.bulk import carrying, undoing
from enforcement.services.bulk.proposing import CARRY_OUT_TASK
from enforcement.services.complaints import sweeping as complaints
from enforcement.services.complaints import together
from enforcement.services.consistency import drawing, freezing, months
from enforcement.services.credit.sweeping import move_credit as move_scores
from enforcement.services.emergencies import lapsing
from enforcement.services.hearings import ending as hearings
from enforcement.services.holds import ending as holds
from enforcement.services.infringements import lifting as infringements

logger = logging.getLogger("heyan.enforcement")
# Our choice: so many accounts of lists are worked through in one job.
AT_ONCE: Final = 200


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


@app.periodic(cron="3-59/5 * * * *")
@app.task(name="enforcement.sweep_complaints", queueing_lock="enforcement.sweep_complaints")
def sweep_complaints(timestamp: int) -> None:
    """
    Tell whoever was answered together, end what nobody answered, close what was answered.

    Public Account Provisions, art. 20 §2; a run that was missed is made up by the next.
    """
    told = together.tell_batches(now=timezone.now(), actor=system_actor())
    logger.info("%s complainants told that were answered together", told)
    swept = complaints.sweep_complaints(now=timezone.now(), actor=system_actor())
    logger.info("%s complaints over for want of an answer, %s closed", swept.lapsed, swept.closed)


@app.periodic(cron="4-59/5 * * * *")
@app.task(name="enforcement.sweep_infringements", queueing_lock="enforcement.sweep_infringements")
def sweep_infringements(timestamp: int) -> None:
    """
    End the notices of infringement that nobody disputed, and lift those that nobody sued about.

    Civil Code, art. 1196; a run that was missed is made up by the next.
    """
    swept = infringements.sweep_infringements(now=timezone.now(), actor=system_actor())
    logger.info("%s notices undisputed, %s without a lawsuit", swept.undisputed, swept.unproven)


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


# In China's morning of the first days of a month: a worker that was down catches up.
@app.periodic(cron="50 21 1-5 * *")
@app.task(name="enforcement.draw_second_looks", queueing_lock="enforcement.draw_second_looks")
def draw_second_looks(timestamp: int) -> None:
    """
    Draw decisions of the month before for a second look, unless that was done.

    Opinions on Platform Responsibility, point 2.
    """
    try:
        done = drawing.draw_second_looks(
            month=months.month_before(timezone.localdate()),
            actor=system_actor(),
            provision=Provision.OPINIONS_2,
            reason=drawing.REASON,
        )
    except ActionRefused as refusal:
        logger.info("no second looks drawn: %s", refusal)
        return
    logger.info("drew second looks of %s: %s", done, done.figures)


@app.periodic(cron="55 21 1-5 * *")
@app.task(name="enforcement.freeze_consistency", queueing_lock="enforcement.freeze_consistency")
def freeze_consistency(timestamp: int) -> None:
    """
    Freeze the figures of consistency of the month before, unless that was done.

    Opinions on Platform Responsibility, point 2.
    """
    try:
        report = freezing.freeze_report(
            month=months.month_before(timezone.localdate()),
            actor=system_actor(),
            provision=Provision.OPINIONS_2,
            reason=freezing.REASON,
        )
    except ActionRefused as refusal:
        logger.info("no figures of consistency frozen: %s", refusal)
        return
    logger.info("froze the consistency of %s: %s decisions", report, report.decisions)


@app.periodic(cron="*/5 * * * *")
@app.task(name=CARRY_OUT_TASK)
def carry_out_bulk(timestamp: int = 0) -> None:
    """
    Carry out what was approved for many accounts, and undo what was taken back.

    Public Account Provisions, art. 19 §2. Right after the approval, and again where that was
    interrupted.
    """
    undone = list(islice(undoing.undo_taken_back(actor=system_actor()), AT_ONCE))
    done = list(islice(carrying.carry_out_approved(actor=system_actor()), AT_ONCE))
    if AT_ONCE in (len(undone), len(done)):
        # Other jobs have their turn in between.
        app.configure_task(CARRY_OUT_TASK).defer()
    failed = sum(1 for each in done if each.problem)
    logger.info(
        "lists: %s decided on, %s failed, %s undone", len(done) - failed, failed, len(undone)
    )
