"""What applicants are told, and where whoever runs an account is reached."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationStatus
from accounts.models import Application, PublicAccount, Transfer
from accounts.services.invitations import ACCOUNT, MATERIAL, open_invitations_of
from compliance.errors import ActionRefused, IdentityErased
from compliance.identity import vault
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
from compliance.notices.writing import NoticeDraft
from compliance.notices.writing import write_notices as write_all
from compliance.responses import marker

REFUSED = "accounts.application_refused"
APPROVED = "accounts.application_approved"
_PURPOSE_OF = {
    ApplicationStatus.WAITING_MATERIAL: MATERIAL,
    ApplicationStatus.REFUSED: REFUSED,
    ApplicationStatus.APPROVED: APPROVED,
}


def write_notices(applications: Sequence[Application], *, actor: StaffUser) -> list[Notice]:
    """
    Tell applicants what was decided, or what is missing; what waits for a person tells nothing.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason and the way to
    appeal. Written in the language that the applicant reads, for the words come from a person.
    """
    waiting = [each for each in applications if each.status == ApplicationStatus.WAITING_MATERIAL]
    invitations = open_invitations_of(waiting) if waiting else {}
    return write_all(
        [
            _draft(each, _PURPOSE_OF[ApplicationStatus(each.status)], invitations.get(str(each.pk)))
            for each in applications
            if each.status in _PURPOSE_OF
        ],
        actor=actor,
    )


def _draft(
    application: Application, purpose: str, invitation: ResponseInvitation | None
) -> NoticeDraft:
    who = Reference(ACCOUNT, application.platform_uid)
    return NoticeDraft(
        purpose=purpose,
        audience=Audience.APPLICANT,
        about=application,
        subject=who,
        recipient=who,
        values=lambda _language: _values(application, invitation),
        # Material can be asked for more than once.
        occasion=str(application.version) if purpose == MATERIAL else "",
    )


def instant_in_words(at: datetime | None) -> str:
    """Return an instant as notices name it; none is nothing."""
    return date_format(localtime(at), "Y-m-d H:i") if at is not None else ""


def _values(
    application: Application, invitation: ResponseInvitation | None = None
) -> dict[str, str]:
    told, appeal = application.decision_reason, ""
    if application.status == ApplicationStatus.REFUSED:
        # The way to appeal is the last line of what is on record as told.
        told, _line_end, appeal = told.rpartition("\n")
    if invitation is not None:
        # With the reasons, which no text lacks, so that no change of the text loses the way.
        way = _("Supply it here, without a login: %(link)s") % {"link": marker(invitation)}
        told = f"{told}\n{way}"
    return {
        "platform_uid": application.platform_uid,
        "account_name": application.account_name,
        "decided_at": instant_in_words(application.decided_at),
        "told": told,
        "appeal": appeal,
        "automation": (
            _("Decided by automated checks; you may ask for a person to look at it.")
            if application.is_automated
            else ""
        ),
    }


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    application = Application.objects.get(pk=about_id)
    if _PURPOSE_OF.get(ApplicationStatus(application.status)) != purpose:
        raise ActionRefused(_("The application has moved on: this is no longer to be told."))
    return _values(application, open_invitations_of([application]).get(str(application.pk)))


def _latest(status: ApplicationStatus) -> Example | None:
    found = Application.objects.filter(status=status).order_by("-pk").first()
    return Example(str(found.pk), found.platform_uid) if found is not None else None


def contact_of(recipient_id: str, channel: Channel) -> IdentityValue | None:
    """
    Return the sealed e-mail address or mobile number of whoever runs an account or applied for it.

    Personal Information Protection Law, art. 51: it is read for the sending and kept nowhere else.
    After a transfer it is what the transferee gave.
    """
    account = (
        PublicAccount.objects.select_related("transfer__contact__key", "transfer__mobile__key")
        .filter(platform_uid=recipient_id, transfer__isnull=False)
        .first()
    )
    if account is not None:
        return address_among(account.transfer, channel)
    application = (
        Application.objects.select_related("contact__key", "mobile__key")
        .filter(platform_uid=recipient_id)
        .first()
    )
    return address_among(application, channel)


def address_among(
    particulars: Application | Transfer | None, channel: Channel
) -> IdentityValue | None:
    """
    Return what of somebody's particulars is an address on a channel, or None.

    Personal Information Protection Law, art. 51.
    """
    if particulars is None:
        return None
    mobile: IdentityValue | None = particulars.mobile
    contact: IdentityValue | None = particulars.contact
    if channel == Channel.SMS:
        return mobile
    if channel == Channel.EMAIL and contact is not None:
        # A contact is whatever the applicant wrote: an address of mail, a telephone, a name.
        try:
            validate_email(vault.read(contact).strip())
        except (ValidationError, IdentityErased):
            return None
        return contact
    return None


_ABOUT = (
    Placeholder(
        name="platform_uid",
        label=gettext_lazy("account number of the platform"),
        is_required=True,
    ),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
)
_DECIDED = (
    Placeholder(name="decided_at", label=gettext_lazy("when it was decided")),
    Placeholder(name="automation", label=gettext_lazy("whether automation was used")),
)
_TOLD = Placeholder(name="told", label=gettext_lazy("reason told to the applicant"))


def _purpose(code: str, status: ApplicationStatus, label: object, **more: object) -> Purpose:
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.APPLICANT,),
        compose=lambda about_id, _language: _compose(code, about_id),
        latest=lambda: _latest(status),
        is_in_every_language=False,
        **more,  # type: ignore[arg-type]
    )


PURPOSES = (
    _purpose(
        MATERIAL,
        ApplicationStatus.WAITING_MATERIAL,
        gettext_lazy("application that needs material"),
        placeholders=(*_ABOUT, _TOLD),
        reasons_in="told",
    ),
    _purpose(
        REFUSED,
        ApplicationStatus.REFUSED,
        gettext_lazy("application that was refused"),
        placeholders=(
            *_ABOUT,
            *_DECIDED,
            _TOLD,
            Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal")),
        ),
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(
        APPROVED,
        ApplicationStatus.APPROVED,
        gettext_lazy("application that was approved"),
        placeholders=(*_ABOUT, *_DECIDED),
    ),
)
