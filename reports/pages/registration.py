"""Where the pages of filings stand, and what the desk says of them."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import Clock, Side
from compliance.pages.desk import staff_of
from compliance.pages.overdue import register_clock_page
from compliance.ui.desk import CardData, CardRow, register_card
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page
from reports.enums import FilingStatus
from reports.models import Filing
from reports.pages.download import DownloadFilingPage
from reports.pages.filing import PREPARE, RELEASE, FilingPage
from reports.pages.prepare import PrepareFilingPage
from reports.pages.presentation import filing_url

CARD_ROWS = 5


def release_card(request: HttpRequest) -> CardData | None:
    """Return the filings whose release waits for the person at the screen."""
    staff = staff_of(request)
    if not staff.has_perm(RELEASE):
        return None
    waiting = (
        Filing.objects.filter(
            status=FilingStatus.REVIEWED,
            release_proposal__isnull=False,
            release_proposal__outcome__isnull=True,
        )
        .exclude(
            matter__participations__person=staff.person_id,
            matter__participations__side=Side.REQUESTER,
        )
        .order_by("pk")
    )
    return CardData(
        title=_("Filings to release"),
        value=waiting.count(),
        hint=_("waiting"),
        rows=[
            CardRow(label=filing.number, value=filing.period_in_words, url=filing_url(filing))
            for filing in waiting[:CARD_ROWS]
        ],
        empty=_("Nothing is waiting."),
        link_url=reverse("admin:reports_filing_changelist"),
        link_label=_("All filings"),
    )


def page_of_clock(clock: Clock) -> str:
    """Return the page of the filing that a clock belongs to, or ""."""
    found = Filing.objects.filter(release_clock=clock).first()
    return filing_url(found) if found is not None else ""


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_clock_page(page_of_clock)
    register_page("filings/prepare/", PrepareFilingPage, name="prepare_filing")
    register_page("filings/<int:pk>/", FilingPage, name="filing")
    register_page(
        "filings/<int:pk>/download/<str:format>/", DownloadFilingPage, name="download_filing"
    )
    register_link(
        "reports",
        gettext_lazy("Prepare a filing"),
        view="admin:prepare_filing",
        permission=PREPARE,
        icon="note_add",
        order=5,
    )
    register_card(release_card, order=60)
