"""What the operator is told of a decision, written down in the transaction that takes it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from compliance.errors import ActionRefused
from enforcement.enums import NoticeLanguage
from enforcement.models import Decision, DecisionClause, DecisionNotice, Measure

# Raised with every change of the templates, so that a text can be traced to its template.
TEMPLATE_VERSION = "1"


def notice_text(
    decision: Decision,
    language: str,
    *,
    number: str,
    decided_at: datetime,
    appealable_until: datetime,
    clauses: Iterable[DecisionClause],
    measures: Iterable[Measure],
) -> str:
    """
    Return what the operator is told of a decision in one language; nothing is written.

    Public Account Provisions, art. 20 §2. Rows that were never saved do as well, so that whoever
    proposes and whoever approves can read the text beforehand.
    """
    # Plain values only: what a template cannot reach (the private note, who complained), no later
    # change of the template can let out.
    violation = decision.violation_type
    is_english = language == NoticeLanguage.ENGLISH
    content: dict[str, Any] = {
        "number": number,
        "account_name": decision.account.name,
        "platform_uid": decision.account.platform_uid,
        "source": decision.case.source,
        "violation_code": violation.code,
        "violation_title": violation.title_en if is_english else violation.title_zh,
        "statute": decision.statute,
        "facts": decision.facts,
        "reasoning": decision.reasoning,
        "content_kind": decision.content_kind,
        "content_ref": decision.content_ref,
        "is_automated": decision.is_automated,
        "decided_at": decided_at,
        "appealable_until": appealable_until,
        "clauses": [
            {
                "document": clause.document_title,
                "version": clause.version_label,
                "number": clause.number,
                "text": clause.text,
            }
            for clause in clauses
        ],
        "measures": [
            {
                "measure": measure.measure,
                "from": measure.in_force_from,
                "until": measure.in_force_until,
            }
            for measure in measures
        ],
    }
    with translation.override(language):
        text = render_to_string(f"notices/decision.{language}.txt", content)
    # A template's output counts as safe HTML; this is plain text, so that a page escapes it.
    return str.__str__(text)


def write_notices(decision: Decision) -> list[DecisionNotice]:
    """
    Write the text that the operator is told of a decision, in each language.

    Public Account Provisions, art. 20 §2: how and until when to appeal is made known; our choice,
    no article: facts, rule with its text, and reasoning are told with every measure.

    :raises ActionRefused: if a text would come out without reasons or the way to appeal.
    """
    return [_write_notice(decision, str(language)) for language in NoticeLanguage.values]


def _write_notice(decision: Decision, language: str) -> DecisionNotice:
    clauses = list(decision.clauses.order_by("pk"))
    measures = list(decision.measures.order_by("pk"))
    if not (clauses and measures and decision.in_force_from and decision.appealable_until):
        raise ActionRefused
    text = notice_text(
        decision,
        language,
        number=decision.number,
        decided_at=decision.in_force_from,
        appealable_until=decision.appealable_until,
        clauses=clauses,
        measures=measures,
    )
    return DecisionNotice.objects.create(
        decision=decision, language=language, template_version=TEMPLATE_VERSION, text=text
    )
