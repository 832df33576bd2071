"""How what a letter says stands now, for whoever verifies it; and which letters belong together."""

from typing import Final

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from compliance.models import Letter
from compliance.models.letters import LetterQuerySet
from compliance.notices.purposes import LetterState
from enforcement.appeal_words import AppealOutcome
from enforcement.enums import DecisionStatus, MeasureStatus
from enforcement.models import Appeal, AppealRuling, Decision, Measure

_DECISION: Final = Decision._meta.label_lower
_APPEAL: Final = Appeal._meta.label_lower
ABOUT: Final = (_DECISION, _APPEAL)
"""What letters of ours tell of."""


def letters_about(decision: Decision) -> LetterQuerySet:
    """Return the letters that tell of a decision and of the appeals against it, the newest first."""
    appeals = [str(pk) for pk in decision.appeals.values_list("pk", flat=True)]
    return (
        Letter.objects.select_related("notice")
        .filter(
            Q(notice__about_type=_DECISION, notice__about_id=str(decision.pk))
            | Q(notice__about_type=_APPEAL, notice__about_id__in=appeals)
        )
        .order_by("-pk")
    )


def letters_told(decision: Decision) -> list[Letter]:
    """
    Return the letters that the operator has of a decision and its appeals, the newest first.

    Those in the language now active come first. Of a notice that was written again only the last
    edition counts.
    """
    newest: dict[tuple[str, ...], Letter] = {}
    for letter in letters_about(decision):
        notice = letter.notice
        same = (notice.purpose, notice.about_id, notice.occasion, notice.language)
        newest.setdefault(same, letter)
    here = translation.get_language()
    return sorted(newest.values(), key=lambda each: each.notice.language != here)


def decision_of(letter: Letter) -> Decision | None:
    """Return the decision that a letter tells of, by itself or by an appeal; None for any other."""
    about, key = letter.notice.about_type, letter.notice.about_id
    if about == _DECISION:
        return Decision.objects.filter(pk=key).first()
    if about == _APPEAL:
        return Decision.objects.filter(appeals=int(key)).first()
    return None


def state_of_decision(about_id: str) -> LetterState:
    """Return how a decision stands, as everybody with its letter may know it."""
    return _state(Decision.objects.get(pk=about_id))


def state_of_reversal(about_id: str) -> LetterState:
    """Return how the reversal of a decision stands: nothing takes it back."""
    decision = Decision.objects.get(pk=about_id)
    return LetterState(
        _("What this letter says stands: the decision is reversed."), True, decision.ended_at
    )


def state_of_refusal(about_id: str) -> LetterState:
    """Return how the answer stands that an appeal is not accepted, and the decision with it."""
    appeal = Appeal.objects.select_related("decision").get(pk=about_id)
    return _after(_("The appeal was not accepted."), appeal.decision)


def state_of_outcome(about_id: str) -> LetterState:
    """Return how a ruling on an appeal stands, and the decision with it."""
    appeal = Appeal.objects.select_related("decision").get(pk=about_id)
    second = AppealRuling.objects.filter(appeal__first=appeal).first()
    if second is None:
        return _after(_("The ruling on the appeal stands."), appeal.decision)
    outcome = AppealOutcome(second.outcome).label
    return LetterState(
        _("There is a ruling on a second appeal: %(outcome)s.") % {"outcome": outcome},
        second.outcome == AppealOutcome.CONFIRMED,
        second.at,
    )


def _after(words: str, decision: Decision) -> LetterState:
    state = _state(decision)
    return LetterState(
        _("%(sentence)s %(state)s") % {"sentence": words, "state": state.words},
        state.is_in_force,
        state.since,
    )


def _state(decision: Decision) -> LetterState:
    ended_at = decision.ended_at
    if decision.status == DecisionStatus.REVERSED:
        return LetterState(_("The decision was reversed and no longer holds."), False, ended_at)
    if decision.status == DecisionStatus.LIFTED:
        return LetterState(_("The measures of the decision were lifted early."), False, ended_at)
    if decision.status == DecisionStatus.EXPIRED:
        return LetterState(_("The measures of the decision have ended."), False, ended_at)
    ended = Measure.objects.filter(decision=decision).exclude(status=MeasureStatus.IN_FORCE)
    if ended.exists():
        return LetterState(
            _("The decision is in force; some of its measures have ended or were undone."),
            True,
            decision.in_force_from,
        )
    return LetterState(_("The decision is in force."), True, decision.in_force_from)
