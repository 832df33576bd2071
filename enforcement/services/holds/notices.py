"""What operators are told of an emergency hold: at once, when it is confirmed, and when it ends."""

from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.decision_texts import way_to_appeal
from accounts.services.notices import instant_in_words
from compliance.errors import ActionRefused
from compliance.models import Audience, Notice, StaffUser, Verdict
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft, write_notice
from enforcement.hearing_words import RUNNING_HOLDS, HoldScope, HoldStatus
from enforcement.models import EmergencyHold
from enforcement.services.account_states import state_in_words

PLACED: Final = "enforcement.hold_placed"
CONFIRMED: Final = "enforcement.hold_confirmed"
ENDED: Final = "enforcement.hold_ended"
_PURPOSE_OF: Final = {HoldStatus.PLACED: PLACED, HoldStatus.CONFIRMED: CONFIRMED}


def tell_of_hold(hold: EmergencyHold, *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operator of an emergency hold, in the state that it is in.

    Public Account Provisions, art. 20 §2: whoever is affected is told facts, reason and the way to
    appeal.
    """
    who = Reference("account", hold.account.platform_uid)
    return write_notice(
        NoticeDraft(
            purpose=_PURPOSE_OF.get(HoldStatus(hold.status), ENDED),
            audience=Audience.OPERATOR,
            about=hold,
            subject=who,
            recipient=who,
            values=lambda _language: _values(hold),
            prepared_by=hold.placed_by,
        ),
        actor=actor,
    )


def _values(hold: EmergencyHold) -> dict[str, str]:
    return {
        "number": hold.number,
        "account_name": hold.account.name,
        "platform_uid": hold.account.platform_uid,
        "at": instant_in_words(hold.placed_at),
        "stopped": stopped_in_words(hold),
        "facts": hold.facts,
        "reasoning": _(
            "%(ground)s. Every hour that it goes on does harm that nothing makes good, so that it is "
            "stopped before a decision; a second person looks at it at once."
        )
        % {"ground": hold.get_ground_display()},
        "until": _until(hold),
        "told": _told(hold),
        "appeal": way_to_appeal(timezone.now()),
        "account_state": state_in_words(hold.account, timezone.now()),
    }


def stopped_in_words(hold: EmergencyHold) -> str:
    """Return what a hold stops, in one line."""
    if hold.scope == HoldScope.CONTENT:
        return _("The content %(reference)s is not shown.") % {"reference": hold.content_ref}
    if hold.scope == HoldScope.UPDATES:
        return _("Nothing new can be published; everything else goes on.")
    return _("The service of the account is suspended.")


def _until(hold: EmergencyHold) -> str:
    until = instant_in_words(hold.in_force_until)
    if hold.status == HoldStatus.CONFIRMED:
        return _(
            "It lasts until the case is decided, at most until %(time)s (Beijing time). Before a "
            "grave measure is decided you are heard."
        ) % {"time": until}
    return _(
        "It ends by itself at %(time)s (Beijing time), unless a second person confirms it before."
    ) % {"time": until}


def _told(hold: EmergencyHold) -> str:
    if hold.status == HoldStatus.CONFIRMED:
        verdicts = hold.proposal.approvals.filter(verdict=Verdict.APPROVE).order_by("pk")
        return verdicts[0].reason if verdicts else ""
    if hold.ended_at is None:
        return ""
    words = {"time": instant_in_words(hold.ended_at), "reason": hold.ended_reason}
    if hold.status == HoldStatus.LAPSED:
        return _("It ended by itself at %(time)s: nobody confirmed it in time.") % words
    if hold.status == HoldStatus.EXPIRED:
        return _("It ended by itself at %(time)s: its longest time was over.") % words
    if hold.status == HoldStatus.REFUSED:
        return (
            _("It was lifted at %(time)s: a second person did not confirm it. %(reason)s") % words
        )
    return _("It ended at %(time)s, with %(reason)s.") % words


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    hold = EmergencyHold.objects.select_related("account", "proposal").get(pk=about_id)
    if _PURPOSE_OF.get(HoldStatus(hold.status), ENDED) != purpose:
        raise ActionRefused(_("The hold has moved on: this is no longer to be told."))
    return _values(hold)


def _latest(purpose: str) -> Example | None:
    states = [state for state, code in _PURPOSE_OF.items() if code == purpose]
    holds = EmergencyHold.objects.order_by("-pk")
    found = (
        holds.filter(status__in=states) if states else holds.exclude(status__in=RUNNING_HOLDS)
    ).first()
    return Example(str(found.pk), found.number) if found is not None else None


def _needed(name: str, label: object) -> Placeholder:
    return Placeholder(name=name, label=label, is_required=True)  # type: ignore[arg-type]


_ABOUT: Final = (
    _needed("number", gettext_lazy("number of the hold")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    _needed("stopped", gettext_lazy("what is stopped")),
)
_UNTIL: Final = _needed("until", gettext_lazy("until when it lasts"))
_APPEAL: Final = _needed("appeal", gettext_lazy("how and until when to appeal"))


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
    )


PURPOSES: Final = (
    _purpose(
        PLACED,
        gettext_lazy("emergency hold"),
        Placeholder(name="at", label=gettext_lazy("when it was placed")),
        _needed("facts", gettext_lazy("facts")),
        _needed("reasoning", gettext_lazy("why at once")),
        _UNTIL,
        _APPEAL,
        reasons_in="reasoning",
        appeal_in="appeal",
    ),
    _purpose(
        CONFIRMED,
        gettext_lazy("confirmation of an emergency hold"),
        _needed("told", gettext_lazy("why it was confirmed")),
        _UNTIL,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(
        ENDED,
        gettext_lazy("end of an emergency hold"),
        _needed("told", gettext_lazy("when and why it ended")),
        _needed("account_state", gettext_lazy("what the account may do now")),
    ),
)
