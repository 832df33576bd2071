"""Services for transfers made without approval: service rests until one is applied for and approved."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, FindingKind, GroundKind, RestrictionKind
from accounts.models import Finding, PublicAccount, Regularisation, Transfer
from accounts.services.findings import (
    FindingDraft,
    record_finding,
    set_aside_finding,
    take_up_finding,
)
from accounts.services.restrictions import end_restriction, impose_restriction
from accounts.services.transfer_notices import CLEARED, MISSED, UNAPPROVED, tell_operator
from accounts.transfer_words import RegularisationStatus
from compliance import audit
from compliance.clocks import finish_clock, start_clock
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Delivery, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.staff import system_actor

HANDLE: Final = "accounts.handle_regularisation"
STEP: Final = "transfer_regularisation"
# Kept as it is in the log, whichever language a screen has.
_SETTLED: Final = "未经审核转让事项已经了结"


def report_unapproved_transfer(
    *,
    account: PublicAccount,
    facts: str,
    source_ref: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Finding:
    """
    Record that an account seems to have passed to somebody without approval; a person looks at it.

    Public Account Provisions, art. 11 §2. Nothing happens to the account by itself.

    :raises NotPermitted: if the actor may not record findings.
    :raises InvalidInput: if it is not said what was found, or on what it rests.
    :raises ActionRefused: if the account is closed.
    """
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed."))
    return record_finding(
        FindingDraft(
            account=account,
            kind=FindingKind.UNAPPROVED_TRANSFER,
            facts=facts,
            ground_ref=source_ref,
        ),
        actor=actor,
        provision=provision,
        reason=reason,
    )


@transaction.atomic
def suspend_for_transfer(
    *,
    finding: Finding,
    fence: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Regularisation:
    """
    Suspend service of an account that was handed on without approval, and give time to apply.

    Public Account Provisions, art. 11 §2: service is suspended in time. The operator is told how a
    transfer is applied for; what is approved and confirmed within the time ends the suspension.

    :raises NotPermitted: if the actor may not act on transfers without approval.
    :raises InvalidInput: if the finding is about something else.
    :raises StaleLease: if the actor does not hold the finding.
    :raises TransitionRefused: if it was taken up or set aside before.
    :raises ActionRefused: if the time to apply is running for the account already.
    """
    require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    if finding.kind != FindingKind.UNAPPROVED_TRANSFER:
        raise InvalidInput(_("This finding is not about a transfer without approval."))
    account = PublicAccount.objects.get(pk=finding.account_id)
    audit.lock(account)
    if account.regularisations.filter(status=RegularisationStatus.OPEN).exists():
        raise ActionRefused(_("The time to apply for the transfer is running already."))
    now = timezone.now()
    restriction = impose_restriction(
        account=account,
        kind=RestrictionKind.SUSPEND_SERVICE,
        from_=now,
        until=None,
        ground_kind=GroundKind.TRANSFER,
        ground_ref=f"finding:{finding.pk}",
        **grounds,
    )
    regularisation = Regularisation(
        account=account,
        finding=finding,
        restriction=restriction,
        clock=start_clock(step=STEP, **grounds),
        opened_at=now,
    )
    audit.create(regularisation, **grounds)
    take_up_finding(finding=finding, taken_up_as=regularisation.ground_ref, fence=fence, **grounds)
    tell_operator(regularisation, UNAPPROVED, actor=actor)
    return regularisation


def proof_of_delivery(regularisation: Regularisation) -> datetime | None:
    """
    Return when the notice with the present time limit was delivered, if that was before its end.

    Public Account Provisions, art. 11 §2: only who was told can fail to apply. Read from the outbox.
    """
    told = Delivery.objects.filter(
        notice__purpose=UNAPPROVED,
        notice__about_type=Regularisation._meta.label_lower,
        notice__about_id=str(regularisation.pk),
        notice__occasion=str(regularisation.clock_id),
        delivered_at__lt=regularisation.clock.due_at,
    )
    return told.order_by("delivered_at").values_list("delivered_at", flat=True).first()


def _set_findings_aside(regularisation: Regularisation) -> None:
    # Nothing is missed any more: what nobody has taken up leads nowhere.
    waiting = Finding.objects.open().filter(
        account=regularisation.account_id,
        kind=FindingKind.UNAPPROVED_TRANSFER,
        ground_ref=regularisation.ground_ref,
    )
    for finding in waiting:
        set_aside_finding(
            finding=finding,
            fence=None,
            actor=system_actor(),
            provision=Provision.PUBLIC_ACCOUNT_11_2,
            reason=_SETTLED,
        )


def regularise_by(transfer: Transfer, grounds: Grounds) -> None:
    """Resume service where a transfer made without approval is now in order."""
    waiting = Regularisation.objects.select_related("restriction", "clock").filter(
        account=transfer.account_id,
        status__in=[RegularisationStatus.OPEN, RegularisationStatus.MISSED],
    )
    for each in waiting.order_by("pk"):
        audit.move(each, "regularise", **grounds, ended_at=timezone.now(), transfer=transfer)
        finish_clock(clock=each.clock, **grounds)
        end_restriction(restriction=each.restriction, **grounds)
        _set_findings_aside(each)


def end_with_account(regularisation: Regularisation, grounds: Grounds) -> None:
    """End a matter whose account was closed on another ground: nothing is put in order any more."""
    audit.move(regularisation, "terminate", **grounds, ended_at=timezone.now())
    finish_clock(clock=regularisation.clock, **grounds)
    end_restriction(restriction=regularisation.restriction, **grounds)
    _set_findings_aside(regularisation)


@transaction.atomic
def clear_account(
    *,
    regularisation: Regularisation,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Resume service of an account because no transfer took place, or it was taken back.

    Public Account Provisions, art. 11 §2 and art. 20 §2: what should not have been is undone.

    :raises NotPermitted: if the actor may not act on transfers without approval.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it is over already.
    """
    require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(PublicAccount.objects.get(pk=regularisation.account_id))
    audit.move(
        regularisation,
        "clear",
        **grounds,
        expected_version=expected_version,
        ended_at=timezone.now(),
    )
    finish_clock(clock=regularisation.clock, **grounds)
    end_restriction(restriction=regularisation.restriction, **grounds)
    _set_findings_aside(regularisation)
    tell_operator(regularisation, CLEARED, actor=actor)


