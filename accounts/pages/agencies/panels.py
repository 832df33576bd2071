"""What the page of an account shows of agencies, and what happened to its agreements."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AgencyContract, ContractReminder, PublicAccount
from accounts.models.findings import name_figure
from accounts.pages.agencies.presentation import contract_badge, contract_url
from accounts.pages.of_account import register_link_of_open
from accounts.pages.references import register_reference
from accounts.services.agencies.submission import SUBMIT
from accounts.services.findings import RECORD
from compliance.models import StaffUser, WorkItem
from compliance.pages.record import (
    Panel,
    PanelRow,
    RecordLink,
    register_panel,
)
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.kit import TimelineStep

ACCOUNT = "accounts.publicaccount"
VIEW = "accounts.view_agencycontract"
SHOWN = 20


def agencies_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the agreements of an account with agencies, the latest first."""
    if not staff.has_perm(VIEW):
        return None
    found = account.agency_contracts.select_related("agency").order_by("-pk")[:SHOWN]
    return Panel(
        title=_("Agencies"),
        rows=[
            PanelRow(
                label=str(each),
                url=contract_url(each),
                hint=each.covers,
                value=_("until %(time)s") % {"time": each.valid_until},
                badge=contract_badge(each),
            )
            for each in found
        ],
        empty=_("No agreement with an agency was handed in."),
    )


def entering_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way to enter an agreement, for whoever may."""
    if not staff.has_perm(SUBMIT):
        return None
    return RecordLink(
        label=gettext_lazy("Enter an agreement with an agency"),
        url=reverse("admin:enter_agency_contract", args=[account.pk]),
    )


def claim_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way to note what is said of an agency, for whoever may."""
    if not staff.has_perm(RECORD):
        return None
    return RecordLink(
        label=gettext_lazy("Note that an agency is said to run it"),
        url=reverse("admin:note_agency_claim", args=[account.pk]),
    )


def reminder_step(reminder: ContractReminder) -> TimelineStep:
    """Return that the operator was reminded of an end."""
    return TimelineStep(
        at=reminder.at, title=_("Reminded %(days)s days before the end") % {"days": reminder.days}
    )


def _items_of(contracts: QuerySet) -> QuerySet:
    versions = AgencyContract.history.model.objects.filter(id__in=contracts.values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values("work_item_id"))


def _clocks_of(contracts: QuerySet) -> QuerySet:
    reviews = _items_of(contracts).values_list("clock")
    material = contracts.filter(material_clock__isnull=False).values_list("material_clock")
    return reviews.union(material)


def _sources(found: Callable[[QuerySet], QuerySet]) -> list[TimelineSource]:
    """Return the sources of what happened to agreements; `found` returns them for the records."""
    label = gettext_lazy("Agencies")
    return [
        TimelineSource(
            kind="agency",
            label=label,
            permission=VIEW,
            records=found,
            name=str,
            page=contract_url,
        ),
        TimelineSource(
            kind="agency",
            label=label,
            permission=VIEW,
            records=lambda roots: _items_of(found(roots)),
        ),
        TimelineSource(
            kind="agency",
            label=label,
            permission=VIEW,
            records=lambda roots: ContractReminder.objects.filter(contract__in=found(roots)),
            at="at",
            step=reminder_step,
        ),
        *clock_sources(VIEW, lambda roots: _clocks_of(found(roots))),
    ]


def _of_accounts(accounts: QuerySet) -> QuerySet:
    return AgencyContract.objects.filter(account__in=accounts).select_related("agency")


def _same(records: QuerySet) -> QuerySet:
    return records


def register() -> None:
    """Add the panel, the links and the sources of timelines; called when apps are ready."""
    register_panel(ACCOUNT, agencies_panel, order=13)
    register_link_of_open(entering_link)
    register_link_of_open(claim_link)
    name_figure("agency_name", gettext_lazy("Agency"))
    register_reference("agency", words=str, url=lambda _name, _staff: "")
    for record_type, found in ((ACCOUNT, _of_accounts), ("accounts.agencycontract", _same)):
        for source in _sources(found):
            register_timeline_source(record_type, source)
    register_timeline_source(
        "accounts.agency",
        TimelineSource(
            kind="agency",
            label=gettext_lazy("Agencies"),
            permission="accounts.view_agency",
            records=_same,
        ),
    )
