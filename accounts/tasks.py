"""Jobs of accounts that run by the clock."""

import logging

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from accounts.services import lapsed_answers, lapsed_material
from accounts.services.agencies import keep_contracts
from accounts.services.comment_powers import sweep_powers
from accounts.services.corrections import lapses
from accounts.services.disclosure import check_due_disclosures
from accounts.services.dormancy import batches, sweeping
from accounts.services.earning import sweep_rights
from accounts.services.grades import grade_accounts
from accounts.services.metrics import evaluate_metrics
from accounts.services.missing_agreements import sweep_missing_agreements
from accounts.services.patrol import planning
from accounts.services.qualifications import terms
from accounts.services.stops.wishing import carry_out_stops
from accounts.services.transfers.sweeping import keep_transfers
from compliance.context import record_language
from compliance.errors import ActionRefused
from compliance.provisions import Provision
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


@app.periodic(cron="*/10 * * * *")
@app.task(name="accounts.keep_transfers", queueing_lock="accounts.keep_transfers")
def keep_due_transfers(timestamp: int) -> None:
    """
    Let announced transfers take effect, and end what both sides or the operator let lapse.

    Public Account Provisions, art. 11 §2. Every ten minutes; what was done is not done again.
    """
    kept = keep_transfers(now=timezone.now(), actor=system_actor())
    logger.info("transfers: %s", kept)


@app.periodic(cron="5-59/10 * * * *")
@app.task(name="accounts.carry_out_stops", queueing_lock="accounts.carry_out_stops")
def carry_out_due_stops(timestamp: int) -> None:
    """
    Close the accounts whose operators did not think again in time.

    Public Account Provisions, art. 11 §3.
    """
    closed, blocked = carry_out_stops(now=timezone.now(), actor=system_actor())
    logger.info("closed %s accounts at their operators' wish, %s could not be", closed, blocked)


@app.periodic(cron="*/10 * * * *")
@app.task(name="accounts.lapse_corrections", queueing_lock="accounts.lapse_corrections")
def lapse_corrections(timestamp: int) -> None:
    """
    Put on record which profiles were not corrected in time.

    Public Account Provisions, art. 8 §2. A run that was missed is made up by the next.
    """
    count = lapses.lapse_corrections(now=timezone.now(), actor=system_actor())
    logger.info("%s corrections were not made in time", count)


@app.periodic(cron="*/10 * * * *")
@app.task(name="accounts.sweep_rights", queueing_lock="accounts.sweep_rights")
def sweep_earning_rights(timestamp: int) -> None:
    """
    End the rights of accounts that may no longer earn.

    Public Account Provisions, art. 14 §1.
    """
    count = sweep_rights(now=timezone.now(), actor=system_actor())
    logger.info("ended %s rights to earn", count)


@app.periodic(cron="5/10 * * * *")
@app.task(name="accounts.sweep_powers", queueing_lock="accounts.sweep_powers")
def sweep_comment_powers(timestamp: int) -> None:
    """
    Set the powers over comments of accounts that have others than the table gives them.

    Public Account Provisions, art. 17 §2.
    """
    count = sweep_powers(now=timezone.now(), actor=system_actor())
    logger.info("set the powers of %s accounts over comments", count)


@app.periodic(cron="35 * * * *")
@app.task(name="accounts.keep_contracts", queueing_lock="accounts.keep_contracts")
def keep_agency_contracts(timestamp: int) -> None:
    """
    Write down which agreements with agencies ended, and remind of those that will.

    Public Account Provisions, art. 16 §4. Every hour, so that a worker that was down catches up.
    """
    kept = keep_contracts(today=timezone.localdate(), actor=system_actor())
    logger.info("agreements with agencies: %s", kept)


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


# At night in China; periodic jobs are planned in UTC.
@app.periodic(cron="10 18 * * *")
@app.task(name="accounts.sweep_dormant", queueing_lock="accounts.sweep_dormant")
def sweep_dormant_accounts(timestamp: int) -> None:
    """
    Do with dormant accounts what the day brings, where the agreement allows it.

    Public Account Provisions, art. 10 §2.
    """
    with record_language():
        reason = _("Nightly sweep for dormant accounts")
    try:
        run = sweeping.sweep_dormant(
            as_of=timezone.localdate(),
            actor=system_actor(),
            provision=Provision.PUBLIC_ACCOUNT_10_2,
            reason=reason,
        )
    except ActionRefused as refusal:
        # A power that the agreement does not give is not used; the page of the rule says so.
        logger.info("no sweep for dormant accounts: %s", refusal)
        return
    count = sum(1 for _each in run.accounts)
    logger.info("sweep %s: %s dormant accounts", run.sweep, count)


@app.periodic(cron="*/10 * * * *")
@app.task(name=batches.CARRY_OUT_TASK)
def carry_out_terminations(timestamp: int = 0) -> None:
    """
    End the service of dormant accounts as it was approved.

    Public Account Provisions, art. 10 §2. Right after the approval, and again where that was
    interrupted.
    """
    count = sum(len(part.terminated) for part in batches.carry_out_approved(actor=system_actor()))
    logger.info("ended the service of %s dormant accounts", count)


# In China's morning of the first days of a month: a worker that was down catches up.
@app.periodic(cron="30 22 1-5 * *")
@app.task(name="accounts.plan_patrol", queueing_lock="accounts.plan_patrol")
def plan_monthly_patrol(timestamp: int) -> None:
    """
    Plan the patrol of the month, unless that was done.

    Public Account Provisions, art. 9 §3.
    """
    with record_language():
        reason = _("Monthly plan of the patrol")
    try:
        run = planning.plan_patrol(
            month=timezone.localdate(),
            actor=system_actor(),
            provision=Provision.PUBLIC_ACCOUNT_9_3,
            reason=reason,
        )
    except ActionRefused as refusal:
        logger.info("no patrol planned: %s", refusal)
        return
    logger.info("planned the patrol of %s: %s", run, run.figures)


# In China's early morning; periodic jobs are planned in UTC.
@app.periodic(cron="10 20 * * *")
@app.task(
    name="accounts.sweep_missing_agreements", queueing_lock="accounts.sweep_missing_agreements"
)
def sweep_for_missing_agreements(timestamp: int) -> None:
    """
    Find the accounts whose operators did not accept the service agreement in time.

    Public Account Provisions, art. 6 §2.
    """
    swept = sweep_missing_agreements(now=timezone.now(), actor=system_actor())
    logger.info("accounts without the agreement: %s", swept)
