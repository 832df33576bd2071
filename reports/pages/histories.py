"""What reports add to the timeline of an account: the filings that hold one of its decisions."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from accounts.pages.histories import ACCOUNT
from compliance.models import Proposal
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from enforcement.enums import TAKEN_DECISIONS
from enforcement.models import Decision
from reports.enums import FilingCode
from reports.models import Filing
from reports.pages.filing import VIEW
from reports.pages.presentation import filing_url


def filings_of(accounts: QuerySet) -> QuerySet:
    """
    Return the filings whose frozen rows hold a decision about one of the accounts.

    By what the form asks for: decisions taken in the period that were in force when the rows were
    read. Opening every frozen piece would tell the same and cost a page its time.
    """
    reported = Decision.objects.filter(
        account__in=accounts,
        status__in=TAKEN_DECISIONS,
        in_force_from__date__gte=OuterRef("period_from"),
        in_force_from__date__lt=OuterRef("period_until"),
        in_force_from__lte=OuterRef("manifest__snapshot_at"),
    )
    return Filing.objects.frozen().filter(Exists(reported), code=FilingCode.R07)


def register() -> None:
    """Add the sources to the timeline; called when apps are ready."""
    label = gettext_lazy("Filings")
    register_timeline_source(
        ACCOUNT,
        TimelineSource(
            kind="filing", label=label, permission=VIEW, records=filings_of, page=filing_url
        ),
    )
    register_timeline_source(
        ACCOUNT,
        TimelineSource(
            kind="filing",
            label=label,
            permission=VIEW,
            records=lambda accounts: Proposal.objects.filter(
                filing__in=filings_of(accounts)
            ).select_related("filing"),
            name=lambda proposal: proposal.filing.number,
            page=lambda proposal: filing_url(proposal.filing),
        ),
    )
