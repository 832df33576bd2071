"""What the operator is told of a decision, written down in the transaction that takes the step."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import ActionRefused
from compliance.models import Audience, Notice, NoticeLanguage, StaffUser
from compliance.notices.purposes import get_purpose
from compliance.notices.recipients import Reference
from compliance.notices.templates import templates_in_force
from compliance.notices.writing import NoticeDraft, render, write_notice
from compliance.public.pages import whole_public_url
from compliance.responses import marker, own_link
from enforcement.enums import (
    CaseSource,
    DecisionStatus,
    MeasureCode,
    MeasureStatus,
)
from enforcement.models import (
    Decision,
    DecisionClause,
    Measure,
    MeasureLift,
)
from enforcement.services.account_states import state_in_words
from enforcement.services.appeals.telling import invitation_to_appeal
from enforcement.services.credit.entries import Deduction
from enforcement.services.credit.words import (
    effect_in_words,
    given_back_in_words,
    taken_in_words,
)
from enforcement.services.deviations import counted_by_in_words
from enforcement.services.emergencies.telling import emergency_in_words
from enforcement.services.hearings.notices import clause_line, heard_in_words
from enforcement.services.measure_lines import instant, measure_line, undone_line

DECISION = "enforcement.decision"
REVERSAL = "enforcement.reversal"
MEASURE_ENDED = "enforcement.measure_ended"
ACCOUNT = "account"

Composer = Callable[[str], Mapping[str, str]]
"""Tells the values of a text in a language."""

_SOURCES: dict[str, Promise] = {
    CaseSource.COMPLAINT: gettext_lazy("a complaint"),
    CaseSource.PATROL: gettext_lazy("a patrol of the platform"),
    CaseSource.AUTHORITY: gettext_lazy("a letter of an authority"),
    CaseSource.FINDING: gettext_lazy("the platform's monitoring"),
    CaseSource.OWN: gettext_lazy("the platform's own observation"),
}


def _decision_values(
    decision: Decision,
    language: str,
    *,
    number: str,
    decided_at: datetime,
    appealable_until: datetime,
    clauses: Iterable[DecisionClause],
    measures: Iterable[Measure],
    credit: str,
    link: str,
) -> dict[str, str]:
    # Plain words only: what a text cannot reach (the private note, who complained), no later
    # version of the text can let out.
    violation = decision.violation_type
    is_english = language == NoticeLanguage.ENGLISH
    title = violation.title_en if is_english else violation.title_zh
    cited = list(clauses)
    return {
        "number": number,
        "account_name": decision.account.name,
        "platform_uid": decision.account.platform_uid,
        "decided_at": instant(decided_at),
        "facts": decision.facts,
        "content": (
            _("Content concerned: %(reference)s") % {"reference": decision.content_ref}
            if decision.content_ref
            else ""
        ),
        "source": str(_SOURCES[decision.case.source]),
        "violation": _("%(title)s (%(code)s)") % {"title": title, "code": violation.code},
        "clauses": "\n".join([*(clause_line(each) for each in cited), *texts_of(cited)]),
        "statute": (
            _("Statute cited: %(statute)s") % {"statute": decision.statute}
            if decision.statute
            else ""
        ),
        # With what was said in the hearing: no version of the text can leave it out.
        "reasoning": "\n\n".join(
            filter(
                None, [decision.reasoning, heard_in_words(decision), emergency_in_words(decision)]
            )
        ),
        "measures": "\n".join(
            [
                *(measure_line(each) for each in measures),
                credit or _("No points of credit are deducted."),
            ]
        ),
        "automation": (
            _(
                "The measure was proposed by automated means and approved by a person. You may "
                "ask for an explanation."
            )
            if decision.is_automated
            else _(
                "The decision was proposed and approved by people, without automated "
                "decision-making."
            )
        ),
        "appeal": _(
            "You may appeal until %(time)s (Beijing time), without a login: %(link)s, or on the "
            "platform's public appeal page (%(address)s) with the number of this decision and the "
            "code at the end of that link. Appeals are heard by an appeal handler who took no part "
            "in this decision, and never make the measure heavier."
        )
        % {
            "time": instant(appealable_until),
            "address": whole_public_url("appeal"),
            "link": link,
        },
    }


def texts_of(clauses: Iterable[DecisionClause]) -> list[str]:
    """Return where the whole text of each version can be read that clauses are cited from."""
    versions = {each.clause.rule_version_id: each.clause.rule_version for each in clauses}
    return [
        _("Whole text, version %(version)s: %(address)s")
        % {
            "version": each.label,
            "address": whole_public_url("rule_version", each.document.code, each.label),
        }
        for each in versions.values()
    ]


def notice_text(
    decision: Decision,
    language: str,
    *,
    number: str,
    decided_at: datetime,
    appealable_until: datetime,
    clauses: Iterable[DecisionClause],
    measures: Iterable[Measure],
    deduction: Deduction | None,
) -> str:
    """
    Return what the operator is told of a decision in one language; nothing is written.

    Public Account Provisions, art. 20 §2. Rows that were never saved do as well, so that whoever
    proposes and whoever approves can read the text beforehand.
    """
    purpose = get_purpose(DECISION)
    template = templates_in_force(purpose, Audience.OPERATOR)[language]
    with translation.override(language):
        values = _decision_values(
            decision,
            language,
            number=number,
            decided_at=decided_at,
            appealable_until=appealable_until,
            clauses=clauses,
            measures=measures,
            credit=(
                effect_in_words(deduction.points, deduction.before, deduction.after)
                if deduction is not None
                else ""
            ),
            link=own_link(),
        )
        return render(template, purpose, values).text


def compose_decision(about_id: str, language: str) -> Mapping[str, str]:
    """
    Return the values for what is told of a decision that was taken.

    :raises ActionRefused: if it never came into force.
    """
    return _composer_of(about_id)(language)


def _composer_of(about_id: str) -> Composer:
    """Read what is told of a decision once, to be said in each language."""
    decisions = Decision.objects.select_related(
        "account", "case", "violation_type", "hearing", "appeal_clock", "emergency"
    )
    decision = decisions.get(pk=about_id)
    clauses = list(decision.clauses.select_related("clause__rule_version__document").order_by("pk"))
    measures = list(decision.measures.select_related("ordered").order_by("pk"))
    invitation = invitation_to_appeal(decision)

    def compose(language: str) -> Mapping[str, str]:
        if not (clauses and measures and decision.in_force_from and decision.appealable_until):
            raise ActionRefused
        return _decision_values(
            decision,
            language,
            number=decision.number,
            decided_at=decision.in_force_from,
            appealable_until=decision.appealable_until,
            clauses=clauses,
            measures=measures,
            credit=taken_in_words(decision),
            link=marker(invitation) if invitation is not None else whole_public_url("appeal"),
        )

    return compose


def write_notices(decision: Decision, *, actor: StaffUser) -> list[Notice]:
    """
    Write the text that the operator is told of a decision, in each language.

    Public Account Provisions, art. 20 §2: how and until when to appeal is made known; our choice,
    no article: facts, rule with its text, and reasoning are told with every measure.

    :raises ActionRefused: if a text would come out without reasons or the way to appeal.
    """
    values = _composer_of(str(decision.pk))
    return write_notice(_draft(DECISION, decision, decision, values), actor=actor)


def write_reversal(decision: Decision, *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operator that a decision was reversed, and what became of each of its measures.

    Public Account Provisions, art. 20 §2: what an appeal revokes is undone, and that is told.
    """
    return write_notice(_draft(REVERSAL, decision, decision), actor=actor)


