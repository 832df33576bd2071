"""What the operators of the demo answer when they are heard before a decision."""

from compliance.evidence.services import check_file
from compliance.grounds import Grounds
from compliance.provisions import Provision
from enforcement.enums import DecisionStatus
from enforcement.hearing_words import StatementKind
from enforcement.models import Decision
from enforcement.services.hearings.answering import receive_statement
from reports.demo.staff import Crew

WORDS = "所述内容确系本账号发布，但当日即已自行删除，未造成扩散，请从轻处理（演示）。"


def say_nothing(decision: Decision, crew: Crew) -> None:
    """Let the operator have nothing to say, if the decision waits for them."""
    _answer(decision, crew, StatementKind.NOTHING)


def state(decision: Decision, crew: Crew) -> None:
    """Let the operator make their whole statement, and have its file checked as the worker would."""
    _answer(decision, crew, StatementKind.FINAL, WORDS)


def _answer(decision: Decision, crew: Crew, kind: StatementKind, words: str = "") -> None:
    if decision.status != DecisionStatus.HEARING or decision.hearing is None:
        return
    grounds = Grounds(
        actor=crew.system,
        provision=Provision.PUBLIC_ACCOUNT_20_2,
        reason="运营者通过公开答复页面作出陈述",
    )
    statement = receive_statement(hearing=decision.hearing, kind=kind, words=words, **grounds)
    for document in statement.documents.select_related("evidence__file"):
        check_file(file=document.evidence.file, **grounds)
    decision.refresh_from_db()
