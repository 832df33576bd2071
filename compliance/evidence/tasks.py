"""Jobs of evidence: the check of a file, those that wait, and the sweep of the store."""

import logging

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from compliance.context import record_language
from compliance.evidence import retention, services, sweeping
from compliance.evidence.scanner import ScannerUnavailable
from compliance.models import EvidenceFile, EvidenceStatus
from compliance.provisions import Provision
from compliance.staff import system_actor

logger = logging.getLogger("heyan.evidence")


@app.task(
    name=services.CHECK_TASK,
    retry=RetryStrategy(max_attempts=3, exponential_wait=5, retry_exceptions=[ScannerUnavailable]),
)
def check_evidence_file(file: int) -> None:
    """Check one file; while the scanner does not answer it waits and is tried again."""
    with record_language():
        reason = _("Check of a file that came in")
    services.check_file(
        file=EvidenceFile.objects.get(pk=file),
        actor=system_actor(),
        provision=Provision.PUBLIC_ACCOUNT_19_2,
        reason=reason,
    )


@app.periodic(cron="*/5 * * * *")
@app.task(name="compliance.recheck_evidence", queueing_lock="compliance.recheck_evidence")
def recheck_evidence(timestamp: int) -> None:
    """Put what is still in quarantine before the check again: a worker or scanner was away."""
    for file in EvidenceFile.objects.filter(status=EvidenceStatus.QUARANTINED):
        services.enqueue_check(file)


@app.periodic(cron="17 * * * *")
@app.task(name="compliance.sweep_evidence", queueing_lock="compliance.sweep_evidence")
def sweep_evidence(timestamp: int) -> None:
    """Remove from the store what a failed upload or an erasure has left behind."""
    count = sweeping.remove_strays()
    logger.info("removed %s stray files from the store", count)


# At night in China; periodic jobs are planned in UTC.
@app.periodic(cron="40 18 * * *")
@app.task(
    name="compliance.erase_identity_pictures", queueing_lock="compliance.erase_identity_pictures"
)
def erase_identity_pictures(timestamp: int) -> None:
    """
    Erase the pictures of identities whose time after the result is over.

    Personal Information Protection Law, art. 19.
    """
    with record_language():
        reason = _("The time for which pictures of identity documents are kept is over")
    count = retention.erase_settled_pictures(
        now=timezone.now(), actor=system_actor(), reason=reason
    )
    logger.info("erased %s pictures of identities", count)
