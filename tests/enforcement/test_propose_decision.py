"""Proposing a decision: what it must hold, and what it leaves behind."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import PublicAccount
from compliance import work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    StaleLease,
)
from compliance.models import (
    ActionLog,
    Lease,
    Proposal,
    RuleDocument,
    StaffUser,
)
from compliance.rulebook import changes
from enforcement.enums import ContentKind, MeasureCode
from enforcement.models import (
    Case,
    Decision,
    DecisionClause,
    OrderedMeasure,
)
from enforcement.services import decisions
from enforcement.services.decision_content import DecisionWords, MeasureOrder, check_words
from tests.compliance.rule_documents import (
    RuleStaff,
    add_document,
    announce,
    approve,
    because,
    draft,
)
from tests.enforcement.catalogue_versions import changed, put_in_force
from tests.enforcement.conftest import (
    CLOSURE,
    FACTS,
    NOTE,
    REASON,
    REASONING,
    P,
    Staff,
    clause,
    propose,
    suspension,
    violation,
)

pytestmark = pytest.mark.django_db


def test_a_proposal_holds_all_that_approvers_must_see(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()

    decision = propose(case, staff.moderator, measures=suspension(7))

    proposal = decision.proposal
    content = json.loads(proposal.content)
    assert proposal.content_sha256 == hashlib.sha256(proposal.content.encode()).hexdigest()
    assert content["facts"] == FACTS
    assert content["reasoning"] == REASONING
    assert content["private_note"] == NOTE
    assert content["snapshot_sha256"] == case.snapshots.get().sha256
    assert content["violation"]["code"] == "V06.1"
    assert content["violation"]["catalogue"] == "1"
    assert content["clauses"][0]["text"] == clause().text
    assert content["measures"] == [
        {"measure": "suspend_updates", "number": "M3", "term_days": 7, "functions": []}
    ]
    assert content["is_automated"] is False


def test_the_text_of_a_clause_is_frozen_with_its_version(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator)

    cited = decision.clauses.get()
    assert cited.text == clause().text
    assert cited.version_label == "2021-01"
    assert cited.number == "第十八条第（六）项"
    assert "公众账号" in cited.document_title


def test_the_case_leaves_its_queue_and_the_proposal_waits_for_approval(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()

    decision = propose(case, staff.moderator)

    case.work_item.refresh_from_db()
    assert case.work_item.closed_at is not None
    lease = work.claim_next(queue="approvals", actor=staff.supervisor)
    assert lease.work_item == decision.approval_item


def test_whoever_proposed_is_not_offered_the_approval(
    open_case: Callable[..., Case], staff_user: Callable[..., StaffUser]
) -> None:
    both = staff_user("moderator", "supervisor")
    propose(open_case(actor=both), both)

    with pytest.raises(ActionRefused):
        work.claim_next(queue="approvals", actor=both)


def test_proposing_logs_who_why_and_which_article(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator)

    row = ActionLog.objects.for_object(decision).get()
    assert row.action == "enforcement.decision.create"
    assert (row.actor_number, row.reason, row.provision) == (
        staff.moderator.person_id,
        REASON,
        P,
    )


@pytest.mark.parametrize(
    ("measures", "permissions"),
    [
        ([MeasureOrder(MeasureCode.WARN)], ["approve_decision"]),
        (suspension(30), ["approve_decision"]),
        (suspension(31), ["approve_decision", "approve_decision_as_officer"]),
        (CLOSURE, ["approve_decision", "approve_decision_as_officer"]),
        (
            [MeasureOrder(MeasureCode.WARN), *suspension(60)],
            ["approve_decision", "approve_decision_as_officer"],
        ),
    ],
)
def test_the_catalogue_says_whose_approvals_are_needed(
    open_case: Callable[..., Case], staff: Staff, measures: Any, permissions: list[str]
) -> None:
    decision = propose(open_case(), staff.moderator, measures=measures)

    slots = decision.proposal.slots.order_by("number").values_list("permission", flat=True)
    assert [slot.removeprefix("enforcement.") for slot in slots] == permissions


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"facts": ""}, InvalidInput),
        ({"facts": "V06.1"}, InvalidInput),
        ({"facts": "其他"}, InvalidInput),
        ({"reasoning": "违反第十八条第（六）项"}, InvalidInput),
        ({"reasoning": FACTS}, InvalidInput),
        ({"reason": "  "}, MissingReason),
        ({"severity": 5}, InvalidInput),
        ({"severity": 0}, InvalidInput),
        ({"content_kind": "smell"}, InvalidInput),
        ({"clauses": []}, InvalidInput),
        ({"measures": []}, InvalidInput),
        ({"measures": suspension(181)}, InvalidInput),
        ({"measures": suspension(0)}, InvalidInput),
        ({"measures": [MeasureOrder(MeasureCode.SUSPEND_UPDATES)]}, InvalidInput),
        ({"measures": [MeasureOrder(MeasureCode.WARN, 3)]}, InvalidInput),
        ({"measures": [*CLOSURE, *suspension(7)]}, InvalidInput),
        ({"measures": [*suspension(7), *suspension(8)]}, InvalidInput),
        ({"measures": [MeasureOrder("blacklist")]}, InvalidInput),
    ],
)
def test_a_refused_proposal_leaves_nothing(
    open_case: Callable[..., Case],
    staff: Staff,
    changes: dict[str, Any],
    refusal: type[ActionRefused],
) -> None:
    case = open_case()

    with pytest.raises(refusal):
        propose(case, staff.moderator, **changes)

    assert not Decision.objects.exists()
    assert not Proposal.objects.exists()
    assert not DecisionClause.objects.exists()
    assert not OrderedMeasure.objects.exists()
    case.work_item.refresh_from_db()
    assert case.work_item.closed_at is None


@pytest.mark.parametrize(
    ("code", "statute", "is_refused"),
    [
        ("V09", "", True),
        ("V09.A", "某条例第五条", True),
        ("V09.A.6", "", True),
        ("V09.A.6", "某条例第五条", False),
        ("V09.B.1", "", False),
        ("V10", "某条例第五条", True),
        ("V10.1", "", True),
        ("V10.1", "某条例第五条", False),
    ],
)
def test_the_open_heads_need_a_sub_code_and_a_statute(
    open_case: Callable[..., Case], staff: Staff, code: str, statute: str, is_refused: bool
) -> None:
    named = violation(code)
    changes: dict[str, Any] = {
        "violation_type": named,
        "severity": named.default_severity,
        "statute": statute,
        "clauses": [clause(named.provision)],
    }

    if is_refused:
        with pytest.raises(InvalidInput):
            propose(open_case(), staff.moderator, **changes)
    else:
        assert propose(open_case(), staff.moderator, **changes).statute == statute


def test_the_clause_that_the_violation_breaks_is_cited(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    with pytest.raises(InvalidInput):
        propose(open_case(), staff.moderator, clauses=[clause("public-account-2021:18(1)")])


@pytest.mark.parametrize("kind", ["announced", "withdrawn", "system"])
def test_a_clause_that_is_not_in_force_or_binds_the_platform_alone_is_not_cited(
    open_case: Callable[..., Case],
    staff: Staff,
    staff_user: Callable[..., StaffUser],
    kind: str,
) -> None:
    rule_staff = RuleStaff(staff_user)
    document = RuleDocument.objects.get(code="platform-convention")
    if kind == "system":
        document = add_document(rule_staff, "data_security")
    version = announce(rule_staff, document, draft("2.0"))
    if kind == "withdrawn":
        change = changes.propose_withdrawal(version=version, **because(rule_staff.proposer))
        approve(rule_staff, change)
    cited = version.clauses.select_related("rule_version__document").first()
    assert cited is not None
    words = DecisionWords(
        violation_type=violation(),
        severity=1,
        facts=FACTS,
        reasoning=REASONING,
        private_note="",
        statute="",
        content_kind=ContentKind.TEXT,
        content_ref="",
        clauses=[clause(), cited],
        measures=[],
        is_automated=False,
    )
    day = timezone.localdate() if kind == "announced" else version.effective_date

    with pytest.raises(InvalidInput):
        check_words(words, now=timezone.now(), today=day)
    if kind == "announced":
        check_words(words, now=timezone.now(), today=version.effective_date)


def test_a_violation_of_an_earlier_catalogue_is_refused(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    earlier = violation()
    put_in_force(
        staff,
        changed("CatalogueVersion", "", recidivism_months=6),
        staff_user("compliance_officer"),
    )

    with pytest.raises(InvalidInput):
        propose(open_case(), staff.moderator, violation_type=earlier)


def test_a_catalogue_that_asks_for_two_supervisors_passes_the_item_on(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    version = put_in_force(
        staff,
        changed("ApprovalRule", "warn/0", permissions=["enforcement.approve_decision"] * 2),
        staff_user("compliance_officer"),
    )
    named = version.violation_types.get(code="V06.1")
    decision = propose(open_case(), staff.moderator, violation_type=named)
    first = work.claim_next(queue="approvals", actor=staff.supervisor)

    decisions.approve_decision(
        decision=decision, actor=staff.supervisor, provision=P, reason=REASON
    )

    second = work.claim_next(queue="approvals", actor=staff_user("supervisor"))
    assert second.work_item == first.work_item
    with pytest.raises(ActionRefused):
        work.claim_next(queue="approvals", actor=staff.supervisor)


def test_only_who_holds_the_case_proposes(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    case = open_case()
    lease = work.claim_item(work_item=case.work_item, actor=staff.moderator)

    with pytest.raises(StaleLease, match=staff.moderator.person.name):
        propose(case, staff_user("moderator"), fence=lease.fence)

    assert not Decision.objects.exists()


def test_a_lease_that_lapsed_proposes_nothing(open_case: Callable[..., Case], staff: Staff) -> None:
    case = open_case()
    lease = work.claim_item(work_item=case.work_item, actor=staff.moderator)
    Lease.objects.filter(pk=lease.pk).update(until=timezone.now())

    with pytest.raises(StaleLease):
        propose(case, staff.moderator, fence=lease.fence)

    assert not Decision.objects.exists()


def test_a_second_decision_on_one_case_waits_for_the_first(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    first = propose(case, staff.moderator)
    fence = case.work_item.lease.fence

    with pytest.raises(ActionRefused):
        propose(case, staff.moderator, fence=fence)

    assert Decision.objects.get() == first


def test_nothing_is_ordered_on_a_closed_account(
    open_case: Callable[..., Case],
    decide: Callable[..., Decision],
    staff: Staff,
    make_account: Callable[..., PublicAccount],
) -> None:
    account = make_account()
    decide(account, measures=CLOSURE)
    account.refresh_from_db()

    with pytest.raises(ActionRefused):
        propose(open_case(account), staff.moderator)


def test_who_may_not_propose_is_refused(open_case: Callable[..., Case], staff: Staff) -> None:
    case = open_case()

    with pytest.raises(NotPermitted):
        propose(case, staff.officer, fence=1)

    assert not Decision.objects.exists()


def test_a_program_proposes_and_is_marked_but_needs_people(
    open_case: Callable[..., Case], system: StaffUser, staff: Staff
) -> None:
    decision = propose(open_case(), system, fence=0)

    assert decision.is_automated
    assert json.loads(decision.proposal.content)["is_automated"] is True
    assert decision.status == "proposed"
    with pytest.raises(NotPermitted):
        decisions.approve_decision(decision=decision, actor=system, provision=P, reason=REASON)
    assert not decision.proposal.approvals.exists()


def test_a_program_does_not_step_over_a_colleague_at_work(
    open_case: Callable[..., Case], system: StaffUser, staff: Staff
) -> None:
    case = open_case()
    work.claim_item(work_item=case.work_item, actor=staff.moderator)

    with pytest.raises(StaleLease, match=staff.moderator.person.name):
        propose(case, system, fence=0)

    assert not Decision.objects.exists()
