"""What enforcement puts on the desk besides its queues."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compliance.desk.kinds import ProposalKind, ProposalWords, register_kind
from compliance.models import Proposal, WorkItem
from compliance.pages.desk_rows import item_url
from compliance.pages.door import staff_of
from compliance.ui.desk import CardData, CardRow, register_card
from enforcement.enums import OPEN_DUTIES, CaseStatus, DecisionStatus, ReportDutyStatus
from enforcement.models import Case, Decision, ReportDuty
from enforcement.pages.presentation import case_url, decision_url, instant
from enforcement.services.decisions import DECISION_KIND

# Our choice; more lines than this are not read on a desk.
LINES = 6


def words_of(proposals: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return what each proposed decision is about, and where it is approved or written anew."""
    decisions = Decision.objects.filter(proposal__in=proposals).select_related(
        "account", "approval_item", "case__work_item"
    )
    return {
        each.proposal_id: ProposalWords(
            f"{each.number} {each.account.name}",
            case_url(each.case)
            if each.status == DecisionStatus.RETURNED
            else item_url(each.approval_item),
            _("take the case and propose anew"),
        )
        for each in decisions
    }


def cases_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the cases' queue are about."""
    cases = Case.objects.filter(work_item__in=items).select_related("account")
    return {each.work_item_id: f"{each.number} {each.account.name}" for each in cases}


def decisions_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the approvers' queues are about."""
    decisions = Decision.objects.filter(approval_item__in=items).select_related("account")
    return {each.approval_item_id: f"{each.number} {each.account.name}" for each in decisions}


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
    register_kind(
        ProposalKind(
            code=DECISION_KIND,
            label=gettext_lazy("decision"),
            still_waits=Q(
                decision__status=DecisionStatus.RETURNED,
                decision__replaced_by__isnull=True,
                decision__case__status=CaseStatus.OPEN,
            ),
            describe=words_of,
        )
    )
    register_card(report_duties_due, order=35)
