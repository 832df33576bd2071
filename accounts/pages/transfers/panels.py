"""What the page of an account shows of transfers, and what happened to them."""

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import GroundKind
from accounts.models import PublicAccount, Regularisation, Transfer
from accounts.models.regularisations import REGULARISATION_PREFIX
from accounts.models.transfers import TRANSFER_PREFIX
from accounts.pages.grounds import register_ground_page
from accounts.pages.of_account import register_link_of_open
from accounts.pages.presentation import instant
from accounts.pages.references import reference_url, register_reference
from accounts.pages.transfers.presentation import (
    regularisation_badge,
    regularisation_url,
    state_badge,
    transfer_url,
)
from accounts.services.findings import RECORD
from accounts.services.transfers.applying import SUBMIT
from compliance.models import Clock, StaffUser, WorkItem
from compliance.numbers import read_plain_number
from compliance.pages.record import (
    Panel,
    PanelRow,
    RecordLink,
    register_panel,
)
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources

ACCOUNT = "accounts.publicaccount"
TRANSFER = "accounts.transfer"
REGULARISATION = "accounts.regularisation"
VIEW = "accounts.view_transfer"
VIEW_REGULARISATION = "accounts.view_regularisation"
SHOWN = 20


def transfers_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the transfers of an account, with and without approval, the latest first."""
    if not staff.has_perm(VIEW):
        return None
    rows = [
        PanelRow(
            label=_("%(reference)s to %(transferee)s")
            % {"reference": each.reference, "transferee": each.transferee},
            url=transfer_url(each),
            value=instant(each.applied_at),
            badge=state_badge(each),
        )
        for each in account.transfers.select_related("subject_name").order_by("-pk")[:SHOWN]
    ]
    rows += [
        PanelRow(
            label=_("%(reference)s, without approval") % {"reference": each.reference},
            url=regularisation_url(each),
            value=instant(each.opened_at),
            badge=regularisation_badge(each),
        )
        for each in account.regularisations.order_by("-pk")[:SHOWN]
    ]
    return Panel(title=_("Transfers"), rows=rows, empty=_("There was none."))


def entering_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way to enter a transfer, for whoever may."""
    if not staff.has_perm(SUBMIT):
        return None
    return RecordLink(
        label=gettext_lazy("Enter a transfer"),
        url=reverse("admin:enter_transfer", args=[account.pk]),
    )


def reporting_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way to report a transfer without approval, for whoever may."""
    if not staff.has_perm(RECORD):
        return None
    return RecordLink(
        label=gettext_lazy("Report a transfer without approval"),
        url=reverse("admin:report_unapproved_transfer", args=[account.pk]),
    )


def _page(name: str, permission: str) -> Callable[[str, StaffUser], str]:
    def url(key: str, staff: StaffUser) -> str:
        number = read_plain_number(key)
        if not staff.has_perm(permission) or number is None:
            return ""
        return reverse(name, args=[number])

    return url


def _items_of(transfers: QuerySet) -> QuerySet:
    versions = Transfer.history.model.objects.filter(id__in=transfers.values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values("work_item_id"))


def _clocks_of(transfers: QuerySet) -> QuerySet:
    versions = Transfer.history.model.objects.filter(id__in=transfers.values("pk"))
    return Clock.objects.filter(
        Q(pk__in=_items_of(transfers).values("clock"))
        | Q(pk__in=versions.values("material_clock_id"))
        | Q(pk__in=versions.values("confirmation_clock_id"))
        | Q(pk__in=versions.values("follower_clock_id"))
    ).values("pk")


def _sources(found: Callable[[QuerySet], QuerySet]) -> list[TimelineSource]:
    """Return the sources of what happened to transfers; `found` returns them for the records."""
    label = gettext_lazy("Transfers")
    return [
        TimelineSource(
            kind="transfer",
            label=label,
            permission=VIEW,
            records=found,
            name=str,
            page=transfer_url,
        ),
        TimelineSource(
            kind="transfer",
            label=label,
            permission=VIEW,
            records=lambda roots: _items_of(found(roots)),
        ),
        *clock_sources(VIEW, lambda roots: _clocks_of(found(roots))),
    ]


def _regularisation_sources(found: Callable[[QuerySet], QuerySet]) -> list[TimelineSource]:
    label = gettext_lazy("Transfers without approval")
    return [
        TimelineSource(
            kind="regularisation",
            label=label,
            permission=VIEW_REGULARISATION,
            records=found,
            name=str,
            page=regularisation_url,
        ),
        *clock_sources(VIEW_REGULARISATION, lambda roots: found(roots).values("clock")),
    ]


def register() -> None:
    """Add the panel, the links and the sources of timelines; called when apps are ready."""
    register_panel(ACCOUNT, transfers_panel, order=20)
    register_link_of_open(entering_link)
    register_link_of_open(reporting_link)
    register_ground_page(GroundKind.TRANSFER, reference_url)
    register_reference(
        "transfer",
        words=lambda key: f"{TRANSFER_PREFIX}{key:0>8}",
        url=_page("admin:transfer", VIEW),
    )
    register_reference(
        "regularisation",
        words=lambda key: f"{REGULARISATION_PREFIX}{key:0>8}",
        url=_page("admin:regularisation", VIEW_REGULARISATION),
    )
    for source in (
        *_sources(lambda accounts: Transfer.objects.filter(account__in=accounts)),
        *_regularisation_sources(
            lambda accounts: Regularisation.objects.filter(account__in=accounts)
        ),
    ):
        register_timeline_source(ACCOUNT, source)
    for source in _sources(lambda transfers: transfers):
        register_timeline_source(TRANSFER, source)
    for source in _regularisation_sources(lambda found: found):
        register_timeline_source(REGULARISATION, source)
