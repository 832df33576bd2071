"""Services that decide on agreements with agencies."""

from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import Agency, AgencyContract, PublicAccount
from accounts.powers_words import AgencyStatus, ContractStatus
from accounts.services.agencies.ending import TERMINATE, terminate_all
from accounts.services.agencies.invitations import invite_for_contract
from accounts.services.agencies.submission import (
    QUEUE,
    REVIEW_STEP,
    open_work_item,
    require_free,
)
from accounts.services.agencies.telling import tell
from accounts.services.decision_texts import supply_by
from accounts.services.qualifications.review import require_told
from compliance import audit
from compliance.clocks import finish_clock, pause_clock, resume_or_start_clock, start_clock
from compliance.errors import ActionRefused, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import Clock, EvidenceStatus, Side, StaffUser, WorkItem
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.work import close_item, open_item, require_lease

REVIEW: Final = "accounts.review_contract"
MATERIAL_STEP: Final = "contract_material"


def _begin(
    contract: AgencyContract, actor: StaffUser, fence: int | None, expected_version: int
) -> WorkItem | None:
    """Lock account and agreement for an act of whoever holds its item; return the open item."""
    require_permission(actor, REVIEW)
    # The account first, as in handing in: which agency has it is counted under this lock.
    audit.lock(PublicAccount.objects.get(pk=contract.account_id))
    item = open_work_item(contract)
    if item is not None:
        require_lease(work_item=item, actor=actor, fence=fence)
    audit.lock(contract, expected_version=expected_version)
    take_part(contract.matter, actor, Side.DECIDED)
    return item


def _finish(contract: AgencyContract, item: WorkItem | None, grounds: Grounds) -> None:
    if item is not None:
        close_item(item)
    for clock in (_review_clock(contract), contract.material_clock):
        finish_clock(clock=clock, **grounds)
    close_invitations(about=contract, **grounds)


def _review_clock(contract: AgencyContract) -> Clock | None:
    return contract.work_item.clock if contract.work_item is not None else None


def _decide(contract: AgencyContract, arrow: str, grounds: Grounds, **fields: Any) -> None:
    audit.move(
        contract,
        arrow,
        **grounds,
        decided_by=grounds["actor"].person,
        decided_at=timezone.now(),
        **fields,
    )


