"""Services by which an appeal is heard: questions and answers, both sides, mediation."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, work
from compliance.clocks import finish_clock, pause_clock, resume_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.models import Participation, Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.appeal_words import (
    OPEN_APPEALS,
    AppealStatementKind,
    AppealStatus,
    MediationParty,
    MediationResult,
)
from enforcement.models import Appeal, AppealMediation, AppealQuestion, AppealStatement
from enforcement.services.appeals.filing import FILE
from enforcement.services.appeals.material import check_words, keep_statement
from enforcement.services.appeals.taking_up import (
    PERMISSIONS,
    open_appeal_item,
    take_up,
    told,
)
from enforcement.services.appeals.telling import tell_question

STATE: Final = "enforcement.state_for_decision"
MATERIAL_STEP: Final = "appeal_material"


@transaction.atomic
def ask_appellant(
    *,
    appeal: Appeal,
    text: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> AppealQuestion:
    """
    Ask the appellant something; the clock stands still until they answer.

    Public Account Provisions, art. 20 §2; our choice: a limit binds for the time in which we can act.

    :raises NotPermitted: if the actor may not hear appeals on its level.
    :raises SamePerson: if the actor took part in the decision.
    :raises StaleLease: if the actor does not hold it.
    :raises InvalidInput: if nothing is asked.
    :raises TransitionRefused: if it is not accepted, or an answer is waited for already.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    take_up(appeal, actor, fence, expected_version)
    text = told(text)
    question = AppealQuestion.objects.create(
        appeal=appeal,
        matter=appeal.matter,
        text=text,
        asked_by=actor.person,
        hearing_side=appeal.hearing_side,
        asked_at=timezone.now(),
        clock=start_clock(step=MATERIAL_STEP, **grounds),
    )
    audit.move(appeal, "ask", **grounds)
    assert appeal.decision_clock is not None
    pause_clock(clock=appeal.decision_clock, **grounds)
    work.close_item(appeal.work_item)
    tell_question(question, actor=actor)
    return question


