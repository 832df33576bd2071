"""Services that keep the register of agencies, and what it says of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import IdType
from accounts.models import Agency, AgencyContract, PublicAccount
from accounts.powers_words import ContractStatus
from accounts.rules.identity_numbers import normalised, number_problem
from accounts.services.agencies.ending import terminate_all
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import StaffUser
from compliance.models.identity import IdentityField
from compliance.provisions import Provision
from compliance.roles import require_permission

REGISTER: Final = "accounts.register_agency"
# Our choices; no article sets them.
LONGEST_NAME: Final = 200
LONGEST_PUBLIC_NAME: Final = 100
LONGEST_CONTACT: Final = 200


@dataclass(frozen=True, kw_only=True)
class AgencyDraft:
    """An agency as it is entered; an empty contact leaves the one that is known."""

    name: str
    public_name: str
    uscc: str = ""
    contact: str = ""


@transaction.atomic
def register_agency(
    *, draft: AgencyDraft, actor: StaffUser, provision: Provision, reason: str
) -> Agency:
    """
    Enter an agency in the register.

    Public Account Provisions, art. 16 §4; the notice of 2023 on self-media, item 11: agencies are
    on a register. Whom to reach there goes into the vault.

    :raises NotPermitted: if the actor may not keep the register.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if a name or contact is missing or too long, or the code cannot be.
    :raises ActionRefused: if an agency with this code is there already.
    """
    require_permission(actor, REGISTER)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    name, public_name = _checked_names(draft)
    uscc = normalised(IdType.USCC, draft.uscc)
    problem = number_problem(IdType.USCC, uscc, None)
    if problem is not None:
        raise InvalidInput(_("The unified social credit code is not valid."))
    contact = _checked_contact(draft.contact)
    if not contact:
        raise InvalidInput(_("Say whom to reach at the agency."))
    known = Agency.objects.filter(uscc=uscc).first()
    if known is not None:
        raise ActionRefused(
            _("This agency is on the register already: %(agency)s.") % {"agency": known}
        )
    key, _plain = vault.new_key()
    agency = Agency(
        key=key,
        name=name,
        public_name=public_name,
        uscc=uscc,
        contact=vault.store(key, IdentityField.CONTACT, contact),
        registered_at=timezone.now(),
    )
    return audit.create(agency, **grounds)


def _checked_names(draft: AgencyDraft) -> tuple[str, str]:
    name, public_name = draft.name.strip(), draft.public_name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput(
            _("An agency has a name of at most %(count)s characters.") % {"count": LONGEST_NAME}
        )
    if not public_name or len(public_name) > LONGEST_PUBLIC_NAME:
        raise InvalidInput(
            _("The public name has at most %(count)s characters and is not empty.")
            % {"count": LONGEST_PUBLIC_NAME}
        )
    if audit.UNSEEN.search(name + public_name):
        raise InvalidInput(_("The name holds invisible characters. Write it without them."))
    return name, public_name


def _checked_contact(contact: str) -> str:
    if len(contact.strip()) > LONGEST_CONTACT:
        raise InvalidInput(
            _("A contact has at most %(count)s characters.") % {"count": LONGEST_CONTACT}
        )
    return contact.strip()


@transaction.atomic
def amend_agency(
    *,
    agency: Agency,
    draft: AgencyDraft,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Change the names of an agency, or whom to reach there; its code stays what it is.

    Public Account Provisions, art. 16 §4.

    :raises NotPermitted: if the actor may not keep the register.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if the agency has moved on.
    :raises InvalidInput: if a name is missing or too long, or nothing would change.
    :raises IdentityErased: if a contact is given and the agency's identity data was erased.
    """
    require_permission(actor, REGISTER)
    audit.lock(agency, expected_version=expected_version)
    name, public_name = _checked_names(draft)
    contact = _checked_contact(draft.contact)
    changes: dict[str, Any] = {
        field: value
        for field, value in {"name": name, "public_name": public_name}.items()
        if getattr(agency, field) != value
    }
    if contact:
        changes["contact"] = vault.store(agency.key, IdentityField.CONTACT, contact)
    if not changes:
        raise InvalidInput(_("This is what is on record already."))
    audit.amend(agency, "correct", actor=actor, provision=provision, reason=reason, **changes)


@transaction.atomic
def strike_off_agency(
    *,
    agency: Agency,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> int:
    """
    Take an agency off the register; its agreements end with it. Return how many did.

    Public Account Provisions, art. 16 §4. The reason is told to the operators of its accounts.

    :raises NotPermitted: if the actor may not keep the register.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if the agency has moved on.
    :raises TransitionRefused: if it is off the register already.
    """
    require_permission(actor, REGISTER)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.move(agency, "strike_off", **grounds, expected_version=expected_version)
    running = AgencyContract.objects.filter(agency=agency, status=ContractStatus.IN_FORCE)
    return terminate_all(running, told=reason.strip(), grounds=grounds)


@transaction.atomic
def restore_agency(
    *,
    agency: Agency,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Put an agency on the register again; agreements are handed in anew.

    Public Account Provisions, art. 16 §4.

    :raises NotPermitted: if the actor may not keep the register.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if the agency has moved on.
    :raises TransitionRefused: if it is on the register.
    """
    require_permission(actor, REGISTER)
    audit.move(
        agency,
        "restore",
        actor=actor,
        provision=provision,
        reason=reason,
        expected_version=expected_version,
    )


@dataclass(frozen=True)
class AgencyFigures:
    """How many accounts an agency runs by agreement now, and how many are its own."""

    under_contract: int
    own: int
    waiting: int


def figures_of(agency: Agency) -> AgencyFigures:
    """
    Return how many accounts are an agency's: by agreement, its own, and waiting for a review.

    The notice of 2023 on self-media, item 11. Its own are those of the subject with its code.
    """
    contracts = AgencyContract.objects.filter(agency=agency)
    return AgencyFigures(
        under_contract=contracts.in_force(timezone.localdate())
        .values("account")
        .distinct()
        .count(),
        own=own_accounts(agency).count(),
        waiting=contracts.open().count(),
    )


def own_accounts(agency: Agency) -> QuerySet[PublicAccount]:
    """Return the accounts that the agency runs itself, as their subject."""
    return PublicAccount.objects.filter(subject__uscc=agency.uscc).order_by("-pk")


def agencies_of(accounts: Iterable[int]) -> dict[int, Agency]:
    """Return the agency that runs each account by an agreement in force today."""
    found = (
        AgencyContract.objects.in_force(timezone.localdate())
        .filter(account__in=list(accounts))
        .select_related("agency")
    )
    return {each.account_id: each.agency for each in found}


def agency_names_of(accounts: Iterable[int]) -> dict[int, str]:
    """
    Return the public name of the agency of each account that has one.

    The notice of 2023 on self-media, item 11: it is shown on the page of the account.
    """
    return {number: agency.public_name for number, agency in agencies_of(accounts).items()}
