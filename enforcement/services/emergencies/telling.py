"""What operators are told of an emergency: why at once, until when to speak, what came of it."""

from collections.abc import Mapping
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.decision_texts import way_to_appeal
from compliance.errors import ActionRefused
from compliance.models import Audience, Notice, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft, write_notice
from enforcement.hearing_words import HearingStatus, LaterOutcome
from enforcement.models import Decision, Hearing, HearingOutcome
from enforcement.services.emergencies.ordering import emergency_of
from enforcement.services.hearings.notices import (
    LATER,
    decision_values,
    invitation_in_words,
    operator_of,
)

OUTCOME: Final = "enforcement.later_hearing_outcome"
_OUTCOMES: Final = {
    LaterOutcome.UPHELD: gettext_lazy("The decision is upheld."),
    LaterOutcome.CHANGED: gettext_lazy(
        "The decision is changed: what was left of the suspension ends now; the rest stands."
    ),
    LaterOutcome.REVERSED: gettext_lazy("The decision is reversed."),
}


def emergency_in_words(decision: Decision) -> str:
    """Return why a decision could not wait and that the operator is heard afterwards, or nothing."""
    emergency = emergency_of(decision)
    if emergency is None:
        return ""
    return _(
        "You were not heard before this decision, because it could not wait (%(ground)s): %(reason)s "
        "You are heard now: a notice with the link and the date comes with this one, and somebody who "
        "took no part in the decision decides after you have spoken."
    ) % {"ground": emergency.get_ground_display(), "reason": emergency.reason}


def later_rights_in_words() -> str:
    """Return what an operator has to know before they speak on a decision that is in force."""
    return _(
        "You need not say anything: silence counts neither for nor against you, and what you say makes "
        "no measure heavier. The appeal against the decision is not touched by it."
    )


def tell_of_later_hearing(hearing: Hearing, *, actor: StaffUser) -> list[Notice]:
    """
    Tell an operator until when they may speak on a decision that could not wait for them.

    Public Account Provisions, art. 20 §2. Known by its clock, as a hearing before a decision.
    """
    who = operator_of(hearing)
    return write_notice(
        NoticeDraft(
            purpose=LATER,
            audience=Audience.OPERATOR,
            about=hearing,
            subject=who,
            recipient=who,
            values=lambda language: compose_later(str(hearing.pk), language),
            occasion=str(hearing.clock_id),
            prepared_by=_decision(hearing).proposed_by,
        ),
        actor=actor,
    )


def tell_of_outcome(outcome: HearingOutcome, *, actor: StaffUser) -> list[Notice]:
    """
    Tell an operator what became of the decision after they were heard, and why.

    Public Account Provisions, art. 20 §2.
    """
    hearing = outcome.hearing
    who: Reference = operator_of(hearing)
    return write_notice(
        NoticeDraft(
            purpose=OUTCOME,
            audience=Audience.OPERATOR,
            about=hearing,
            subject=who,
            recipient=who,
            values=lambda language: compose_outcome(str(hearing.pk), language),
            prepared_by=outcome.person,
        ),
        actor=actor,
    )


def _decision(hearing: Hearing) -> Decision:
    if hearing.after is None:
        raise ActionRefused(_("This hearing came before the decision."))
    return hearing.after


def compose_later(about_id: str, language: str) -> Mapping[str, str]:
    """
    Return the values for what is told of a hearing after a decision.

    :raises ActionRefused: if it is over, or came before the decision.
    """
    hearing = Hearing.objects.select_related("account", "clock", "after").get(pk=about_id)
    if hearing.status != HearingStatus.WAITING:
        raise ActionRefused(_("The hearing is over: this is no longer to be told."))
    decision = _decision(hearing)
    with translation.override(language):
        return {
            **decision_values(hearing, decision, language),
            "emergency": emergency_in_words(decision),
            "how": invitation_in_words(hearing),
            "rights": later_rights_in_words(),
        }


def compose_outcome(about_id: str, language: str) -> Mapping[str, str]:
    """
    Return the values for what is told of the outcome of a hearing after a decision.

    :raises ActionRefused: if nobody decided yet.
    """
    outcome = (
        HearingOutcome.objects.select_related("hearing__account", "hearing__after")
        .filter(hearing_id=int(about_id))
        .first()
    )
    if outcome is None:
        raise ActionRefused(_("Nobody has decided on it yet."))
    decision = _decision(outcome.hearing)
    with translation.override(language):
        return {
            "number": decision.number,
            "account_name": decision.account.name,
            "platform_uid": decision.account.platform_uid,
            "outcome": str(_OUTCOMES[LaterOutcome(outcome.outcome)]),
            "reasoning": outcome.text,
            "appeal": way_to_appeal(outcome.at),
        }


def _latest_later() -> Example | None:
    found = Hearing.objects.waiting().filter(after__isnull=False).order_by("-pk").first()
    if found is None or found.after is None:
        return None
    return Example(str(found.pk), found.after.number)


def _latest_outcome() -> Example | None:
    found = HearingOutcome.objects.select_related("hearing__after").order_by("-pk").first()
    if found is None:
        return None
    return Example(str(found.hearing_id), _decision(found.hearing).number)


def _needed(name: str, label: object) -> Placeholder:
    return Placeholder(name=name, label=label, is_required=True)  # type: ignore[arg-type]


_ABOUT: Final = (
    _needed("number", gettext_lazy("number of the decision")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
)
PURPOSES: Final = (
    Purpose(
        code=LATER,
        label=gettext_lazy("hearing after an emergency decision"),
        audiences=(Audience.OPERATOR,),
        placeholders=(
            *_ABOUT,
            _needed("until", gettext_lazy("until when to make a statement")),
            _needed("how", gettext_lazy("where to answer")),
            Placeholder(name="content", label=gettext_lazy("content concerned, if any")),
            Placeholder(name="statute", label=gettext_lazy("statute cited, if any")),
            _needed("facts", gettext_lazy("facts")),
            _needed("violation", gettext_lazy("violation with its code")),
            _needed("clauses", gettext_lazy("clauses cited, with their text")),
            _needed("reasoning", gettext_lazy("reasoning told to the operator")),
            _needed("measures", gettext_lazy("measures that were ordered, with their terms")),
            _needed("emergency", gettext_lazy("why it could not wait")),
            _needed("rights", gettext_lazy("what speaking and silence mean")),
        ),
        compose=compose_later,
        latest=_latest_later,
        reasons_in="emergency",
    ),
    Purpose(
        code=OUTCOME,
        label=gettext_lazy("outcome of a hearing after an emergency decision"),
        audiences=(Audience.OPERATOR,),
        placeholders=(
            *_ABOUT,
            _needed("outcome", gettext_lazy("what became of the decision")),
            _needed("reasoning", gettext_lazy("how the statement was weighed")),
            _needed("appeal", gettext_lazy("how and until when to appeal")),
        ),
        compose=compose_outcome,
        latest=_latest_outcome,
        reasons_in="reasoning",
        appeal_in="appeal",
    ),
)