def write_measure_ended(measure: Measure, *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operator that a measure ended, by its term or before, and what the account may do.

    Our choice, no article: whoever was told of the beginning is told of the end.
    """
    decision = Decision.objects.select_related("account", "proposed_by").get(pk=measure.decision_id)
    return write_notice(_draft(MEASURE_ENDED, measure, decision), actor=actor)


def _draft(
    purpose: str, about: Decision | Measure, decision: Decision, values: Composer | None = None
) -> NoticeDraft:
    who = Reference(ACCOUNT, decision.account.platform_uid)
    compose = get_purpose(purpose).compose
    return NoticeDraft(
        purpose=purpose,
        audience=Audience.OPERATOR,
        about=about,
        subject=who,
        recipient=who,
        values=values or (lambda language: compose(str(about.pk), language)),
        prepared_by=decision.proposed_by,
    )


def compose_reversal(about_id: str, language: str) -> Mapping[str, str]:
    """
    Return the values for what is told of a reversal.

    :raises ActionRefused: if the decision was not reversed.
    """
    decision = Decision.objects.select_related("account").get(pk=about_id)
    if decision.status != DecisionStatus.REVERSED or decision.ended_at is None:
        raise ActionRefused
    ended_at = decision.ended_at
    return {
        "number": decision.number,
        "account_name": decision.account.name,
        "platform_uid": decision.account.platform_uid,
        "reversed_at": instant(ended_at),
        "measures": "\n".join(
            filter(
                None,
                [
                    *(
                        undone_line(each, ended_at)
                        for each in decision.measures.select_related("ordered").order_by("pk")
                    ),
                    given_back_in_words(decision),
                    counted_by_in_words(decision),
                ],
            )
        ),
        "account_state": state_in_words(decision.account, ended_at),
    }


def compose_ended(about_id: str, language: str) -> Mapping[str, str]:
    """
    Return the values for what is told of the end of a measure.

    :raises ActionRefused: if it has not ended.
    """
    measure = Measure.objects.select_related("decision__account").get(pk=about_id)
    if measure.ended_at is None:
        raise ActionRefused
    label = MeasureCode(measure.measure).label
    words = {"measure": label, "time": instant(measure.ended_at)}
    decision = measure.decision
    return {
        "number": decision.number,
        "account_name": decision.account.name,
        "platform_uid": decision.account.platform_uid,
        "measure": (
            "\n".join(
                filter(
                    None,
                    [
                        _(
                            "The measure “%(measure)s” was lifted at %(time)s, before its term was over."
                        )
                        % words,
                        _told_of_lift(measure),
                    ],
                )
            )
            if measure.status == MeasureStatus.LIFTED
            else _("The term of the measure “%(measure)s” was over at %(time)s.") % words
        ),
        "account_state": state_in_words(decision.account, measure.ended_at),
    }


def _told_of_lift(measure: Measure) -> str:
    """Return the reason that is told of a lifting; none was kept before there was a record of it."""
    lift = MeasureLift.objects.filter(measure=measure).first()
    return _("Reason: %(reason)s") % {"reason": lift.told} if lift is not None else ""
