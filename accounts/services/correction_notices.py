"""What operators are told of the corrections of their profiles."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.correction_words import OPEN_STATUSES, CorrectionStatus, Mismatch
from accounts.models import Correction
from accounts.services.corrections.invitations import (
    MORE_TIME,
    open_invitations_of,
    operator_of,
)
from accounts.services.decision_texts import way_to_appeal
from accounts.services.notices import instant_in_words
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.models import (
    Audience,
    Clause,
    ClockExtension,
    Notice,
    ResponseInvitation,
    StaffUser,
)
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.writing import NoticeDraft
from compliance.notices.writing import write_notices as write_all
from compliance.responses import marker

S = CorrectionStatus
ORDERED: Final = "accounts.correction_ordered"
REJECTED: Final = "accounts.correction_rejected"
ACCEPTED: Final = "accounts.correction_accepted"
WITHDRAWN: Final = "accounts.correction_withdrawn"
OVERDUE: Final = "accounts.correction_overdue"
EXTENDED: Final = "accounts.correction_extended"
# In which states a notice of a purpose is still to be told.
_STATES_OF: Final = {
    ORDERED: {S.ORDERED, S.REFUSED},
    REJECTED: {S.ORDERED, S.OVERDUE},
    ACCEPTED: {S.ACCEPTED},
    WITHDRAWN: {S.WITHDRAWN},
    OVERDUE: {S.OVERDUE, S.REFUSED},
    EXTENDED: OPEN_STATUSES,
}
_PURPOSE_OF: Final = {
    S.ACCEPTED: ACCEPTED,
    S.WITHDRAWN: WITHDRAWN,
    S.OVERDUE: OVERDUE,
    S.REFUSED: OVERDUE,
}


def tell(correction: Correction, purpose: str = "", *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operator of a correction, in the state that it is in.

    Public Account Provisions, art. 8 §2 and art. 20 §2: whoever is affected is told facts, rule,
    what to do and until when, and the way to appeal.
    """
    return tell_all([correction], purpose, actor=actor)


def tell_all(
    corrections: Sequence[Correction], purpose: str = "", *, actor: StaffUser
) -> list[Notice]:
    """Tell operators of corrections that are in one state, in a few statements."""
    if not corrections:
        return []
    code = purpose or _PURPOSE_OF[CorrectionStatus(corrections[0].status)]
    invitations = open_invitations_of(corrections)
    return write_all(
        [_draft(each, code, invitations.get(str(each.pk), [])) for each in corrections],
        actor=actor,
    )


def tell_of_more_time(extension: ClockExtension, is_approved: bool, actor: StaffUser) -> None:
    """Tell the operator whether the time was extended; part of the transaction of the verdict."""
    correction = (
        Correction.objects.select_related("account", "clause__rule_version__document", "clock")
        .filter(clock=extension.clock_id)
        .first()
    )
    if correction is not None and correction.status in OPEN_STATUSES:
        tell(correction, EXTENDED, actor=actor)


def _draft(
    correction: Correction, purpose: str, invitations: Sequence[ResponseInvitation]
) -> NoticeDraft:
    who = operator_of(correction)
    # The notice that sets a time is known by its clock: that it was delivered is the proof.
    occasion = str(correction.clock_id) if purpose == ORDERED else str(correction.version)
    return NoticeDraft(
        purpose=purpose,
        audience=Audience.OPERATOR,
        about=correction,
        subject=who,
        recipient=who,
        values=lambda _language: _values(correction, purpose, invitations),
        occasion=occasion,
    )


def _values(
    correction: Correction, purpose: str, invitations: Sequence[ResponseInvitation]
) -> dict[str, str]:
    account = correction.account
    return {
        "reference": correction.reference,
        "platform_uid": account.platform_uid,
        "account_name": account.name,
        "wrong": correction.mismatches_in_words,
        "found": found_in_words(correction),
        "ground": str(correction.get_ground_display()),
        "facts": correction.facts,
        "rule": rule_in_words(correction),
        "until": last_day(correction.clock.due_at).isoformat(),
        "at": instant_in_words(timezone.now()),
        "what": what_to_do(correction),
        # More time is given once: whoever was answered is not sent to ask again.
        "how": _how(
            [each for each in invitations if purpose != EXTENDED or each.kind != MORE_TIME]
        ),
        "consequences": consequences_in_words(correction),
        "told": _told(correction, purpose),
        "appeal": way_to_appeal(timezone.now()),
    }


def found_in_words(correction: Correction) -> str:
    """Return the parts of the profile that are wrong, as they were found."""
    found = correction.profile_found
    lines = []
    if Mismatch.NAME in correction.mismatches:
        lines.append(_("Account name: “%(name)s”") % {"name": found["name"]})
    if Mismatch.BIO in correction.mismatches:
        lines.append(_("Introduction: “%(bio)s”") % {"bio": found["bio"] or _("(none)")})
    if Mismatch.AVATAR in correction.mismatches:
        lines.append(_("Picture: the one that the account shows now"))
    return "\n".join(lines)


def rule_in_words(correction: Correction) -> str:
    """Return the article and the clause that a correction rests on, with the clause's text."""
    return clause_in_words(correction.clause)


