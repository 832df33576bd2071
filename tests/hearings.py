"""The operator's part in a hearing, for tests that are about something else."""

from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.hearing_words import StatementKind
from enforcement.models import Decision
from enforcement.services.hearings.answering import receive_statement


def hear(decision: Decision, kind: str = StatementKind.NOTHING, words: str = "") -> Decision:
    """Let the operator answer, if a decision waits for that; return it as it is then."""
    if decision.status == "hearing":
        assert decision.hearing is not None
        receive_statement(
            hearing=decision.hearing,
            kind=kind,
            words=words,
            actor=system_actor(),
            provision=Provision.PUBLIC_ACCOUNT_20_2,
            reason="运营者答复",
        )
    return Decision.objects.get(pk=decision.pk)
