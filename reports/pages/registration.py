"""Where the pages of filings stand, and what the desk says of them."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.desk.kinds import ProposalKind, ProposalWords, register_kind
from compliance.models import Clock, Proposal
from compliance.pages.overdue import register_clock_page
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page
from reports.enums import FilingStatus
from reports.models import Filing
from reports.pages.download import DownloadFilingPage
from reports.pages.figures import FiguresPage, RecordsPage
from reports.pages.filing import PREPARE, FilingPage
from reports.pages.prepare import PrepareFilingPage
from reports.pages.presentation import filing_url
from reports.services.filings import RELEASE_KIND


def words_of(proposals: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return what each release is about, and what its requester does when it came back."""
    filings = Filing.objects.filter(release_proposal__in=proposals)
    return {
        filing.release_proposal_id: ProposalWords(
            f"{filing.number} {filing.period_in_words}",
            filing_url(filing),
            _("review it again, or withdraw it"),
        )
        for filing in filings
        if filing.release_proposal_id is not None
    }


def page_of_clock(clock: Clock) -> str:
    """Return the page of the filing that a clock belongs to, or ""."""
    found = Filing.objects.filter(release_clock=clock).first()
    return filing_url(found) if found is not None else ""


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_clock_page(page_of_clock)
    register_page("filings/prepare/", PrepareFilingPage, name="prepare_filing")
    register_page("filings/<int:pk>/", FilingPage, name="filing")
    register_page("filings/<int:pk>/figures/", FiguresPage, name="filing_figures")
    register_page(
        "filings/<int:pk>/figures/<int:row>/<slug:column>/", RecordsPage, name="filing_records"
    )
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
    register_kind(
        ProposalKind(
            code=RELEASE_KIND,
            label=gettext_lazy("release of a filing"),
            still_waits=Q(filing__status__in=[FilingStatus.PREPARED, FilingStatus.REVIEWED]),
            describe=words_of,
        )
    )