def clause_in_words(clause: Clause) -> str:
    """Return art. 8 §2 and the clause that is cited beside it, with the clause's text."""
    return _(
        "Public Account Provisions, art. 8 §2; %(document)s (version %(version)s), %(number)s: "
        "%(text)s"
    ) % {
        "document": clause.rule_version.document.title,
        "version": clause.rule_version.label,
        "number": clause.number,
        "text": clause.text,
    }


def what_to_do(correction: Correction) -> str:
    """Return what the operator has to do, or can do instead."""
    return _(
        "Change what is wrong (%(wrong)s) so that it agrees with who runs the account. If it is "
        "right as it is, say so and send documents that show it."
    ) % {"wrong": correction.mismatches_in_words}


def consequences_in_words(correction: Correction) -> str:
    """Return what is off meanwhile, and what comes if nothing is corrected."""
    return _(
        "The service of the account is suspended until then and resumes on the day on which the "
        "correction is accepted. If it is refused or not made in time, the platform may terminate "
        "its service; the name is barred then."
    )


def _how(invitations: Sequence[ResponseInvitation]) -> str:
    lines = []
    for each in invitations:
        if each.kind == MORE_TIME:
            lines.append(
                _("If you need more time, ask for it here once: %(link)s") % {"link": marker(each)}
            )
        else:
            lines.insert(0, _("Answer here, without a login: %(link)s") % {"link": marker(each)})
    return "\n".join(lines) or _("Answer on the platform, where the account is run.")


def _told(correction: Correction, purpose: str) -> str:
    if purpose == OVERDUE:
        if correction.status == S.REFUSED:
            return _("You answered on %(time)s that you will not correct it.") % {
                "time": instant_in_words(correction.refused_at)
            }
        return _(
            "The notice reached you on %(delivered)s; the time was over at the end of %(day)s, and "
            "no correction was accepted."
        ) % {
            "delivered": instant_in_words(correction.notice_delivered_at),
            "day": last_day(correction.clock.due_at).isoformat(),
        }
    if purpose == EXTENDED:
        if correction.clock.extension_id is not None:
            return _("The time was extended, once; it is over at the end of %(day)s.") % {
                "day": last_day(correction.clock.due_at).isoformat()
            }
        return _("The time was not extended; it is over at the end of %(day)s.") % {
            "day": last_day(correction.clock.due_at).isoformat()
        }
    return correction.decision_reason


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    correction = Correction.objects.select_related(
        "account", "clause__rule_version__document", "clock"
    ).get(pk=about_id)
    if correction.status not in _STATES_OF[purpose]:
        raise ActionRefused(_("The correction has moved on: this is no longer to be told."))
    return _values(correction, purpose, open_invitations_of([correction]).get(about_id, []))


def _latest(purpose: str) -> Example | None:
    found = Correction.objects.filter(status__in=sorted(_STATES_OF[purpose]))
    if purpose == REJECTED:
        found = found.exclude(decision_reason="")
    latest = found.order_by("-pk").first()
    return Example(str(latest.pk), latest.reference) if latest is not None else None


def _needed(name: str, label: object) -> Placeholder:
    return Placeholder(name=name, label=label, is_required=True)  # type: ignore[arg-type]


_ABOUT: Final = (
    _needed("reference", gettext_lazy("number of the correction")),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="wrong", label=gettext_lazy("what of the profile is wrong")),
    Placeholder(name="at", label=gettext_lazy("when it was decided")),
)
_UNTIL: Final = _needed("until", gettext_lazy("until when it has to be corrected"))
_TOLD: Final = _needed("told", gettext_lazy("reason told to the operator"))
_HOW: Final = _needed("how", gettext_lazy("where to answer"))
_WHAT: Final = _needed("what", gettext_lazy("what has to be done"))
_CONSEQUENCES: Final = _needed("consequences", gettext_lazy("what comes otherwise"))
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
        is_in_every_language=False,
    )


PURPOSES: Final = (
    _purpose(
        ORDERED,
        gettext_lazy("profile that has to be corrected"),
        _needed("facts", gettext_lazy("facts")),
        _needed("found", gettext_lazy("what was found, as the account shows it")),
        _needed("ground", gettext_lazy("in what way it is wrong")),
        _needed("rule", gettext_lazy("rule with its text")),
        _UNTIL,
        _WHAT,
        _HOW,
        _CONSEQUENCES,
        _APPEAL,
        reasons_in="facts",
        appeal_in="appeal",
    ),
    _purpose(
        REJECTED,
        gettext_lazy("correction that was not accepted"),
        _TOLD,
        _UNTIL,
        _WHAT,
        _HOW,
        _CONSEQUENCES,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(ACCEPTED, gettext_lazy("correction that was accepted")),
    _purpose(
        WITHDRAWN, gettext_lazy("order to correct that was withdrawn"), _TOLD, reasons_in="told"
    ),
    _purpose(
        OVERDUE,
        gettext_lazy("correction that was missed or refused"),
        _needed("facts", gettext_lazy("facts")),
        _needed("rule", gettext_lazy("rule with its text")),
        _TOLD,
        _HOW,
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(
        EXTENDED,
        gettext_lazy("answer to a request for more time to correct"),
        _TOLD,
        _UNTIL,
        _HOW,
        reasons_in="told",
    ),
)
