"""Where the pages of rule documents stand, and what the desk says of them."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    waiting_for,
)
from compliance.rulebook import changes, filings
from compliance.rulebook.documents import missing_kinds
from compliance.ui.desk import CardData, CardRow, register_card
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page

CARD_ROWS = 6


def approval_card(request: HttpRequest) -> CardData | None:
    """Return the changes of rules whose approval waits for the person at the screen."""
    staff = staff_of(request)
    if not any(staff.has_perm(each) for each in changes.SLOTS):
        return None
    waiting = waiting_for(staff)
    return CardData(
        title=_("Rule changes to approve"),
        value=len(waiting),
        hint=_("waiting"),
        rows=[CardRow(label=title_of(each), url=change_url(each)) for each in waiting[:CARD_ROWS]],
        empty=_("Nothing is waiting."),
        link_url=reverse("admin:rule_documents"),
        link_label=_("All rule documents"),
    )


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
    register_card(approval_card, order=61)
    register_card(alarm_card, order=62)
