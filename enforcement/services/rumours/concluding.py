"""Services for what follows from a rumour: a case, a decision or none for each account, the end."""

from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, work
from compliance.clocks import finish_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.credit_words import CreditEntryKind
from enforcement.enums import (
    OPEN_DECISIONS,
    STANDING_DECISIONS,
    CaseSource,
    CaseStatus,
    MeasureCode,
)
from enforcement.models import Case, Decision, Rumour, RumourAccount
from enforcement.rumour_words import (
    JUDGED,
    RumourConclusion,
    RumourFault,
    RumourReviewStatus,
    RumourSource,
    RumourStatus,
    RumourVerdict,
)
from enforcement.services.cases import open_case
from enforcement.services.rumours.opening import HANDLE

_SOURCE_OF: Final = {
    RumourSource.AUTHORITY: CaseSource.AUTHORITY,
    RumourSource.COMPLAINT: CaseSource.COMPLAINT,
    RumourSource.PATROL: CaseSource.PATROL,
    RumourSource.OWN: CaseSource.OWN,
}


def decisions_for(concerned: RumourAccount) -> QuerySet[Decision]:
    """
    Return the decisions on an account that stand and lowered its credit or blacklisted its subject.

    Public Account Provisions, art. 13 §2: one of the two follows for whoever is at fault.
    """
    return (
        Decision.objects.filter(account=concerned.account_id, status__in=STANDING_DECISIONS)
        .filter(
            Q(credit_entries__kind=CreditEntryKind.DEDUCT)
            | Q(measures__measure=MeasureCode.BLACKLIST)
        )
        .distinct()
        .order_by("-pk")
    )


def is_settled(case: Case | None) -> bool:
    """
    Return whether nothing more comes of the case of an account, so that it needs another one.

    Our choice, no article: what was decided there was reversed, or it was closed without anything.
    """
    if case is None:
        return True
    if case.status == CaseStatus.OPEN:
        return False
    return not case.decisions.filter(status__in=(*OPEN_DECISIONS, *STANDING_DECISIONS)).exists()


@transaction.atomic
def open_case_of(
    *, concerned: RumourAccount, actor: StaffUser, provision: Provision, reason: str
) -> Case:
    """
    Open a case about an account of a rumour; its material is evidence of the case too.

    Public Account Provisions, art. 13 §2 and art. 19 §1. Where the decision of an earlier case was
    reversed, as after a rumour that was told apart anew, another one follows it.

    :raises NotPermitted: if the actor may not open cases.
    :raises ActionRefused: if a case was opened for the account before, and something may come of it.
    :raises MissingReason: if the reason is blank.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    rumour = audit.lock(concerned.rumour)
    audit.lock(concerned)
    if concerned.case is not None and not is_settled(concerned.case):
        raise ActionRefused(
            _("A case was opened for this account already: %(number)s.")
            % {"number": concerned.case.number}
        )
    content = rumour.contents.filter(account=concerned.account_id).order_by("pk").first()
    case = open_case(
        account=concerned.account,
        source=_SOURCE_OF[RumourSource(rumour.source)],
        source_ref=rumour.source_ref or rumour.number,
        summary=f"{rumour.number} {rumour.claim}",
        content_ref=content.content_ref if content is not None else "",
        **grounds,
    )
    audit.amend(concerned, "open_case", **grounds, case=case)
    return case


@transaction.atomic
def conclude_with_decision(
    *,
    concerned: RumourAccount,
    decision: Decision,
    fence: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Put on record that an account is at fault, and which decision followed for it.

    Public Account Provisions, art. 13 §2: its credit is lowered, or its operator is blacklisted. The
    decision is taken where all are; the database compares what it did.

    :raises NotPermitted: if the actor may not handle rumours.
    :raises StaleLease: if the actor does not hold the rumour.
    :raises ActionRefused: if it was not told apart as a rumour, or the decision does neither.
    :raises MissingReason: if the reason is blank.
    """
    grounds = _begin(concerned, fence, actor, provision, reason)
    # Nobody reverses it meanwhile.
    audit.lock(decision)
    if not decisions_for(concerned).filter(pk=decision.pk).exists():
        raise ActionRefused(
            _(
                "Name a decision on this account that stands and lowered its credit or blacklisted "
                "its operator."
            )
        )
    is_listing = decision.measures.filter(measure=MeasureCode.BLACKLIST).exists()
    audit.amend(
        concerned,
        "conclude",
        **grounds,
        fault=RumourFault.AT_FAULT,
        conclusion=RumourConclusion.BLACKLIST if is_listing else RumourConclusion.CREDIT,
        decision=decision,
        conclusion_reason=grounds["reason"],
        concluded_at=timezone.now(),
    )


