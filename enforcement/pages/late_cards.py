"""The cards of the desk that show which complaints and appeals are overdue."""

from typing import Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

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
from enforcement.pages.lateness import MISSED, OVERDUE, PARAMETER, missed, overdue

# Our choice; more lines than this are not read on a desk.
LINES: Final = 6


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
