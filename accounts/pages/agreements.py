"""What the desk says of accounts whose operators have not accepted the service agreement."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services.agreements import without_agreement
from compliance.models import DocumentKind
from compliance.pages.door import staff_of
from compliance.pages.rules.presentation import shown_day
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


def register() -> None:
    """Put the card on the desk; called when apps are ready."""
    register_card(agreement_card, order=63)
