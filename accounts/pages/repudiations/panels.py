"""What accounts and subjects show of claims about them, and how claims are found."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import GroundKind
from accounts.models import PublicAccount, Repudiation, Subject
from accounts.models.repudiations import REPUDIATION_PREFIX
from accounts.pages.grounds import register_ground_page
from accounts.pages.references import register_reference
from accounts.pages.repudiations.presentation import repudiation_badge, repudiation_url
from compliance.models import StaffUser, WorkItem
from compliance.numbers import read_item_number, read_number, read_plain_number
from compliance.pages.record import Panel, PanelRow, register_panel
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.search import Hit, register_search

ACCOUNT = "accounts.publicaccount"
SUBJECT = "accounts.subject"
REPUDIATION = "accounts.repudiation"
VIEW = "accounts.view_repudiation"
SHOWN = 20


def claims_panel(record: PublicAccount | Subject, staff: StaffUser) -> Panel | None:
    """Return the claims about an account, or in the name of a subject; nothing where there are none."""
    if not staff.has_perm(VIEW):
        return None
    rows = [
        PanelRow(
            label=each.reference,
            url=repudiation_url(each),
            hint=each.account.platform_uid if each.account is not None else "",
            badge=repudiation_badge(each),
        )
        for each in record.repudiations.select_related("account").order_by("-pk")[:SHOWN]
    ]
    return (
        Panel(title=_("Claims that the identity was used without consent"), rows=rows)
        if (rows)
        else None
    )


def page_of_ground(reference: str, staff: StaffUser) -> str:
    """Return the page of the claim that a restriction or finding rests on."""
    number = read_number(REPUDIATION_PREFIX, reference) or read_plain_number(reference)
    found = Repudiation.objects.filter(pk=number).first() if number is not None else None
    return repudiation_url(found) if found is not None and staff.has_perm(VIEW) else ""


def _items_of(repudiations: QuerySet) -> QuerySet:
    versions = Repudiation.history.model.objects.filter(id__in=repudiations.values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values("work_item_id"))


def _clocks_of(repudiations: QuerySet) -> QuerySet:
    reviews = _items_of(repudiations).values_list("clock")
    answers = repudiations.filter(answer_clock__isnull=False).values_list("answer_clock")
    return reviews.union(answers)


def _sources(found: Callable[[QuerySet], QuerySet]) -> list[TimelineSource]:
    """Return the sources of what happened to claims; `found` returns them for the records."""
    label = gettext_lazy("Claims of used identities")
    return [
        TimelineSource(
            kind="repudiation",
            label=label,
            permission=VIEW,
            records=found,
            name=str,
            page=repudiation_url,
        ),
        TimelineSource(
            kind="repudiation",
            label=label,
            permission=VIEW,
            records=lambda roots: _items_of(found(roots)),
        ),
        *clock_sources(VIEW, lambda roots: _clocks_of(found(roots))),
    ]


def _of_accounts(accounts: QuerySet) -> QuerySet:
    return Repudiation.objects.filter(account__in=accounts)


def _of_subjects(subjects: QuerySet) -> QuerySet:
    return Repudiation.objects.filter(subject__in=subjects)


def _themselves(repudiations: QuerySet) -> QuerySet:
    return repudiations


def find_repudiations(words: str) -> QuerySet | None:
    """Return the claim of a number, or of the work item in which it waits."""
    found = Repudiation.objects.select_related("account").order_by("pk")
    item = read_item_number(words)
    if item is not None:
        return found.filter(work_item_id=item)
    number = read_number(REPUDIATION_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def repudiation_hit(repudiation: Repudiation) -> Hit:
    """Return how a claim is shown among what was found; never who claims."""
    account = repudiation.account
    return Hit(
        title=repudiation.reference,
        hint=account.name if account is not None else "",
        url=repudiation_url(repudiation),
        badge=repudiation_badge(repudiation),
    )


def register() -> None:
    """Add the panels, the search and the timelines; called when apps are ready."""
    register_panel(ACCOUNT, claims_panel, order=12)
    register_panel(SUBJECT, claims_panel, order=12)
    register_ground_page(GroundKind.REPUDIATION, page_of_ground)
    register_reference(
        "repudiation",
        words=lambda key: f"{REPUDIATION_PREFIX}{key:0>8}",
        url=page_of_ground,
    )
    for record_type, found in (
        (ACCOUNT, _of_accounts),
        (SUBJECT, _of_subjects),
        (REPUDIATION, _themselves),
    ):
        for source in _sources(found):
            register_timeline_source(record_type, source)
    register_search(
        "repudiation",
        gettext_lazy("Claims of used identities"),
        VIEW,
        find_repudiations,
        hit=repudiation_hit,
        by=gettext_lazy("MM and the number, or # and the number of the work item"),
        icon="person_alert",
        order=33,
    )
