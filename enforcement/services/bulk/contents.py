"""The words of a decision on many accounts, as they are kept and as they are read again."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from compliance.models import Clause
from enforcement.enums import CaseSource
from enforcement.models import BulkDecision, Factor
from enforcement.services.decision_content import DecisionWords, MeasureOrder

APPROVE: Final = "enforcement.approve_decision"
APPROVE_AS_OFFICER: Final = "enforcement.approve_decision_as_officer"
# Our choice (domain rules, bulk actions): two approve it, the compliance officer among them.
SLOTS: Final = (APPROVE, APPROVE_AS_OFFICER)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where the cases of a list come from, as each of them says."""

    source: str = CaseSource.OWN
    source_ref: str = ""


def words_in_bytes(
    words: DecisionWords, origin: Origin, *, unknown: Iterable[str], doubled: Iterable[str]
) -> dict[str, Any]:
    """Return everything that approvers must see of a list besides its accounts."""
    violation = words.violation_type
    return {
        "violation": {
            "code": violation.code,
            "title": violation.title_zh,
            "provision": violation.provision,
            "catalogue": violation.version.label,
            "severity": words.severity,
        },
        "facts": words.facts,
        "reasoning": words.reasoning,
        "private_note": words.private_note,
        "statute": words.statute,
        "content": {"kind": words.content_kind, "ref": words.content_ref},
        "clauses": [
            {
                "clause": clause.pk,
                "document": clause.rule_version.document.title,
                "version": clause.rule_version.label,
                "number": clause.number,
                "text": clause.text,
            }
            for clause in words.clauses
        ],
        "measures": [
            {
                "measure": str(order.measure),
                "term_days": order.term_days,
                "functions": sorted(order.functions),
                "review_date": order.review_date.isoformat() if order.review_date else None,
            }
            for order in words.measures
        ],
        "factors": [{"factor": each.pk, "title": each.title_zh} for each in words.factors],
        "deviation": {"reason": words.deviation_reason, "note": words.deviation_note},
        "source": {"kind": origin.source, "ref": origin.source_ref},
        "unknown": list(unknown),
        "doubled": list(doubled),
        "approvers": list(SLOTS),
    }


def origin_of(bulk: BulkDecision) -> Origin:
    """Return where the cases of a list come from."""
    source = json.loads(bulk.words)["source"]
    return Origin(source=source["kind"], source_ref=source["ref"])


def words_of(bulk: BulkDecision) -> DecisionWords:
    """Return the words of a list as they were written; earlier decisions count as of its draft."""
    content = json.loads(bulk.words)
    clauses = {
        each.pk: each
        for each in Clause.objects.filter(
            pk__in=[each["clause"] for each in content["clauses"]]
        ).select_related("rule_version__document")
    }
    return DecisionWords(
        violation_type=bulk.violation_type,
        severity=bulk.severity,
        facts=content["facts"],
        reasoning=content["reasoning"],
        private_note=content["private_note"],
        statute=content["statute"],
        content_kind=content["content"]["kind"],
        content_ref=content["content"]["ref"],
        clauses=[clauses[each["clause"]] for each in content["clauses"]],
        measures=[
            MeasureOrder(
                each["measure"],
                each["term_days"],
                tuple(each["functions"]),
                date.fromisoformat(each["review_date"]) if each["review_date"] else None,
            )
            for each in content["measures"]
        ],
        is_automated=False,
        factors=list(
            Factor.objects.filter(pk__in=[each["factor"] for each in content["factors"]]).order_by(
                "pk"
            )
        ),
        deviation_reason=content["deviation"]["reason"],
        deviation_note=content["deviation"]["note"],
        counted_at=bulk.drafted_at,
        more_slots=SLOTS,
    )


def words_for(words: DecisionWords, line: str) -> DecisionWords:
    """Return the words for one account: with its own facts after those of all."""
    return replace(words, facts=f"{words.facts}\n{line}") if line else words
