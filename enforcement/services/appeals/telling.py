"""What appellants are told of their appeal: received, accepted or not, asked, extended, decided."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.decision_texts import no_further_appeal
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.models import Audience, ClockExtension, Notice, ResponseInvitation, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft, write_notice
from compliance.public.pages import whole_public_url
from compliance.responses import marker
from enforcement.appeal_words import OPEN_APPEALS, AppealOutcome, AppealStatus
from enforcement.enums import MeasureStatus
from enforcement.models import (
    Appeal,
    AppealQuestion,
    AppealRuling,
    Decision,
    MeasureShortening,
)
from enforcement.services.account_states import state_in_words
from enforcement.services.credit.words import given_back_in_words
from enforcement.services.letters import state_of_outcome, state_of_refusal
from enforcement.services.measure_lines import instant, measure_line, undone_line

RECEIVED: Final = "enforcement.appeal_received"
ACCEPTED: Final = "enforcement.appeal_accepted"
REFUSED: Final = "enforcement.appeal_refused"
EXTENDED: Final = "enforcement.appeal_extended"
QUESTION: Final = "enforcement.appeal_question"
OUTCOME: Final = "enforcement.appeal_outcome"
# What the code in the notice of a decision opens.
APPEAL_KIND: Final = "enforcement.appeal"
ACCOUNT: Final = "account"


def appellant_of(decision: Decision) -> Reference:
    """Return who may appeal against a decision and is told."""
    return Reference(ACCOUNT, decision.account.platform_uid)


def invitation_to_appeal(decision: Decision) -> ResponseInvitation | None:
    """Return by which code an appeal against a decision is filed and followed, or None."""
    found = ResponseInvitation.objects.about(decision).filter(kind=APPEAL_KIND)
    return found.order_by("pk").first()


def where_to_look(decision: Decision) -> str:
    """Return where an appellant follows their appeal, in the language now active."""
    invitation = invitation_to_appeal(decision)
    if invitation is None:
        return _("You can follow the appeal on the platform's appeal page: %(address)s") % {
            "address": whole_public_url("appeal")
        }
    return _("Follow the appeal, add to it or withdraw it here, without a login: %(link)s") % {
        "link": marker(invitation)
    }


def tell(appeal: Appeal, purpose: str, *, actor: StaffUser, occasion: str = "") -> list[Notice]:
    """
    Tell an appellant where their appeal stands.

    Public Account Provisions, art. 20 §2: whoever appeals is told what becomes of it, and until when.
    """
    decision = Decision.objects.select_related("account").get(pk=appeal.decision_id)
    who = appellant_of(decision)
    return write_notice(
        NoticeDraft(
            purpose=purpose,
            audience=Audience.OPERATOR,
            about=appeal,
            subject=who,
            recipient=who,
            values=lambda language: _COMPOSERS[purpose](str(appeal.pk), language),
            occasion=occasion,
            prepared_by=appeal.handler,
        ),
        actor=actor,
    )


def tell_of_more_time(extension: ClockExtension, is_approved: bool, actor: StaffUser) -> None:
    """Tell the appellant that the decision takes longer; part of the transaction of the verdict."""
    appeal = Appeal.objects.filter(decision_clock=extension.clock_id).first()
    if is_approved and appeal is not None and appeal.status in OPEN_APPEALS:
        tell(appeal, EXTENDED, actor=actor, occasion=str(extension.pk))


def _find(about_id: str) -> Appeal:
    found = Appeal.objects.select_related(
        "decision__account", "acceptance_clock", "decision_clock", "first"
    )
    return found.get(pk=about_id)


def _about(appeal: Appeal) -> dict[str, str]:
    decision = appeal.decision
    return {
        "number": appeal.number,
        "decision": decision.number,
        "account_name": decision.account.name,
        "platform_uid": decision.account.platform_uid,
        "how": where_to_look(decision),
    }


def _due(at: datetime) -> str:
    return last_day(at).isoformat()


def _compose_received(about_id: str, language: str) -> Mapping[str, str]:
    appeal = _find(about_id)
    with translation.override(language):
        return {
            **_about(appeal),
            "filed_at": instant(appeal.filed_at),
            "until": _due(appeal.acceptance_clock.due_at),
        }


def _compose_accepted(about_id: str, language: str) -> Mapping[str, str]:
    appeal = _find(about_id)
    if appeal.decision_clock is None:
        raise ActionRefused(_("The appeal is not accepted."))
    with translation.override(language):
        return {**_about(appeal), "until": _due(appeal.decision_clock.due_at)}


def _compose_refused(about_id: str, language: str) -> Mapping[str, str]:
    appeal = _find(about_id)
    if appeal.status != AppealStatus.REFUSED:
        raise ActionRefused(_("The appeal was not refused."))
    with translation.override(language):
        return {
            **_about(appeal),
            "reasons": f"{appeal.get_refusal_display()}\n{appeal.refusal_text}",
            "next": no_further_appeal(),
        }


def _compose_question(about_id: str, language: str) -> Mapping[str, str]:
    appeal = _find(about_id)
    question = AppealQuestion.objects.filter(appeal=appeal).order_by("-pk").first()
    if question is None:
        raise ActionRefused(_("Nothing was asked."))
    with translation.override(language):
        return {
            **_about(appeal),
            "question": question.text,
            "until": _due(question.clock.due_at),
        }


def _compose_outcome(about_id: str, language: str) -> Mapping[str, str]:
    appeal = _find(about_id)
    ruling = (
        AppealRuling.objects.select_related("second_window").filter(appeal_id=appeal.pk).first()
    )
    if ruling is None:
        raise ActionRefused(_("Nobody has decided on it yet."))
    with translation.override(language):
        return {
            **_about(appeal),
            "decided_at": instant(ruling.at),
            "facts": appeal.decision.facts,
            "rule": rule_in_words(appeal.decision),
            "outcome": outcome_in_words(ruling),
            "reasons": ruling.text,
            "measures": "\n".join(measures_after(ruling)),
            "account_state": state_in_words(appeal.decision.account, ruling.at),
            "next": next_way(ruling),
        }


def rule_in_words(decision: Decision) -> str:
    """Return the violation that a decision found and the clauses that it cites."""
    violation = decision.violation_type
    is_english = translation.get_language() == "en"
    title = violation.title_en if is_english else violation.title_zh
    clauses = [
        _("%(document)s (version %(version)s), %(number)s")
        % {
            "document": each.document_title,
            "version": each.version_label,
            "number": each.number,
        }
        for each in decision.clauses.order_by("pk")
    ]
    return "\n".join([f"{title} ({violation.code})", *clauses])


def outcome_in_words(ruling: AppealRuling) -> str:
    """Return what became of the decision, and why it did not stand as it was."""
    words = str(AppealOutcome(ruling.outcome).label)
    if not ruling.ground:
        return words
    return _("%(outcome)s: %(ground)s") % {
        "outcome": words,
        "ground": ruling.get_ground_display(),
    }


def measures_after(ruling: AppealRuling) -> list[str]:
    """Return what was undone, what could not be restored, and what goes on, one a line."""
    decision = ruling.appeal.decision
    came_back = dict(ruling.undone)
    earlier = {each.measure_id: each for each in ruling.appeal.shortenings.all()}
    lines = []
    for each in decision.measures.select_related("ordered").order_by("pk"):
        if each.pk in earlier:
            lines.append(shortened_line(earlier[each.pk], measure_line(each)))
        elif each.measure not in came_back:
            if each.status != MeasureStatus.REVERSED:
                lines.append(_("Stands: %(line)s") % {"line": measure_line(each)})
        else:
            words = undone_line(each, ruling.at)
            lines.append(
                (_("Undone: %(line)s") if came_back[each.measure] else _("Not restored: %(line)s"))
                % {"line": words}
            )
    if ruling.outcome in (AppealOutcome.REVOKED, AppealOutcome.REMITTED):
        lines += filter(None, [given_back_in_words(decision)])
    return lines


def shortened_line(shortening: MeasureShortening, line: str) -> str:
    """Return that a measure ends earlier, with the end that it had."""
    return _("Shortened, until %(before)s before: %(line)s") % {
        "before": instant(shortening.until_before),
        "line": line,
    }


def next_way(ruling: AppealRuling) -> str:
    """Return what an appellant can do next, in the language now active."""
    if ruling.second_window is not None:
        return _(
            "You may appeal once more until %(time)s (Beijing time), by the same way. Somebody hears it "
            "who heard neither the case nor this appeal."
        ) % {"time": instant(ruling.second_window.due_at)}
    if ruling.outcome == AppealOutcome.REMITTED:
        return _(
            "Others decide anew, never more heavily. Against what they decide you may appeal again."
        )
    return no_further_appeal()


def tell_question(question: AppealQuestion, *, actor: StaffUser) -> list[Notice]:
    """Ask the appellant; the clock stands still meanwhile."""
    return tell(question.appeal, QUESTION, actor=actor, occasion=str(question.pk))


_Composer = Callable[[str, str], Mapping[str, str]]
_COMPOSERS: Final[Mapping[str, _Composer]] = {
    RECEIVED: _compose_received,
    ACCEPTED: _compose_accepted,
    REFUSED: _compose_refused,
    EXTENDED: _compose_accepted,
    QUESTION: _compose_question,
    OUTCOME: _compose_outcome,
}


def _latest(**having: object) -> Callable[[], Example | None]:
    def find() -> Example | None:
        found = Appeal.objects.filter(**having).order_by("-pk").first()
        return Example(str(found.pk), found.number) if found is not None else None

    return find


def _needed(name: str, label: object) -> Placeholder:
    return Placeholder(name=name, label=label, is_required=True)  # type: ignore[arg-type]


_ABOUT: Final = (
    _needed("number", gettext_lazy("number of the appeal")),
    _needed("decision", gettext_lazy("number of the decision")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    _needed("how", gettext_lazy("where the appeal is followed")),
)
_UNTIL: Final = _needed("until", gettext_lazy("until when the next step is due"))
_REASONS: Final = _needed("reasons", gettext_lazy("reasons told to the appellant"))
_NEXT: Final = _needed("next", gettext_lazy("what an appellant can do next"))
PURPOSES: Final = (
    Purpose(
        code=RECEIVED,
        label=gettext_lazy("appeal received"),
        audiences=(Audience.OPERATOR,),
        placeholders=(*_ABOUT, _needed("filed_at", gettext_lazy("when it was filed")), _UNTIL),
        compose=_compose_received,
        latest=_latest(),
    ),
    Purpose(
        code=ACCEPTED,
        label=gettext_lazy("appeal accepted"),
        audiences=(Audience.OPERATOR,),
        placeholders=(*_ABOUT, _UNTIL),
        compose=_compose_accepted,
        latest=_latest(decision_clock__isnull=False),
    ),
    Purpose(
        code=REFUSED,
        label=gettext_lazy("appeal not accepted"),
        audiences=(Audience.OPERATOR,),
        placeholders=(*_ABOUT, _REASONS, _NEXT),
        compose=_compose_refused,
        latest=_latest(status=AppealStatus.REFUSED),
        reasons_in="reasons",
        appeal_in="next",
        letter_state=state_of_refusal,
    ),
    Purpose(
        code=EXTENDED,
        label=gettext_lazy("more time for an appeal"),
        audiences=(Audience.OPERATOR,),
        placeholders=(*_ABOUT, _UNTIL),
        compose=_compose_accepted,
        latest=_latest(decision_clock__extension__isnull=False),
    ),
    Purpose(
        code=QUESTION,
        label=gettext_lazy("question in an appeal"),
        audiences=(Audience.OPERATOR,),
        placeholders=(*_ABOUT, _needed("question", gettext_lazy("question")), _UNTIL),
        compose=_compose_question,
        latest=_latest(questions__isnull=False),
    ),
    Purpose(
        code=OUTCOME,
        label=gettext_lazy("outcome of an appeal"),
        audiences=(Audience.OPERATOR,),
        placeholders=(
            *_ABOUT,
            _needed("decided_at", gettext_lazy("when it was decided")),
            _needed("facts", gettext_lazy("facts")),
            _needed("rule", gettext_lazy("violation and clauses cited")),
            _needed("outcome", gettext_lazy("what became of the decision")),
            _REASONS,
            _needed("measures", gettext_lazy("what was undone and what could not be restored")),
            _needed("account_state", gettext_lazy("what the account may do now")),
            _NEXT,
        ),
        compose=_compose_outcome,
        latest=_latest(status=AppealStatus.DECIDED),
        reasons_in="reasons",
        appeal_in="next",
        letter_state=state_of_outcome,
    ),
)
