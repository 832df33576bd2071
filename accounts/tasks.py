"""Jobs of accounts that run by the clock."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.services import lapsed_answers, lapsed_material
from accounts.services.disclosure import check_due_disclosures
from accounts.services.grades import grade_accounts
from accounts.services.metrics import evaluate_metrics
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
    count += lapsed_answers.return_lapsed_answers(now=timezone.now(), actor=system_actor())
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


@app.periodic(cron="25 * * * *")
@app.task(name="accounts.check_disclosures", queueing_lock="accounts.check_disclosures")
def check_disclosures(timestamp: int) -> None:
    """
    Find out which accounts lack something that has to be public.

    Public Account Provisions, art. 9 §2.
    """
    count = check_due_disclosures(now=timezone.now())
    logger.info("checked the disclosure of %s accounts", count)


@app.periodic(cron="*/15 * * * *")
@app.task(name="accounts.evaluate_metrics", queueing_lock="accounts.evaluate_metrics")
def evaluate_pushed_metrics(timestamp: int) -> None:
    """
    Evaluate the figures that were pushed since the last time.

    Public Account Provisions, art. 12.
    """
    count = evaluate_metrics(now=timezone.now(), actor=system_actor())
    logger.info("found %s days with unusual figures", count)


# At night in China after the first of a month; periodic jobs are planned in UTC.
@app.periodic(cron="40 19 1 * *")
@app.task(name="accounts.grade_accounts", queueing_lock="accounts.grade_accounts")
def grade_all_accounts(timestamp: int) -> None:
    """
    Grade every active account by the formula in force.

    Public Account Provisions, art. 7 §2.
    """
    count = grade_accounts(now=timezone.now(), actor=system_actor())
    logger.info("graded %s accounts anew", count)
