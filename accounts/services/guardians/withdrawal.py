"""Services for consents that are taken back: the service rests, and a person decides."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, ApplicationSource, GroundKind, RestrictionKind
from accounts.models import GuardianConsent, GuardianWithdrawal, PublicAccount
from accounts.services.guardians import notices
from accounts.services.guardians.standing import is_minor_now
from accounts.services.restrictions import close_account, end_restriction, impose_restriction
from compliance import audit
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import ResponseReceipt, StaffUser
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.work import close_item, open_item, require_lease

RECORD: Final = "accounts.record_guardian_withdrawal"
DECIDE: Final = "accounts.decide_guardian_withdrawal"
QUEUE: Final = "guardian_withdrawals"
STEP: Final = "guardian_consent"
# What concerns a minor is looked at first among what is due at one time; our choice.
WEIGHT: Final = 50


def ground_of(consent: GuardianConsent) -> str:
    """Return by what the suspension names the consent that it rests on."""
    return f"consent:{consent.pk}"


@transaction.atomic
def withdraw_consent(
    *,
    consent: GuardianConsent,
    source: ApplicationSource,
    receipt: ResponseReceipt | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> GuardianWithdrawal:
    """
    Take back the consent of a guardian; the account's service is suspended until somebody decides.

    Public Account Provisions, art. 8 §1; Personal Information Protection Law, art. 51. Both sides
    are told.

    :raises NotPermitted: if the actor may not record it.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it was taken back before, or there is no open account.
    """
    require_permission(actor, RECORD)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    account = PublicAccount.objects.filter(application=consent.application_id).first()
    if account is not None:
        audit.lock(account)
    if GuardianWithdrawal.objects.filter(consent=consent).exists():
        raise ActionRefused(_("This consent was taken back already."))
    if account is None or account.status != AccountStatus.ACTIVE:
        raise ActionRefused(
            _("There is no open account yet. Withdraw the application, or tell the platform.")
        )
    restriction = impose_restriction(
        account=account,
        kind=RestrictionKind.SUSPEND_SERVICE,
        from_=timezone.now(),
        until=None,
        ground_kind=GroundKind.GUARDIAN,
        ground_ref=ground_of(consent),
        **grounds,
    )
    clock = start_clock(step=STEP, **grounds)
    withdrawal = audit.create(
        GuardianWithdrawal(
            consent=consent,
            source=source,
            receipt=receipt,
            received_at=timezone.now(),
            restriction=restriction,
            work_item=open_item(queue=QUEUE, clock=clock, weight=WEIGHT),
        ),
        **grounds,
    )
    close_invitations(about=consent, **grounds)
    told = _("A guardian took the consent back; the service is suspended until this is decided.")
    notices.tell_both(withdrawal, notices.WITHDRAWN, told=told, actor=actor)
    return withdrawal


@transaction.atomic
def decide_withdrawal(
    *,
    withdrawal: GuardianWithdrawal,
    act: str,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Decide after a consent was taken back: resume the service, or close the account.

    Public Account Provisions, art. 8 §1. Resumed it is only where another guardian's consent is
    there, or whoever applied is of age by now. A closure is no sanction: the name is not barred.

    :raises NotPermitted: if the actor may not decide.
    :raises InvalidInput: if there is nothing to tell, or the act is neither.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it was decided.
    :raises ActionRefused: if a minor has no valid consent.
    """
    require_permission(actor, DECIDE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    if not told.strip():
        raise InvalidInput(_("Write what is told."))
    if act not in ("resume", "close"):
        raise InvalidInput
    consent = withdrawal.consent
    account = PublicAccount.objects.get(application=consent.application_id)
    audit.lock(account)
    require_lease(work_item=withdrawal.work_item, actor=actor, fence=fence)
    audit.move(
        withdrawal,
        act,
        **grounds,
        expected_version=expected_version,
        decided_by=actor.person,
        decided_at=timezone.now(),
    )
    if act == "resume":
        if is_minor_now(consent.application):
            raise ActionRefused(
                _("Still a minor without consent: the service cannot be resumed, only closed.")
            )
        end_restriction(restriction=withdrawal.restriction, **grounds)
    elif account.status == AccountStatus.ACTIVE:
        close_account(
            account=account,
            ground_kind=GroundKind.GUARDIAN,
            ground_ref=ground_of(consent),
            is_name_barred=False,
            **grounds,
        )
    close_item(withdrawal.work_item)
    finish_clock(clock=withdrawal.work_item.clock, **grounds)
    notices.tell_both(withdrawal, notices.DECIDED, told=told.strip(), actor=actor)
