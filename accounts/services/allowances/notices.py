"""What operators are told of their applications for more accounts, and where they answer."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.allowance_words import AllowanceStatus
from accounts.models import AccountAllowance
from accounts.services.notices import instant_in_words
from accounts.services.operators import operator_of
from compliance import responses
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import Audience, Notice, ResponseInvitation, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.writing import NoticeDraft, write_notices
from compliance.responses import marker

MATERIAL: Final = "accounts.allowance_material"
GRANTED: Final = "accounts.allowance_granted"
REFUSED: Final = "accounts.allowance_refused"
ENDED: Final = "accounts.allowance_ended"
_PURPOSE_OF: Final = {
    AllowanceStatus.WAITING_MATERIAL: MATERIAL,
    AllowanceStatus.GRANTED: GRANTED,
    AllowanceStatus.REFUSED: REFUSED,
    AllowanceStatus.ENDED: ENDED,
}
_STATUS_OF: Final = {purpose: status for status, purpose in _PURPOSE_OF.items()}
_WITH_APPEAL: Final = (AllowanceStatus.REFUSED, AllowanceStatus.ENDED)


def invite(allowance: AccountAllowance, grounds: Grounds) -> None:
    """Open the response page until the operator's own clock for material is over."""
    assert allowance.material_clock is not None
    responses.open_invitation(
        responses.InvitationDraft(
            kind=MATERIAL,
            about=allowance,
            recipient=operator_of(allowance.platform_uid, allowance.subject_id),
            until=allowance.material_clock,
        ),
        **grounds,
    )


def tell(allowance: AccountAllowance, *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operator what an application has come to, in the state that it is in.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason and the way to
    appeal.
    """
    purpose = _PURPOSE_OF[AllowanceStatus(allowance.status)]
    who = operator_of(allowance.platform_uid, allowance.subject_id)
    draft = NoticeDraft(
        purpose=purpose,
        audience=Audience.OPERATOR,
        about=allowance,
        subject=who,
        recipient=who,
        values=lambda _language: _values(allowance),
        # Material can be asked for more than once.
        occasion=str(allowance.version) if purpose == MATERIAL else "",
    )
    return write_notices([draft], actor=actor)


def _values(allowance: AccountAllowance) -> dict[str, str]:
    told, appeal = allowance.decision_reason, ""
    if allowance.status in _WITH_APPEAL and "\n" in told:
        # The way to appeal is the last line of what is on record as told.
        told, _line_end, appeal = told.rpartition("\n")
    invitation = ResponseInvitation.objects.open().about(allowance).filter(kind=MATERIAL).first()
    return {
        "reference": allowance.reference,
        "platform_uid": allowance.platform_uid,
        "wanted": str(allowance.wanted),
        "granted": str(allowance.granted or ""),
        "valid_until": (
            allowance.valid_until.isoformat() if allowance.valid_until is not None else _("no end")
        ),
        "decided_at": instant_in_words(allowance.decided_at),
        "told": told,
        "how": (
            _("Supply it here, without a login: %(link)s") % {"link": marker(invitation)}
            if invitation is not None
            else _("Hand it in on the platform, where the account is run.")
        ),
        "appeal": appeal,
    }


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    allowance = AccountAllowance.objects.get(pk=about_id)
    if allowance.status != _STATUS_OF[purpose]:
        raise ActionRefused(_("The application has moved on: this is no longer to be told."))
    return _values(allowance)


def _latest(purpose: str) -> Example | None:
    found = AccountAllowance.objects.filter(status=_STATUS_OF[purpose]).order_by("-pk").first()
    return Example(str(found.pk), found.reference) if found is not None else None


_ABOUT = (
    Placeholder(
        name="reference", label=gettext_lazy("number of the application"), is_required=True
    ),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="wanted", label=gettext_lazy("accounts asked for")),
)
_GRANTED = (
    Placeholder(name="granted", label=gettext_lazy("accounts granted")),
    Placeholder(name="valid_until", label=gettext_lazy("until when it is granted")),
)
_DECIDED = Placeholder(name="decided_at", label=gettext_lazy("when it was decided"))
_TOLD = Placeholder(name="told", label=gettext_lazy("reason told to the operator"))
_HOW = Placeholder(name="how", label=gettext_lazy("where to hand documents in"), is_required=True)
_APPEAL = Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal"))


def _purpose(
    code: str, label: object, *placeholders: Placeholder, reasons_in: str = "", appeal_in: str = ""
) -> Purpose:
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.OPERATOR,),
        placeholders=(*_ABOUT, *placeholders),
        compose=lambda about_id, _language: _compose(code, about_id),
        latest=lambda: _latest(code),
        reasons_in=reasons_in,
        appeal_in=appeal_in,
        is_in_every_language=False,
    )


PURPOSES: Final = (
    _purpose(
        MATERIAL,
        gettext_lazy("application for more accounts that needs material"),
        _TOLD,
        _HOW,
        reasons_in="told",
    ),
    _purpose(
        GRANTED,
        gettext_lazy("more accounts that were granted"),
        *_GRANTED,
        _DECIDED,
        _TOLD,
    ),
    _purpose(
        REFUSED,
        gettext_lazy("application for more accounts that was refused"),
        _DECIDED,
        _TOLD,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(
        ENDED,
        gettext_lazy("more accounts that are no longer granted"),
        *_GRANTED,
        _TOLD,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
)
