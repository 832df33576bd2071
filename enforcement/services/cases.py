"""Services for cases: open, put back into the queue, close."""

import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import HoldKind
from accounts.models import Finding, PublicAccount, Restriction
from accounts.services.findings import take_up_finding
from accounts.services.holds import place_hold, release_hold
from compliance import audit, work
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import IdentityValue, Side, StaffUser
from compliance.proposals import open_matter, take_part
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.enums import OPEN_DECISIONS, OPEN_DUTIES, CaseSource
from enforcement.models import Case, CaseSnapshot, ReportDuty
from enforcement.services.deciding_sides import deciding_side
from enforcement.services.holds.ending import end_holds_of
from enforcement.services.holds.locking import lock_case

CASES = "cases"
OPEN = "enforcement.open_case"

# Our choice; no article sets it. What was returned goes before what is due at the same time.
RETURNED_WEIGHT = 10


def _masked(value: IdentityValue | None) -> str:
    return value.masked if value is not None else ""


def account_facts(account: PublicAccount) -> dict[str, Any]:
    """
    Return what the console knows of an account, identity data only as it is masked.

    Public Account Provisions, art. 19 §2: records are kept; of the account as it was found.
    """
    subject = account.subject
    restrictions = Restriction.objects.for_account(account).in_force(timezone.now())
    return {
        "platform_uid": account.platform_uid,
        "name": account.name,
        "bio": account.bio,
        "category": account.category,
        "status": account.status,
        "registered_at": account.registered_at,
        "version": account.version,
        "subject": {
            "number": subject.pk,
            "nature": subject.nature,
            "id_type": subject.id_type,
            "id_number": _masked(subject.id_number),
            "name": subject.shown_name,
            "uscc": subject.uscc,
        },
        "restrictions": [
            {
                "kind": each.kind,
                "functions": each.functions,
                "from": each.in_force_from,
                "until": each.in_force_until,
                "ground_kind": each.ground_kind,
                "ground_ref": each.ground_ref,
            }
            for each in restrictions.order_by("pk")
        ],
    }


def case_ref(case: Case) -> str:
    """Return how what rests on a case names it."""
    return f"case:{case.pk}"


@transaction.atomic
def open_case(
    *,
    account: PublicAccount,
    source: str,
    summary: str,
    source_ref: str = "",
    content_ref: str = "",
    weight: int = 0,
    finding: Finding | None = None,
    finding_fence: int | None = None,
    permission: str = OPEN,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Case:
    """
    Open a case about an account, keep the account as it is now, and put the case into its queue.

    Public Account Provisions, art. 19 §1: violations are found and dealt with in time. Whoever
    opens it has taken part in it and cannot hear an appeal against what is decided. The account is
    held meanwhile (art. 11 §2). A finding is taken up in the same transaction, and gives the case
    its account and its reference. A service that opens a case on its own ground says by
    `permission` what its actor has to be allowed instead.

    :raises NotPermitted: if the actor may not open cases.
    :raises InvalidInput: if nothing is said, an authority's letter has no number, or a finding is
        named as the source and not given, or the other way round.
    :raises StaleLease: if the actor does not hold the finding.
    :raises TransitionRefused: if the finding was taken up or set aside before.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, permission)
    summary = summary.strip()
    source_ref = source_ref.strip()
    if not summary:
        raise InvalidInput(_("Say what is to be looked into."))
    if source not in CaseSource.values:
        raise InvalidInput(_("Say where the case comes from."))
    if source == CaseSource.AUTHORITY and not source_ref:
        raise InvalidInput(_("Give the number of the authority's letter."))
    if (source == CaseSource.FINDING) != (finding is not None):
        raise InvalidInput(_("A case from a finding is opened on the page of the finding."))
    if finding is not None:
        if finding.account_id != account.pk:
            raise InvalidInput(_("The finding is about another account."))
        source_ref = finding.number
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    matter = open_matter("case")
    take_part(matter, actor, Side.DECIDED)
    now = timezone.now()
    clock = start_clock(step="case_decision", at=now, **grounds)
    case = Case(
        account=account,
        source=source,
        source_ref=source_ref,
        summary=summary,
        content_ref=content_ref.strip(),
        opened_by=actor.person,
        # The instant from which its due date counts.
        opened_at=now,
        matter=matter,
        work_item=work.open_item(
            queue=CASES, clock=clock, weight=weight, matter=matter, side=Side.DECIDED
        ),
    )
    audit.create(case, **grounds)
    # The lock of the account with it.
    place_hold(account=account, kind=HoldKind.OPEN_CASE, ground_ref=case_ref(case), **grounds)
    if finding is not None:
        take_up_finding(finding=finding, taken_up_as=case_ref(case), fence=finding_fence, **grounds)
    content = audit.canonical_json(account_facts(account))
    CaseSnapshot.objects.create(
        case=case, content=content, sha256=hashlib.sha256(content.encode()).hexdigest()
    )
    return case


def requeue_case(*, case: Case, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    Put a case into its queue again, due when it was due before.

    Public Account Provisions, art. 19 §1: what was returned is still to be dealt with in time.
    """
    item = work.open_item(
        queue=CASES,
        clock=case.work_item.clock,
        weight=case.work_item.weight + RETURNED_WEIGHT,
        matter=case.matter,
        side=deciding_side(case),
    )
    audit.amend(case, "requeue", actor=actor, provision=provision, reason=reason, work_item=item)


@transaction.atomic
def close_case(*, case: Case, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    Close a case on which nothing is left to do.

    Public Account Provisions, art. 19 §2: records are kept and reports made, so that no case is
    closed while a report about it is still to be sent or confirmed.

    :raises NotPermitted: if the actor may not close cases.
    :raises ActionRefused: if a decision waits for approval, a report is open, or it is held.
    :raises TransitionRefused: if it is closed already.
    """
    require_permission(actor, "enforcement.close_case")
    lock_case(case)
    if case.decisions.filter(status__in=OPEN_DECISIONS).exists():
        raise ActionRefused(_("A decision on this case still waits for approval."))
    if ReportDuty.objects.filter(decision__case=case, status__in=OPEN_DUTIES).exists():
        raise ActionRefused(
            _("The report of its decision was not sent, or the regulator has not confirmed it.")
        )
    item = case.work_item
    now = timezone.now()
    if item.closed_at is None:
        lease = getattr(item, "lease", None)
        if lease is not None and lease.until > now and lease.holder_id != actor.person_id:
            raise ActionRefused(
                _("%(name)s is working on this case. It can be closed when it was given back.")
                % {"name": lease.holder.name}
            )
    audit.move(case, "close", actor=actor, provision=provision, reason=reason, closed_at=now)
    end_holds_of(case, actor=actor, provision=provision, reason=case.number)
    if item.closed_at is None:
        work.close_item(item)
    finish_clock(clock=item.clock, actor=actor, provision=provision, reason=reason)
    release_hold(
        account=case.account,
        kind=HoldKind.OPEN_CASE,
        ground_ref=case_ref(case),
        actor=actor,
        provision=provision,
        reason=reason,
    )
