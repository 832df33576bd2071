"""A filing after its preparation: review, release by a second person, handing in, receipt."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.clocks import start_clock, stop_clock
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import Proposal, Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from reports.enums import FilingStatus, OutputFormat
from reports.models import Filing
from reports.services.verification import verify_filing

RELEASE_KIND = "release_filing"
# Filled by whoever releases; one approval.
RELEASE_SLOTS = ("reports.release_filing",)


@transaction.atomic
def review_filing(
    *,
    filing: Filing,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
) -> Filing:
    """
    Record that the rows were looked through and that the frozen bytes verify.

    Public Account Provisions, art. 19 §2. Whoever reviews stands on the requester's side and will
    not be the one who releases.

    :raises NotPermitted: if the actor may not prepare filings.
    :raises SamePerson: if the actor stands on the releaser's side.
    :raises ActionRefused: if the stored bytes are not those that were frozen.
    """
    require_permission(actor, "reports.prepare_filing")
    proposals.take_part(filing.matter, actor, Side.REQUESTER)
    problems = verify_filing(filing)
    if problems:
        raise ActionRefused(" ".join(problems))
    audit.move(
        filing,
        "review",
        actor=actor,
        provision=provision,
        reason=reason,
        expected_version=expected_version,
    )
    return filing


def open_release(filing: Filing) -> Proposal | None:
    """Return the release that waits for a second person, or None."""
    proposal = filing.release_proposal
    return proposal if proposal is not None and proposals.is_open(proposal) else None


@transaction.atomic
def request_release(
    *,
    filing: Filing,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
) -> Proposal:
    """
    Ask a second person to release exactly these rows.

    Opinions on Platform Responsibility, point 2. The proposal holds the manifest's digest, and
    with it every row.

    :raises NotPermitted: if the actor may not prepare filings.
    :raises TransitionRefused: if the filing was not reviewed.
    :raises ActionRefused: if its release was asked for already.
    :raises SamePerson: if the actor stands on the releaser's side.
    """
    require_permission(actor, "reports.prepare_filing")
    audit.lock(filing, expected_version=expected_version)
    if filing.status != FilingStatus.REVIEWED:
        raise TransitionRefused(_("A filing is reviewed before its release is asked for."))
    if open_release(filing) is not None:
        raise ActionRefused(_("The release of this filing was asked for already."))
    proposal = proposals.submit_proposal(
        matter=filing.matter,
        kind=RELEASE_KIND,
        content={
            "filing": filing.number,
            "code": filing.code,
            "period_from": filing.period_from,
            "period_until": filing.period_until,
            "manifest_sha256": filing.manifest_sha256,
        },
        slots=RELEASE_SLOTS,
        proposer_side=Side.REQUESTER,
        approver_side=Side.RELEASER,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    audit.amend(
        filing,
        "request_release",
        actor=actor,
        provision=provision,
        reason=reason,
        release_proposal=proposal,
        requested_by=actor.person,
        release_clock=start_clock(
            step="filing_release", actor=actor, provision=provision, reason=reason
        ),
    )
    return proposal


def _stop_release_clock(filing: Filing, grounds: Grounds) -> None:
    # Releases that were asked for before clocks were kept have none.
    if filing.release_clock is not None:
        stop_clock(clock=filing.release_clock, **grounds)


def _require_open_release(filing: Filing) -> Proposal:
    proposal = open_release(filing)
    if proposal is None:
        raise ActionRefused(_("Nobody has asked for the release of this filing."))
    return proposal


@transaction.atomic
def release_filing(
    *,
    filing: Filing,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
) -> Filing:
    """
    Release a filing that somebody else prepared, reviewed and asked to release.

    Opinions on Platform Responsibility, point 2.

    :raises SamePerson: if the actor prepared it, reviewed it or asked for its release.
    :raises NotPermitted: if the actor may not release filings.
    :raises ActionRefused: if nobody asked for its release.
    """
    audit.lock(filing, expected_version=expected_version)
    proposal = _require_open_release(filing)
    proposals.approve_proposal(proposal=proposal, actor=actor, provision=provision, reason=reason)
    audit.move(
        filing,
        "release",
        actor=actor,
        provision=provision,
        reason=reason,
        approved_result=proposal.outcome.result,
        released_at=timezone.now(),
    )
    _stop_release_clock(filing, Grounds(actor=actor, provision=provision, reason=reason))
    return filing


@transaction.atomic
def return_filing(
    *,
    filing: Filing,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
) -> Filing:
    """
    Return a filing instead of releasing it; the reason is the suggestion what to do about it.

    Opinions on Platform Responsibility, point 2. Its rows stay as they are: whoever wants others
    withdraws it and prepares anew.

    :raises SamePerson: if the actor prepared it, reviewed it or asked for its release.
    :raises NotPermitted: if the actor may not release filings.
    :raises ActionRefused: if nobody asked for its release.
    """
    audit.lock(filing, expected_version=expected_version)
    proposal = _require_open_release(filing)
    proposals.return_proposal(proposal=proposal, actor=actor, provision=provision, reason=reason)
    audit.move(filing, "return", actor=actor, provision=provision, reason=reason)
    _stop_release_clock(filing, Grounds(actor=actor, provision=provision, reason=reason))
    return filing


@transaction.atomic
def mark_filed(
    *,
    filing: Filing,
    channel: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    filed_at: datetime | None = None,
    expected_version: int | None = None,
) -> Filing:
    """
    Record that a released filing was handed in; the one it corrects gives way to it.

    Public Account Provisions, art. 19 §2: the handling is reported to the authority in time.

    :raises NotPermitted: if the actor may not record it.
    :raises InvalidInput: if nothing says how it was handed in, or it would have been in the future.
    :raises ActionRefused: if another filing on this period stands.
    """
    require_permission(actor, "reports.mark_filed")
    if not channel.strip():
        raise InvalidInput(_("Say how it was filed."))
    at = filed_at or timezone.now()
    if at > timezone.now():
        raise InvalidInput(_("It cannot have been filed later than now."))
    corrected = filing.corrects
    if corrected is not None:
        audit.move(corrected, "correct", actor=actor, provision=provision, reason=reason)
    try:
        with transaction.atomic():
            audit.move(
                filing,
                "file",
                actor=actor,
                provision=provision,
                reason=reason,
                expected_version=expected_version,
                filed_at=at,
                filed_channel=channel.strip(),
            )
    except IntegrityError as problem:
        if "filing_one_standing_per_period" not in str(problem):
            raise
        raise ActionRefused(
            _("This period was already filed. Correct the filing that stands.")
        ) from problem
    return filing


@transaction.atomic
def receipt_filing(
    *,
    filing: Filing,
    receipt_number: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
) -> Filing:
    """
    Record the regulator's receipt of a filing.

    Public Account Provisions, art. 19 §2.

    :raises NotPermitted: if the actor may not record it.
    :raises InvalidInput: if the receipt has no number.
    """
    require_permission(actor, "reports.mark_filed")
    if not receipt_number.strip():
        raise InvalidInput(_("Give the number of the receipt."))
    audit.move(
        filing,
        "receipt",
        actor=actor,
        provision=provision,
        reason=reason,
        expected_version=expected_version,
        receipt_number=receipt_number.strip(),
        receipted_at=timezone.now(),
    )
    return filing


@transaction.atomic
def withdraw_filing(
    *,
    filing: Filing,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
) -> Filing:
    """
    Withdraw a filing that was not handed in; its rows stay on record.

    Public Account Provisions, art. 19 §2.

    :raises NotPermitted: if the actor may not prepare filings.
    :raises TransitionRefused: if it was handed in.
    :raises ActionRefused: if somebody else's request for its release is open.
    """
    require_permission(actor, "reports.prepare_filing")
    audit.lock(filing, expected_version=expected_version)
    proposal = open_release(filing)
    if proposal is not None:
        proposals.withdraw_proposal(
            proposal=proposal, actor=actor, provision=provision, reason=reason
        )
        _stop_release_clock(filing, Grounds(actor=actor, provision=provision, reason=reason))
    audit.move(filing, "withdraw", actor=actor, provision=provision, reason=reason)
    return filing


@transaction.atomic
def record_export(
    *, filing: Filing, format: OutputFormat, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Record that a filing's file was handed out, before its first byte is.

    Public Account Provisions, art. 19 §2: who took a copy is on record.

    :raises NotPermitted: if the actor may not see filings.
    :raises ActionRefused: if it has no rows.
    """
    require_permission(actor, "reports.view_filing")
    if filing.manifest_sha256 is None:
        raise ActionRefused(_("This filing has not been prepared to the end: it has no rows yet."))
    audit.record(
        action="reports.filing.export",
        target=filing,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={
            "format": str(format),
            "manifest_sha256": filing.manifest_sha256,
            "status": str(filing.status),
        },
    )
