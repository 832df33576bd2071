"""The service is terminated on a correction that was missed, by two people, and exactly undone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import Correction, Finding, Hold, ListedName, PublicAccount, Restriction
from accounts.services.corrections import lapses, review
from compliance import staff as staff_file
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, SamePerson
from compliance.models import ActionLog, Notice, Proposal, StaffUser
from compliance.provisions import Provision
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision, Measure, MeasureType, OrderedMeasure
from enforcement.services import decisions, reversals, terminations
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.measures import lift_measure
from reports.demo.clock import clock_at
from tests.accounts.corrections import again, answer, held, order, order_long_ago
from tests.enforcement.conftest import REASON, P, Staff, approve, clause, propose, violation

pytestmark = pytest.mark.django_db
TERMINATION = (MeasureOrder(MeasureCode.TERMINATE),)
FACTS = "账号名称使用示范区人民政府的名称，期限届满后仍未改正。"
REASONING = "运营者收到限期改正通知后未在期限内改正，属于账号信息与主体身份不符且拒不改正。"


@pytest.fixture
def missed(
    make_account: Callable[..., PublicAccount], staff: Staff, system: StaffUser, at_once: None
) -> Correction:
    """A correction whose time is over, as the sweep put it on record."""
    found = order_long_ago(make_account(), staff.moderator)
    lapses.lapse_corrections(now=timezone.now(), actor=system)
    return again(found)


def case_of(correction: Correction, open_case: Callable[..., Case], staff: Staff) -> Case:
    finding = Finding.objects.get(account=correction.account, status="open")
    fence = work.claim_item(work_item=finding.work_item, actor=staff.moderator).fence
    return open_case(finding.account, source="finding", finding=finding, finding_fence=fence)


@pytest.fixture
def case(missed: Correction, open_case: Callable[..., Case], staff: Staff) -> Case:
    return case_of(missed, open_case, staff)


def propose_termination(case: Case, actor: StaffUser, **changes: Any) -> Decision:
    return propose(
        case,
        actor,
        **{
            "violation_type": violation("V01"),
            # What uses up no credit.
            "severity": 2,
            "clauses": [clause("public-account-2021:18(1)")],
            "facts": FACTS,
            "reasoning": REASONING,
            "measures": TERMINATION,
            **changes,
        },
    )


def kept() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Correction.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        list(Decision.objects.order_by("pk").values()),
        Measure.objects.count(),
        Proposal.objects.count(),
        ListedName.objects.count(),
        Notice.objects.count(),
        ActionLog.objects.count(),
    )


def test_one_approver_beside_the_proposer_terminates_and_the_name_is_barred(
    case: Case, missed: Correction, staff: Staff
) -> None:
    decision = propose_termination(case, staff.moderator)
    assert list(decision.proposal.slots.values_list("permission", flat=True)) == [
        "enforcement.approve_decision"
    ]
    with pytest.raises(SamePerson):
        proposer = StaffUser.objects.get(pk=staff.moderator.pk)
        decisions.approve_decision(
            decision=decision,
            actor=_as_supervisor(proposer),
            provision=P,
            reason=REASON,
        )

    assert approve(decision, staff.supervisor) is True

    account = PublicAccount.objects.get(pk=missed.account_id)
    decision.refresh_from_db()
    assert (account.status, account.closed_ground_ref) == ("closed", decision.number)
    assert ListedName.objects.in_force().filter(name=account.name, kind="barred").exists()
    missed = again(missed)
    assert missed.status == "terminated"
    for notice in Notice.objects.about(decision):
        assert missed.reference in notice.text
    chinese = Notice.objects.about(decision).get(language="zh-hans").text
    assert "终止" in chinese
    assert "逾期未改正" in chinese
    assert f"correction:{missed.pk}" in decision.proposal.content
    assert decision.report_duty.status == "due"


def _as_supervisor(login: StaffUser) -> StaffUser:
    twin = staff_file.create_login(
        person=login.person,
        username=f"{login.username}-zwei",
        password="korrekt-pferd-batterie-9",
        actor=staff_file.system_actor(),
        provision=Provision.OPINIONS_10,
        reason=REASON,
    )
    staff_file.assign_role(
        staff=twin,
        role="supervisor",
        actor=staff_file.system_actor(),
        provision=Provision.OPINIONS_10,
        reason=REASON,
    )
    return StaffUser.objects.get(pk=twin.pk)


def test_without_a_missed_correction_nothing_can_be_terminated(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    fence = work.claim_item(work_item=case.work_item, actor=staff.moderator).fence
    before = kept()

    with pytest.raises(ActionRefused, match="监测发现"):
        propose_termination(case, staff.moderator, fence=fence)

    assert kept() == before


@pytest.mark.parametrize(
    "measures",
    [
        (*TERMINATION, MeasureOrder(MeasureCode.CLOSE)),
        (*TERMINATION, MeasureOrder(MeasureCode.SUSPEND_UPDATES, 7)),
        (MeasureOrder(MeasureCode.TERMINATE, 7),),
    ],
)
def test_a_termination_stands_without_term_and_without_what_it_makes_void(
    case: Case, staff: Staff, measures: tuple[MeasureOrder, ...]
) -> None:
    fence = work.claim_item(work_item=case.work_item, actor=staff.moderator).fence
    before = kept()

    with pytest.raises(InvalidInput):
        propose_termination(case, staff.moderator, fence=fence, measures=measures)

    assert kept() == before


def test_a_refusal_terminates_only_after_the_time_and_only_whoever_was_told(
    make_account: Callable[..., PublicAccount],
    open_case: Callable[..., Case],
    staff: Staff,
    system: StaffUser,
    at_once: None,
) -> None:
    running = order(make_account(), staff.moderator)
    answer(running, system, kind="refusal", name=None)
    case = case_of(running, open_case, staff)
    fence = work.claim_item(work_item=case.work_item, actor=staff.moderator).fence
    before = kept()

    with pytest.raises(ActionRefused, match="尚未届满"):
        propose_termination(case, staff.moderator, fence=fence)
    with (
        clock_at(running.clock.due_at + timedelta(minutes=1)),
        pytest.raises(ActionRefused, match="送达"),
    ):
        fence = work.claim_item(work_item=case.work_item, actor=staff.moderator).fence
        propose_termination(case, staff.moderator, fence=fence)

    assert kept()[:-1] == before[:-1]


def test_whoever_corrects_before_the_decision_keeps_the_service(
    case: Case, missed: Correction, staff: Staff, system: StaffUser
) -> None:
    decision = propose_termination(case, staff.moderator)
    answer(missed, system)
    before = kept()
    with pytest.raises(ActionRefused, match="状态"):
        approve(decision, staff.supervisor)
    assert kept() == before

    review.accept_correction(**held(missed, staff.moderator))
    before = kept()
    with pytest.raises(ActionRefused, match="状态"):
        approve(decision, staff.supervisor)

    assert kept() == before
    account = PublicAccount.objects.get(pk=missed.account_id)
    assert account.status == "active"
    assert not Restriction.objects.filter(account=account, ended_at=None).exists()


def test_the_database_itself_refuses_a_termination_that_is_not_earned(
    case: Case, missed: Correction, staff: Staff, system: StaffUser, monkeypatch: Any
) -> None:
    decision = propose_termination(case, staff.moderator)
    answer(missed, system)
    before = kept()
    monkeypatch.setattr(terminations, "require_terminable", lambda *_given: None)

    with pytest.raises(DatabaseError, match="does not allow a termination"), transaction.atomic():
        approve(decision, staff.supervisor)

    assert kept() == before


def test_a_termination_names_its_ground_in_the_database_too(
    case: Case, missed: Correction, staff: Staff
) -> None:
    decision = propose_termination(case, staff.moderator)
    assert decision.ordered_measures.get().ground_ref == f"correction:{missed.pk}"

    for measure, ground in (("terminate", ""), ("warn", "correction:1")):
        with (
            pytest.raises(IntegrityError, match="orderedmeasure_termination_names_its_ground"),
            transaction.atomic(),
        ):
            OrderedMeasure.objects.create(decision=decision, measure=measure, ground_ref=ground)


def test_a_reversal_puts_everything_back_as_it_stood(
    case: Case, missed: Correction, staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    decision = propose_termination(case, staff.moderator)
    approve(decision, staff.supervisor)
    measure = decision.measures.get()
    with pytest.raises(ActionRefused):
        lift_measure(measure=measure, actor=staff.supervisor, provision=P, reason=REASON)

    report = reversals.reverse_decision(
        decision=Decision.objects.get(pk=decision.pk),
        actor=staff_user("complaint_handler"),
        provision=Provision.PUBLIC_ACCOUNT_20_2,
        reason="申诉成立",
    )

    account = PublicAccount.objects.get(pk=missed.account_id)
    assert [each.is_restored for each in report.items] == [True]
    assert account.status == "active"
    assert not ListedName.objects.in_force().filter(name=account.name).exists()
    # Suspended, held and missed as before: no more is undone than was done.
    assert again(missed).status == "overdue"
    assert Restriction.objects.filter(account=account, ended_at=None).count() == 1
    assert Hold.objects.in_force().filter(account=account, kind="pending_correction").exists()
    assert "终止提供服务" in Notice.objects.about(decision).filter(language="zh-hans").last().text


def test_the_catalogue_names_it_s4_and_reports_it(db: None) -> None:
    (found,) = MeasureType.objects.filter(measure=MeasureCode.TERMINATE)

    assert (found.number, found.has_term, found.is_reported) == ("S4", False, True)
    assert found.provision == "public-account-2021:8.2"