@transaction.atomic
def answer_question(
    *,
    appeal: Appeal,
    words: str,
    files: Sequence[IncomingFile] = (),
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> AppealStatement:
    """
    Take the answer to a question; the clock runs on and the appeal is back in its queue.

    Public Account Provisions, art. 20 §2.

    :raises NotPermitted: if the actor may not file appeals.
    :raises InvalidInput: if nothing is said.
    :raises ActionRefused: if no answer is waited for.
    """
    require_permission(actor, FILE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(appeal)
    if appeal.status != AppealStatus.WAITING or appeal.decision_clock is None:
        raise ActionRefused(_("No answer is waited for."))
    words = check_words(words, files)
    question = appeal.questions.order_by("-pk")[0]
    statement = keep_statement(
        appeal, AppealStatementKind.ANSWER, words, files, grounds, question=question
    )
    _go_on(appeal, question, grounds)
    return statement


def _go_on(appeal: Appeal, question: AppealQuestion, grounds: Grounds) -> None:
    assert appeal.decision_clock is not None
    finish_clock(clock=question.clock, **grounds)
    resume_clock(clock=appeal.decision_clock, **grounds)
    audit.move(
        appeal,
        "answer",
        **grounds,
        work_item=open_appeal_item(appeal, appeal.decision_clock),
    )


@transaction.atomic
def go_on_without_answer(
    *, appeal: Appeal, actor: StaffUser, provision: Provision, reason: str
) -> Appeal:
    """
    Put an appeal back into its queue because its question was not answered in time.

    Our choice, no article: silence costs the appellant nothing but the answer.

    :raises NotPermitted: if the actor may not hear appeals on its level.
    :raises ActionRefused: if no answer is waited for, or there is still time for it.
    """
    require_permission(actor, PERMISSIONS[appeal.level])
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(appeal)
    if appeal.status != AppealStatus.WAITING:
        raise ActionRefused(_("No answer is waited for."))
    question = appeal.questions.select_related("clock").order_by("-pk")[0]
    if question.clock.due_at > timezone.now():
        raise ActionRefused(_("The appellant may still answer."))
    _go_on(appeal, question, grounds)
    return appeal


@transaction.atomic
def supplement_appeal(
    *,
    appeal: Appeal,
    words: str,
    files: Sequence[IncomingFile] = (),
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> AppealStatement:
    """
    Add to an appeal on which nobody has decided.

    Public Account Provisions, art. 20 §2.

    :raises NotPermitted: if the actor may not file appeals.
    :raises InvalidInput: if nothing is said.
    :raises ActionRefused: if it has ended.
    """
    require_permission(actor, FILE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(appeal)
    if appeal.status not in OPEN_APPEALS:
        raise ActionRefused(
            _("The appeal has ended already: %(state)s.") % {"state": appeal.get_status_display()}
        )
    words = check_words(words, files)
    return keep_statement(appeal, AppealStatementKind.SUPPLEMENT, words, files, grounds)


@transaction.atomic
def state_for_decision(
    *, appeal: Appeal, text: str, actor: StaffUser, provision: Provision, reason: str
) -> AppealStatement:
    """
    State once, for those who decided, what they say to the appeal: both sides are heard.

    Our choice, no article.

    :raises NotPermitted: if the actor may not, or did not decide what it is about.
    :raises InvalidInput: if it says too little.
    :raises ActionRefused: if it has ended, or one of them spoke already.
    """
    require_permission(actor, STATE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(appeal)
    if appeal.status not in OPEN_APPEALS:
        raise ActionRefused(
            _("The appeal has ended already: %(state)s.") % {"state": appeal.get_status_display()}
        )
    if not has_decided(appeal, actor):
        raise NotPermitted(_("Only those who decided speak for the decision."))
    if other_side_of(appeal) is not None:
        raise ActionRefused(_("Those who decided have spoken already."))
    statement = AppealStatement.objects.create(
        appeal=appeal,
        kind=AppealStatementKind.OTHER_SIDE,
        person=actor.person,
        text=told(text),
        received_at=timezone.now(),
    )
    audit.record(action="enforcement.appeal.state_for_decision", target=appeal, **grounds)
    return statement


def has_decided(appeal: Appeal, actor: StaffUser) -> bool:
    """Return whether somebody stands on the side of those who decided."""
    return Participation.objects.filter(
        matter=appeal.matter_id, person=actor.person_id, side=appeal.proposer_side
    ).exists()


def other_side_of(appeal: Appeal) -> AppealStatement | None:
    """Return what those who decided said, or None."""
    said = appeal.statements.filter(kind=AppealStatementKind.OTHER_SIDE)
    return said.select_related("person").first()


@transaction.atomic
def record_mediation(
    *,
    appeal: Appeal,
    parties: str,
    result: str,
    held_date: date,
    note: str,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> AppealMediation:
    """
    Put on record that a handler mediated: between whom, when, and what came of it.

    Public Account Provisions, art. 20 §3: disputes are mediated. It replaces no outcome.

    :raises NotPermitted: if the actor may not hear appeals on its level.
    :raises SamePerson: if the actor took part in the decision.
    :raises StaleLease: if the actor does not hold it.
    :raises InvalidInput: if it is not said between whom, when, or what came of it.
    :raises ActionRefused: if it is not accepted.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    take_up(appeal, actor, fence, expected_version)
    if appeal.status != AppealStatus.ACCEPTED:
        raise ActionRefused(_("Mediation is recorded while an accepted appeal is heard."))
    if parties not in MediationParty.values or result not in MediationResult.values:
        raise InvalidInput(_("Say between whom was mediated and what came of it."))
    if not timezone.localdate(appeal.filed_at) <= held_date <= timezone.localdate():
        raise InvalidInput(_("Give the day of the mediation: after the appeal, not to come."))
    mediation = AppealMediation.objects.create(
        appeal=appeal,
        matter=appeal.matter,
        parties=parties,
        result=result,
        note=told(note),
        held_date=held_date,
        mediator=actor.person,
        hearing_side=Side(appeal.hearing_side),
    )
    audit.record(
        action="enforcement.appeal.record_mediation",
        target=appeal,
        **grounds,
        changes={"parties": parties, "result": result},
    )
    return mediation
