"""How filings are found."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from compliance.numbers import read_number, read_plain_number
from compliance.ui.kit import Badge
from compliance.ui.search import Hit, register_search
from reports.models import Filing
from reports.models.filings import NUMBER_PREFIX
from reports.pages.filing import VIEW
from reports.pages.presentation import filing_url


def find_filings(words: str) -> QuerySet | None:
    """Return the filing of a number."""
    number = read_number(NUMBER_PREFIX, words) or read_plain_number(words)
    return Filing.objects.filter(pk=number).order_by("pk") if number is not None else None


def filing_hit(filing: Filing) -> Hit:
    """Return how a filing is shown among what was found."""
    return Hit(
        title=f"{filing.number} {filing.get_code_display()}",
        hint=filing.period_in_words,
        url=filing_url(filing),
        badge=Badge(text=filing.get_status_display()),
    )


def register() -> None:
    """Let filings be found; called when apps are ready."""
    register_search(
        "filing",
        gettext_lazy("Filings"),
        VIEW,
        find_filings,
        hit=filing_hit,
        by=gettext_lazy("number of the filing"),
        icon="outbox",
        order=60,
    )
