"""What the desk says of accounts whose operators have not accepted the service agreement."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.pages.references import register_reference
from accounts.services.agreements import without_agreement
from accounts.services.missing_agreements import REFERENCE
from compliance.models import DocumentKind, RuleVersion, StaffUser
from compliance.pages.door import staff_of
from compliance.pages.rules.presentation import document_url, shown_day
from compliance.rulebook.documents import version_in_force
from compliance.rulebook.filings import FILE
from compliance.ui.desk import CardData, CardRow, register_card
from compliance.ui.pagination import tally_rows


def agreement_card(request: HttpRequest) -> CardData | None:
    """Return how many active accounts are without the agreement in force, for who keeps rules."""
    if not staff_of(request).has_perm(FILE):
        return None
    today = timezone.localdate()
    present = version_in_force(DocumentKind.SERVICE_AGREEMENT, today)
    if present is None:
        # That the agreement itself is missing stands on the card of the rule documents.
        return None
    tally = tally_rows(without_agreement(today))
    is_late = present.accept_until is None or present.accept_until < today
    rows = []
    if present.accept_until is not None:
        rows.append(
            CardRow(
                label=_("To be accepted until"),
                value=shown_day(present.accept_until),
                tone="danger" if is_late and tally.number else "",
            )
        )
    listed = reverse("admin:accounts_publicaccount_changelist")
    return CardData(
        title=_("Accounts without service agreement %(label)s") % {"label": present.label},
        value=str(tally),
        rows=rows,
        empty=_("Every active account has it."),
        link_url=f"{listed}?agreement=missing" if tally.number else "",
        link_label=_("Show these accounts"),
        tone=("danger" if is_late else "warning") if tally.number else "",
    )


def version_in_words(key: str) -> str:
    """Return the version of a document that a finding rests on, as people call it."""
    found = RuleVersion.objects.filter(pk=key).select_related("document").first()
    return f"{found.document} {found.label}" if found is not None else key


def page_of_version(key: str, staff: StaffUser) -> str:
    """Return the page of the document that a finding rests on, for whoever may read it."""
    if not staff.has_perm("compliance.view_ruledocument"):
        return ""
    found = RuleVersion.objects.filter(pk=key).select_related("document").first()
    return document_url(found.document) if found is not None else ""


def register() -> None:
    """Put the card on the desk, and name versions where findings rest on them."""
    register_card(agreement_card, order=63)
    register_reference(REFERENCE, words=version_in_words, url=page_of_version)
