"""Active accounts whose operators did not accept the service agreement in time: found, not punished."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, FindingKind, FindingStatus
from accounts.models import Finding, PublicAccount
from accounts.services.agreements import lacks, without_agreement
from accounts.services.findings import FindingDraft, record_findings, set_aside_finding
from compliance import audit
from compliance.clocks import rules
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.limits import as_rule, limit_for
from compliance.context import record_language
from compliance.grounds import Grounds
from compliance.models import DocumentKind, RuleVersion, StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import version_in_force

LIMIT: Final = "agreement_acceptance"
REFERENCE: Final = "rule_version"
# Our choice: as many lie before colleagues at one time; how many there are stands on the desk.
MOST_OPEN: Final = 200


@dataclass(frozen=True)
class Swept:
    """What a sweep did: how many findings it made, and how many had settled themselves."""

    found: int = 0
    settled: int = 0


def sweep_missing_agreements(*, now: datetime, actor: StaffUser) -> Swept:
    """
    Find the active accounts without the agreement whose time to accept it is over.

    Public Account Provisions, art. 6 §2: with each operator there is a service agreement. The time
    is the one that was published with the version, or the published limit; an account that is
    younger than that has as long. Each account is found once for a version. What was accepted
    meanwhile is set aside; what follows from the rest, people decide.
    """
    settled = _settle(actor)
    present = version_in_force(DocumentKind.SERVICE_AGREEMENT, timezone.localdate(now))
    if present is None or now < overdue_from(present):
        return Swept(settled=settled)
    return Swept(found=_find(present, now, actor), settled=settled)


def overdue_from(version: RuleVersion) -> datetime:
    """Return the instant from which whoever has not accepted a version is late."""
    if version.accept_until is not None:
        return _midnight(version.accept_until + timedelta(days=1))
    start = _midnight(version.effective_date)
    return rules.due_at(start, as_rule(limit_for(LIMIT, start)), (), stored_calendar())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


def reference_to(version: RuleVersion) -> str:
    """Return how findings name the version that was not accepted."""
    return f"{REFERENCE}:{version.pk}"


@transaction.atomic
def _find(present: RuleVersion, now: datetime, actor: StaffUser) -> int:
    """Lay accounts before colleagues, as many as they can look at; the longest registered first."""
    kind = FindingKind.AGREEMENT_MISSING
    open_ones = Finding.objects.open().filter(kind=kind)
    left = MOST_OPEN - open_ones[:MOST_OPEN].count()
    ground = reference_to(present)
    found_before = Finding.objects.filter(account=OuterRef("pk"), kind=kind, ground_ref=ground)
    youngest = now - timedelta(days=limit_for(LIMIT, now).amount)
    accounts = (
        without_agreement(timezone.localdate(now))
        .filter(registered_at__lte=youngest)
        .exclude(Exists(found_before))
        .order_by("pk")[: max(left, 0)]
    )
    until = rules.last_day(overdue_from(present))
    with record_language():
        facts = _(
            "The service agreement %(label)s, in force since %(since)s, was to be accepted until "
            "%(until)s. The operator has not accepted it."
        ) % {
            "label": present.label,
            "since": present.effective_date.isoformat(),
            "until": until.isoformat(),
        }
        reason = _("Look for accounts without the service agreement")
    days = (timezone.localdate(now) - until).days
    drafts = [
        FindingDraft(
            account=each, kind=kind, facts=facts, figures={"days": days}, ground_ref=ground
        )
        for each in accounts
    ]
    if drafts:
        record_findings(drafts, actor=actor, provision=Provision.PUBLIC_ACCOUNT_6_2, reason=reason)
    return len(drafts)


def _settle(actor: StaffUser) -> int:
    """Set aside what nobody took up and what is true no longer: accepted meanwhile, or closed."""
    with record_language():
        reason = _("The agreement was accepted meanwhile, or the account was closed.")
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_6_2, reason=reason)
    count = 0
    for finding in Finding.objects.open().filter(
        kind=FindingKind.AGREEMENT_MISSING, ground_ref__startswith=f"{REFERENCE}:"
    ):
        with transaction.atomic():
            count += _set_aside_if_settled(finding, grounds)
    return count


def _set_aside_if_settled(finding: Finding, grounds: Grounds) -> bool:
    # The account first, as wherever findings are recorded.
    audit.lock(PublicAccount.objects.get(pk=finding.account_id))
    audit.lock(finding)
    version = RuleVersion.objects.get(pk=finding.ground_ref.partition(":")[2])
    still = PublicAccount.objects.filter(
        lacks(version), pk=finding.account_id, status=AccountStatus.ACTIVE
    )
    if finding.status != FindingStatus.OPEN or still.exists():
        return False
    set_aside_finding(finding=finding, fence=None, **grounds)
    return True
