"""What claimants and operators are told of a claim, and where they answer."""

from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Repudiation
from accounts.repudiation_words import RepudiationStatus
from accounts.services.decision_texts import way_to_appeal
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import instant_in_words
from accounts.services.repudiations.submission import CLAIMANT
from compliance import responses
from compliance.grounds import Grounds
from compliance.models import (
    Audience,
    Channel,
    Clock,
    IdentityValue,
    Notice,
    ResponseInvitation,
    StaffUser,
)
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft, write_notices
from compliance.responses import marker

STATEMENT: Final = "accounts.repudiation_statement"
PROTECTED: Final = "accounts.repudiation_protected"
REMOVED: Final = "accounts.repudiation_removed"
ENDED: Final = "accounts.repudiation_ended"
MATERIAL: Final = "accounts.repudiation_material"
RESULT: Final = "accounts.repudiation_result"
_TO_CLAIMANT: Final = (MATERIAL, RESULT)


def claimant(repudiation: Repudiation) -> Reference:
    """Return by what a claimant is told: the number of the claim, never who they are."""
    return Reference(CLAIMANT, str(repudiation.pk))


def operator(repudiation: Repudiation) -> Reference:
    """Return by what the operator of the account is told."""
    assert repudiation.account is not None
    return Reference(ACCOUNT, repudiation.account.platform_uid)


def contact_of(recipient_id: str, channel: Channel) -> IdentityValue | None:
    """
    Return the sealed mobile number of a claimant.

    Personal Information Protection Law, art. 51: it is read for the sending and kept nowhere else.
    """
    if channel != Channel.SMS or not recipient_id.isdigit():
        return None
    found = Repudiation.objects.select_related("mobile__key").filter(pk=recipient_id).first()
    return found.mobile if found is not None else None


def invite(repudiation: Repudiation, kind: str, clock: Clock, grounds: Grounds) -> None:
    """Open the response page to one side until its time is over."""
    who = claimant(repudiation) if kind == MATERIAL else operator(repudiation)
    responses.open_invitation(
        responses.InvitationDraft(kind=kind, about=repudiation, recipient=who, until=clock),
        **grounds,
    )


def tell(repudiation: Repudiation, purpose: str, *, told: str, actor: StaffUser) -> list[Notice]:
    """
    Tell one side of a claim what happens with it; the operator never learns who claims.

    Public Account Provisions, art. 20 §2.
    """
    is_claimants = purpose in _TO_CLAIMANT
    who = claimant(repudiation) if is_claimants else operator(repudiation)
    draft = NoticeDraft(
        purpose=purpose,
        audience=Audience.COMPLAINANT if is_claimants else Audience.OPERATOR,
        about=repudiation,
        subject=who,
        recipient=who,
        values=lambda _language: _values(repudiation, purpose, told),
        # Both sides can be asked more than once.
        occasion=str(repudiation.version),
    )
    return write_notices([draft], actor=actor)


def _values(repudiation: Repudiation, purpose: str, told: str) -> dict[str, str]:
    invitation = ResponseInvitation.objects.open().about(repudiation).filter(kind=purpose).first()
    account = repudiation.account
    values = {
        "reference": repudiation.reference,
        "decided_at": instant_in_words(repudiation.decided_at),
        "result": str(repudiation.get_status_display()),
        "told": told,
        "how": (
            _("Answer here, without a login: %(link)s") % {"link": marker(invitation)}
            if invitation is not None
            else _("The time to answer is over.")
        ),
        "appeal": way_to_appeal(timezone.now()),
    }
    if purpose not in _TO_CLAIMANT:
        values["platform_uid"] = account.platform_uid if account is not None else ""
        values["account_name"] = account.name if account is not None else ""
    return values


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    repudiation = Repudiation.objects.select_related("account").get(pk=about_id)
    told = repudiation.decision_reason or _("The claim is being looked at.")
    return _values(repudiation, purpose, told)


def _latest(statuses: tuple[str, ...]) -> Example | None:
    found = Repudiation.objects.filter(status__in=statuses).exclude(account=None)
    latest = found.order_by("-pk").first()
    return Example(str(latest.pk), latest.reference) if latest is not None else None


_REFERENCE = Placeholder(
    name="reference", label=gettext_lazy("number of the claim"), is_required=True
)
_ABOUT = (
    _REFERENCE,
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
)
_TOLD = Placeholder(name="told", label=gettext_lazy("reason that is told"))
_HOW = Placeholder(name="how", label=gettext_lazy("where to answer"), is_required=True)
_APPEAL = Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal"))
_DECIDED = Placeholder(name="decided_at", label=gettext_lazy("when it was decided"))
_RESULT = Placeholder(name="result", label=gettext_lazy("what came of the claim"))
_S = RepudiationStatus


def _purpose(
    code: str,
    label: object,
    statuses: tuple[str, ...],
    *placeholders: Placeholder,
    appeal_in: str = "",
) -> Purpose:
    is_claimants = code in _TO_CLAIMANT
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.COMPLAINANT if is_claimants else Audience.OPERATOR,),
        placeholders=placeholders,
        compose=lambda about_id, _language: _compose(code, about_id),
        latest=lambda: _latest(statuses),
        reasons_in="told",
        appeal_in=appeal_in,
        channels=(Channel.SMS,) if is_claimants else (Channel.PLATFORM,),
        is_in_every_language=False,
    )


PURPOSES: Final = (
    _purpose(
        STATEMENT,
        gettext_lazy("question to the operator about a disputed identity"),
        (_S.WAITING_STATEMENT,),
        *_ABOUT,
        _TOLD,
        _HOW,
    ),
    _purpose(
        PROTECTED,
        gettext_lazy("suspension while an identity is disputed"),
        (_S.IN_REVIEW, _S.WAITING_STATEMENT),
        *_ABOUT,
        _TOLD,
        _APPEAL,
        appeal_in="appeal",
    ),
    _purpose(
        REMOVED,
        gettext_lazy("account that left a name"),
        (_S.UPHELD,),
        *_ABOUT,
        _TOLD,
        _APPEAL,
        appeal_in="appeal",
    ),
    _purpose(
        ENDED,
        gettext_lazy("dispute about an identity that is over"),
        (_S.NOT_UPHELD, _S.WITHDRAWN, _S.REVERSED),
        *_ABOUT,
        _TOLD,
    ),
    _purpose(
        MATERIAL,
        gettext_lazy("claim of a disputed identity that needs material"),
        (_S.WAITING_MATERIAL,),
        _REFERENCE,
        _TOLD,
        _HOW,
    ),
    _purpose(
        RESULT,
        gettext_lazy("result of a claim of a disputed identity"),
        (_S.UPHELD, _S.NOT_UPHELD, _S.REVERSED),
        _REFERENCE,
        _RESULT,
        _DECIDED,
        _TOLD,
        _APPEAL,
        appeal_in="appeal",
    ),
)
