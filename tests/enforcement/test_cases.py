"""Cases: opened with the account as it was, closed when nothing is left to do."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from compliance import work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    TransitionRefused,
)
from compliance.models import ActionLog, Matter, StaffUser, WorkItem
from compliance.provisions import Provision
from enforcement.enums import CaseSource
from enforcement.models import Case, CaseSnapshot, Decision, ReportDuty
from enforcement.services import cases, report_duties
from tests.enforcement.conftest import (
    ID_NUMBER,
    PERSON_NAME,
    REASON,
    P,
    Staff,
    propose,
    suspension,
)

pytestmark = pytest.mark.django_db


def close(case: Case, actor: StaffUser, reason: str = REASON) -> None:
    cases.close_case(case=case, actor=actor, provision=P, reason=reason)


def test_a_case_waits_in_its_queue_with_a_due_instant(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case(weight=3)

    lease = work.claim_next(queue="cases", actor=staff.moderator)

    assert lease.work_item == case.work_item
    assert lease.work_item.weight == 3
    assert lease.work_item.due_at > case.matter.opened_at


def test_opening_logs_who_why_and_which_article(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()

    row = ActionLog.objects.for_object(case).get()
    assert row.action == "enforcement.case.create"
    assert (row.actor_number, row.reason) == (staff.moderator.person_id, REASON)
    assert row.provision == Provision.PUBLIC_ACCOUNT_19_1


def test_the_account_is_kept_as_it_was_with_its_digest_and_without_identity(
    open_case: Callable[..., Case],
) -> None:
    case = open_case()

    snapshot = case.snapshots.get()
    facts = json.loads(snapshot.content)
    assert snapshot.sha256 == hashlib.sha256(snapshot.content.encode()).hexdigest()
    assert facts["platform_uid"] == case.account.platform_uid
    assert facts["subject"]["id_number"] == case.account.subject.id_number.masked
    assert ID_NUMBER not in snapshot.content
    assert PERSON_NAME not in snapshot.content


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"summary": "  "}, InvalidInput),
        ({"source": "rumour"}, InvalidInput),
        ({"source": CaseSource.AUTHORITY}, InvalidInput),
        ({"reason": " "}, MissingReason),
    ],
)
def test_a_refused_opening_leaves_nothing(
    open_case: Callable[..., Case], changes: dict[str, Any], refusal: type[ActionRefused]
) -> None:
    with pytest.raises(refusal):
        open_case(**changes)

    assert not Case.objects.exists()
    assert not Matter.objects.exists()
    assert not WorkItem.objects.exists()
    assert not CaseSnapshot.objects.exists()


def test_who_holds_no_role_for_it_opens_no_case(
    open_case: Callable[..., Case], staff_user: Callable[..., StaffUser]
) -> None:
    for role in ("system_administrator", "auditor"):
        with pytest.raises(NotPermitted):
            open_case(actor=staff_user(role))

    assert not Case.objects.exists()


def test_a_case_without_finding_is_closed_and_leaves_the_queue(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()

    close(case, staff.supervisor, "经查不属实")

    case.refresh_from_db()
    assert case.status == "closed"
    assert case.closed_at is not None
    assert case.work_item.closed_at is not None
    row = ActionLog.objects.for_object(case).latest("id")
    assert (row.action, row.reason) == ("enforcement.case.close", "经查不属实")


def test_a_case_that_a_colleague_holds_is_not_closed_under_their_hands(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    work.claim_item(work_item=case.work_item, actor=staff.moderator)

    with pytest.raises(ActionRefused, match=staff.moderator.person.name):
        close(case, staff.supervisor)

    case.refresh_from_db()
    assert case.status == "open"


def test_a_case_is_not_closed_while_a_decision_waits(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    propose(case, staff.moderator)

    with pytest.raises(ActionRefused):
        close(case, staff.officer)

    case.refresh_from_db()
    assert case.status == "open"


def test_a_case_is_not_closed_until_its_report_is_confirmed(
    decide: Callable[..., Decision], staff: Staff
) -> None:
    decision = decide(measures=suspension(7))
    duty = ReportDuty.objects.get(decision=decision)
    case = Case.objects.get(pk=decision.case_id)
    with pytest.raises(ActionRefused):
        close(case, staff.officer)
    report_duties.send_report(
        duty=duty, channel="报送系统", actor=staff.officer, provision=P, reason=REASON
    )
    with pytest.raises(ActionRefused):
        close(case, staff.officer)
    report_duties.receipt_report(
        duty=duty, receipt_number="HZ-1", actor=staff.officer, provision=P, reason=REASON
    )

    close(case, staff.officer)

    case.refresh_from_db()
    assert case.status == "closed"


def test_a_closed_case_is_not_closed_again(open_case: Callable[..., Case], staff: Staff) -> None:
    case = open_case()
    close(case, staff.officer)

    with pytest.raises(TransitionRefused):
        close(case, staff.officer)


def test_a_moderator_closes_no_case(open_case: Callable[..., Case], staff: Staff) -> None:
    case = open_case()

    with pytest.raises(NotPermitted):
        close(case, staff.moderator)

    case.refresh_from_db()
    assert case.status == "open"
