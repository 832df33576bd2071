"""The one door by which an account comes to be run by another subject."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import (
    AccountAllowance,
    ProfileChange,
    PublicAccount,
    Qualification,
    Transfer,
)
from accounts.models.profile_changes import ProfileChangeQuerySet
from accounts.qualification_words import OPEN_STATUSES, QualificationStatus
from accounts.services.agreements import accept_with_transfer
from accounts.services.disclosure.checking import check_disclosures
from accounts.services.invitations import ACCOUNT
from accounts.services.qualifications.checking import finish
from accounts.services.qualifications.cover import settle_field, withdraw_marks
from accounts.services.qualifications.submission import open_work_item
from compliance import audit
from compliance.clocks import finish_clock
from compliance.context import record_language
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.notices.recipients import Reference
from compliance.provisions import Provision
from compliance.responses import close_invitations_to
from compliance.work import close_item


@transaction.atomic
def set_subject(
    *,
    account: PublicAccount,
    transfer: Transfer,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Let another subject run an account, by a transfer that was approved and confirmed.

    Public Account Provisions, art. 11 §2, art. 9 §1 and art. 6 §2: what was shown for the earlier
    subject covers no field any more and its marks go; the new one declared the agreement. Violations,
    cases and every other record stay with the account. A consent to show a person's name and a
    public contact are the earlier subject's and are no longer read. What the earlier one still
    wished for the profile is withdrawn, and what it was still asked for the account is closed.

    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the account is closed or is not the transferor's any more.
    """
    audit.lock(account)
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed."))
    if account.subject_id != transfer.from_subject_id:
        raise ActionRefused(_("The account is run by another subject now."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.amend(account, "set_subject", **grounds, subject=transfer.subject, transfer=transfer)
    _end_qualifications(account, grounds)
    withdraw_wishes(ProfileChange.objects.filter(account=account), grounds)
    close_invitations_to(
        recipient=Reference(ACCOUNT, account.platform_uid),
        # How many accounts it may run is the subject's own matter, by whichever account it asked.
        except_about=[AccountAllowance],
        **grounds,
    )
    accept_with_transfer(transfer, at=transfer.effective_at or transfer.applied_at)
    check_disclosures([account.pk])


def withdraw_wishes(changes: ProfileChangeQuerySet, grounds: Grounds) -> None:
    """Withdraw those changes of profiles that wait: whoever wished for them has no say any more."""
    for change in changes.open().order_by("pk"):
        item = WorkItem.objects.open().filter(profile_change=change).first()
        audit.move(change, "withdraw", **grounds)
        if item is not None:
            close_item(item)
            finish_clock(clock=item.clock, **grounds)


def withdraw_open_qualifications(shown: QuerySet[Qualification], grounds: Grounds) -> None:
    """Withdraw what waits for a review or for material: whoever handed it in has no say any more."""
    for each in shown.filter(status__in=list(OPEN_STATUSES)).order_by("pk"):
        item = open_work_item(each)
        audit.move(each, "withdraw", **grounds)
        finish(each, item, grounds)


def _end_qualifications(account: PublicAccount, grounds: Grounds) -> None:
    """End what was shown for the earlier subject: a certificate does not pass with an account."""
    with record_language():
        told = _("The account passed to another subject; the document was the earlier one’s.")
    shown = Qualification.objects.select_related("rule", "account").filter(account=account)
    withdraw_open_qualifications(shown, grounds)
    ended = shown.filter(status__in=[QualificationStatus.VERIFIED, QualificationStatus.EXPIRED])
    for each in ended.order_by("pk"):
        item = open_work_item(each)
        audit.move(
            each,
            "revoke",
            **grounds,
            decided_by=grounds["actor"].person,
            decided_at=account.transfer.effective_at if account.transfer else None,
            decision_reason=told,
        )
        finish(each, item, grounds)
        withdraw_marks(each, grounds)
        settle_field(each, grounds)
