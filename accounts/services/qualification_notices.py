"""What operators are told of their qualifications."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Qualification
from accounts.qualification_words import MARK_OF_FIELD, QualificationStatus
from accounts.services.decision_texts import way_to_appeal
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import instant_in_words
from accounts.services.qualifications.invitations import MATERIAL as DOCUMENTS
from accounts.services.qualifications.invitations import RENEWAL, open_invitations_of
from compliance.errors import ActionRefused
from compliance.models import Audience, Notice, ResponseInvitation, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft
from compliance.notices.writing import write_notices as write_all
from compliance.responses import marker

VERIFIED: Final = "accounts.qualification_verified"
REFUSED: Final = "accounts.qualification_refused"
MATERIAL: Final = "accounts.qualification_material"
EXPIRING: Final = "accounts.qualification_expiring"
EXPIRED: Final = "accounts.qualification_expired"
REVOKED: Final = "accounts.qualification_revoked"
_PURPOSE_OF: Final = {
    QualificationStatus.VERIFIED: VERIFIED,
    QualificationStatus.REFUSED: REFUSED,
    QualificationStatus.WAITING_MATERIAL: MATERIAL,
    QualificationStatus.EXPIRED: EXPIRED,
    QualificationStatus.REVOKED: REVOKED,
}
# In which state a notice of a purpose is still to be told.
_STATUS_OF: Final = {
    **{purpose: status for status, purpose in _PURPOSE_OF.items()},
    EXPIRING: QualificationStatus.VERIFIED,
}
# Which answer a notice of a purpose asks for, on the response page.
_ASKED_BY: Final = {MATERIAL: DOCUMENTS, EXPIRING: RENEWAL, EXPIRED: RENEWAL}
_WITH_APPEAL: Final = (QualificationStatus.REFUSED, QualificationStatus.REVOKED)


def tell(qualification: Qualification, *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operator what a qualification has come to, in the state that it is in.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason and the way to
    appeal.
    """
    return tell_all([qualification], actor=actor)


def tell_all(qualifications: Sequence[Qualification], *, actor: StaffUser) -> list[Notice]:
    """Tell operators what qualifications of one state have come to, in a few statements."""
    if not qualifications:
        return []
    purpose = _PURPOSE_OF[QualificationStatus(qualifications[0].status)]
    invitations = _invitations(qualifications, purpose)
    return write_all(
        [_draft(each, purpose, invitations.get(str(each.pk))) for each in qualifications],
        actor=actor,
    )


def remind_all(
    qualifications: Sequence[Qualification], *, today: date, actor: StaffUser
) -> list[Notice]:
    """
    Remind operators that qualifications end, each with the days that are left on `today`.

    Public Account Provisions, art. 9 §1: a document that is renewed in time leaves no gap.
    """
    invitations = _invitations(qualifications, EXPIRING)
    return write_all(
        [
            _draft(
                each,
                EXPIRING,
                invitations.get(str(each.pk)),
                occasion=f"{each.valid_until}-{days_left(each, today)}",
            )
            for each in qualifications
        ],
        actor=actor,
    )


def days_left(qualification: Qualification, today: date) -> int:
    """Return how many days a qualification is still valid after `today`."""
    assert qualification.valid_until is not None
    return (qualification.valid_until - today).days


def _invitations(
    qualifications: Sequence[Qualification], purpose: str
) -> dict[str, ResponseInvitation]:
    """Return the open invitations that notices of a purpose hold the links of."""
    kind = _ASKED_BY.get(purpose)
    return open_invitations_of(qualifications, kind) if kind is not None else {}


def _draft(
    qualification: Qualification,
    purpose: str,
    invitation: ResponseInvitation | None,
    *,
    occasion: str = "",
) -> NoticeDraft:
    who = Reference(ACCOUNT, qualification.account.platform_uid)
    if purpose == MATERIAL:
        # Material can be asked for more than once.
        occasion = str(qualification.version)
    return NoticeDraft(
        purpose=purpose,
        audience=Audience.OPERATOR,
        about=qualification,
        subject=who,
        recipient=who,
        values=lambda _language: _values(qualification, purpose, invitation),
        occasion=occasion,
    )


