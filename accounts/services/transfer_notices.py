"""What both sides of a transfer are told, and whoever handed an account on without approval."""

from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Regularisation, Transfer
from accounts.services.decision_texts import way_to_appeal
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import instant_in_words
from accounts.services.transfers.parties import ASK_MATERIAL, ASK_OF, side_of
from accounts.transfer_words import RegularisationStatus, TransferParty, TransferStatus
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.models import Audience, Clock, Notice, ResponseInvitation, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft
from compliance.notices.writing import write_notices as write_all
from compliance.responses import marker

MATERIAL: Final = "accounts.transfer_material"
APPROVED: Final = "accounts.transfer_approved"
REFUSED: Final = "accounts.transfer_refused"
ANNOUNCED: Final = "accounts.transfer_announced"
EFFECTIVE: Final = "accounts.transfer_effective"
LAPSED: Final = "accounts.transfer_lapsed"
WITHDRAWN: Final = "accounts.transfer_withdrawn"
UNAPPROVED: Final = "accounts.transfer_unapproved"
MISSED: Final = "accounts.transfer_not_regularised"
CLEARED: Final = "accounts.transfer_cleared"
# In which state a notice of a purpose is still to be told.
_STATUS_OF: Final = {
    MATERIAL: TransferStatus.WAITING_MATERIAL,
    APPROVED: TransferStatus.APPROVED,
    REFUSED: TransferStatus.REFUSED,
    ANNOUNCED: TransferStatus.ANNOUNCED,
    EFFECTIVE: TransferStatus.EFFECTIVE,
    LAPSED: TransferStatus.LAPSED,
    WITHDRAWN: TransferStatus.WITHDRAWN,
}
_REGULARISATION_OF: Final = {
    UNAPPROVED: RegularisationStatus.OPEN,
    MISSED: RegularisationStatus.MISSED,
    CLEARED: RegularisationStatus.CLEARED,
}


def tell(transfer: Transfer, purpose: str, *, actor: StaffUser) -> list[Notice]:
    """
    Tell both sides what a transfer has come to; papers are asked of the operator alone.

    Public Account Provisions, art. 11 §2 and art. 20 §2: whoever is affected is told the reason and
    the way to appeal.
    """
    parties = (TransferParty.TRANSFEROR,) if purpose == MATERIAL else tuple(TransferParty)
    invitations = _invitations(transfer)
    return write_all(
        [_draft(transfer, purpose, each, invitations) for each in parties], actor=actor
    )


def _draft(
    transfer: Transfer,
    purpose: str,
    party: TransferParty,
    invitations: Mapping[str, ResponseInvitation],
) -> NoticeDraft:
    invitation = invitations.get(_asked(purpose, party))
    return NoticeDraft(
        purpose=purpose,
        audience=Audience.OPERATOR,
        about=transfer,
        subject=Reference(ACCOUNT, transfer.account.platform_uid),
        recipient=side_of(transfer, party),
        values=lambda _language: _values(transfer, purpose, party, invitation),
        # Material can be asked for, and a transfer be approved, more than once.
        occasion=f"{party.value}-{transfer.version}",
    )


def _asked(purpose: str, party: TransferParty) -> str:
    """Return which answer a notice asks one side for, or "" for none."""
    if purpose == MATERIAL:
        return ASK_MATERIAL
    return ASK_OF[party] if purpose == APPROVED else ""


def _invitations(transfer: Transfer) -> dict[str, ResponseInvitation]:
    """Return the open invitations about a transfer, each by what it asks for."""
    return {each.kind: each for each in ResponseInvitation.objects.open().about(transfer)}


def _day(clock: Clock | None) -> str:
    return last_day(clock.due_at).isoformat() if clock is not None else ""


def _values(
    transfer: Transfer,
    purpose: str,
    party: TransferParty,
    invitation: ResponseInvitation | None,
) -> dict[str, str]:
    account = transfer.account
    told, appeal = transfer.decision_reason, ""
    if purpose == REFUSED:
        # The way to appeal is the last line of what is on record as told.
        told, _line_end, appeal = told.rpartition("\n")
    elif purpose == LAPSED:
        appeal = way_to_appeal(transfer.decided_at or timezone.now())
    return {
        "reference": transfer.reference,
        "platform_uid": account.platform_uid,
        "account_name": account.name,
        "side": str(party.label),
        "told": told,
        "how": _how(invitation),
        "confirm_by": _day(transfer.confirmation_clock),
        "effective_on": _day(transfer.follower_clock),
        "effective_at": instant_in_words(transfer.effective_at),
        "monetisation_off_until": instant_in_words(transfer.monetisation_off_until),
        "decided_at": instant_in_words(transfer.decided_at),
        "appeal": appeal,
    }


def _how(invitation: ResponseInvitation | None) -> str:
    if invitation is None:
        return _("Do it on the platform, where the account is run.")
    return _("Do it here, without a login: %(link)s") % {"link": marker(invitation)}


def tell_operator(
    regularisation: Regularisation, purpose: str, *, actor: StaffUser
) -> list[Notice]:
    """
    Tell the operator what follows from a transfer that nobody approved.

    Public Account Provisions, art. 11 §2 and art. 20 §2.
    """
    who = Reference(ACCOUNT, regularisation.account.platform_uid)
    return write_all(
        [
            NoticeDraft(
                purpose=purpose,
                audience=Audience.OPERATOR,
                about=regularisation,
                subject=who,
                recipient=who,
                values=lambda _language: _regularisation_values(regularisation),
                # By its clock: what proves that just this time was told.
                occasion=str(regularisation.clock_id) if purpose == UNAPPROVED else "",
            )
        ],
        actor=actor,
    )