@transaction.atomic
def miss_regularisation(
    *,
    regularisation: Regularisation,
    now: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> bool:
    """
    Record that a transfer was not put in order in time; a person decides what follows.

    Public Account Provisions, art. 11 §2. The suspension goes on; a finding goes up, from which a
    case is opened. An application that is under way lets it wait. Our choice, no article: where the
    notice is not known to have arrived nobody has missed anything, so the time is set anew and told
    anew. Return whether it was recorded as missed.

    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if its time is not over, or an application is under way.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    account = PublicAccount.objects.get(pk=regularisation.account_id)
    audit.lock(account)
    audit.lock(regularisation)
    if regularisation.clock.due_at > now:
        raise ActionRefused(_("The time to apply is not over yet."))
    if Transfer.objects.open().filter(account=account).exists():
        raise ActionRefused(_("A transfer of the account is under way."))
    if proof_of_delivery(regularisation) is None:
        finish_clock(clock=regularisation.clock, **grounds)
        clock = start_clock(step=STEP, **grounds)
        audit.amend(regularisation, "renew_time", **grounds, clock=clock)
        tell_operator(regularisation, UNAPPROVED, actor=actor)
        return False
    audit.move(regularisation, "miss", **grounds)
    finish_clock(clock=regularisation.clock, **grounds)
    with record_language():
        facts = _(
            "The account was handed on without approval (%(finding)s), and no transfer was approved "
            "within the time to put it in order."
        ) % {"finding": regularisation.finding.number}
    record_finding(
        FindingDraft(
            account=account,
            kind=FindingKind.UNAPPROVED_TRANSFER,
            facts=facts,
            ground_ref=regularisation.ground_ref,
        ),
        **grounds,
    )
    tell_operator(regularisation, MISSED, actor=actor)
    return True
