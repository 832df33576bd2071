"""What the page of an account shows of corrections, and what happened to them."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import GroundKind
from accounts.models import Correction, PublicAccount
from accounts.models.corrections import CORRECTION_PREFIX
from accounts.models.findings import name_figure
from accounts.pages.corrections.presentation import VIEW, correction_url, state_badge
from accounts.pages.grounds import register_ground_page
from accounts.pages.presentation import instant
from accounts.pages.references import register_reference
from compliance.models import StaffUser, WorkItem
from compliance.numbers import read_number, read_plain_number
from compliance.pages.record import Panel, PanelRow, register_panel
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources

ACCOUNT = "accounts.publicaccount"
CORRECTION = "accounts.correction"
SHOWN = 20


def corrections_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the corrections of an account, the latest first."""
    if not staff.has_perm(VIEW):
        return None
    found = list(account.corrections.order_by("-pk")[:SHOWN])
    if not found:
        return None
    return Panel(
        title=_("Corrections of the profile"),
        rows=[
            PanelRow(
                label=each.reference,
                url=correction_url(each),
                hint=each.mismatches_in_words,
                value=instant(each.ordered_at),
                badge=state_badge(each),
            )
            for each in found
        ],
    )


def page_of_ground(reference: str, staff: StaffUser) -> str:
    """Return the page of the correction that a restriction, hold or finding rests on."""
    number = read_number(CORRECTION_PREFIX, reference) or read_plain_number(reference)
    if not staff.has_perm(VIEW) or number is None:
        return ""
    return reverse("admin:correction", args=[number])


def _items_of(corrections: QuerySet) -> QuerySet:
    return WorkItem.objects.filter(correction_answer__correction__in=corrections)


def _clocks_of(corrections: QuerySet) -> QuerySet:
    versions = Correction.history.model.objects.filter(id__in=corrections.values("pk"))
    return _items_of(corrections).values_list("clock").union(versions.values_list("clock_id"))


def _sources(found: Callable[[QuerySet], QuerySet]) -> list[TimelineSource]:
    """Return the sources of what happened to corrections; `found` returns them for the records."""
    label = gettext_lazy("Corrections of the profile")
    return [
        TimelineSource(
            kind="correction",
            label=label,
            permission=VIEW,
            records=found,
            name=str,
            page=correction_url,
        ),
        TimelineSource(
            kind="correction",
            label=label,
            permission=VIEW,
            records=lambda roots: _items_of(found(roots)),
        ),
        *clock_sources(VIEW, lambda roots: _clocks_of(found(roots))),
    ]


def _of_accounts(accounts: QuerySet) -> QuerySet:
    return Correction.objects.filter(account__in=accounts)


def _themselves(corrections: QuerySet) -> QuerySet:
    return corrections


def register() -> None:
    """Add the panel and the sources of timelines, and name references; called when apps are ready."""
    name_figure("delivered_at", gettext_lazy("notice delivered at"))
    name_figure("due_at", gettext_lazy("due at"))
    register_panel(ACCOUNT, corrections_panel, order=9)
    register_ground_page(GroundKind.CORRECTION, page_of_ground)
    register_reference(
        "correction",
        words=lambda key: f"{CORRECTION_PREFIX}{key:0>8}",
        url=page_of_ground,
    )
    for record_type, found in ((ACCOUNT, _of_accounts), (CORRECTION, _themselves)):
        for source in _sources(found):
            register_timeline_source(record_type, source)
