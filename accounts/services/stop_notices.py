"""What operators who end or pause an account are told."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Stop
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import instant_in_words
from accounts.transfer_words import StopStatus
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.models import Audience, Notice, ResponseInvitation, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft
from compliance.notices.writing import write_notices as write_all
from compliance.responses import marker

RECEIVED: Final = "accounts.stop_received"
REVOKED: Final = "accounts.stop_revoked"
CLOSED: Final = "accounts.stop_closed"
BLOCKED: Final = "accounts.stop_blocked"
PAUSED: Final = "accounts.stop_paused"
RESUMED: Final = "accounts.stop_resumed"
# In which state a notice of a purpose is still to be told.
_STATUS_OF: Final = {
    RECEIVED: StopStatus.COOLING,
    REVOKED: StopStatus.REVOKED,
    CLOSED: StopStatus.CLOSED,
    BLOCKED: StopStatus.BLOCKED,
    PAUSED: StopStatus.PAUSED,
    RESUMED: StopStatus.RESUMED,
}


def tell(stop: Stop, purpose: str, *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operator what a wish to stop has come to.

    Public Account Provisions, art. 11 §3.
    """
    who = Reference(ACCOUNT, stop.account.platform_uid)
    return write_all(
        [
            NoticeDraft(
                purpose=purpose,
                audience=Audience.OPERATOR,
                about=stop,
                subject=who,
                recipient=who,
                values=lambda _language: _values(stop),
            )
        ],
        actor=actor,
    )


def _values(stop: Stop) -> dict[str, str]:
    invitation = ResponseInvitation.objects.open().about(stop).first()
    protection = getattr(stop, "name_protection", None)
    return {
        "reference": stop.reference,
        "platform_uid": stop.account.platform_uid,
        "account_name": stop.account.name,
        "closes_after": last_day(stop.clock.due_at).isoformat() if stop.clock is not None else "",
        "how": (
            _("Take it back here, without a login: %(link)s") % {"link": marker(invitation)}
            if invitation is not None
            else _("Do it on the platform, where the account is run.")
        ),
        "told": stop.told,
        "ended_at": instant_in_words(stop.ended_at),
        "protected_until": (
            instant_in_words(protection.protected_until) if protection is not None else ""
        ),
    }


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    stop = Stop.objects.select_related("account", "clock").get(pk=about_id)
    if stop.status != _STATUS_OF[purpose]:
        raise ActionRefused(_("The matter has moved on: this is no longer to be told."))
    return _values(stop)


def _latest(purpose: str) -> Example | None:
    found = Stop.objects.filter(status=_STATUS_OF[purpose]).order_by("-pk").first()
    return Example(str(found.pk), found.reference) if found is not None else None


_ABOUT: Final = (
    Placeholder(
        name="reference", label=gettext_lazy("number of the application"), is_required=True
    ),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
)
_HOW: Final = Placeholder(name="how", label=gettext_lazy("where to answer"), is_required=True)
_AFTER: Final = Placeholder(
    name="closes_after", label=gettext_lazy("day after which it is closed"), is_required=True
)
_ENDED: Final = Placeholder(name="ended_at", label=gettext_lazy("when it was done"))
_TOLD: Final = Placeholder(name="told", label=gettext_lazy("reason told to the operator"))
_UNTIL: Final = Placeholder(
    name="protected_until", label=gettext_lazy("until when the name is protected")
)


def _purpose(code: str, label: object, *placeholders: Placeholder, reasons_in: str = "") -> Purpose:
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.OPERATOR,),
        placeholders=(*_ABOUT, *placeholders),
        compose=lambda about_id, _language: _compose(code, about_id),
        latest=lambda: _latest(code),
        reasons_in=reasons_in,
        is_in_every_language=False,
    )


PURPOSES: Final = (
    _purpose(RECEIVED, gettext_lazy("closing that was asked for"), _AFTER, _HOW),
    _purpose(REVOKED, gettext_lazy("closing that was taken back"), _ENDED),
    _purpose(CLOSED, gettext_lazy("account closed at its operator’s wish"), _ENDED, _UNTIL),
    _purpose(BLOCKED, gettext_lazy("closing that an open matter ended"), _TOLD, reasons_in="told"),
    _purpose(PAUSED, gettext_lazy("pause that was asked for"), _HOW),
    _purpose(RESUMED, gettext_lazy("account that was resumed"), _ENDED),
)
