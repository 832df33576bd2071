"""What is late of complaints and appeals: on the desk, and as a filter of their lists."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import Clock, ClockBreach, ClockState
from compliance.pages.clock_panel import due_in_words
from compliance.pages.door import staff_of
from compliance.ui.desk import CardData, CardRow, register_card
from enforcement.models import Appeal, Complaint
from enforcement.pages.appeals.presentation import VIEW as VIEW_APPEAL
from enforcement.pages.complaints.presentation import (
    VIEW,
    VIEW_PLATFORM,
    complaint_badge,
    complaint_url,
)

PARAMETER: Final = "deadline"
OVERDUE: Final = "overdue"
MISSED: Final = "missed"
# By which columns a record has its clocks; those that somebody outside is given are windows.
CLOCKS: Final[dict[type[Model], tuple[str, ...]]] = {
    Complaint: (
        "acknowledgement_clock",
        "acceptance_clock",
        "decision_clock",
        "feedback_clock",
    ),
    Appeal: ("acceptance_clock", "decision_clock"),
}
# Our choice; more lines than this are not read on a desk.
LINES: Final = 6


def overdue(records: QuerySet) -> QuerySet:
    """Return the complaints or appeals of which a step is overdue now."""
    late = Clock.objects.filter(
        state=ClockState.RUNNING, is_window=False, due_at__lt=timezone.now()
    )
    return records.filter(_by_clocks(records.model, late.values("pk")))


def missed(records: QuerySet) -> QuerySet:
    """
    Return the complaints or appeals of which a limit ever passed unmet.

    By the breaches on record, of clocks that they have no more as well: what was taken up again has
    another clock, and was late all the same.
    """
    model = records.model
    breached = ClockBreach.objects.values("clock")
    versions = model.history.model.objects.filter(_by_clocks(model, breached))
    return records.filter(pk__in=versions.values("id")) | overdue(records)


def _by_clocks(model: type[Model], clocks: QuerySet) -> Q:
    found = Q()
    for column in CLOCKS[model]:
        found |= Q(**{f"{column}__in": clocks})
    return found


class DeadlineFilter(admin.SimpleListFilter):
    """What is overdue now, and what was ever late."""

    title = gettext_lazy("time limits")
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(OVERDUE, _("overdue now")), (MISSED, _("a limit passed unmet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == OVERDUE:
            return overdue(queryset)
        return missed(queryset) if self.value() == MISSED else queryset


def _card(records: QuerySet, title: str, list_url: str, icon: str, rows: list[CardRow]) -> CardData:
    late, ever = overdue(records).count(), missed(records).count()
    return CardData(
        title=title,
        value=late,
        hint=_("overdue now"),
        rows=[
            *rows,
            CardRow(
                label=_("A limit passed unmet, done since or not"),
                value=ever,
                url=f"{list_url}?{PARAMETER}={MISSED}",
            ),
        ],
        link_url=f"{list_url}?{PARAMETER}={OVERDUE}",
        link_label=_("All that are overdue"),
        tone="danger" if late else "",
        icon=icon,
    )


def late_complaints(request: HttpRequest) -> CardData | None:
    """Return the complaints that are overdue, of those that the person at the screen may see."""
    staff = staff_of(request)
    if not staff.has_perm(VIEW):
        return None
    complaints = Complaint.objects.all()
    if not staff.has_perm(VIEW_PLATFORM):
        complaints = complaints.about_accounts()
    shown = overdue(complaints).select_related("work_item").order_by("work_item__due_at", "pk")
    rows = [
        CardRow(
            label=f"{each.number} {each.get_kind_display()}",
            url=complaint_url(each),
            value=due_in_words(each.work_item.due_at),
            hint=complaint_badge(each).text,
            tone="danger",
        )
        for each in shown[:LINES]
    ]
    list_url = reverse("admin:enforcement_complaint_changelist")
    return _card(complaints, _("Overdue complaints"), list_url, "feedback", rows)


def late_appeals(request: HttpRequest) -> CardData | None:
    """Return the appeals that are overdue."""
    if not staff_of(request).has_perm(VIEW_APPEAL):
        return None
    appeals = Appeal.objects.all()
    shown = overdue(appeals).select_related("work_item", "decision__account")
    rows = [
        CardRow(
            label=f"{each.number} {each.decision.account.name}",
            url=reverse("admin:appeal", args=[each.pk]),
            value=due_in_words(each.work_item.due_at),
            hint=str(each.get_status_display()),
            tone="danger",
        )
        for each in shown.order_by("work_item__due_at", "pk")[:LINES]
    ]
    list_url = reverse("admin:enforcement_appeal_changelist")
    return _card(appeals, _("Overdue appeals"), list_url, "balance", rows)


def register() -> None:
    """Put the cards on the desk; called when apps are ready."""
    register_card(late_complaints, order=6)
    register_card(late_appeals, order=7)
