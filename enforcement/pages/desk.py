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
from compliance.pages.clock_panel import due_in_words
from compliance.pages.desk_rows import item_url
from compliance.pages.door import staff_of
from compliance.ui.desk import CardData, CardRow, register_card
from enforcement.enums import OPEN_DUTIES, CaseStatus, DecisionStatus, ReportDutyStatus
from enforcement.hearing_words import HoldStatus
from enforcement.models import Case, Decision, EmergencyHold, Hearing, ReportDuty
from enforcement.pages.hearings.presentation import hearing_url, warning_of
from enforcement.pages.holds.presentation import hold_url
from enforcement.pages.presentation import case_url, decision_url, instant
from enforcement.services.decisions import DECISION_KIND
from enforcement.services.hearings.planning import decision_heard
from enforcement.services.holds import placing

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
            _where(each),
            _("take the case and propose anew"),
        )
        for each in decisions
    }


def _where(decision: Decision) -> str:
    if decision.status == DecisionStatus.RETURNED:
        return case_url(decision.case)
    if decision.approval_item is None:
        return decision_url(decision)
    return item_url(decision.approval_item)


def cases_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the cases' queue are about."""
    cases = Case.objects.filter(work_item__in=items).select_related("account")
    return {each.work_item_id: f"{each.number} {each.account.name}" for each in cases}


def decisions_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the approvers' queues are about."""
    decisions = Decision.objects.filter(approval_item__in=items).select_related("account")
    return {
        each.approval_item_id: f"{each.number} {each.account.name}"
        for each in decisions
        if each.approval_item_id is not None
    }


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


def hearings_waiting(request: HttpRequest) -> CardData | None:
    """Return the hearings in which operators may still speak, and those whose notice did not arrive."""
    staff = staff_of(request)
    if not staff.has_perm("enforcement.renew_hearing"):
        return None
    waiting = (
        Hearing.objects.waiting()
        .select_related("account", "clock")
        .prefetch_related("after", "decisions")
        .order_by("clock__due_at", "pk")
    )
    count = waiting.count()
    rows = []
    is_stuck = False
    for each in waiting[:LINES]:
        warning = warning_of(each)
        is_stuck = is_stuck or bool(warning)
        rows.append(
            CardRow(
                label=f"{decision_heard(each).number} {each.account.name}",
                url=hearing_url(each),
                value=_("did not arrive") if warning else due_in_words(each.clock.due_at),
                tone="danger" if warning else "",
            )
        )
    return CardData(
        title=_("Hearings before decisions"),
        value=count,
        hint=ngettext("operator may still speak", "operators may still speak", count),
        rows=rows,
        empty=_("No operator is being heard."),
        link_url=reverse("admin:enforcement_hearing_changelist"),
        tone="danger" if is_stuck else "",
        icon="hearing",
    )


def holds_running(request: HttpRequest) -> CardData | None:
    """Return the emergency holds that stop something now."""
    staff = staff_of(request)
    if not staff.has_perm(placing.PLACE) and not staff.has_perm(placing.CONFIRM):
        return None
    running = (
        EmergencyHold.objects.running(timezone.now())
        .select_related("account")
        .order_by("in_force_until", "pk")
    )
    count = running.count()
    return CardData(
        title=_("Emergency holds in force"),
        value=count,
        hint=ngettext("hold in force", "holds in force", count),
        rows=[
            CardRow(
                label=f"{each.number} {each.account.name}",
                url=hold_url(each),
                value=due_in_words(each.in_force_until),
                hint=str(each.get_status_display()),
                tone="warning" if each.status == HoldStatus.PLACED else "",
            )
            for each in running[:LINES]
        ],
        empty=_("Nothing is held."),
        link_url=reverse("admin:enforcement_emergencyhold_changelist"),
        icon="front_hand",
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
            not_yet=Q(decision__status=DecisionStatus.HEARING),
        )
    )
    register_card(hearings_waiting, order=33)
    register_card(holds_running, order=34)
    register_card(report_duties_due, order=35)
