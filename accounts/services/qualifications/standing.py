"""Services for what was verified: look again, confirm, revoke, let it end."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Qualification
from accounts.rules.qualifications import end_of
from accounts.services.qualification_notices import tell
from accounts.services.qualifications.catalogue import rule_in_force
from accounts.services.qualifications.checking import (
    REVIEW,
    begin,
    finish,
    next_check,
    require_complete,
)
from accounts.services.qualifications.cover import (
    grant_mark,
    report_dead_licences,
    require_of_operator,
    settle_field,
    withdraw_marks,
)
from accounts.services.qualifications.review import decide, with_appeal
from accounts.services.qualifications.terms import check_one
from compliance import audit
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

REVOKE: Final = "accounts.revoke_qualification"


@transaction.atomic
def check_again(
    *,
    qualification: Qualification,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Put a verified qualification into the queue to be looked at again; it stays verified meanwhile.

    Public Account Provisions, art. 9 §1.

    :raises NotPermitted: if the actor may not review.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if the qualification has moved on.
    :raises ActionRefused: if it is not verified, or is in the queue already.
    """
    require_permission(actor, REVIEW)
    audit.lock(qualification, expected_version=expected_version)
    if not check_one(qualification, Grounds(actor=actor, provision=provision, reason=reason)):
        raise ActionRefused(_("Only what is verified and in no queue is looked at again."))


@transaction.atomic
def confirm_qualification(
    *,
    qualification: Qualification,
    fence: int,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Confirm at a renewed check that a verified qualification is still in force.

    Public Account Provisions, art. 9 §1. The next check is due by the rule of its type.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the qualification has moved on.
    :raises TransitionRefused: if it is not verified.
    :raises ActionRefused: if no check is open, something is still missing, or the account left the
        name for which it was shown.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = begin(qualification, actor, fence, expected_version)
    if item is None:
        raise ActionRefused(_("No check of this qualification is open."))
    require_complete(qualification, item)
    require_of_operator(qualification)
    audit.move(
        qualification,
        "confirm",
        **grounds,
        rule=rule_in_force(qualification.type, timezone.now()),
        next_check_on=next_check(qualification),
    )
    finish(qualification, item, grounds)
    _follow_term(qualification, grounds)


def _follow_term(qualification: Qualification, grounds: Grounds) -> None:
    """Bring mark and cover into line where the check found another term on the document."""
    until = qualification.valid_until
    ends_at = end_of(until) if until is not None else None
    if not qualification.marks.filter(ended_at=None, in_force_until=ends_at).exists():
        withdraw_marks(qualification, grounds)
        grant_mark(qualification, grounds)
    settle_field(qualification, grounds)


@transaction.atomic
def revoke_qualification(
    *,
    qualification: Qualification,
    fence: int | None,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Revoke what was verified, because it is dead or should not have been; the way to appeal is added.

    Public Account Provisions, art. 9 §1, art. 5 §2 and art. 20 §2: the mark goes, and publishing in
    the field is off unless another document covers it; the account itself stays as it is.

    :raises NotPermitted: if the actor may not revoke.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if somebody else holds an open check of it.
    :raises StaleVersion: if the qualification has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is neither verified nor expired.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = begin(qualification, actor, fence, expected_version, permission=REVOKE)
    decide(qualification, "revoke", grounds, decision_reason=with_appeal(told))
    finish(qualification, item, grounds)
    withdraw_marks(qualification, grounds)
    settle_field(qualification, grounds)
    report_dead_licences([qualification], grounds)
    tell(qualification, actor=actor)
