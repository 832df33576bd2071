"""What enforcement puts on the desk besides its queues."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.pages.desk import staff_of
from compliance.ui.desk import CardData, CardRow, register_card
from enforcement.enums import OPEN_DUTIES, CaseStatus, DecisionStatus, ReportDutyStatus
from enforcement.models import Decision, ReportDuty
from enforcement.pages.presentation import case_url, decision_url, instant

# Our choice; more lines than this are not read on a desk.
LINES = 6


def returned_to_me(request: HttpRequest) -> CardData | None:
    """Return the decisions that came back to the person at the screen and wait for a new one."""
    staff = staff_of(request)
    if not staff.has_perm("enforcement.propose_decision"):
        return None
    returned = (
        Decision.objects.filter(
            proposed_by=staff.person_id,
            status=DecisionStatus.RETURNED,
            replaced_by__isnull=True,
            case__status=CaseStatus.OPEN,
        )
        .select_related("case", "account")
        .order_by("case__work_item__due_at", "pk")
    )
    count = returned.count()
    return CardData(
        title=_("Returned to me"),
        value=count,
        hint=ngettext("decision to write anew", "decisions to write anew", count),
        rows=[
            CardRow(
                label=f"{each.case.number} {each.account.name}",
                url=case_url(each.case),
                hint=each.ended_reason,
            )
            for each in returned[:LINES]
        ],
        empty=_("Nothing came back."),
        tone="warning" if count else "",
        icon="undo",
    )


def report_duties_due(request: HttpRequest) -> CardData | None:
    """Return the decisions that still have to be reported, or whose report was not confirmed."""
    staff = staff_of(request)
    if not staff.has_perm("enforcement.send_report"):
        return None
    now = timezone.now()
    open_duties = (
        ReportDuty.objects.filter(status__in=OPEN_DUTIES)
        .select_related("decision__account", "clock")
        .order_by("clock__due_at", "pk")
    )
    due = open_duties.filter(status=ReportDutyStatus.DUE)
    count = due.count()
    is_late = due.filter(clock__due_at__lt=now).exists()
    return CardData(
        title=_("Reports to the regulator"),
        value=count,
        hint=ngettext("decision to report", "decisions to report", count),
        rows=[
            CardRow(
                label=f"{each.decision.number} {each.decision.account.name}",
                url=decision_url(each.decision),
                value=instant(each.due_at)
                if each.status == ReportDutyStatus.DUE
                else _("not confirmed yet"),
                tone="danger" if each.status == ReportDutyStatus.DUE and each.due_at < now else "",
            )
            for each in open_duties[:LINES]
        ],
        empty=_("Every decision is reported and confirmed."),
        link_url=reverse("admin:enforcement_reportduty_changelist"),
        tone="danger" if is_late else "",
        icon="outgoing_mail",
    )


def register() -> None:
    """Put the cards on the desk; called when apps are ready."""
    register_card(returned_to_me, order=25)
    register_card(report_duties_due, order=35)
