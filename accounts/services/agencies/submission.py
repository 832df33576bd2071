"""Services that take in agreements with agencies, and the files that show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, ApplicationSource
from accounts.models import Agency, AgencyContract, ContractDocument, PublicAccount
from accounts.powers_words import OPEN_CONTRACTS, AgencyStatus, ContractStatus
from compliance import audit
from compliance.clocks import start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence import services as evidence
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.models import Sensitivity, Side, StaffUser, WorkItem
from compliance.proposals import open_matter
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import open_item

SUBMIT: Final = "accounts.submit_contract"
MATTER: Final = "agency_contract"
QUEUE: Final = "agency_contracts"
OWNER_KIND: Final = "accounts.agency_contract"
REVIEW_STEP: Final = "contract_review"
# Our choices; no article sets them.
LONGEST_NUMBER: Final = 100
LONGEST_COVER: Final = 400
LONGEST_WORDS: Final = 200


@dataclass(frozen=True, kw_only=True)
class ContractDraft:
    """An agreement as it is handed in."""

    number: str
    valid_from: date
    valid_until: date
    covers: str


@transaction.atomic
def submit_contract(
    *,
    account: PublicAccount,
    agency: Agency,
    draft: ContractDraft,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> AgencyContract:
    """
    Take in the agreement of an operator with an agency and put it into the queue to be reviewed.

    Public Account Provisions, art. 16 §4: whoever lets others run an account has a written agreement.

    :raises NotPermitted: if the actor may not hand in agreements.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if something is missing, too long, or the term cannot be or is over.
    :raises ActionRefused: if account or agency are closed, this very agreement is there already, or
        the account has another agency in that time.
    """
    require_permission(actor, SUBMIT)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(account)
    _check(account, agency, draft)
    clock = start_clock(step=REVIEW_STEP, **grounds)
    matter = open_matter(MATTER)
    contract = AgencyContract(
        account=account,
        subject_id=account.subject_id,
        agency=agency,
        number=draft.number.strip(),
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        covers=draft.covers.strip(),
        source=source,
        received_at=timezone.now(),
        matter=matter,
        work_item=open_item(queue=QUEUE, clock=clock, matter=matter, side=Side.DECIDED),
    )
    audit.create(contract, **grounds)
    audit.move(contract, "take_in", **grounds)
    return contract


def _check(account: PublicAccount, agency: Agency, draft: ContractDraft) -> None:
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; no agreement is taken in for it."))
    if agency.status != AgencyStatus.REGISTERED:
        raise ActionRefused(
            _("%(agency)s is off the register; no agreement with it is taken in.")
            % {"agency": agency}
        )
    number, covers = draft.number.strip(), draft.covers.strip()
    if not number or len(number) > LONGEST_NUMBER:
        raise InvalidInput(
            _("Give the number of the agreement, at most %(count)s characters.")
            % {"count": LONGEST_NUMBER}
        )
    if not covers or len(covers) > LONGEST_COVER:
        raise InvalidInput(
            _("Say what the agreement covers, in at most %(count)s characters.")
            % {"count": LONGEST_COVER}
        )
    if draft.valid_until < draft.valid_from:
        raise InvalidInput(_("The agreement cannot end before it begins."))
    if draft.valid_until < timezone.localdate():
        raise InvalidInput(
            _("The agreement ended on %(day)s already.") % {"day": draft.valid_until}
        )
    known = AgencyContract.objects.filter(
        account=account,
        agency=agency,
        number=number,
        status__in=[*OPEN_CONTRACTS, ContractStatus.IN_FORCE],
    ).first()
    if known is not None:
        raise ActionRefused(
            _("This agreement is here already, as %(reference)s (%(state)s).")
            % {"reference": known.reference, "state": known.get_status_display()}
        )
    require_free(account, draft.valid_from, draft.valid_until)


def require_free(account: PublicAccount, begins: date, ends: date) -> None:
    """
    Refuse a term in which the account has an agency already.

    :raises ActionRefused: if it has, with the agreement.
    """
    other = (
        AgencyContract.objects.filter(
            account=account,
            status=ContractStatus.IN_FORCE,
            valid_from__lte=ends,
            valid_until__gte=begins,
        )
        .select_related("agency")
        .first()
    )
    if other is not None:
        raise ActionRefused(
            _(
                "The account has an agency in that time: %(contract)s, until %(day)s. An account "
                "has one at a time; end that agreement first."
            )
            % {"contract": other, "day": other.valid_until}
        )


@transaction.atomic
def attach_contract_documents(
    *,
    contract: AgencyContract,
    files: Sequence[IncomingFile],
    shows: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[ContractDocument]:
    """
    Attach files to an agreement for good: they are never detached and never exchanged.

    Public Account Provisions, art. 16 §4. An agreement names people, so that whoever looks at it is
    put on record.

    :raises NotPermitted: if the actor may not hand in agreements.
    :raises InvalidInput: if it is not said what the files show.
    :raises ActionRefused: if the agreement is decided for good, or has one of the files already.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, SUBMIT)
    shows = shows.strip()
    if not shows or len(shows) > LONGEST_WORDS:
        raise InvalidInput(
            _("Say what the files show, in at most %(count)s characters.")
            % {"count": LONGEST_WORDS}
        )
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(contract)
    if contract.status not in (*OPEN_CONTRACTS, ContractStatus.IN_FORCE):
        raise ActionRefused(
            _("%(reference)s is decided; hand the agreement in anew.")
            % {"reference": contract.reference}
        )
    attached = []
    for incoming in files:
        twin = contract.documents.filter(file__sha256=incoming.sink.sha256).first()
        if twin is not None:
            raise ActionRefused(
                _("This very file is attached already, as %(number)s.")
                % {"number": twin.file.number}
            )
        file = evidence.receive_file(
            incoming=incoming,
            owner_kind=OWNER_KIND,
            sensitivity=Sensitivity.IDENTITY_DOCUMENT,
            **grounds,
        )
        attached.append(
            ContractDocument.objects.create(
                contract=contract, file=file, shows=shows, attached_by=actor.person
            )
        )
    audit.record(
        action="accounts.agencycontract.attach_evidence",
        target=contract,
        changes={
            "files": [{"number": each.file.number, "sha256": each.file.sha256} for each in attached]
        },
        **grounds,
    )
    return attached


def documents_of(contract: AgencyContract) -> list[ContractDocument]:
    """Return what was attached, in the order of its arrival."""
    return list(contract.documents.select_related("file__key", "file__attached_by").order_by("pk"))


def open_work_item(contract: AgencyContract) -> WorkItem | None:
    """Return the item in which an agreement waits for a review, if it does."""
    return WorkItem.objects.open().filter(agency_contract=contract).first()