def _values(
    qualification: Qualification, purpose: str, invitation: ResponseInvitation | None
) -> dict[str, str]:
    account, until = qualification.account, qualification.valid_until
    mark = MARK_OF_FIELD.get(qualification.field)
    told, appeal = _told(qualification, purpose)
    return {
        "reference": qualification.reference,
        "platform_uid": account.platform_uid,
        "account_name": account.name,
        "qualification": str(qualification.get_type_display()),
        "field": str(qualification.field.label),
        "valid_until": until.isoformat() if until is not None else _("no end"),
        "decided_at": instant_in_words(qualification.decided_at),
        "mark": str(mark.label) if mark is not None else "",
        "days": (
            str(max(0, days_left(qualification, timezone.localdate()))) if until is not None else ""
        ),
        "told": told,
        "how": (
            _("Supply it here, without a login: %(link)s") % {"link": marker(invitation)}
            if invitation is not None
            else _("Hand it in on the platform, where the account is run.")
        ),
        "appeal": appeal,
    }


def _told(qualification: Qualification, purpose: str) -> tuple[str, str]:
    """Return the reasons and the way to appeal; what no person wrote is put into words here."""
    if purpose == EXPIRING:
        return in_words_before_the_end(qualification), ""
    if purpose == EXPIRED:
        return in_words_at_the_end(qualification), way_to_appeal(timezone.now())
    told: str = qualification.decision_reason
    if qualification.status in _WITH_APPEAL:
        # The way to appeal is the last line of what is on record as told.
        told, _line_end, appeal = told.rpartition("\n")
        return told, appeal
    return told, ""


def in_words_before_the_end(qualification: Qualification) -> str:
    """Return what comes when a qualification ends, and until when to apply for its renewal."""
    lines = [
        _(
            "After that day publishing in the field “%(field)s” is off until a renewed document is "
            "verified; the account itself stays as it is."
        )
        % {"field": qualification.field.label}
    ]
    if qualification.rule.renewal_days:
        lines.append(
            _("The issuer asks for an application at least %(days)s days before the end.")
            % {"days": qualification.rule.renewal_days}
        )
    return "\n".join(lines)


def in_words_at_the_end(qualification: Qualification) -> str:
    """Return why publishing in a field is off: the document was valid until a day that is past."""
    return _(
        "The document was valid until %(day)s, and no renewed one was verified. Publishing in the "
        "field “%(field)s” is off until one is, unless another verified document covers it; the "
        "account itself stays as it is."
    ) % {"day": qualification.valid_until, "field": qualification.field.label}


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    qualification = Qualification.objects.select_related("account", "rule").get(pk=about_id)
    if qualification.status != _STATUS_OF[purpose]:
        raise ActionRefused(_("The qualification has moved on: this is no longer to be told."))
    invitation = _invitations([qualification], purpose).get(about_id)
    return _values(qualification, purpose, invitation)


def _latest(purpose: str) -> Example | None:
    found = Qualification.objects.filter(status=_STATUS_OF[purpose])
    if purpose == EXPIRING:
        found = found.filter(valid_until__isnull=False)
    latest = found.order_by("-pk").first()
    return Example(str(latest.pk), latest.reference) if latest is not None else None


_ABOUT = (
    Placeholder(
        name="reference", label=gettext_lazy("number of the qualification"), is_required=True
    ),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="qualification", label=gettext_lazy("type of the qualification")),
    Placeholder(name="field", label=gettext_lazy("field in which it counts")),
    Placeholder(name="valid_until", label=gettext_lazy("until when it is valid")),
)
_DECIDED = Placeholder(name="decided_at", label=gettext_lazy("when it was decided"))
_TOLD = Placeholder(name="told", label=gettext_lazy("reason told to the operator"))
_HOW = Placeholder(name="how", label=gettext_lazy("where to hand documents in"), is_required=True)
_APPEAL = Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal"))
_MARK = Placeholder(name="mark", label=gettext_lazy("mark that the account carries"))
_DAYS = Placeholder(name="days", label=gettext_lazy("days that are left"))


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
    _purpose(VERIFIED, gettext_lazy("qualification that was verified"), _DECIDED, _TOLD, _MARK),
    _purpose(
        REFUSED,
        gettext_lazy("qualification that was refused"),
        _DECIDED,
        _TOLD,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(
        MATERIAL,
        gettext_lazy("qualification that needs material"),
        _TOLD,
        _HOW,
        reasons_in="told",
    ),
    _purpose(
        EXPIRING,
        gettext_lazy("qualification that ends soon"),
        _DAYS,
        _TOLD,
        _HOW,
        reasons_in="told",
    ),
    _purpose(
        EXPIRED,
        gettext_lazy("qualification that has ended"),
        _TOLD,
        _HOW,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(
        REVOKED,
        gettext_lazy("qualification whose verification was revoked"),
        _DECIDED,
        _TOLD,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
)
