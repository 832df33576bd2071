"""What enforcement adds to the pages of accounts and subjects: matters, decisions, their history."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import GroundKind
from accounts.models import PublicAccount, Subject
from accounts.pages.grounds import register_ground_page
from accounts.pages.histories import ACCOUNT, SUBJECT
from accounts.pages.of_account import register_link_of_open
from compliance.models import EvidenceFile, Proposal, StaffUser, WorkItem
from compliance.numbers import read_number
from compliance.pages.record import (
    Panel,
    PanelRow,
    RecordLink,
    register_panel,
)
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources, recusal_source
from compliance.ui.pages import ConsolePage, register_page
from enforcement.enums import OPEN_DECISIONS, OPEN_DUTIES, CaseStatus, DecisionStatus
from enforcement.models import Case, Decision, Measure, ReportDuty
from enforcement.models.decisions import NUMBER_PREFIX
from enforcement.pages.open_case import PERMISSION, open_case_url
from enforcement.pages.presentation import (
    case_url,
    decision_url,
    instant,
    ordered_in_words,
    status_badge,
)

# Our choice; more lines than this are read in the lists and in the timeline.
SHOWN = 20
VIEW_CASE = "enforcement.view_case"
VIEW_DECISION = "enforcement.view_decision"

Accounts = Callable[[Any], QuerySet]


class CaseDoor(ConsolePage):
    """Leads from the number of a case to the page on which it is worked on now."""

    permission = VIEW_CASE

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        case = get_object_or_404(Case, pk=self.kwargs["pk"])
        return redirect(case_url(case))


def _of_account(account: PublicAccount) -> QuerySet:
    return PublicAccount.objects.filter(pk=account.pk)


def _of_subject(subject: Subject) -> QuerySet:
    return PublicAccount.objects.filter(subject=subject)


def open_matters(accounts: QuerySet, staff: StaffUser) -> Panel | None:
    """Return what is not finished: cases, decisions that wait for approval, reports that are due."""
    if not staff.has_perm(VIEW_CASE):
        return None
    rows = [
        PanelRow(
            label=_("Case %(number)s") % {"number": case.number},
            url=case_url(case),
            hint=case.summary[:200],
            badge=status_badge(case),
        )
        for case in Case.objects.filter(account__in=accounts)
        .exclude(status=CaseStatus.CLOSED)
        .order_by("-pk")[:SHOWN]
    ]
    if staff.has_perm(VIEW_DECISION):
        waiting = Decision.objects.filter(account__in=accounts, status__in=OPEN_DECISIONS)
        rows += [
            PanelRow(
                label=(
                    _("Decision %(number)s waits for the operator’s statement")
                    if each.status == DecisionStatus.HEARING
                    else _("Decision %(number)s waits for approval")
                )
                % {"number": each.number},
                url=decision_url(each),
                hint=str(each.violation_type),
                badge=status_badge(each),
            )
            for each in waiting.select_related("violation_type").order_by("-pk")[:SHOWN]
        ]
    if staff.has_perm("enforcement.view_reportduty"):
        duties = ReportDuty.objects.filter(decision__account__in=accounts, status__in=OPEN_DUTIES)
        rows += [
            PanelRow(
                label=_("Report of %(number)s to the regulator") % {"number": each.decision.number},
                url=decision_url(each.decision) if staff.has_perm(VIEW_DECISION) else "",
                value=instant(each.due_at),
                badge=status_badge(each),
            )
            for each in duties.select_related("decision", "clock").order_by("clock__due_at", "pk")[
                :SHOWN
            ]
        ]
    return Panel(
        title=_("Open matters"),
        rows=rows,
        empty=_("Nothing is open."),
        tone="info" if rows else "",
    )


def decisions_and_measures(accounts: QuerySet, staff: StaffUser) -> Panel | None:
    """Return every decision with what it ordered, the latest first."""
    if not staff.has_perm(VIEW_DECISION):
        return None
    decisions = (
        Decision.objects.filter(account__in=accounts)
        .select_related("account", "violation_type")
        .prefetch_related("ordered_measures")
        .order_by("-pk")[: SHOWN + 1]
    )
    found = list(decisions)
    return Panel(
        title=_("Decisions and measures"),
        rows=[
            PanelRow(
                label=f"{each.number} {each.account.name}",
                url=decision_url(each),
                hint=_("; ").join(
                    [
                        str(each.violation_type),
                        *(ordered_in_words(order) for order in each.ordered_measures.all()),
                        instant(each.in_force_from or each.proposed_at),
                    ]
                ),
                badge=status_badge(each),
            )
            for each in found[:SHOWN]
        ],
        hint=_("Only the latest are shown here; the timeline has all.")
        if len(found) > SHOWN
        else "",
        empty=_("No decision was ever taken."),
    )


def _register_panels(record_type: str, accounts_of: Accounts) -> None:
    def matters(record: Any, staff: StaffUser) -> Panel | None:
        return open_matters(accounts_of(record), staff)

    def decided(record: Any, staff: StaffUser) -> Panel | None:
        return decisions_and_measures(accounts_of(record), staff)

    register_panel(record_type, matters, order=10)
    register_panel(record_type, decided, order=20)


def _items_of(history: Any, records: QuerySet, column: str) -> QuerySet:
    """Return the work items in which records waited, earlier ones too."""
    versions = history.filter(id__in=records.values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values(column))


def _cases(accounts: QuerySet) -> QuerySet:
    return Case.objects.filter(account__in=accounts)


def _decisions(accounts: QuerySet) -> QuerySet:
    return Decision.objects.filter(account__in=accounts)


def _evidence(accounts: QuerySet) -> QuerySet:
    return EvidenceFile.objects.filter(case_evidence__case__account__in=accounts)


def _erasures(accounts: QuerySet) -> QuerySet:
    """Return the proposals to erase evidence, those too that were returned."""
    versions = EvidenceFile.history.model.objects.filter(id__in=_evidence(accounts).values("pk"))
    return Proposal.objects.filter(pk__in=versions.values("erasure_proposal_id"))


def _clocks(accounts: QuerySet) -> QuerySet:
    """Return the clocks of cases, approvals, appeals and reports."""
    cases = _items_of(Case.history.model.objects, _cases(accounts), "work_item_id")
    approvals = _items_of(Decision.history.model.objects, _decisions(accounts), "approval_item_id")
    appeals = _decisions(accounts).filter(appeal_clock__isnull=False)
    duties = ReportDuty.objects.filter(decision__account__in=accounts)
    return cases.values_list("clock").union(
        approvals.values_list("clock"),
        appeals.values_list("appeal_clock"),
        duties.values_list("clock"),
    )


def _sources() -> list[TimelineSource]:
    case, decision = gettext_lazy("Cases"), gettext_lazy("Decisions")
    return [
        TimelineSource(
            kind="case",
            label=case,
            permission=VIEW_CASE,
            records=_cases,
            page=case_url,
        ),
        TimelineSource(
            kind="case",
            label=case,
            permission=VIEW_CASE,
            records=lambda accounts: _items_of(
                Case.history.model.objects, _cases(accounts), "work_item_id"
            ),
        ),
        TimelineSource(
            kind="decision",
            label=decision,
            permission=VIEW_DECISION,
            records=_decisions,
            page=decision_url,
        ),
        TimelineSource(
            kind="decision",
            label=decision,
            permission=VIEW_DECISION,
            records=lambda accounts: Proposal.objects.filter(
                decision__account__in=accounts
            ).select_related("decision"),
            name=lambda proposal: proposal.decision.number,
            page=lambda proposal: decision_url(proposal.decision),
        ),
        TimelineSource(
            kind="decision",
            label=decision,
            permission=VIEW_DECISION,
            records=lambda accounts: _items_of(
                Decision.history.model.objects, _decisions(accounts), "approval_item_id"
            ),
        ),
        TimelineSource(
            kind="measure",
            label=gettext_lazy("Measures"),
            permission="enforcement.view_measure",
            records=lambda accounts: Measure.objects.filter(account__in=accounts).select_related(
                "decision"
            ),
            page=lambda measure: decision_url(measure.decision),
        ),
        TimelineSource(
            kind="report",
            label=gettext_lazy("Reports to the regulator"),
            permission="enforcement.view_reportduty",
            records=lambda accounts: ReportDuty.objects.filter(
                decision__account__in=accounts
            ).select_related("decision"),
            name=lambda duty: duty.decision.number,
            page=lambda duty: decision_url(duty.decision),
        ),
        TimelineSource(
            kind="evidence",
            label=gettext_lazy("Evidence"),
            permission="compliance.view_evidencefile",
            records=_evidence,
        ),
        TimelineSource(
            kind="evidence",
            label=gettext_lazy("Evidence"),
            permission="compliance.view_evidencefile",
            records=_erasures,
        ),
        *clock_sources(VIEW_CASE, _clocks),
        recusal_source("case", case, VIEW_CASE, lambda accounts: _cases(accounts).values("matter")),
    ]


def decision_ground(reference: str, staff: StaffUser) -> str:
    """Return the page of the decision that a restriction, bar or closure rests on."""
    number = read_number(NUMBER_PREFIX, reference)
    if number is None or not staff.has_perm(VIEW_DECISION):
        return ""
    return reverse("admin:decision", args=[number])


def open_case_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Offer to open a case about the account."""
    if not staff.has_perm(PERMISSION):
        return None
    return RecordLink(label=_("Open a case"), url=open_case_url(account), key="o")


def register() -> None:
    """Add panels, sources and links to the pages below; called when apps are ready."""
    register_page("cases/<int:pk>/", CaseDoor, name="case")
    _register_panels(ACCOUNT, _of_account)
    _register_panels(SUBJECT, _of_subject)
    for source in _sources():
        register_timeline_source(ACCOUNT, source)
    register_ground_page(GroundKind.DECISION, decision_ground)
    register_link_of_open(open_case_link)
