"""Where the pages of rule documents stand, and what the desk says of them."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    register_kind,
)
from compliance.models import ChangeKind, Proposal, RuleChange
from compliance.pages.door import staff_of
from compliance.pages.rules.change import RuleChangePage
from compliance.pages.rules.document import FiledTextPage, RuleDocumentPage
from compliance.pages.rules.documents import AddDocumentPage, RuleDocumentsPage
from compliance.pages.rules.draft import DraftPage
from compliance.pages.rules.presentation import (
    VIEW,
    change_url,
    document_url,
    filing_badge,
    title_of,
)
from compliance.rulebook import filings
from compliance.rulebook.changes import VERSION_KIND, WITHDRAWAL_KIND
from compliance.rulebook.documents import missing_kinds
from compliance.ui.desk import CardData, CardRow, register_card
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return what each change is about, and where it is approved or written anew."""
    changes = RuleChange.objects.filter(proposal__in=found).select_related(
        "document", "proposal__outcome"
    )
    return {
        each.proposal_id: ProposalWords(title_of(each), url_of(each), _("write it anew"))
        for each in changes
    }


def url_of(change: RuleChange) -> str:
    """Return the page of a change that waits, else the one on which another is proposed."""
    if getattr(change.proposal, "outcome", None) is None:
        return change_url(change)
    if change.kind == ChangeKind.WITHDRAWAL:
        return document_url(change.document)
    # It begins with the text that came back.
    return reverse("admin:draft_rule", args=[change.document.code])


def alarm_card(request: HttpRequest) -> CardData | None:
    """Return which documents are missing and which are published without being filed."""
    staff = staff_of(request)
    if not staff.has_perm(filings.FILE):
        return None
    today = timezone.localdate()
    missing, unfiled = missing_kinds(today), filings.unfiled(today)
    rows = [
        CardRow(
            label=kind.label, value=_("missing"), tone="danger", url=reverse("admin:rule_documents")
        )
        for kind in missing
    ]
    for each in unfiled:
        badge = filing_badge(each.state)
        rows.append(
            CardRow(
                label=f"{each.version.document.title} {each.version.label}",
                value=badge.text,
                tone=badge.tone,
                url=document_url(each.version.document),
            )
        )
    return CardData(
        title=_("Rule documents that need something"),
        value=len(rows),
        rows=rows,
        empty=_("Every document is there, and what has to be filed is filed."),
        link_url=reverse("admin:rule_documents"),
        link_label=_("All rule documents"),
        tone="danger" if rows else "",
    )


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("rules/", RuleDocumentsPage, name="rule_documents")
    register_page("rules/new/", AddDocumentPage, name="add_rule_document")
    register_page("rules/changes/<int:pk>/", RuleChangePage, name="rule_change")
    register_page("rules/filings/<int:pk>/text/", FiledTextPage, name="rule_filing_text")
    register_page("rules/documents/<slug:code>/", RuleDocumentPage, name="rule_document")
    register_page("rules/documents/<slug:code>/draft/", DraftPage, name="draft_rule")
    register_link(
        "records",
        gettext_lazy("Rule documents"),
        view="admin:rule_documents",
        permission=VIEW,
        icon="gavel",
        order=40,
    )
    register_card(alarm_card, order=62)
    proposed_since = RuleChange.objects.filter(
        document=OuterRef("rule_change__document"), pk__gt=OuterRef("rule_change__pk")
    )
    for code, label in (
        (VERSION_KIND, gettext_lazy("new version of a rule document")),
        (WITHDRAWAL_KIND, gettext_lazy("withdrawal of an announced rule version")),
    ):
        register_kind(
            ProposalKind(
                code=code,
                label=label,
                still_waits=Q(came_back_lately(), ~Exists(proposed_since)),
                describe=words_of,
            )
        )
