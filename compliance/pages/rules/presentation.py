"""What the pages of rule documents show of versions, changes and filings."""

import json
from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance.models import (
    ChangeKind,
    ProposalOutcome,
    ProposalResult,
    RuleChange,
    RuleDocument,
    RuleVersion,
)
from compliance.public.rules import DIFFERENCE_LABELS, STATE_LABELS
from compliance.rulebook.comparison import ClausePair, Difference, compare_clauses
from compliance.rulebook.documents import Standing, VersionState, texts_of
from compliance.rulebook.filings import STATE_LABELS as FILING_LABELS
from compliance.rulebook.filings import FilingState
from compliance.rulebook.texts import ClauseText
from compliance.ui.kit import Badge

VIEW: Final = "compliance.view_ruledocument"

_STATE_TONES: Final = {
    VersionState.ANNOUNCED: "info",
    VersionState.IN_FORCE: "good",
    VersionState.SUPERSEDED: "",
    VersionState.WITHDRAWN: "warning",
}
_FILING_TONES: Final = {
    FilingState.NOT_FILED: "danger",
    FilingState.FILED: "warning",
    FilingState.RECEIPTED: "good",
}


def document_url(document: RuleDocument) -> str:
    """Return the address of the page of a document."""
    return reverse("admin:rule_document", args=[document.code])


def change_url(change: RuleChange) -> str:
    """Return the address of the page of a change."""
    return reverse("admin:rule_change", args=[change.pk])


def public_address(version: RuleVersion) -> str:
    """Return where everybody reads a version, or "" where the document is not published."""
    if not version.document.is_public:
        return ""
    return reverse("public:rule_version", args=[version.document.code, version.label])


def version_badge(standing: Standing, version: RuleVersion) -> Badge:
    """Return where a version stands, as a badge."""
    state = standing.state_of(version)
    return Badge(text=STATE_LABELS[state], tone=_STATE_TONES[state])


def filing_badge(state: FilingState) -> Badge:
    """Return where a version stands with the regulator, as a badge."""
    return Badge(text=FILING_LABELS[state], tone=_FILING_TONES[state])


def content_of(change: RuleChange) -> dict[str, Any]:
    """Return what a change says, as it was proposed."""
    content: dict[str, Any] = json.loads(change.proposal.content)
    return content


def proposed_clauses(change: RuleChange) -> tuple[ClauseText, ...]:
    """Return the clauses of a proposed version."""
    return tuple(ClauseText(**each) for each in content_of(change).get("clauses", []))


def title_of(change: RuleChange) -> str:
    """Return in words what a change is about."""
    said = {"title": change.document.title, "label": content_of(change)["label"]}
    if change.kind == ChangeKind.WITHDRAWAL:
        return _("Withdraw %(title)s %(label)s") % said
    return _("%(title)s, version %(label)s") % said


def result_of(change: RuleChange) -> Badge:
    """Return how a change ended, or that it waits."""
    outcome = ProposalOutcome.objects.filter(proposal=change.proposal_id).first()
    if outcome is None:
        return Badge(text=_("waits for approval"), tone="info")
    tone = "good" if outcome.result == ProposalResult.APPROVED else "warning"
    return Badge(text=outcome.get_result_display(), tone=tone)


def shown_pairs(old: Sequence[ClauseText], new: Sequence[ClauseText]) -> dict[str, Any]:
    """Return two texts beside each other, what is the same in both only counted."""
    pairs: list[ClausePair] = compare_clauses(old, new)
    return {
        "pairs": [
            {"pair": each, "label": DIFFERENCE_LABELS[each.difference]}
            for each in pairs
            if each.difference != Difference.SAME
        ],
        "same": sum(each.difference == Difference.SAME for each in pairs),
    }


def base_of(change: RuleChange) -> RuleVersion | None:
    """Return the version that a proposed one will replace."""
    replaced = content_of(change).get("replaces")
    if replaced is None:
        return None
    return RuleVersion.objects.filter(document=change.document_id, label=replaced).first()


def base_texts(change: RuleChange) -> tuple[ClauseText, ...]:
    """Return the clauses of the version that a proposed one will replace."""
    return texts_of(base_of(change))


def shown_day(day: Any) -> str:
    """Return a day as the screens write it."""
    return str(date_format(day, "SHORT_DATE_FORMAT"))