@transaction.atomic
def conclude_without_action(
    *, concerned: RumourAccount, fence: int, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Put on record that an account is not at fault, and why nothing follows for it.

    Public Account Provisions, art. 13 §2.

    :raises NotPermitted: if the actor may not handle rumours.
    :raises StaleLease: if the actor does not hold the rumour.
    :raises ActionRefused: if it was not told apart as a rumour.
    :raises MissingReason: if it is not said why.
    """
    grounds = _begin(concerned, fence, actor, provision, reason)
    audit.amend(
        concerned,
        "conclude",
        **grounds,
        fault=RumourFault.NOT_AT_FAULT,
        conclusion=RumourConclusion.NONE,
        decision=None,
        conclusion_reason=grounds["reason"],
        concluded_at=timezone.now(),
    )


def _begin(
    concerned: RumourAccount, fence: int, actor: StaffUser, provision: Provision, reason: str
) -> Grounds:
    require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    rumour = concerned.rumour
    work.require_lease(work_item=rumour.work_item, actor=actor, fence=fence)
    audit.lock(rumour)
    audit.lock(concerned)
    if rumour.status == RumourStatus.CLOSED:
        raise ActionRefused(_("The rumour is closed."))
    if rumour.status not in JUDGED or rumour.verdict != RumourVerdict.RUMOUR:
        raise ActionRefused(_("Nothing follows for anybody before it was told apart as a rumour."))
    return grounds


@transaction.atomic
def close_rumour(
    *,
    rumour: Rumour,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Close a rumour of which all six steps are answered and every account is dealt with.

    Public Account Provisions, art. 13 §2: whoever made or published it by their own fault has a
    decision; the database asks for it again.

    :raises NotPermitted: if the actor may not handle rumours.
    :raises StaleLease: if the actor does not hold the rumour.
    :raises StaleVersion: if the rumour has moved on.
    :raises ActionRefused: if an account is not dealt with, or a decision waits for its review.
    :raises TransitionRefused: if a step is not answered.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    work.require_lease(work_item=rumour.work_item, actor=actor, fence=fence)
    audit.lock(rumour, expected_version=expected_version)
    if rumour.verdict == RumourVerdict.RUMOUR:
        left = rumour.accounts.filter(conclusion="").select_related("account").order_by("pk")
        if left:
            raise ActionRefused(
                _("It is not said yet what follows for: %(accounts)s.")
                % {"accounts": _(", ").join(each.account.platform_uid for each in left[:5])}
            )
    waiting = rumour.reviews.filter(status=RumourReviewStatus.WAITING).first()
    if waiting is not None:
        raise ActionRefused(
            _("%(number)s still waits for a supervisor.") % {"number": waiting.number}
        )
    audit.move(rumour, "close", **grounds, closed_at=timezone.now())
    work.close_item(rumour.work_item)
    finish_clock(clock=rumour.work_item.clock, **grounds)


def concerned_of(rumour: Rumour, number: int) -> RumourAccount:
    """
    Return the account of a rumour that a form names.

    :raises InvalidInput: if it is not one of this rumour.
    """
    found = rumour.accounts.select_related("account", "case").filter(pk=number).first()
    if found is None:
        raise InvalidInput(_("Choose an account of this rumour."))
    # One row of the rumour is locked and read, by whoever names it.
    found.rumour = rumour
    return found
