"""Services that decide on qualifications: verify, refuse, ask for more, take up again, withdraw."""

from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Qualification
from accounts.qualification_words import QualificationStatus
from accounts.services.decision_texts import supply_by, way_to_appeal
from accounts.services.qualification_notices import tell
from accounts.services.qualifications.catalogue import rule_in_force
from accounts.services.qualifications.checking import (
    REVIEW,
    begin,
    finish,
    next_check,
    require_complete,
    review_clock,
)
from accounts.services.qualifications.cover import (
    grant_mark,
    require_of_operator,
    settle_field,
    withdraw_marks,
)
from accounts.services.qualifications.invitations import invite_for_documents
from accounts.services.qualifications.submission import QUEUE, REVIEW_STEP, open_work_item
from compliance import audit
from compliance.clocks import finish_clock, pause_clock, resume_or_start_clock, start_clock
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.work import close_item, open_item

MATERIAL_STEP: Final = "qualification_material"


def require_told(told: str) -> str:
    """
    Return what the operator is told.

    :raises InvalidInput: if there is nothing to tell.
    """
    if not told.strip():
        raise InvalidInput(_("Write the reason that the operator is told."))
    return told.strip()


@transaction.atomic
def verify_qualification(
    *,
    qualification: Qualification,
    fence: int,
    expected_version: int,
    told: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Verify a qualification: the account gets its mark, and publishing in the field is covered.

    Public Account Provisions, art. 9 §§1–2. Every point of the checklist is met and the issuer was
    asked. What it renews gives way to it. `told` is what the operator reads; `reason` stays among
    colleagues.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the qualification has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is not in review.
    :raises ActionRefused: if something is still missing, with the points, or the account left the
        name for which it was shown.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = begin(qualification, actor, fence, expected_version)
    if qualification.status == QualificationStatus.IN_REVIEW:
        require_complete(qualification, item)
        require_of_operator(qualification)
    decide(
        qualification,
        "verify",
        grounds,
        decision_reason=told.strip(),
        rule=rule_in_force(qualification.type, timezone.now()),
        next_check_on=next_check(qualification),
    )
    old = qualification.renews
    if old is not None and old.status in (
        QualificationStatus.VERIFIED,
        QualificationStatus.EXPIRED,
    ):
        _replace(old, qualification, grounds)
    finish(qualification, item, grounds)
    grant_mark(qualification, grounds)
    settle_field(qualification, grounds)
    tell(qualification, actor=actor)


def _replace(old: Qualification, new: Qualification, grounds: Grounds) -> None:
    # A check of the old one that was due has nothing left to look at.
    waiting = open_work_item(old)
    finish(old, waiting, grounds)
    audit.move(old, "renew", **grounds)
    if new.valid_from is None or new.valid_from <= timezone.localdate():
        withdraw_marks(old, grounds)


def decide(qualification: Qualification, arrow: str, grounds: Grounds, **fields: Any) -> None:
    audit.move(
        qualification,
        arrow,
        **grounds,
        decided_by=grounds["actor"].person,
        decided_at=timezone.now(),
        **fields,
    )


@transaction.atomic
def refuse_qualification(
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
    Refuse a qualification in review or waiting for material; the way to appeal is added.

    Public Account Provisions, art. 9 §1 and art. 20 §2: the operator is told the reason (`told`) and
    how to appeal. What was verified before stays as it is. `fence` is None where no item is open.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the qualification has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = begin(qualification, actor, fence, expected_version)
    decide(qualification, "refuse", grounds, decision_reason=with_appeal(told))
    finish(qualification, item, grounds)
    tell(qualification, actor=actor)


def with_appeal(told: str) -> str:
    return f"{require_told(told)}\n{way_to_appeal(timezone.now())}"


@transaction.atomic
def ask_for_qualification_material(
    *,
    qualification: Qualification,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Ask the operator for material; the qualification leaves the queue until it is there.

    Public Account Provisions, art. 9 §1. `told` says what is missing; until when it can be
    supplied is added, and where: the response page is open to the operator until then. The clock
    of the review stands still meanwhile.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the qualification has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = begin(qualification, actor, fence, expected_version)
    told = require_told(told)
    clock = start_clock(step=MATERIAL_STEP, **grounds)
    audit.move(
        qualification,
        "ask_for_material",
        **grounds,
        decision_reason=f"{told}\n{supply_by(clock)}",
        material_clock=clock,
    )
    if item is not None:
        close_item(item)
        pause_clock(clock=item.clock, **grounds)
    invite_for_documents(qualification, grounds)
    tell(qualification, actor=actor)


@transaction.atomic
def resume_qualification(
    *,
    qualification: Qualification,
    expected_version: int | None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take a qualification up again once its material is there, with the rest of the review's time.

    Public Account Provisions, art. 9 §1.

    :raises NotPermitted: if the actor may not review.
    :raises StaleVersion: if the qualification has moved on.
    :raises TransitionRefused: if it does not wait for material.
    """
    require_permission(actor, REVIEW)
    audit.lock(qualification, expected_version=expected_version)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    clock = resume_or_start_clock(clock=review_clock(qualification), step=REVIEW_STEP, **grounds)
    item = open_item(queue=QUEUE, clock=clock, matter=qualification.matter, side=Side.DECIDED)
    audit.move(qualification, "resume_review", **grounds, work_item=item, decision_reason="")
    finish_clock(clock=qualification.material_clock, **grounds)
    close_invitations(about=qualification, **grounds)


@transaction.atomic
def withdraw_qualification(
    *,
    qualification: Qualification,
    fence: int | None,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Withdraw a qualification because the operator wishes so.

    Public Account Provisions, art. 9 §1. `fence` is None where no work item is open.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the qualification has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = begin(qualification, actor, fence, expected_version)
    audit.move(qualification, "withdraw", **grounds)
    finish(qualification, item, grounds)
