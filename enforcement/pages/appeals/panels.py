"""What pages of accounts and decisions show of appeals, and how appeals are found."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PublicAccount
from accounts.pages.histories import ACCOUNT
from compliance.models import StaffUser, WorkItem
from compliance.numbers import read_item_number, read_number
from compliance.pages.record import Panel, PanelRow, RecordLink, register_panel
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.pages import ConsolePage, register_page
from compliance.ui.search import Hit, register_search
from enforcement.models import Appeal, Decision
from enforcement.models.appeals import APPEAL_PREFIX
from enforcement.pages.appeals.intake import write_down_link
from enforcement.pages.appeals.presentation import VIEW, appeal_badge, appeal_url
from enforcement.pages.presentation import instant

# Our choice; more lines than this are not read on a page of an account.
SHOWN = 6


class AppealDoor(ConsolePage):
    """Leads from the number of an appeal to the page on which it is heard now."""

    permission = VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return redirect(appeal_url(get_object_or_404(Appeal, pk=self.kwargs["pk"])))


def _row(appeal: Appeal) -> PanelRow:
    return PanelRow(
        label=appeal.number,
        url=appeal_url(appeal),
        hint=f"{appeal.decision.number} · {appeal.get_ground_display()}",
        value=instant(appeal.filed_at),
        badge=appeal_badge(appeal),
    )


def _found() -> QuerySet[Appeal]:
    return Appeal.objects.select_related(
        "acceptance_clock", "decision__account", "decision_clock", "ruling"
    )


def appeals_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the appeals against decisions on an account, the latest first."""
    if not staff.has_perm(VIEW):
        return None
    found = list(_found().filter(decision__account=account).order_by("-pk")[:SHOWN])
    if not found:
        return None
    return Panel(title=_("Appeals"), rows=[_row(each) for each in found])


def appeals_of(decision: Decision, staff: StaffUser) -> list[PanelRow]:
    """Return the appeals against a decision, for whoever may see them."""
    if not staff.has_perm(VIEW):
        return []
    return [_row(each) for each in _found().filter(decision=decision).order_by("pk")]


def decision_context(decision: Decision, staff: StaffUser) -> dict[str, object]:
    """Return what the page of a decision shows of appeals against it."""
    link: RecordLink | None = write_down_link(decision, staff)
    return {"appeals": appeals_of(decision, staff), "write_down": link}


def _appeals(accounts: QuerySet) -> QuerySet:
    return Appeal.objects.filter(decision__account__in=accounts)


def _items(accounts: QuerySet) -> QuerySet:
    versions = Appeal.history.model.objects.filter(id__in=_appeals(accounts).values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values("work_item_id"))


def _clocks(accounts: QuerySet) -> QuerySet:
    appeals = _appeals(accounts)
    return appeals.values_list("acceptance_clock").union(
        appeals.filter(decision_clock__isnull=False).values_list("decision_clock"),
        appeals.filter(questions__isnull=False).values_list("questions__clock"),
        appeals.filter(ruling__second_window__isnull=False).values_list("ruling__second_window"),
    )


def _sources() -> list[TimelineSource]:
    label = gettext_lazy("Appeals")
    return [
        TimelineSource(
            kind="appeal", label=label, permission=VIEW, records=_appeals, page=appeal_url
        ),
        TimelineSource(kind="appeal", label=label, permission=VIEW, records=_items),
        *clock_sources(VIEW, _clocks),
    ]


def find_appeals(words: str) -> QuerySet | None:
    """Return the appeal of a number, or of a work item in which it waits or waited."""
    found = _found().order_by("pk")
    item = read_item_number(words)
    if item is not None:
        waited = Appeal.history.model.objects.filter(work_item_id=item)
        return found.filter(pk__in=waited.values("id"))
    number = read_number(APPEAL_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def appeal_hit(appeal: Appeal) -> Hit:
    """Return how an appeal is shown among what was found."""
    return Hit(
        title=f"{appeal.number} {appeal.decision.account.name}",
        hint=appeal.decision.number,
        url=appeal_url(appeal),
        badge=appeal_badge(appeal),
    )


def register() -> None:
    """Add panel, sources, door and search; called when apps are ready."""
    register_page("appeals/<int:pk>/", AppealDoor, name="appeal")
    register_panel(ACCOUNT, appeals_panel, order=16)
    for source in _sources():
        register_timeline_source(ACCOUNT, source)
    register_search(
        "appeal",
        gettext_lazy("Appeals"),
        VIEW,
        find_appeals,
        hit=appeal_hit,
        by=gettext_lazy("number of the appeal, or # and that of the work item"),
        icon="balance",
        order=55,
    )