@transaction.atomic
def approve_contract(
    *,
    contract: AgencyContract,
    fence: int,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Approve an agreement: from its first day on the agency's name stands on the page of the account.

    Public Account Provisions, art. 16 §4. Somebody has seen the agreement itself.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the agreement has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is not in review.
    :raises ActionRefused: if no file of it can be seen, its term is over, account or agency are
        closed, somebody else runs the account now, or it has another agency in that time.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(contract, actor, fence, expected_version)
    if contract.status == ContractStatus.IN_REVIEW:
        require_free(contract.account, contract.valid_from, contract.valid_until)
    _decide(contract, "approve", grounds, decision_reason="")
    # After the arrow, so that an agreement in another state is refused for that.
    _require_approvable(contract)
    _finish(contract, item, grounds)
    tell(contract, actor=actor)


def what_is_missing(contract: AgencyContract) -> list[str]:
    """Return in words what stands against approving an agreement."""
    missing = []
    if not contract.documents.filter(file__status=EvidenceStatus.AVAILABLE).exists():
        missing.append(_("a file of the agreement that can be seen"))
    if contract.valid_until < timezone.localdate():
        missing.append(_("a term that is not over"))
    account = PublicAccount.objects.get(pk=contract.account_id)
    if account.status != AccountStatus.ACTIVE:
        missing.append(_("an account that is open"))
    if account.subject_id != contract.subject_id:
        missing.append(_("the operator who signed it: somebody else runs the account now"))
    if Agency.objects.get(pk=contract.agency_id).status != AgencyStatus.REGISTERED:
        missing.append(_("an agency on the register"))
    return missing


def _require_approvable(contract: AgencyContract) -> None:
    if missing := what_is_missing(contract):
        raise ActionRefused(
            _("This is still missing before it can be approved: %(points)s.")
            % {"points": _("; ").join(missing)}
        )


@transaction.atomic
def refuse_contract(
    *,
    contract: AgencyContract,
    fence: int | None,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Refuse an agreement in review or waiting for material; the operator is told how to appeal.

    Public Account Provisions, art. 16 §4 and art. 20 §2. `fence` is None where no item is open.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the agreement has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(contract, actor, fence, expected_version)
    _decide(contract, "refuse", grounds, decision_reason=require_told(told))
    _finish(contract, item, grounds)
    tell(contract, actor=actor)


@transaction.atomic
def ask_for_contract_material(
    *,
    contract: AgencyContract,
    fence: int,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Ask the operator for material; the agreement leaves the queue until it is there.

    Public Account Provisions, art. 16 §4. The clock of the review stands still meanwhile, and the
    response page is open to the operator until the own time is over.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the agreement has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(contract, actor, fence, expected_version)
    told = require_told(told)
    clock = start_clock(step=MATERIAL_STEP, **grounds)
    audit.move(
        contract,
        "ask_for_material",
        **grounds,
        decision_reason=f"{told}\n{supply_by(clock)}",
        material_clock=clock,
    )
    if item is not None:
        close_item(item)
        pause_clock(clock=item.clock, **grounds)
    invite_for_contract(contract, grounds)
    tell(contract, actor=actor)


@transaction.atomic
def resume_contract(
    *,
    contract: AgencyContract,
    expected_version: int | None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take an agreement up again once its material is there, with the rest of the review's time.

    Public Account Provisions, art. 16 §4.

    :raises NotPermitted: if the actor may not review.
    :raises StaleVersion: if the agreement has moved on.
    :raises TransitionRefused: if it does not wait for material.
    """
    require_permission(actor, REVIEW)
    audit.lock(contract, expected_version=expected_version)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    clock = resume_or_start_clock(clock=_review_clock(contract), step=REVIEW_STEP, **grounds)
    item = open_item(queue=QUEUE, clock=clock, matter=contract.matter, side=Side.DECIDED)
    audit.move(contract, "resume_review", **grounds, work_item=item, decision_reason="")
    finish_clock(clock=contract.material_clock, **grounds)
    close_invitations(about=contract, **grounds)


@transaction.atomic
def withdraw_contract(
    *,
    contract: AgencyContract,
    fence: int | None,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Withdraw an agreement because the operator wishes so.

    Public Account Provisions, art. 16 §4. `fence` is None where no work item is open.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the agreement has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    item = _begin(contract, actor, fence, expected_version)
    audit.move(contract, "withdraw", **grounds)
    _finish(contract, item, grounds)


def end_open_contract(contract: AgencyContract, grounds: Grounds) -> None:
    """Withdraw an agreement that waits, because its account was closed."""
    item = WorkItem.objects.open().filter(agency_contract=contract).first()
    audit.move(contract, "withdraw", **grounds)
    _finish(contract, item, grounds)


@transaction.atomic
def terminate_contract(
    *,
    contract: AgencyContract,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    End an agreement before its time, because it was ended or rests on nothing; the operator is told.

    Public Account Provisions, art. 16 §4.

    :raises NotPermitted: if the actor may not end agreements.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleVersion: if the agreement has moved on.
    :raises TransitionRefused: if it is not in force.
    """
    require_permission(actor, TERMINATE)
    told = require_told(told)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(contract, expected_version=expected_version)
    if contract.status != ContractStatus.IN_FORCE:
        raise TransitionRefused(
            _("%(reference)s is not in force; there is nothing to end.")
            % {"reference": contract.reference}
        )
    terminate_all(AgencyContract.objects.filter(pk=contract.pk), told=told, grounds=grounds)
    contract.refresh_from_db()
