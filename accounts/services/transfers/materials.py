"""Services for the papers of a transfer: attached, asked for, complete."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PublicAccount, Transfer, TransferMaterial
from accounts.services.exit_policies import exit_limits_in_force
from accounts.services.invitations import ACCOUNT
from accounts.services.transfer_notices import MATERIAL, tell
from accounts.services.transfers.parties import ASK_MATERIAL
from accounts.transfer_words import TransferPaper, TransferStatus
from compliance import audit, responses
from compliance.clocks import finish_clock, pause_clock, resume_or_start_clock, start_clock
from compliance.clocks.rules import last_day
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.incoming import IncomingFile
from compliance.evidence.services import receive_file
from compliance.grounds import Grounds
from compliance.models import Clock, Sensitivity, Side, StaffUser, WorkItem
from compliance.notices.recipients import Reference
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.work import close_item, open_item

OWNER_KIND: Final = "accounts.transfer"
QUEUE: Final = "transfers"
REVIEW_STEP: Final = "transfer_review"
MATERIAL_STEP: Final = "transfer_material"
ATTACH: Final = "accounts.submit_transfer"
_TAKES_PAPERS: Final = (
    TransferStatus.APPLIED,
    TransferStatus.WAITING_MATERIAL,
    TransferStatus.IN_REVIEW,
)


@dataclass(frozen=True)
class Paper:
    """A file that is handed in for a transfer, and what it is."""

    paper: TransferPaper
    file: IncomingFile


def missing_papers(transfer: Transfer) -> list[TransferPaper]:
    """
    Return what the policy asks for and nobody has handed in.

    Public Account Provisions, art. 11 §2; which papers is the platform's choice, a versioned row.
    """
    there = set(transfer.materials.values_list("paper", flat=True))
    return [each for each in exit_limits_in_force(transfer.applied_at).papers if each not in there]


def papers_in_words(papers: Sequence[TransferPaper]) -> str:
    """Return papers in one line."""
    return _("; ").join(str(each.label) for each in papers)


def attach_files(transfer: Transfer, papers: Sequence[Paper], grounds: Grounds) -> None:
    """Keep papers for good; what shows a document is hidden until somebody asks to see it."""
    for each in papers:
        file = receive_file(
            incoming=each.file,
            owner_kind=OWNER_KIND,
            sensitivity=(
                Sensitivity.ORDINARY
                if each.paper == TransferPaper.STATEMENT
                else Sensitivity.IDENTITY_DOCUMENT
            ),
            **grounds,
        )
        TransferMaterial.objects.create(
            transfer=transfer, paper=each.paper, file=file, attached_by=grounds["actor"].person
        )


@transaction.atomic
def attach_papers(
    *,
    transfer: Transfer,
    papers: Sequence[Paper],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Attach papers to a transfer for good; once all are there, it goes into review.

    Public Account Provisions, art. 11 §2.

    :raises NotPermitted: if the actor may not hand in transfers.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if there is no paper.
    :raises ActionRefused: if the transfer is decided already.
    """
    require_permission(actor, ATTACH)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    lock_transfer(transfer)
    if not papers:
        raise InvalidInput(_("Attach at least one file."))
    if transfer.status not in _TAKES_PAPERS:
        raise ActionRefused(_("The transfer takes no more papers: it is decided."))
    attach_files(transfer, papers, grounds)
    audit.record(
        action="accounts.transfer.attach_papers",
        target=transfer,
        changes={"papers": [each.paper.value for each in papers]},
        **grounds,
    )
    if transfer.status == TransferStatus.WAITING_MATERIAL and not missing_papers(transfer):
        resume(transfer, grounds)


def lock_transfer(transfer: Transfer, *, expected_version: int | None = None) -> None:
    """Lock account and transfer for an act; the account first, as everything that reads its holds."""
    audit.lock(PublicAccount.objects.get(pk=transfer.account_id))
    audit.lock(transfer, expected_version=expected_version)


def open_work_item(transfer: Transfer) -> WorkItem | None:
    """Return the item in which a transfer waits for its review, if it does."""
    return WorkItem.objects.open().filter(transfer=transfer).first()


def review_clock(transfer: Transfer) -> Clock | None:
    """Return the clock of the latest review, if there was one."""
    return transfer.work_item.clock if transfer.work_item is not None else None


def take_up(transfer: Transfer, grounds: Grounds) -> None:
    """Put a transfer that has just come in into review, or ask for the papers that are missing."""
    missing = missing_papers(transfer)
    if not missing:
        _into_review(transfer, "take_in", grounds)
        return
    with record_language():
        told = _("The following is missing: %(papers)s.") % {"papers": papers_in_words(missing)}
    ask(transfer, told, grounds)


def ask(transfer: Transfer, told: str, grounds: Grounds) -> None:
    """Ask the operator for papers; review and its clock rest until they are there."""
    clock = start_clock(step=MATERIAL_STEP, **grounds)
    item = open_work_item(transfer)
    audit.move(
        transfer,
        "ask_for_material",
        **grounds,
        decision_reason=f"{told}\n{_supply_by(clock)}",
        material_clock=clock,
    )
    if item is not None:
        close_item(item)
        pause_clock(clock=item.clock, **grounds)
    responses.open_invitation(
        responses.InvitationDraft(
            kind=ASK_MATERIAL,
            about=transfer,
            recipient=Reference(ACCOUNT, transfer.account.platform_uid),
            until=clock,
        ),
        **grounds,
    )
    tell(transfer, MATERIAL, actor=grounds["actor"])


def _supply_by(clock: Clock) -> str:
    with record_language():
        return _("Supply it by %(date)s; otherwise the transfer lapses.") % {
            "date": last_day(clock.due_at).isoformat()
        }


def resume(transfer: Transfer, grounds: Grounds) -> None:
    """Take a transfer up again, with the rest of the review's time."""
    _into_review(transfer, "resume_review", grounds)
    finish_clock(clock=transfer.material_clock, **grounds)
    close_invitations(about=transfer, **grounds)


def _into_review(transfer: Transfer, arrow: str, grounds: Grounds) -> None:
    clock = resume_or_start_clock(clock=review_clock(transfer), step=REVIEW_STEP, **grounds)
    is_complete = not missing_papers(transfer)
    audit.move(
        transfer,
        arrow,
        **grounds,
        work_item=open_item(queue=QUEUE, clock=clock, matter=transfer.matter, side=Side.DECIDED),
        decision_reason="",
        materials_complete_at=(
            transfer.materials_complete_at or (timezone.now() if is_complete else None)
        ),
    )
