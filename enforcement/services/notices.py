"""What the operator is told of a decision, written down in the transaction that takes it."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from compliance.errors import ActionRefused
from enforcement.enums import NoticeLanguage
from enforcement.models import Decision, DecisionNotice

# Raised with every change of the templates, so that a text can be traced to its template.
TEMPLATE_VERSION = "1"


def _content(decision: Decision, language: str) -> dict[str, Any]:
    # Plain values only: what a template cannot reach (the private note, who complained), no later
    # change of the template can let out.
    violation = decision.violation_type
    is_english = language == NoticeLanguage.ENGLISH
    return {
        "number": decision.number,
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
        "decided_at": decision.in_force_from,
        "appealable_until": decision.appealable_until,
        "clauses": [
            {
                "document": clause.document_title,
                "version": clause.version_label,
                "number": clause.number,
                "text": clause.text,
            }
            for clause in decision.clauses.order_by("pk")
        ],
        "measures": [
            {
                "measure": measure.measure,
                "from": measure.in_force_from,
                "until": measure.in_force_until,
            }
            for measure in decision.measures.order_by("pk")
        ],
    }


def write_notices(decision: Decision) -> list[DecisionNotice]:
    """
    Write the text that the operator is told of a decision, in each language.

    Public Account Provisions, art. 20 §2: how and until when to appeal is made known; our choice,
    no article: facts, rule with its text, and reasoning are told with every measure.

    :raises ActionRefused: if a text would come out without reasons or the way to appeal.
    """
    return [_write_notice(decision, str(language)) for language in NoticeLanguage.values]


def _write_notice(decision: Decision, language: str) -> DecisionNotice:
    content = _content(decision, language)
    if not (content["clauses"] and content["measures"] and content["appealable_until"]):
        raise ActionRefused
    with translation.override(language):
        text = render_to_string(f"notices/decision.{language}.txt", content)
    return DecisionNotice.objects.create(
        decision=decision, language=language, template_version=TEMPLATE_VERSION, text=text
    )
