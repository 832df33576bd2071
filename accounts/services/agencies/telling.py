"""What operators are told of their agreements with agencies."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AgencyContract
from accounts.powers_words import ContractStatus
from accounts.services.agencies.invitations import open_invitations_of
from accounts.services.decision_texts import way_to_appeal
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import instant_in_words
from compliance.errors import ActionRefused
from compliance.models import Audience, Notice, ResponseInvitation, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft
from compliance.notices.writing import write_notices as write_all
from compliance.responses import marker

IN_FORCE: Final = "accounts.contract_in_force"
REFUSED: Final = "accounts.contract_refused"
MATERIAL: Final = "accounts.contract_material"
EXPIRING: Final = "accounts.contract_expiring"
ENDED: Final = "accounts.contract_ended"
TERMINATED: Final = "accounts.contract_terminated"
_PURPOSE_OF: Final = {
    ContractStatus.IN_FORCE: IN_FORCE,
    ContractStatus.REFUSED: REFUSED,
    ContractStatus.WAITING_MATERIAL: MATERIAL,
    ContractStatus.ENDED: ENDED,
    ContractStatus.TERMINATED: TERMINATED,
}
_STATUS_OF: Final = {
    **{purpose: status for status, purpose in _PURPOSE_OF.items()},
    EXPIRING: ContractStatus.IN_FORCE,
}


def tell(contract: AgencyContract, *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operator what an agreement has come to, in the state that it is in.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason and the way to
    appeal.
    """
    return tell_all([contract], actor=actor)


def tell_all(contracts: Sequence[AgencyContract], *, actor: StaffUser) -> list[Notice]:
    """Tell operators what agreements of one state have come to, in a few statements."""
    if not contracts:
        return []
    return _write(contracts, _PURPOSE_OF[ContractStatus(contracts[0].status)], actor)


def remind_all(contracts: Sequence[AgencyContract], *, actor: StaffUser) -> list[Notice]:
    """Remind operators that agreements end soon."""
    return _write(contracts, EXPIRING, actor)


def _write(contracts: Sequence[AgencyContract], purpose: str, actor: StaffUser) -> list[Notice]:
    invitations = open_invitations_of(contracts) if purpose == MATERIAL else {}
    # Asked once for each language, however many are told.
    appeal = cache(lambda _language: _appeal(purpose))
    return write_all(
        [_draft(each, purpose, invitations.get(str(each.pk)), appeal) for each in contracts],
        actor=actor,
    )


def _appeal(purpose: str) -> str:
    return way_to_appeal(timezone.now()) if purpose in (REFUSED, TERMINATED) else ""


def _draft(
    contract: AgencyContract,
    purpose: str,
    invitation: ResponseInvitation | None,
    appeal: Callable[[str], str],
) -> NoticeDraft:
    who = Reference(ACCOUNT, contract.account.platform_uid)
    return NoticeDraft(
        purpose=purpose,
        audience=Audience.OPERATOR,
        about=contract,
        subject=who,
        recipient=who,
        values=lambda language: _values(contract, invitation, appeal(language)),
        # Material can be asked for more than once.
        occasion=str(contract.version) if purpose == MATERIAL else "",
    )


def _values(
    contract: AgencyContract, invitation: ResponseInvitation | None, appeal: str
) -> dict[str, str]:
    return {
        "reference": contract.reference,
        "platform_uid": contract.account.platform_uid,
        "account_name": contract.account.name,
        "agency": contract.agency.public_name,
        "number": contract.number,
        "valid_until": contract.valid_until.isoformat(),
        "decided_at": instant_in_words(contract.decided_at),
        "told": contract.decision_reason,
        "how": (
            _("Supply it here, without a login: %(link)s") % {"link": marker(invitation)}
            if invitation is not None
            else _("Hand it in on the platform, where the account is run.")
        ),
        "appeal": appeal,
    }


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    contract = AgencyContract.objects.with_all().get(pk=about_id)
    if contract.status != _STATUS_OF[purpose]:
        raise ActionRefused(_("The agreement has moved on: this is no longer to be told."))
    return _values(contract, open_invitations_of([contract]).get(about_id), _appeal(purpose))


def _latest(purpose: str) -> Example | None:
    latest = AgencyContract.objects.filter(status=_STATUS_OF[purpose]).order_by("-pk").first()
    return Example(str(latest.pk), latest.reference) if latest is not None else None


_ABOUT: Final = (
    Placeholder(name="reference", label=gettext_lazy("number of the entry"), is_required=True),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="agency", label=gettext_lazy("public name of the agency")),
    Placeholder(name="number", label=gettext_lazy("number of the agreement")),
    Placeholder(name="valid_until", label=gettext_lazy("until when it is valid")),
)
_DECIDED: Final = Placeholder(name="decided_at", label=gettext_lazy("when it was decided"))
_TOLD: Final = Placeholder(name="told", label=gettext_lazy("reason told to the operator"))
_HOW: Final = Placeholder(
    name="how", label=gettext_lazy("where to hand documents in"), is_required=True
)
_APPEAL: Final = Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal"))


def _purpose(
    code: str, label: Promise, *placeholders: Placeholder, reasons_in: str = "", appeal_in: str = ""
) -> Purpose:
    return Purpose(
        code=code,
        label=label,
        audiences=(Audience.OPERATOR,),
        placeholders=(*_ABOUT, *placeholders),
        compose=lambda about_id, _language: _compose(code, about_id),
        latest=lambda: _latest(code),
        reasons_in=reasons_in,
        appeal_in=appeal_in,
        is_in_every_language=False,
    )


PURPOSES: Final = (
    _purpose(IN_FORCE, gettext_lazy("agreement with an agency that is in force"), _DECIDED),
    _purpose(
        REFUSED,
        gettext_lazy("agreement with an agency that was refused"),
        _DECIDED,
        _TOLD,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(
        MATERIAL,
        gettext_lazy("agreement with an agency that needs material"),
        _TOLD,
        _HOW,
        reasons_in="told",
    ),
    _purpose(EXPIRING, gettext_lazy("agreement with an agency that ends soon")),
    _purpose(ENDED, gettext_lazy("agreement with an agency that has ended")),
    _purpose(
        TERMINATED,
        gettext_lazy("agreement with an agency that was ended early"),
        _DECIDED,
        _TOLD,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
)