def _regularisation_values(regularisation: Regularisation) -> dict[str, str]:
    account, finding = regularisation.account, regularisation.finding
    return {
        "reference": regularisation.reference,
        "platform_uid": account.platform_uid,
        "account_name": account.name,
        "told": finding.facts,
        "how": _(
            "Apply for the transfer on the platform by %(date)s; service is resumed once it is "
            "approved and confirmed by both sides. If no transfer took place, say so there."
        )
        % {"date": _day(regularisation.clock)},
        "appeal": way_to_appeal(regularisation.opened_at),
    }


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    transfer = Transfer.objects.with_identity().get(pk=about_id)
    if transfer.status != _STATUS_OF[purpose]:
        raise ActionRefused(_("The transfer has moved on: this is no longer to be told."))
    party = TransferParty.TRANSFEROR
    return _values(transfer, purpose, party, _invitations(transfer).get(_asked(purpose, party)))


def _latest(purpose: str) -> Example | None:
    found = Transfer.objects.filter(status=_STATUS_OF[purpose]).order_by("-pk").first()
    return Example(str(found.pk), found.reference) if found is not None else None


def _compose_regularisation(purpose: str, about_id: str) -> Mapping[str, str]:
    found = Regularisation.objects.select_related("account", "finding", "clock").get(pk=about_id)
    if found.status != _REGULARISATION_OF[purpose]:
        raise ActionRefused(_("The matter has moved on: this is no longer to be told."))
    return _regularisation_values(found)


def _latest_regularisation(purpose: str) -> Example | None:
    found = Regularisation.objects.filter(status=_REGULARISATION_OF[purpose]).order_by("-pk")
    latest = found.first()
    return Example(str(latest.pk), latest.reference) if latest is not None else None


_ACCOUNT: Final = (
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
)
_TRANSFER: Final = (
    Placeholder(name="reference", label=gettext_lazy("number of the transfer"), is_required=True),
    *_ACCOUNT,
    Placeholder(name="side", label=gettext_lazy("which side is told")),
)
_TOLD: Final = Placeholder(name="told", label=gettext_lazy("reason told to both sides"))
_HOW: Final = Placeholder(name="how", label=gettext_lazy("where to answer"), is_required=True)
_APPEAL: Final = Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal"))
_CONFIRM_BY: Final = Placeholder(
    name="confirm_by", label=gettext_lazy("until when both sides confirm"), is_required=True
)
_EFFECTIVE_ON: Final = Placeholder(
    name="effective_on", label=gettext_lazy("when it takes effect"), is_required=True
)
_EFFECTIVE_AT: Final = Placeholder(
    name="effective_at", label=gettext_lazy("when it took effect"), is_required=True
)
_NO_MONEY: Final = Placeholder(
    name="monetisation_off_until",
    label=gettext_lazy("until when no money is earned"),
    is_required=True,
)
_DECIDED: Final = Placeholder(name="decided_at", label=gettext_lazy("when it was decided"))


def _purpose(
    code: str, label: object, *placeholders: Placeholder, reasons_in: str = "", appeal_in: str = ""
) -> Purpose:
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.OPERATOR,),
        placeholders=(*_TRANSFER, *placeholders),
        compose=lambda about_id, _language: _compose(code, about_id),
        latest=lambda: _latest(code),
        reasons_in=reasons_in,
        appeal_in=appeal_in,
        is_in_every_language=False,
    )


def _about_regularisation(
    code: str, label: object, *placeholders: Placeholder, appeal_in: str = ""
) -> Purpose:
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.OPERATOR,),
        placeholders=(
            Placeholder(
                name="reference", label=gettext_lazy("number of the matter"), is_required=True
            ),
            *_ACCOUNT,
            Placeholder(name="told", label=gettext_lazy("reason told to the operator")),
            *placeholders,
        ),
        compose=lambda about_id, _language: _compose_regularisation(code, about_id),
        latest=lambda: _latest_regularisation(code),
        reasons_in="told",
        appeal_in=appeal_in,
        is_in_every_language=False,
    )


PURPOSES: Final = (
    _purpose(
        MATERIAL,
        gettext_lazy("transfer that needs papers"),
        _TOLD,
        _HOW,
        reasons_in="told",
    ),
    _purpose(APPROVED, gettext_lazy("transfer to be confirmed"), _HOW, _CONFIRM_BY),
    _purpose(
        REFUSED,
        gettext_lazy("transfer that was refused"),
        _DECIDED,
        _TOLD,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(ANNOUNCED, gettext_lazy("transfer that is announced"), _EFFECTIVE_ON),
    _purpose(EFFECTIVE, gettext_lazy("transfer that took effect"), _EFFECTIVE_AT, _NO_MONEY),
    _purpose(
        LAPSED,
        gettext_lazy("transfer that lapsed"),
        _TOLD,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(WITHDRAWN, gettext_lazy("transfer that was withdrawn")),
    _about_regularisation(
        UNAPPROVED,
        gettext_lazy("transfer without approval"),
        _HOW,
        _APPEAL,
        appeal_in="appeal",
    ),
    _about_regularisation(
        MISSED,
        gettext_lazy("transfer without approval, not put in order"),
        _APPEAL,
        appeal_in="appeal",
    ),
    _about_regularisation(CLEARED, gettext_lazy("no transfer took place")),
)
