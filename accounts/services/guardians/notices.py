"""What guardians and operators are told about a consent."""

from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import GuardianConsent, GuardianWithdrawal
from accounts.services.decision_texts import way_to_appeal
from accounts.services.invitations import ACCOUNT
from compliance.models import (
    Audience,
    Channel,
    IdentityValue,
    Notice,
    ResponseInvitation,
    StaffUser,
)
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft, write_notices
from compliance.responses import marker

RECIPIENT: Final = "guardian"
WITHDRAWAL: Final = "accounts.guardian_withdrawal"
CONSENTED: Final = "accounts.guardian_consented"
WITHDRAWN: Final = "accounts.guardian_withdrawn"
DECIDED: Final = "accounts.guardian_decided"


def contact_of(recipient_id: str, channel: Channel) -> IdentityValue | None:
    """
    Return the sealed mobile number of a guardian.

    Personal Information Protection Law, art. 51: it is read for the sending and kept nowhere else.
    """
    if channel != Channel.SMS or not recipient_id.isdigit():
        return None
    found = GuardianConsent.objects.select_related("mobile__key").filter(pk=recipient_id).first()
    return found.mobile if found is not None else None


def tell_guardian(consent: GuardianConsent, *, actor: StaffUser) -> list[Notice]:
    """
    Tell a guardian that the consent is on record, and by what link it is taken back.

    Public Account Provisions, art. 20 §2.
    """
    who = Reference(RECIPIENT, str(consent.pk))
    draft = NoticeDraft(
        purpose=CONSENTED,
        audience=Audience.APPLICANT,
        about=consent,
        subject=who,
        recipient=who,
        values=lambda _language: _values(consent, CONSENTED, _thanks()),
    )
    return write_notices([draft], actor=actor)


def tell_both(
    withdrawal: GuardianWithdrawal, purpose: str, *, told: str, actor: StaffUser
) -> list[Notice]:
    """
    Tell the operator and the guardian what follows from a withdrawal.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason and the way to
    appeal.
    """
    consent = withdrawal.consent
    drafts = [
        NoticeDraft(
            purpose=purpose,
            audience=Audience.OPERATOR,
            about=withdrawal,
            subject=who,
            recipient=who,
            values=lambda _language: _values(consent, purpose, told),
            occasion=who.type,
        )
        for who in (
            Reference(ACCOUNT, consent.application.platform_uid),
            Reference(RECIPIENT, str(consent.pk)),
        )
    ]
    return write_notices(drafts, actor=actor)


def _thanks() -> str:
    return _("The consent of a guardian is on record; the application is being reviewed.")


def _values(consent: GuardianConsent, purpose: str, told: str) -> dict[str, str]:
    application = consent.application
    invitation = ResponseInvitation.objects.open().about(consent).filter(kind=WITHDRAWAL).first()
    values = {
        "platform_uid": application.platform_uid,
        "account_name": application.account_name,
        "told": told,
        "appeal": way_to_appeal(timezone.now()),
    }
    if purpose == CONSENTED:
        values["how"] = (
            _("It can be taken back at any time here, without a login: %(link)s")
            % {"link": marker(invitation)}
            if invitation is not None
            else _("It was taken back.")
        )
    return values


def _compose_consent(about_id: str) -> Mapping[str, str]:
    consent = GuardianConsent.objects.select_related("application").get(pk=about_id)
    return _values(consent, CONSENTED, _thanks())


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    withdrawal = GuardianWithdrawal.objects.select_related("consent__application").get(pk=about_id)
    return _values(withdrawal.consent, purpose, str(withdrawal.get_status_display()))


def _latest_consent() -> Example | None:
    found = GuardianConsent.objects.select_related("application").order_by("-pk").first()
    return Example(str(found.pk), found.application.platform_uid) if found is not None else None


def _latest_withdrawal() -> Example | None:
    found = (
        GuardianWithdrawal.objects.select_related("consent__application").order_by("-pk").first()
    )
    if found is None:
        return None
    return Example(str(found.pk), found.consent.application.platform_uid)


_ABOUT = (
    Placeholder(
        name="platform_uid",
        label=gettext_lazy("account number of the platform"),
        is_required=True,
    ),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="told", label=gettext_lazy("reason that is told")),
)
_APPEAL = Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal"))


def _of_withdrawals(code: str, label: object) -> Purpose:
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.OPERATOR,),
        placeholders=(*_ABOUT, _APPEAL),
        compose=lambda about_id, _language: _compose(code, about_id),
        latest=_latest_withdrawal,
        reasons_in="told",
        appeal_in="appeal",
        channels=(Channel.PLATFORM, Channel.SMS),
        is_in_every_language=False,
    )


PURPOSES: Final = (
    Purpose(
        code=CONSENTED,
        label=gettext_lazy("consent of a guardian that is on record"),
        audiences=(Audience.APPLICANT,),
        placeholders=(
            *_ABOUT,
            Placeholder(name="how", label=gettext_lazy("where to take it back"), is_required=True),
        ),
        compose=lambda about_id, _language: _compose_consent(about_id),
        latest=_latest_consent,
        reasons_in="told",
        channels=(Channel.SMS,),
        is_in_every_language=False,
    ),
    _of_withdrawals(WITHDRAWN, gettext_lazy("consent of a guardian that was taken back")),
    _of_withdrawals(DECIDED, gettext_lazy("decision after a guardian took a consent back")),
)
