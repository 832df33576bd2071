"""How approvers weigh what an operator said; without it nobody approves."""

from django.utils.translation import gettext as _

from compliance.errors import ActionRefused, InvalidInput
from compliance.models import StaffUser
from enforcement.models import Decision, MeasureType, StatementWeighing
from enforcement.rules.hearings import is_heard_first
from enforcement.rules.reasons import reason_problem
from enforcement.services.emergencies.ordering import emergency_of, require_in_time
from enforcement.services.hearings.planning import has_spoken


def needs_weighing(decision: Decision) -> bool:
    """Return whether whoever approves a decision has to say how a statement was weighed."""
    return decision.hearing is not None and has_spoken(decision.hearing)


def require_heard(decision: Decision) -> None:
    """
    Refuse a verdict on a decision before the operator was heard, where the catalogue asks for it.

    Our choice, no article.

    :raises ActionRefused: if nobody heard the operator, the hearing is not over, or an emergency was
        not confirmed in time.
    """
    if decision.heard_as is not None or emergency_of(decision) is not None:
        require_in_time(decision)
        return
    if decision.hearing is not None:
        raise ActionRefused(_("The operator is still being heard: nobody approves before."))
    types = MeasureType.objects.filter(
        version=decision.violation_type.version_id,
        measure__in=decision.ordered_measures.values("measure"),
    )
    if is_heard_first(types.values_list("needs_hearing", flat=True)):
        raise ActionRefused(
            _("The operator was not heard on this measure: return the decision to its proposer.")
        )


def weigh_statement(decision: Decision, text: str, *, actor: StaffUser) -> None:
    """
    Put on record how an approver weighed the statement; written after the approval itself.

    Our choice, no article: the operator is told it in the decision.

    :raises InvalidInput: if it says nothing, or there is no statement to weigh.
    """
    text = text.strip()
    if not needs_weighing(decision):
        if text:
            raise InvalidInput(_("There is no statement to weigh."))
        return
    if reason_problem(text) is not None:
        raise InvalidInput(
            _(
                "Write for the operator how their statement was weighed: what follows from it, or why not."
            )
        )
    StatementWeighing.objects.create(
        decision=decision, proposal=decision.proposal, approver=actor.person, text=text
    )
