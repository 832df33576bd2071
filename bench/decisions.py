"""Decisions for benchmarks: a few through the services, then copies of them, set-based."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.enums import Category, SubjectNature
from accounts.models import Application, PublicAccount, RegistrationPolicy, Restriction, Subject
from bench.generator import copy_rows, lay_accounts, spread_rows, step_above
from compliance import audit, staff, work
from compliance.identity import vault
from compliance.models import (
    Approval,
    ApprovalSlot,
    Clause,
    Clock,
    ClockEvent,
    Matter,
    Participation,
    Proposal,
    ProposalOutcome,
    StaffUser,
    WorkItem,
)
from compliance.provisions import Provision
from enforcement.enums import CaseSource, ContentKind, MeasureCode
from enforcement.hearing_words import StatementKind
from enforcement.models import (
    Case,
    Decision,
    DecisionClause,
    Hearing,
    HearingStatement,
    Measure,
    OrderedMeasure,
    ReportDuty,
    ViolationType,
)
from enforcement.services import cases, decisions
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.hearings.answering import receive_statement

GROUNDS: dict[str, Any] = {"provision": Provision.PUBLIC_ACCOUNT_19_2, "reason": "基准测试数据"}
SEEDS = 20
# In the order in which they refer to each other.
COPIED: tuple[type[models.Model], ...] = (
    Matter,
    Participation,
    Proposal,
    ApprovalSlot,
    Approval,
    ProposalOutcome,
    Clock,
    ClockEvent,
    WorkItem,
    Case,
    Hearing,
    HearingStatement,
    Decision,
    DecisionClause,
    OrderedMeasure,
    Restriction,
    Measure,
    ReportDuty,
)


# What a list of cases, decisions or measures shows, and what that refers to.
LISTED: tuple[type[models.Model], ...] = (
    Matter,
    Participation,
    Proposal,
    ProposalOutcome,
    Clock,
    WorkItem,
    Case,
    Decision,
    OrderedMeasure,
    Measure,
)
MEASURES = [MeasureOrder(MeasureCode.WARN), MeasureOrder(MeasureCode.SUSPEND_UPDATES, 7)]
_COPIES_AT_ONCE = 10_000


def ensure_decisions(size: int) -> None:
    """Bring the number of decisions in force to `size` at least, on a database for benchmarks."""
    seeds = Decision.objects.filter(in_force_from__isnull=False).count()
    if seeds >= size:
        return
    if seeds < SEEDS:
        _take_decisions(SEEDS - seeds, MEASURES)
    _copy_decisions(size)


class SpreadDecisions:
    """
    Decisions with a warning each, over accounts and over time, with what lists show of them.

    Twenty stand on an account, and are five minutes older than those of the next.
    """

    def __init__(self) -> None:
        _take_decisions(SEEDS, [MeasureOrder(MeasureCode.WARN)])
        self.step = step_above(LISTED)
        self.copies = 0

    def bring_to(self, size: int) -> None:
        """Lay decisions until there are so many, in transactions of a size that a machine can hold."""
        wanted = size // SEEDS - 1
        while self.copies < wanted:
            numbers = range(self.copies + 1, min(self.copies + _COPIES_AT_ONCE, wanted) + 1)
            self._lay(numbers)
            self.copies = numbers[-1]

    def _lay(self, numbers: range) -> None:
        lay_accounts(len(numbers))
        # The newest account has the last number.
        account = f"{PublicAccount.objects.latest('pk').pk - numbers[-1]} + g"
        earlier = " - make_interval(mins => 5 * g)"
        spread_rows(
            LISTED,
            step=self.step,
            numbers=numbers,
            instead={
                (Case, "account_id"): account,
                (Case, "opened_at"): f"t.opened_at{earlier}",
                (Decision, "account_id"): account,
                (Decision, "proposed_at"): f"t.proposed_at{earlier}",
                (Decision, "in_force_from"): f"t.in_force_from{earlier}",
                (Measure, "account_id"): account,
                (Measure, "in_force_from"): f"t.in_force_from{earlier}",
            },
        )


def officer(username: str, role: str) -> StaffUser:
    """Return the made-up login that holds a role, made at the first call."""
    found = StaffUser.objects.select_related("person").filter(username=username).first()
    if found is not None:
        return found
    grounds = {**GROUNDS, "actor": staff.system_actor()}
    person = staff.add_person(name=username, post="基准测试", **grounds)
    login = staff.create_login(
        person=person, username=username, password="korrekt-pferd-batterie-9", **grounds
    )
    staff.assign_role(staff=login, role=role, **grounds)
    return StaffUser.objects.select_related("person").get(pk=login.pk)


def _account(number: int) -> PublicAccount:
    grounds = {**GROUNDS, "actor": staff.system_actor()}
    key, _plain = vault.new_key()
    subject = audit.create(Subject(key=key, nature=SubjectNature.ENTERPRISE), **grounds)
    names = {"platform_uid": f"bench-{number:06d}", "folded_name": f"基准账号{number}"}
    application = audit.create(
        Application(
            source="api",
            subject=subject,
            content_digest="0" * 64,
            policy=RegistrationPolicy.objects.latest("effective_from"),
            **names,
        ),
        **grounds,
    )
    return audit.create(
        PublicAccount(
            name=f"基准账号{number}",
            category=Category.LIFE,
            subject=subject,
            application=application,
            registered_at=timezone.now(),
            **names,
        ),
        **grounds,
    )


def _take_decisions(count: int, measures: list[MeasureOrder]) -> None:
    moderator = officer("bench-moderator", "moderator")
    supervisor = officer("bench-supervisor", "supervisor")
    violation = ViolationType.objects.get(code="V06.1")
    clause = Clause.objects.get(provision=violation.provision)
    first = PublicAccount.objects.count()
    for number in range(first, first + count):
        case = cases.open_case(
            account=_account(number),
            source=CaseSource.PATROL,
            summary="巡查发现的情况",
            actor=moderator,
            **GROUNDS,
        )
        decision = decisions.propose_decision(
            case=case,
            fence=work.claim_item(work_item=case.work_item, actor=moderator).fence,
            violation_type=violation,
            # So grave that what is ordered stays below the step of the ladder: one approves.
            severity=4,
            deviation_reason="enough",
            deviation_note="账号已主动删除全部内容，较轻的措施足以防止再犯。",
            facts="账号发布文章称某水库已经决堤，经核实并无此事。",
            reasoning="所述事件不存在，账号未核实即发布，属于编造虚假信息误导公众。",
            clauses=[clause],
            measures=measures,
            content_kind=ContentKind.TEXT,
            content_ref=f"article-20261003-{number:08d}",
            actor=moderator,
            **GROUNDS,
        )
        if decision.hearing is not None:
            receive_statement(
                hearing=decision.hearing,
                kind=StatementKind.NOTHING,
                actor=staff.system_actor(),
                **GROUNDS,
            )
        decisions.approve_decision(
            decision=Decision.objects.get(pk=decision.pk), actor=supervisor, **GROUNDS
        )


def _copy_decisions(size: int) -> None:
    """Copy every seed with its matter, so that each copy stands on rows of its own."""
    have = Decision.objects.filter(in_force_from__isnull=False).count()
    copy_rows(COPIED, copies=-(-size // have) - 1)


def period() -> tuple[datetime, datetime]:
    """Return the days on which the decisions came into force, as a half-open period."""
    span = Decision.objects.aggregate(
        first=models.Min("in_force_from"), last=models.Max("in_force_from")
    )
    return (
        timezone.localtime(span["first"]),
        timezone.localtime(span["last"]) + timedelta(days=1),
    )
