"""Services of whoever decides on changes of profiles: approve, refuse, withdraw."""

from enum import StrEnum
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Category, CheckOutcome
from accounts.models import ProfileChange, PublicAccount
from accounts.profile_words import ProfilePart
from accounts.rules.explanations import explanation
from accounts.services.decision_texts import way_to_appeal
from accounts.services.profiles.applying import apply_change, profile_of
from accounts.services.profiles.checking import check_profile
from accounts.services.profiles.invitations import invite_after_refusal
from accounts.services.profiles.notices import tell
from accounts.services.profiles.submission import SUBMIT, require_field
from compliance import audit, work
from compliance.clocks import finish_clock
from compliance.errors import ActionRefused, InvalidInput, StaleLease
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser, WorkItem
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import close_item, require_lease

REVIEW: Final = "accounts.review_profilechange"


@transaction.atomic
def approve_profile_change(
    *,
    change: ProfileChange,
    fence: int,
    expected_version: int,
    told: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Approve a change: the account gets it in the same transaction, and the platform is told.

    Public Account Provisions, art. 8 §2 and §3, art. 7 §1, art. 9 §1. Barred names and the
    qualification of the field are looked up again. `told` is what the operator reads; `reason`
    stays among colleagues.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the change has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is not in review.
    :raises ActionRefused: if the name is barred by now, the field has no qualification, or the
        account is no longer what the change was made upon.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    item = _begin(change, actor, fence, expected_version)
    _look_again(change)
    _decide(change, "approve", grounds, decision_reason=told.strip())
    apply_change(change, grounds)
    _finish(item, grounds)
    tell(change, actor=actor)


@transaction.atomic
def refuse_profile_change(
    *,
    change: ProfileChange,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Refuse a change; the account stays as it is, and the operator may send another one by the link.

    Public Account Provisions, art. 8 §2 and art. 20 §2: the operator is told the reason (`told`) and
    how to appeal. `reason` stays among colleagues.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the change has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is not in review.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    item = _begin(change, actor, fence, expected_version)
    if not told.strip():
        raise InvalidInput(_("Write the reason that the operator is told."))
    _decide(
        change,
        "refuse",
        grounds,
        decision_reason=f"{told.strip()}\n{way_to_appeal(timezone.now())}",
    )
    _finish(item, grounds)
    invite_after_refusal(change, grounds)
    tell(change, actor=actor)


@transaction.atomic
def withdraw_profile_change(
    *,
    change: ProfileChange,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Withdraw a change because the operator wishes so, also while a reviewer holds it.

    Public Account Provisions, art. 8 §2: only what somebody wants is looked at.

    :raises NotPermitted: if the actor may not hand in changes.
    :raises StaleVersion: if the change has moved on.
    :raises TransitionRefused: if it is decided.
    """
    require_permission(actor, SUBMIT)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    _lock_account(change)
    item = _open_item(change)
    audit.lock(change, expected_version=expected_version)
    audit.move(change, "withdraw", **grounds)
    _finish(item, grounds)


class Verdict(StrEnum):
    """What is done with several changes at once."""

    APPROVE = "approve"
    REFUSE = "refuse"


@transaction.atomic
def decide_clean_change(
    *,
    change: ProfileChange,
    expected_version: int,
    verdict: Verdict,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take and decide a change in which no check found anything, as one of several with one reason.

    Public Account Provisions, art. 8 §2. Where a check found something a person reads it on its own
    page; what a colleague holds stays with them.

    :raises NotPermitted: if the actor may not review.
    :raises ActionRefused: if a check found something, somebody else holds it, or as
        `approve_profile_change` and `refuse_profile_change`.
    """
    require_permission(actor, REVIEW)
    if change.checks.exists():
        raise ActionRefused(
            _("A check found something in %(reference)s: decide it on its own page.")
            % {"reference": change.reference}
        )
    item = _open_item(change)
    if item is None:
        raise StaleLease(_("This item was closed in the meantime."))
    lease = work.claim_item(work_item=item, actor=actor)
    service = approve_profile_change if verdict == Verdict.APPROVE else refuse_profile_change
    service(
        change=change,
        fence=lease.fence,
        expected_version=expected_version,
        told=told,
        actor=actor,
        provision=provision,
        reason=reason,
    )


def _lock_account(change: ProfileChange) -> None:
    # The account first, as in handing in; read under its lock, for what is compared with it.
    change.account = audit.lock(PublicAccount.objects.get(pk=change.account_id))


def _open_item(change: ProfileChange) -> WorkItem | None:
    return WorkItem.objects.open().filter(profile_change=change).first()


def _begin(
    change: ProfileChange, actor: StaffUser, fence: int, expected_version: int
) -> WorkItem | None:
    require_permission(actor, REVIEW)
    _lock_account(change)
    item = _open_item(change)
    if item is not None:
        require_lease(work_item=item, actor=actor, fence=fence)
    account = change.account
    audit.lock(change, expected_version=expected_version)
    change.account = account
    if change.matter is not None:
        take_part(change.matter, actor, Side.DECIDED)
    return item


def _look_again(change: ProfileChange) -> None:
    if ProfilePart.CATEGORY in change.parts:
        require_field(change.account, Category(change.category_after), timezone.now())
    checked = check_profile(account=change.account, profile=profile_of(change), at=timezone.now())
    refused = [hit for hit in checked.hits if hit.outcome == CheckOutcome.REFUSED]
    if refused:
        raise ActionRefused(" ".join(explanation(hit) for hit in refused))


def _decide(change: ProfileChange, arrow: str, grounds: Grounds, **fields: Any) -> None:
    account = change.account
    audit.move(
        change,
        arrow,
        **grounds,
        decided_by=grounds["actor"].person,
        decided_at=timezone.now(),
        **fields,
    )
    change.account = account


def _finish(item: WorkItem | None, grounds: Grounds) -> None:
    if item is not None:
        close_item(item)
        finish_clock(clock=item.clock, **grounds)
